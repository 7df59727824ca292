"""Headless Chromium as judge: a page of cleaned items, in which whatever runs, loads or navigates is recorded."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.judge import ADDRESSES, ELEMENTS, PLAIN, SCHEMES

# Nothing may be loaded but pictures and films, and those from nowhere: the page only hears of what was tried.
_POLICY = "default-src 'none'; script-src 'nonce-judge'; base-uri 'none'; form-action 'none'"
_WATCH = """
const seen = [];
const record = (what) => { if (seen.length < 50) seen.push(String(what).slice(0, 300)); };
for (const name of ["alert", "confirm", "prompt", "open", "print", "eval", "fetch"])
  window[name] = () => record("called " + name);
document.addEventListener("securitypolicyviolation", (event) => {
  if (!/^(img|media)-src/.test(event.effectiveDirective))
    record("tried " + event.effectiveDirective + " " + event.blockedURI + " " + event.sample);
});
window.addEventListener("error", (event) => { if (event.message) record("error " + event.message); }, true);
for (const name of ["beforeunload", "pagehide", "hashchange", "popstate", "submit", "message"])
  window.addEventListener(name, () => record("event " + name), true);
"""
_JUDGE = """
const elements = new Set(ELEMENTS), plain = new Set(PLAIN), addresses = ADDRESSES, schemes = new Set(SCHEMES);
const look = (root, where) => {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_COMMENT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.nodeType === Node.COMMENT_NODE) { record(where + " comment"); continue; }
    if (node.namespaceURI !== "http://www.w3.org/1999/xhtml" || !elements.has(node.localName))
      record(where + " element " + node.nodeName);
    for (const {name, value} of node.attributes) {
      if (name in addresses) {
        if (name === "srcset") continue;
        if (!schemes.has(new URL(value, "nowhere:/").protocol)) record(where + " " + name + " " + value);
      } else if (name === "class" ? /^language-[^\\s]+$/.test(value) : name === "id" && /^[\\w:.-]+$/.test(value)) {
        continue;
      } else if (!plain.has(name)) record(where + " attribute " + name);
    }
    if (node.shadowRoot) record(where + " shadow root");
  }
};
const types = "click mouseover mouseenter pointerover focus blur toggle load error animationstart play".split(" ");
const stir = (root) => {
  root.addEventListener("click", (event) => event.preventDefault());
  for (const node of root.querySelectorAll("*"))
    for (const type of types) node.dispatchEvent(new Event(type, {bubbles: true, cancelable: true}));
};
window.addEventListener("load", () => {
  const items = JSON.parse(document.getElementById("items").textContent);
  const shown = [...document.querySelectorAll("body > article.judged-item")];
  if (shown.length !== items.length) record("items broke out: " + shown.length + " of " + items.length);
  const beside = [...document.body.children].slice(shown.length).map((element) => element.nodeName + element.id);
  if (beside.join() !== "SCRIPTitems,P") record("something stands beside the items: " + beside);
  let settled = 0;
  items.forEach((item, number) => {
    if (shown[number]) { look(shown[number], "item " + number); stir(shown[number]); }
    const box = document.createElement("div");
    document.body.append(box);
    box.innerHTML = item;
    look(box, "inner " + number);
    stir(box);
    const first = box.innerHTML;
    box.innerHTML = first;
    if (box.innerHTML === first) settled += 1; else record("inner " + number + " does not settle");
    box.remove();
  });
  setTimeout(() => {
    const verdict = document.createElement("pre");
    verdict.textContent = JSON.stringify({items: items.length, settled, seen});
    document.body.replaceChildren(verdict);
  }, 200);
});
"""
_VERDICT = re.compile(r"<pre>(\{\"items\".*?)</pre>", re.DOTALL)


def executable() -> str | None:
    """The command of a Chromium that is installed."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


def page(items: Sequence[str]) -> str:
    """A page that shows the items one after another, and judges them."""
    judge = _JUDGE
    for name, value in {
        "ELEMENTS": sorted(ELEMENTS),
        "PLAIN": sorted(PLAIN),
        "ADDRESSES": dict.fromkeys(ADDRESSES, 1),
        "SCHEMES": [f"{scheme}:" for scheme in sorted(SCHEMES)],
    }.items():
        judge = judge.replace(name, json.dumps(value), 1)
    shown = "".join(f"<article class=judged-item>{item}</article>" for item in items)
    data = json.dumps(list(items)).replace("<", "\\u003c")
    policy = f'<meta http-equiv="Content-Security-Policy" content="{html.escape(_POLICY)}">'
    return (
        f"<!doctype html><meta charset=utf-8>{policy}"
        f"<script nonce=judge>{_WATCH}{judge}</script><body>{shown}"
        f'<script nonce=judge type="application/json" id=items>{data}</script><p>'
    )


def judged(items: Sequence[str]) -> tuple[int, list[str]]:
    """How many of the items settle in Chromium, and what was seen that should not be."""
    command = executable()
    assert command is not None
    with tempfile.TemporaryDirectory(prefix="feedmill-chromium-") as folder:
        file = Path(folder) / "page.html"
        file.write_text(page(items), "utf-8", newline="")
        ran = subprocess.run(
            [command, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
             f"--user-data-dir={folder}/profile", "--host-resolver-rules=MAP * ~NOTFOUND",
             "--disable-background-networking", "--virtual-time-budget=60000", "--dump-dom", file.as_uri()],
            capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
    found = _VERDICT.search(ran.stdout)
    if not found:
        return 0, [f"no verdict: {ran.stdout[-300:]} {ran.stderr[-300:]}"]
    verdict = json.loads(html.unescape(found[1]))
    return verdict["settled"], verdict["seen"]
