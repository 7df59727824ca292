/* generator="feedmill" */
// Optional: the copy buttons, and searching, sorting and choosing feeds in the directory. The pages work without it.
"use strict";

function select(element) {
  const range = document.createRange();
  range.selectNodeContents(element);
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}

async function copy(button) {
  const source = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(source.textContent);
  } catch {
    // The clipboard API needs https. Fall back to execCommand; if it fails, the text stays selected.
    select(source);
    if (!document.execCommand("copy")) return;
  }
  const label = button.textContent;
  const name = button.getAttribute("aria-label");
  if (button.classList.contains("done")) return;
  button.classList.add("done");
  button.textContent = document.body.dataset.copied;
  button.setAttribute("aria-label", document.body.dataset.copied);
  setTimeout(() => {
    button.classList.remove("done");
    button.textContent = label;
    button.setAttribute("aria-label", name);
  }, 2000);
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.setAttribute("aria-live", "polite");
  button.addEventListener("click", () => copy(button));
}

// A picture that cannot be loaded, or that a Content-Security-Policy blocks, leaves no empty box.
for (const image of document.images) image.hidden = image.complete && !image.naturalWidth;
addEventListener("error", ({ target }) => { if (target instanceof HTMLImageElement) target.hidden = true; }, true);

const fold = (text) => text.normalize("NFKC").toLowerCase();

function directory(section) {
  const find = (id) => document.getElementById(id);
  const lists = [...section.querySelectorAll(".feeds")];
  const entries = lists.flatMap((list) => [...list.children]).map((item, order) => {
    const link = item.querySelector("a");
    return { item, link, order, text: fold(link.textContent), ...item.dataset };
  });
  const choose = find("choose");
  const all = find("all");
  const download = find("download");

  function search() {
    const words = fold(find("search").value).split(/\s+/).filter(Boolean);
    let count = 0;
    for (const { item, text } of entries) {
      item.hidden = !words.every((word) => text.includes(word));
      if (!item.hidden) count += 1;
    }
    for (const list of lists) {
      list.hidden = list.previousElementSibling.hidden = !list.querySelector("li:not([hidden])");
    }
    const output = find("found");
    output.textContent = words.length
      ? output.dataset.text.replace("{count}", count).replace("{total}", entries.length)
      : "";
  }

  function sort() {
    const key = find("sort").value;
    const sorted = [...entries];
    if (key !== "name") sorted.sort((one, other) => other[key] - one[key] || one.order - other.order);
    for (const list of lists) {
      list.append(...sorted.filter(({ item }) => item.parentElement === list).map(({ item }) => item));
      list.scrollTop = 0;
    }
  }

  const chosen = () => entries.filter(({ box }) => box?.checked);
  function count() {
    const number = chosen().length;
    download.disabled = number === 0;
    download.textContent = download.dataset.text.replace("{count}", number);
  }

  function toggle() {
    const isOn = section.classList.toggle("choosing");
    choose.setAttribute("aria-pressed", isOn);
    all.hidden = download.hidden = !isOn;
    for (const entry of isOn ? entries : []) {
      if (entry.box) break; // the boxes are made once, when they are needed
      entry.box = document.createElement("input");
      entry.box.type = "checkbox";
      entry.box.setAttribute("aria-label", entry.link.textContent);
      entry.item.prepend(entry.box);
    }
    count();
  }

  // The same structure as feeds.opml, with the addresses that the feeds have on the public server.
  function outline() {
    const base = document.querySelector("link[rel=canonical]").href;
    const opml = document.implementation.createDocument("", "opml");
    const add = (parent, name, attributes = {}) => {
      const element = parent.appendChild(opml.createElementNS("", name));
      for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
      return element;
    };
    opml.documentElement.setAttribute("version", "2.0");
    add(add(opml.documentElement, "head"), "title").textContent = section.dataset.title;
    const body = add(opml.documentElement, "body");
    const groups = new Map();
    for (const { item, link, document: path } of chosen()) {
      const list = item.parentElement;
      const name = list.previousElementSibling.firstChild.textContent.trim();
      if (!groups.has(list)) groups.set(list, add(body, "outline", { text: name }));
      const href = path || link.getAttribute("href").replace(/[^/]*$/, section.dataset.document);
      const text = link.textContent;
      const xmlUrl = new URL(href, base).href;
      add(groups.get(list), "outline", { type: "rss", text, title: text, xmlUrl, htmlUrl: section.dataset.home });
    }
    const xml = `<?xml version="1.0" encoding="utf-8"?>\n${new XMLSerializer().serializeToString(opml)}\n`;
    const file = document.createElement("a");
    file.href = URL.createObjectURL(new Blob([xml], { type: "text/x-opml" }));
    file.download = "feeds.opml";
    file.click();
    setTimeout(() => URL.revokeObjectURL(file.href), 10000);
  }

  section.querySelector(".tools").hidden = false;
  find("search").addEventListener("input", search);
  find("sort").addEventListener("change", sort);
  choose.addEventListener("click", toggle);
  all.addEventListener("click", () => {
    const shown = entries.filter(({ item }) => !item.hidden);
    const isOn = !shown.every(({ box }) => box.checked);
    for (const { box } of shown) box.checked = isOn;
    count();
  });
  section.addEventListener("change", ({ target }) => { if (target.type === "checkbox") count(); });
  download.addEventListener("click", outline);
}

for (const section of document.querySelectorAll(".directory")) directory(section);
