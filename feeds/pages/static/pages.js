/* generator="feedmill" */
// Optional: adds the copy buttons and the search in the directory. The pages work without it.
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

const fold = (text) => text.normalize("NFKC").toLowerCase();
const search = document.getElementById("search");
if (search) {
  const entries = [...document.querySelectorAll(".feeds li")].map((entry) => [entry, fold(entry.textContent)]);
  const found = document.getElementById("found");
  const lists = [...document.querySelectorAll(".feeds")];
  search.parentElement.hidden = false;
  search.addEventListener("input", () => {
    const words = fold(search.value).split(/\s+/).filter(Boolean);
    let count = 0;
    for (const [entry, text] of entries) {
      entry.hidden = !words.every((word) => text.includes(word));
      if (!entry.hidden) count += 1;
    }
    for (const list of lists) {
      list.hidden = list.previousElementSibling.hidden = !list.querySelector("li:not([hidden])");
    }
    found.textContent = words.length
      ? found.dataset.text.replace("{count}", count).replace("{total}", entries.length)
      : "";
  });
}
