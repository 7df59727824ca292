"""A Dockerfile whose container publishes a site every so often, as nobody in particular."""

from __future__ import annotations

import json
import shlex
from pathlib import Path, PurePosixPath

from feedmill.schedule.plan import File, Plan

# A loop, and neither a cron in the container nor a restart policy: Docker restarts with growing pauses, and cron would
# need root. The shell is process 1, which gets no signal that it does not trap.
_LOOP = (
    "trap 'kill $child; wait $child; exit 0' TERM INT; "
    "while :; do "
    "{command} & child=$!; wait $child; "
    "case $? in 0|75) rm -f /tmp/failed;; *) touch /tmp/failed;; esac; "
    "sleep {seconds} & child=$!; wait $child; "
    "done"
)
_TEXT = """\
# Publishes the feeds of {site}, then again {span} after each run: none overlaps another.
#
#   docker build -t {image} - < Dockerfile
#   docker run -d --name {image} --restart unless-stopped --read-only --tmpfs /tmp --cap-drop ALL \\
#     --security-opt no-new-privileges {network}\\
{mounts}
#     {image}
#
# `docker logs` has the errors, `docker ps` says "unhealthy" while runs fail, and [publish] ping tells others.
FROM python:3.13-slim
RUN pip install --no-cache-dir "feedmill @ https://github.com/OWNER/feedmill/archive/refs/heads/main.tar.gz"
# Who owns the feeds.
USER {user}
HEALTHCHECK --interval=1m CMD ["test", "!", "-e", "/tmp/failed"]
ENTRYPOINT {entry}
"""
_NOBODY = "1000:1000"
_SITE = PurePosixPath("/site")


def files(plan: Plan) -> list[File]:
    """The Dockerfile, with the command that runs it."""
    inside = Inside(plan)
    owner = plan.out.stat() if plan.out.exists() else plan.site.stat()
    user = f"{owner.st_uid}:{owner.st_gid}" if owner.st_uid else _NOBODY
    loop = _LOOP.format(command=shlex.join(inside.arguments), seconds=plan.minutes * 60)
    text = _TEXT.format(
        site=plan.site,
        span=plan.span,
        image="feedmill",
        network="" if plan.calls else "--network none ",
        mounts="\n".join(f"#     --mount {shlex.quote(mount)} \\" for mount in inside.mounts),
        user=user,
        entry=json.dumps(["/bin/sh", "-c", loop], ensure_ascii=False),
    )
    then = "then: what its first lines say, with the address in the place of OWNER that you have feedmill from"
    written = shlex.join(dict.fromkeys((str(plan.out), str(plan.state.parent))))
    give = () if owner.st_uid else (f"then: chown -R {user} {written}: they belong to root, as whom it does not run",)
    return [File("Dockerfile", "Dockerfile, in a folder of its own", (*give, then), text)]


class Inside:
    """What the container sees: the site read only, and what is written to; with the arguments for those places."""

    def __init__(self, plan: Plan) -> None:
        self.site = plan.site
        self.mounts = [_mount(plan.site, _SITE, readonly=True)]
        out, state = self._place(plan.out, "/feeds"), self._place(plan.state.parent, "/state") / plan.state.name
        self.mounts += [_mount(plan.out, out), _mount(plan.state.parent, state.parent)]
        arguments = ["feedmill", "publish", "-q", str(_SITE)]
        if plan.has_own_out or not plan.out.is_relative_to(plan.site):
            arguments += ["--out", str(out)]
        if plan.has_own_state:
            arguments += ["--state", str(state)]
        if plan.config:
            config = self._place(plan.config, "/feedmill.toml")
            arguments += ["--config", str(config)]
            if not plan.config.is_relative_to(plan.site):
                self.mounts.append(_mount(plan.config, config, readonly=True))
        self.arguments = arguments

    def _place(self, path: Path, elsewhere: str) -> PurePosixPath:
        if path.is_relative_to(self.site):
            return _SITE / path.relative_to(self.site).as_posix()
        return PurePosixPath(elsewhere)


def _mount(source: Path, target: PurePosixPath, *, readonly: bool = False) -> str:
    """A value of `--mount`, which is a line of CSV."""
    fields = ["type=bind", f"source={source}", f"target={target}", *(["readonly"] if readonly else [])]
    return ",".join(f'"{one.replace(chr(34), chr(34) * 2)}"' if {",", '"'} & set(one) else one for one in fields)
