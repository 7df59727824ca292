"""Make a Dockerfile whose container publishes a site at an interval, without root."""

from __future__ import annotations

import json
import shlex
from pathlib import Path, PurePosixPath

from feedmill.schedule.plan import File, Plan, template

# A loop instead of cron, which needs root, or a restart policy, which waits longer after each restart. The shell is
# process 1, which receives only signals that it traps.
_LOOP = (
    "trap 'kill $child; wait $child; exit 0' TERM INT; "
    "while :; do "
    "{command} & child=$!; wait $child; "
    "case $? in 0|75) rm -f /tmp/failed;; *) touch /tmp/failed;; esac; "
    "sleep {seconds} & child=$!; wait $child; "
    "done"
)
_TEXT = template("Dockerfile")
_NOBODY = "1000:1000"
_SITE = PurePosixPath("/site")


def docker_files(plan: Plan) -> list[File]:
    """Return the Dockerfile, with the command that runs it in a comment."""
    inside = ContainerPaths(plan)
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
    then = "next: replace OWNER by the owner of your feedmill repository, then follow the first lines of the file"
    written = shlex.join(dict.fromkeys((str(plan.out), str(plan.state.parent))))
    give = () if owner.st_uid else (f"next: chown -R {user} {written} (they belong to root)",)
    return [File("Dockerfile", "Dockerfile, in a separate folder", (*give, then), text)]


class ContainerPaths:
    """The paths inside the container: mounts (the site is read only) and the arguments that name them."""

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
    """Return a value of `--mount`, which is a line of CSV."""
    fields = ["type=bind", f"source={source}", f"target={target}", *(["readonly"] if readonly else [])]
    return ",".join(f'"{one.replace(chr(34), chr(34) * 2)}"' if {",", '"'} & set(one) else one for one in fields)
