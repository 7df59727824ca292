"""What those who look at a preview are told: that there is a new edition, and what is wrong with it.

Pages listen to `/_events` (Server-Sent Events, HTML Living Standard, section 9.2) and load themselves again.
"""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Mapping, Sequence
from html import escape

from feedmill.preview.responses import Response, page, plain

EVENTS, PROBLEMS, SCRIPT = "/_events", "/_problems", "/_preview.js"

# A page that is not looked at lets go of its connection: a browser has six for a host, whatever the number of tabs.
_CODE = """\
(() => {
  const edition = document.currentScript.dataset.edition;
  let source = null;
  const notice = document.createElement("a");
  notice.href = "/_problems";
  notice.style = "position:fixed;z-index:2147483647;inset:auto 0 0 0;padding:.6em 1em;" +
    "font:16px/1.3 system-ui,sans-serif;color:#fff;background:#a40000;text-align:center";
  const told = (event) => {
    const news = JSON.parse(event.data);
    if (news.edition !== edition) return location.reload();
    notice.textContent = news.problems === 1 ? "1 problem" : `${news.problems} problems`;
    if (news.problems && location.pathname !== "/_problems") document.body.append(notice);
  };
  const listen = () => {
    if (source) source.close();
    source = document.hidden ? null : new EventSource("/_events");
    if (source) source.onmessage = told;
  };
  document.addEventListener("visibilitychange", listen);
  addEventListener("pagehide", () => source && source.close());
  addEventListener("pageshow", listen);
})();
"""


class Bulletin:
    """The news of a preview; any thread may ask, one tells."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._name = secrets.token_hex(4)  # editions of another preview at the same address are others
        self._number = 0
        self._closed = False
        self.problems: tuple[str, ...] = ()

    @property
    def edition(self) -> str:
        return f"{self._name}-{self._number}"

    def tell(self, problems: Sequence[str]) -> None:
        """There is a new edition, and this is wrong with it, a line each."""
        with self._condition:
            self.problems = tuple(problems)
            self._number += 1
            self._condition.notify_all()

    def close(self) -> None:
        """There will be no more news: whoever waits for them is sent away."""
        with self._condition:
            self._closed = True
            self._condition.notify_all()

    def event(self, seen: str, seconds: float) -> tuple[str, bytes] | None:
        """The next edition after the one that was `seen`, and the event that tells of it; None when there are no more.

        When nothing comes for so long it is the same edition, and a comment.
        """
        with self._condition:
            self._condition.wait_for(lambda: self._closed or self.edition != seen, seconds)
            if self._closed:
                return None
            if self.edition == seen:
                return seen, b": nothing new\n\n"
            news = {"edition": self.edition, "problems": len(self.problems)}
            return self.edition, f"data: {json.dumps(news)}\n\n".encode()

    def tag(self) -> bytes:
        """The element that makes a page listen."""
        return f'<script src="{SCRIPT}" data-edition="{self.edition}"></script>\n'.encode()

    def respond(self, path: str, asked: Mapping[str, str]) -> Response | None:
        """The answer to a request for the preview's own pages; None for all others."""
        if path == SCRIPT:
            return Response(
                200, {"Content-Type": "text/javascript; charset=utf-8", "Cache-Control": "no-store"}, _CODE.encode()
            )
        if path == PROBLEMS:
            lines = "\n".join(f"<li><code>{escape(line)}</code></li>" for line in self.problems)
            return page(
                f"<h1>Problems</h1>\n<ul>\n{lines}\n</ul>" if lines else "<h1>No problems</h1>", asked, self.tag()
            )
        return plain(406, "Listen with an EventSource.") if path == EVENTS else None
