/* generator="feedmill" */
// In embed.html: applies ?limit=5&layout=cards&theme=dark&dates=relative, and tells the page around it how high it is.
// In a page with such frames: <script async src=".../frame.js"></script> gives each frame the height of its content.
"use strict";
(() => {
  const HEIGHT = "feed-embed:height";
  const script = document.currentScript;

  function fitFrames() {
    const { origin } = new URL(script.src);
    const frames = () => [...document.querySelectorAll("iframe")].filter((frame) => frame.src.startsWith(`${origin}/`));
    addEventListener("message", ({ data, origin: sender, source }) => {
      if (sender !== origin || data?.type !== HEIGHT || !(data.height > 0 && data.height < 1e5)) return;
      for (const frame of frames()) if (frame.contentWindow === source) frame.height = Math.ceil(data.height);
    });
    // Frames that have loaded before this script.
    for (const frame of frames()) frame.contentWindow?.postMessage({ type: HEIGHT }, origin);
  }

  function tellHeight() {
    if (parent === window) return;
    const height = () => document.documentElement.getBoundingClientRect().height;
    const tell = () => parent.postMessage({ type: HEIGHT, height: height() }, "*"); // the height is no secret
    new ResizeObserver(tell).observe(document.documentElement);
    addEventListener("message", ({ data, source }) => source === parent && data?.type === HEIGHT && tell());
  }

  const UNITS = [["year", 31536e3], ["month", 2628e3], ["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];
  function relative(time) {
    const seconds = Math.max(1, (Date.now() - Date.parse(time.dateTime)) / 1000);
    const [unit, size] = UNITS.find(([, length]) => seconds >= length);
    const format = new Intl.RelativeTimeFormat(document.documentElement.lang || undefined);
    time.title = time.textContent;
    time.textContent = format.format(-Math.floor(seconds / size), unit);
  }

  function applyOptions() {
    const query = new URLSearchParams(location.search);
    const chosen = (name, ...values) => values.find((value) => value === query.get(name));
    const layout = chosen("layout", "cards", "compact");
    const theme = chosen("theme", "light", "dark");
    const limit = parseInt(query.get("limit"), 10);
    if (layout) document.body.dataset.layout = layout;
    if (theme) document.documentElement.dataset.theme = theme;
    document.querySelectorAll("li").forEach((item, place) => (item.hidden = place >= limit && limit > 0));
    for (const time of document.querySelectorAll("time")) {
      if (chosen("dates", "none")) time.hidden = true;
      if (chosen("dates", "relative")) relative(time);
    }
  }

  if (script.hasAttribute("data-frame")) {
    applyOptions();
    tellHeight();
  } else {
    fitFrames();
  }
})();
