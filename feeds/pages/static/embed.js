/* generator="feedmill" */
// <feed-embed src="https://example.org/feed.json" limit="5" show="title date summary image">a link</feed-embed>
// Parts: list, item, title, date, summary, image, fallback. Custom properties: --feed-embed-color, -link, -quiet,
// -line, -font. What is inside the element is shown until the feed is there, and when it cannot be loaded.
(() => {
  "use strict";

  // What somebody has put on Object.prototype is no field of a feed; options below have no prototype for that reason.
  const own = (object, key) => (object instanceof Object && Object.hasOwn(object, key) ? object[key] : undefined);
  const text = (object, key) => (typeof own(object, key) === "string" ? object[key].trim() : "");
  const web = (link, base) => {
    try {
      const url = new URL(link, base);
      return link && /^https?:$/.test(url.protocol) ? url.href : "";
    } catch {
      return "";
    }
  };

  const make = (name, part, content) => {
    const element = document.createElement(name);
    element.setAttribute("part", part);
    if (content) {
      element.textContent = content;
      element.dir = "auto";
    }
    return element;
  };

  // A row is as high as its lines, and the list as its rows, before anything is in them: nothing jumps.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host { display: block; position: relative; font: var(--feed-embed-font, inherit);
      color: var(--feed-embed-color, inherit) }
    :host([hidden]), [hidden] { display: none }
    ol { list-style: none; margin: 0; padding: 0; --row: calc(var(--lines) * 1.45em + 1.2em);
      min-block-size: calc(var(--rows) * var(--row)) }
    li { display: flex; gap: .8em; box-sizing: border-box; block-size: var(--row); padding-block: .6em;
      line-height: 1.45; overflow: hidden; border-block-start: 1px solid var(--feed-embed-line, #8884) }
    li:first-child { border-color: transparent }
    div { flex: 1; min-inline-size: 0 }
    a { color: var(--feed-embed-link, inherit) }
    a:focus-visible { outline: 2px solid; outline-offset: -2px }
    [part=title], [part=summary] { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2;
      overflow: hidden; overflow-wrap: anywhere }
    [part=title] { font-weight: 600 }
    time, p { display: block; margin: 0; color: var(--feed-embed-quiet, inherit) }
    img { flex: none; inline-size: 4.35em; block-size: 4.35em; object-fit: cover }
    slot { display: block; position: absolute; inset: .6em 0 auto }
  `);

  class FeedEmbed extends HTMLElement {
    static observedAttributes = ["src", "limit", "show"];
    #list = make("ol", "list");
    #slot = document.createElement("slot");
    #request;

    constructor() {
      super();
      const root = this.attachShadow({ __proto__: null, mode: "open" });
      root.adoptedStyleSheets = [sheet];
      root.append(this.#list, this.#slot);
    }

    connectedCallback() {
      this.#load();
    }

    disconnectedCallback() {
      this.#request?.abort();
    }

    attributeChangedCallback() {
      if (this.#request) this.#load();
    }

    async #load() {
      this.#request?.abort();
      const request = (this.#request = new AbortController());
      const src = web(this.getAttribute("src"), document.baseURI);
      const limit = Math.min(Math.max(parseInt(this.getAttribute("limit"), 10) || 5, 1), 50);
      const show = (this.getAttribute("show") ?? "title date").split(/\s+/);
      const lines = 2 * show.includes("title") + show.includes("date") + 2 * show.includes("summary");
      this.#list.style.setProperty("--rows", limit);
      this.#list.style.setProperty("--lines", Math.max(lines, show.includes("image") ? 3 : 1));
      this.#list.replaceChildren();
      this.#list.setAttribute("aria-busy", "true");
      this.#fall(src);
      try {
        if (!src) return;
        const response = await fetch(src, { __proto__: null, credentials: "omit", signal: request.signal });
        const feed = response.ok ? await response.json() : null;
        const items = own(feed, "items");
        if (request.signal.aborted || !Array.isArray(items)) return;
        const rows = items.slice(0, limit).map((item) => this.#row(item, text(feed, "language"), show, src));
        this.#list.replaceChildren(...rows);
        this.#slot.hidden = rows.length > 0;
      } catch {
        // The link is there already.
      } finally {
        if (!request.signal.aborted) this.#list.setAttribute("aria-busy", "false");
      }
    }

    /** Shows the way to the feed: what the page has put into the element, else the feed's own address. */
    #fall(src) {
      const link = make("a", "fallback", src);
      link.href = src;
      this.#slot.replaceChildren(...(src ? [link] : []));
      this.#slot.hidden = false;
    }

    #row(item, language, show, base) {
      const row = make("li", "item");
      const words = make("div", "text");
      const link = web(text(item, "url"), base);
      const day = new Date(text(item, "date_published").slice(0, 10)); // as the feed has it, wherever the reader is
      const image = web(text(item, "image"), base);
      const summary = text(item, "summary") || text(item, "content_text");
      row.lang = text(item, "language") || language || this.#language();
      if (show.includes("image") && image) {
        const picture = make("img", "image");
        picture.alt = "";
        picture.loading = "lazy";
        picture.referrerPolicy = "no-referrer";
        picture.src = image;
        row.append(picture);
      }
      if (show.includes("title")) {
        const title = make(link ? "a" : "span", "title", text(item, "title") || summary.slice(0, 100) || link);
        if (link) title.href = link;
        words.append(title);
      }
      if (show.includes("date") && !isNaN(day)) {
        const time = make("time", "date", this.#date(day));
        time.dateTime = text(item, "date_published");
        time.lang = this.#language();
        words.append(time);
      }
      if (show.includes("summary") && summary) words.append(make("p", "summary", summary.slice(0, 500)));
      row.append(words);
      return row;
    }

    #language() {
      return this.closest("[lang]")?.lang || navigator.language;
    }

    #date(day) {
      const options = { __proto__: null, dateStyle: "medium", timeZone: "UTC" };
      try {
        return new Intl.DateTimeFormat(this.#language(), options).format(day);
      } catch {
        return new Intl.DateTimeFormat(undefined, options).format(day);
      }
    }
  }

  if (!customElements.get("feed-embed")) customElements.define("feed-embed", FeedEmbed);
})();
