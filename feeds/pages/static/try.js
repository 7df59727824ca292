/* generator="feedmill" */
// "Try the widget": makes the preview and the code from the form.
"use strict";
(() => {
  const form = document.getElementById("options");
  const field = (name) => document.getElementById(name);
  const value = (name) => field(name).value.trim();
  const NAMES = ["layout", "limit", "show", "dates", "theme", "category", "match", "more", "target", "refresh"];

  const escape = (text) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
  const written = (attributes) => attributes.map(([name, text]) => ` ${name}="${escape(text)}"`).join("");
  const scriptCode = (src, integrity) =>
    `<script async${written([["src", src], ["integrity", integrity], ["crossorigin", "anonymous"]])}></script>`;

  /** Returns the attributes of the widget but `src`, as pairs. */
  function options() {
    const shown = [...form.elements.show].filter((box) => box.checked).map((box) => box.value);
    const chosen = (name) => (name === "show" ? shown.join(" ") : value(name));
    return NAMES.map((name) => [name, chosen(name)]).filter(([name, text]) => text || name === "show");
  }

  function frameAddress(feed) {
    const query = new URLSearchParams();
    for (const name of ["limit", "layout", "theme", "dates"]) if (value(name)) query.set(name, value(name));
    return `${feed.dataset.frame}?${query}`;
  }

  /** Shows a widget of its own for every choice, because it is loaded as on a page that has this code. */
  function update() {
    const feed = field("feed").selectedOptions[0];
    const { dataset } = form;
    const others = value("others");
    const sources = (first) => (others ? `${first} ${others}` : first);
    const link = document.createElement("a");
    link.href = feed.dataset.page;
    link.textContent = feed.textContent;
    const widget = document.createElement("feed-embed");
    for (const [name, text] of options()) widget.setAttribute(name, text);
    widget.setAttribute("src", sources(feed.value));
    widget.append(link);
    field("place").replaceChildren(widget);

    const few = Number(feed.dataset.items) < (Number(value("limit")) || 5) && !others;
    const reserve = few ? [["reserve", feed.dataset.items]] : [];
    const inside = `<a${written([["href", feed.dataset.page]])}>${escape(feed.textContent)}</a>`;
    field("widget-code").textContent = [
      scriptCode(dataset.script, dataset.integrity),
      `<feed-embed${written([["src", sources(feed.dataset.url)], ...options(), ...reserve])}>${inside}</feed-embed>`,
    ].join("\n");
    const frame = [["src", frameAddress(feed)], ["title", feed.textContent], ["width", "100%"], ["height", "480"]];
    field("frame-code").textContent = [
      `<iframe${written([...frame, ["frameborder", "0"], ["loading", "lazy"]])}></iframe>`,
      scriptCode(dataset.frameScript, dataset.frameIntegrity),
    ].join("\n");
  }

  let timer;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(update, 200); // while somebody types
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  update();
})();
