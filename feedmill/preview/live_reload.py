"""Reload the pages of a preview after a build, and show its problems.

Pages listen to `/_events` (Server-Sent Events, HTML Living Standard, section 9.2) and reload.
"""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Mapping, Sequence
from html import escape

from feedmill.preview.responses import Response, html_response, text_response

EVENTS, PROBLEMS, SCRIPT = "/_events", "/_problems", "/_preview.js"

# A hidden page closes its connection: a browser allows six for each host, whatever the number of tabs.
_CODE = """\
(() => {
  const edition = document.currentScript.dataset.edition;
  let source = null;
  const notice = document.createElement("a");
  notice.href = "/_problems";
  notice.style = "position:fixed;z-index:2147483647;inset:auto 0 0 0;padding:.6em 1em;" +
    "font:16px/1.3 system-ui,sans-serif;color:#fff;background:#a40000;text-align:center";
  const update = (event) => {
    const news = JSON.parse(event.data);
    if (news.edition !== edition) return location.reload();
    notice.textContent = news.problems === 1 ? "1 problem" : `${news.problems} problems`;
    if (news.problems && location.pathname !== "/_problems") document.body.append(notice);
  };
  const listen = () => {
    if (source) source.close();
    source = document.hidden ? null : new EventSource("/_events");
    if (source) source.onmessage = update;
  };
  document.addEventListener("visibilitychange", listen);
  addEventListener("pagehide", () => source && source.close());
  addEventListener("pageshow", listen);
})();
"""


class LiveReload:
    """The number and the problems of the last build. One thread calls `notify`, any thread may read."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._name = secrets.token_hex(4)  # tells the builds of another preview at this address apart
        self._number = 0
        self._closed = False
        self.problems: tuple[str, ...] = ()

    @property
    def edition(self) -> str:
        return f"{self._name}-{self._number}"

    def notify(self, problems: Sequence[str]) -> None:
        """Announce a new build with its problems, one line each."""
        with self._condition:
            self.problems = tuple(problems)
            self._number += 1
            self._condition.notify_all()

    def close(self) -> None:
        """End all event streams."""
        with self._condition:
            self._closed = True
            self._condition.notify_all()

    def event(self, seen: str, seconds: float) -> tuple[str, bytes] | None:
        """Wait for the next build and return its name and event; None after `close`.

        Args:
            seen: the name of the build that the page shows.
            seconds: how long to wait; then `seen` and a comment are returned.
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
        """Return the script element that makes a page reload."""
        return f'<script src="{SCRIPT}" data-edition="{self.edition}"></script>\n'.encode()

    def respond(self, path: str, asked: Mapping[str, str]) -> Response | None:
        """Return the response for the preview's own pages, None for all others."""
        if path == SCRIPT:
            return Response(
                200, {"Content-Type": "text/javascript; charset=utf-8", "Cache-Control": "no-store"}, _CODE.encode()
            )
        if path == PROBLEMS:
            lines = "\n".join(f"<li><code>{escape(line)}</code></li>" for line in self.problems)
            return html_response(
                f"<h1>Problems</h1>\n<ul>\n{lines}\n</ul>" if lines else "<h1>No problems</h1>", asked, self.tag()
            )
        return text_response(406, "Use an EventSource.") if path == EVENTS else None
