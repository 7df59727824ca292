"""Make a Dockerfile whose container publishes a site at an interval, without root, and a Compose file that runs it."""

from __future__ import annotations

import json
import shlex
from pathlib import Path, PurePosixPath
from typing import NamedTuple

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
_COMPOSE = template("compose.yaml")
_NOBODY = "1000:1000"
_SITE = PurePosixPath("/site")
_NO_NETWORK = "    network_mode: none  # no hub and no ping is configured; write this file again after you add one\n"
_VOLUME = """\
      - type: bind
        source: {source}
        target: {target}
        read_only: {readonly}
        bind: {{create_host_path: false}}
"""


def docker_files(plan: Plan) -> list[File]:
    """Return the Dockerfile, with the command that runs it in a comment, and the Compose file."""
    inside = ContainerPaths(plan)
    owner = plan.out.stat() if plan.out.exists() else plan.site.stat()
    user = f"{owner.st_uid}:{owner.st_gid}" if owner.st_uid else _NOBODY
    loop = _LOOP.format(command=shlex.join(inside.arguments), seconds=plan.minutes * 60)
    text = _TEXT.format(
        site=plan.site,
        span=plan.span,
        image="feedmill",
        network="" if plan.calls else "--network none ",
        mounts="\n".join(f"#     --mount {shlex.quote(_csv(mount))} \\" for mount in inside.mounts),
        user=user,
        entry=_exec("/bin/sh", "-c", loop),
        health=_exec("/bin/sh", "-c", f"test ! -e /tmp/failed && {shlex.join(inside.status)} --max-age {plan.max_age}"),
    )
    compose = _COMPOSE.format(
        site=plan.site,
        span=plan.span,
        network="" if plan.calls else _NO_NETWORK,
        volumes="".join(_VOLUME.format(**_yaml(mount)) for mount in inside.mounts),
    )
    then = "next: replace OWNER by the owner of your feedmill repository, then follow the first lines of the file"
    written = shlex.join(dict.fromkeys((str(plan.out), str(plan.state.parent))))
    give = () if owner.st_uid else (f"next: chown -R {user} {written} (they belong to root)",)
    return [
        File("Dockerfile", "Dockerfile, in a separate folder", (*give, then), text),
        File("compose.yaml", "compose.yaml, beside the Dockerfile", ("next: docker compose up -d --build",), compose),
    ]


class Mount(NamedTuple):
    """A bind mount: a path of the machine, its path in the container, and whether the container may write to it."""

    source: Path
    target: PurePosixPath
    is_readonly: bool = False


class ContainerPaths:
    """The paths inside the container: mounts (the site is read only), and the commands that name them."""

    def __init__(self, plan: Plan) -> None:
        self.site = plan.site
        self.mounts = [Mount(plan.site, _SITE, is_readonly=True)]
        out, state = self._place(plan.out, "/feeds"), self._place(plan.state.parent, "/state") / plan.state.name
        self.mounts += [Mount(plan.out, out), Mount(plan.state.parent, state.parent)]
        arguments = [str(_SITE)]
        if plan.has_own_out or not plan.out.is_relative_to(plan.site):
            arguments += ["--out", str(out)]
        if plan.has_own_state:
            arguments += ["--state", str(state)]
        if plan.config:
            config = self._place(plan.config, "/feedmill.toml")
            arguments += ["--config", str(config)]
            if not plan.config.is_relative_to(plan.site):
                self.mounts.append(Mount(plan.config, config, is_readonly=True))
        self.arguments = ["feedmill", "publish", "-q", *arguments]
        self.status = ["feedmill", "status", "-q", *arguments]

    def _place(self, path: Path, elsewhere: str) -> PurePosixPath:
        if path.is_relative_to(self.site):
            return _SITE / path.relative_to(self.site).as_posix()
        return PurePosixPath(elsewhere)


def _exec(*words: str) -> str:
    """Return a command in the exec form of a Dockerfile."""
    return json.dumps(words, ensure_ascii=False)


def _yaml(mount: Mount) -> dict[str, str]:
    """Return the fields of a mount as YAML, in which Compose replaces `$NAME` by variables."""
    paths = {"source": str(mount.source), "target": str(mount.target)}
    quoted = {name: json.dumps(path.replace("$", "$$"), ensure_ascii=False) for name, path in paths.items()}
    return {**quoted, "readonly": "true" if mount.is_readonly else "false"}


def _csv(mount: Mount) -> str:
    """Return a value of `--mount`, which is a line of CSV."""
    readonly = ["readonly"] if mount.is_readonly else []
    fields = ["type=bind", f"source={mount.source}", f"target={mount.target}", *readonly]
    return ",".join(f'"{one.replace(chr(34), chr(34) * 2)}"' if {",", '"'} & set(one) else one for one in fields)
