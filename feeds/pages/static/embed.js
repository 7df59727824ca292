/* generator="feedmill" */
// <feed-embed src="feed.json">shown until the feed is there</feed-embed>
(() => {
  "use strict";

  // Object.prototype may be polluted: read own fields; options have no prototype.
  const own = (object, key) => (object instanceof Object && Object.hasOwn(object, key) ? object[key] : undefined);
  const text = (object, key) => (typeof own(object, key) === "string" ? object[key].trim() : "");
  const fold = (name) => name.normalize("NFKC").toLowerCase().trim();
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

  const UNITS = Object.entries({ year: 31536e3, month: 2628e3, day: 86400, hour: 3600, minute: 60, second: 1 });
  const relative = (time, language) => {
    const seconds = Math.max(1, (Date.now() - time) / 1000);
    const [unit, size] = UNITS.find(([, size]) => seconds >= size);
    return new Intl.RelativeTimeFormat(language).format(-Math.floor(seconds / size), unit);
  };

  // Rows have a fixed height, so that placeholders are as large.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host { display: block; --way: -1; font: var(--feed-embed-font, inherit); color: var(--feed-embed-color, inherit) }
    :host([theme]) { color-scheme: light dark; padding: .6em .9em; background: var(--feed-embed-paper, Canvas);
      color: var(--feed-embed-color, CanvasText) }
    :host([theme=light]) { color-scheme: light }
    :host([theme=dark]) { color-scheme: dark }
    [part=box] { display: grid }
    ol, slot { display: block; grid-area: 1 / 1; min-inline-size: 0; list-style: none; margin: 0; padding: 0 }
    ol + slot { margin-block: .6em }
    li { display: flex; gap: .8em; box-sizing: border-box; padding-block: .6em; line-height: 1.45; overflow: hidden;
      block-size: calc(max(var(--lines) * 1.45em, var(--picture, 1.45em)) + 1.2em);
      border-block-start: 1px solid var(--feed-embed-line, #8884) }
    li:first-child { border-color: transparent }
    [part=placeholder] { visibility: hidden }
    [part=text] { flex: 1; min-inline-size: 0 }
    a { color: var(--feed-embed-link, inherit) }
    a:focus-visible { outline: 2px solid; outline-offset: -2px }
    [part=title], [part=summary] { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2;
      overflow: hidden; overflow-wrap: anywhere }
    [part=title] { font-weight: 600 }
    [part=meta], p { margin: 0; color: var(--feed-embed-quiet, inherit) }
    [part=meta] { white-space: nowrap; overflow: hidden; text-overflow: ellipsis }
    :host([show~=image]) { --picture: 4.35em }
    [part=image] { flex: none; inline-size: 4.35em; block-size: 4.35em; object-fit: cover }
    [part=more] { display: inline-block; margin-block: .6em }
    :host([hidden]), [hidden], [part=pause] { display: none }
    output { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; opacity: 0 }

    :host([layout=cards]) ol { display: grid; gap: 1em;
      grid-template-columns: repeat(auto-fill, minmax(min(14em, 100%), 1fr)) }
    :host([layout=cards]) li { display: block; block-size: auto; padding: 0;
      border: 1px solid var(--feed-embed-line, #8884) }
    :host([layout=cards]) [part=image] { display: block; inline-size: 100%; block-size: auto; aspect-ratio: 16 / 9 }
    :host([layout=cards]) [part=text] { block-size: calc(var(--lines) * 1.45em); padding: .8em }

    :host(:is([layout=compact], [layout=ticker])) :is(p, [part=image]) { display: none }
    :host(:is([layout=compact], [layout=ticker])) li { block-size: 2.65em }
    :host(:is([layout=compact], [layout=ticker])) [part=text] { display: flex; gap: .8em }
    :host(:is([layout=compact], [layout=ticker])) [part=title] { -webkit-line-clamp: 1 }
    :host([layout=compact]) [part=meta] { flex: none; margin-inline-start: auto }

    :host([layout=ticker]) [part=box] { overflow-x: auto; container-type: inline-size }
    :host([layout=ticker]) ol { display: flex; gap: 3em; inline-size: max-content }
    :host(:dir(rtl)) * { --way: 1; text-align: right }
    :host([layout=ticker]) li { flex: none; border: 0 }
    @media (prefers-reduced-motion: no-preference) {
      :host([layout=ticker]) [part=pause] { display: block; float: inline-end; font: inherit; margin-inline: .4em }
      :host([layout=ticker]) [part=box] { overflow: hidden }
      :host([layout=ticker]) ol { animation: ticker calc(var(--rows) * 8s) linear calc(var(--rows) * -1s) infinite }
      ol:hover, [aria-pressed=true] + [part=box] ol { animation-play-state: paused !important }
      ol:has(:focus-visible) { animation: none !important }
    }
    @keyframes ticker { from { translate: calc(var(--way) * -100cqi) } to { translate: calc(var(--way) * 100%) } }
  `);

  class FeedEmbed extends HTMLElement {
    static observedAttributes = "src limit show dates category match more target refresh".split(" ");
    #list = make("ol", "list");
    #slot = document.createElement("slot");
    #box = make("div", "box");
    #foot = make("div", "foot");
    #news = document.createElement("output"); // a live region
    #feeds;
    #ids = new Set();
    #request;
    #timer;

    constructor() {
      super();
      const heading = document.createElement("slot");
      heading.name = "heading";
      const pause = make("button", "pause", "❚❚");
      pause.setAttribute("aria-label", "Pause");
      pause.onclick = () => pause.setAttribute("aria-pressed", pause.getAttribute("aria-pressed") !== "true");
      this.#box.append(this.#list, this.#slot);
      const root = this.attachShadow({ __proto__: null, mode: "open" });
      root.adoptedStyleSheets = [sheet];
      root.append(heading, pause, this.#box, this.#foot, this.#news);
    }

    connectedCallback() {
      this.#load();
      document.addEventListener("DOMContentLoaded", () => this.#draw()); // with what is inside
    }

    disconnectedCallback() {
      this.#request?.abort();
      clearTimeout(this.#timer);
    }

    attributeChangedCallback(name) {
      if (!this.#request || !this.isConnected) return;
      if (name === "src") this.#load();
      else this.#draw();
      if (name === "refresh") this.#wait();
    }

    #get(name, missing = "") {
      return (this.getAttribute(name) ?? missing).trim();
    }

    #sources() {
      return this.#get("src").split(/\s+/).map((src) => web(src, document.baseURI));
    }

    async #load(again) {
      this.#request?.abort();
      const { signal } = (this.#request = new AbortController());
      if (!again) this.#draw((this.#feeds = undefined));
      // "no-cache" sends the cached ETag without a preflight.
      const options = { __proto__: null, credentials: "omit", signal, cache: again ? "no-cache" : "default" };
      const load = async (src, place) => {
        try {
          const response = src && (await fetch(src, options));
          const feed = response.ok && (await response.json());
          if (Array.isArray(own(feed, "items"))) return { __proto__: null, src, feed };
        } catch {
          // Keep what is shown.
        }
        return this.#feeds?.[place];
      };
      const feeds = await Promise.all(this.#sources().map(load));
      if (signal.aborted) return;
      this.#feeds = feeds;
      const frame = () => ({ __proto__: null, blockSize: `${this.#box.offsetHeight}px`, overflow: "clip" });
      const before = frame();
      const state = this.#draw(again);
      // Close the space of missing rows.
      if (!again && !matchMedia("(prefers-reduced-motion: reduce)").matches) this.#box.animate([before, frame()], 200);
      const detail = { __proto__: null, state, items: this.#ids.size };
      this.dispatchEvent(new CustomEvent("feed-embed:load", { __proto__: null, bubbles: true, detail }));
      this.#wait();
    }

    #wait() {
      clearTimeout(this.#timer);
      const [, count, unit] = /^(\d+)([mh])$/.exec(this.#get("refresh")) ?? [];
      const time = Math.min(count * (unit === "h" ? 36e5 : 6e4), 864e5);
      const refresh = () => (document.hidden || this.matches(":is(:hover, :focus-within)") ? this.#wait() : this.#load(true));
      if (time) this.#timer = setTimeout(refresh, time);
    }

    #draw(again) {
      const list = this.#list;
      const hidden = this.#get("dates") === "none" && "date";
      const show = this.#get("show", "title date").split(/\s+/).filter((part) => part !== hidden);
      const limit = Math.min(Math.max(parseInt(this.#get("limit")) || 5, 1), 50);
      const sources = this.#sources();
      if (sources.length > 1) show.push("source");
      const lines = 2 * show.includes("title") + /date|source/.test(show) + 2 * show.includes("summary");
      let state = "error";
      let found = [];
      let rows = [];
      if (!this.#feeds) {
        state = "loading";
        rows = Array.from({ length: Math.min(limit, this.#get("reserve") || limit) }, () => {
          const row = make("li", "placeholder");
          if (show.includes("image")) row.append(make("i", "image"));
          row.append(make("div", "text"));
          return row;
        });
      } else if (this.#feeds.some(Boolean)) {
        found = this.#choose(limit);
        state = found.length ? "ready" : "empty";
        rows = found.map((one) => this.#row(one, show));
      }
      list.style.setProperty("--lines", lines);
      list.style.setProperty("--rows", rows.length);
      list.setAttribute("aria-busy", !this.#feeds);
      const next = list.cloneNode();
      next.append(...rows);
      if (!next.isEqualNode(list)) list.replaceChildren(...rows);
      const added = found.filter(({ id }) => !this.#ids.has(id));
      this.#ids = new Set(found.map(({ id }) => id));
      if (again) this.#news.textContent = added.map(({ item }) => text(item, "title")).join(" · ");

      const src = sources.find(Boolean);
      const more = state !== "error" && this.#get("more");
      const home = web(text(this.#feeds?.find(Boolean)?.feed, "home_page_url"), src);
      const inside = this.querySelector(":scope > a[href]:not([slot])")?.href;
      this.#foot.replaceChildren(...(more ? [this.#link("more", more, inside || home || src)] : []));
      this.#slot.replaceChildren(...(src ? [this.#link("fallback", src, src)] : []));
      this.#slot.hidden = state === "ready";
      this.#slot.name = state;
      const filled = () => this.#slot.assignedNodes().some((node) => node instanceof Element || node.data.trim());
      if (!filled()) this.#slot.name = "";
      if (this.#feeds && !filled()) this.#slot.name = "none"; // nothing but spaces
      return state;
    }

    #choose(limit) {
      const [categories, words] = ["category", "match"].map((name) => this.#get(name).split(",").map(fold).filter(Boolean));
      const lacks = (values, wanted) => wanted.length && !wanted.some((one) => values.includes(one));
      const found = new Map();
      for (const source of this.#feeds.filter(Boolean)) {
        for (const item of source.feed.items) {
          const id = JSON.stringify(own(item, "id")) ?? found.size;
          const tags = [own(item, "tags")].flat().map((tag) => (typeof tag === "string" ? fold(tag) : ""));
          if (found.has(id) || lacks(tags, categories) || lacks(fold(text(item, "title")), words)) continue;
          found.set(id, { __proto__: null, ...source, id, item, time: Date.parse(text(item, "date_published")) });
        }
      }
      const all = [...found.values()];
      if (this.#feeds.length > 1) all.sort((one, other) => (other.time || 0) - (one.time || 0));
      return all.slice(0, limit);
    }

    #link(part, content, href) {
      const link = make("a", part, content);
      link.href = href;
      link.target = this.#get("target");
      return link;
    }

    #language() {
      try {
        return Intl.getCanonicalLocales(this.closest("[lang]").lang)[0];
      } catch {
        return navigator.language;
      }
    }

    #row({ item, feed, src, time }, show) {
      const row = make("li", "item");
      const words = make("div", "text");
      const meta = make("div", "meta");
      const link = web(text(item, "url"), src);
      const image = web(text(item, "image"), src);
      const summary = text(item, "summary") || text(item, "content_text");
      const published = text(item, "date_published");
      const day = new Date(published.slice(0, 10)); // in the offset of the post
      const language = this.#language();
      row.lang = text(item, "language") || text(feed, "language") || language;
      if (show.includes("image") && image) {
        const picture = make("img", "image");
        picture.alt = "";
        picture.loading = "lazy";
        picture.referrerPolicy = "no-referrer";
        picture.src = image;
        row.append(picture);
      }
      if (show.includes("title")) {
        const title = text(item, "title") || summary.slice(0, 100) || link;
        words.append(link ? this.#link("title", title, link) : make("span", "title", title));
      }
      if (show.includes("date") && !isNaN(day)) {
        const options = { __proto__: null, dateStyle: "medium", timeZone: "UTC" };
        const date = new Intl.DateTimeFormat(language, options).format(day);
        const ago = this.#get("dates") === "relative" && time && relative(time, language);
        const when = make("time", "date", ago || date);
        if (ago) when.title = date;
        when.dateTime = published;
        when.lang = language;
        meta.append(when);
      }
      if (show.includes("source")) meta.append(meta.firstChild ? " · " : "", make("span", "source", text(feed, "title")));
      words.append(meta);
      if (show.includes("summary") && summary) words.append(make("p", "summary", summary.slice(0, 500)));
      row.append(words);
      return row;
    }
  }

  if (!customElements.get("feed-embed")) customElements.define("feed-embed", FeedEmbed);
})();
