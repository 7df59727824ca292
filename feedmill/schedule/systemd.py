"""A systemd service that may do no more than it has to, and the timer that starts it (systemd 247 or newer)."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from feedmill.schedule.plan import DAY, File, Plan, owner

_SERVICE = """\
[Unit]
Description=Publish the feeds of {said}
RequiresMountsFor={mounts}
{network}
[Service]
Type=oneshot
User={user}
ExecStart=:{command}
# Another run is at work: that one does it.
SuccessExitStatus=75
TimeoutStartSec=1h
# Of a run that fails: `systemctl --failed` knows it, `journalctl -u {name}` why, and [publish] ping tells others.
# OnFailure= in [Unit] starts a unit of yours.

# It reads the site, writes the feeds and what it remembers, and that is all.
ProtectSystem=strict
ReadWritePaths={writes}
ProtectHome={home}
PrivateTmp={tmp}
PrivateDevices=yes
{private}
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
LockPersonality=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
RemoveIPC=yes
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallErrorNumber=EPERM
UMask=0022
"""
_TIMER = """\
[Unit]
Description=Publish the feeds of {said} every {span}

[Timer]
{when}
AccuracySec=5s

[Install]
WantedBy=timers.target
"""
_ONLINE = "Wants=network-online.target\nAfter=network-online.target\n"
_CALLS = "# Hubs and pings ([publish]) are on other hosts.\nRestrictAddressFamilies=AF_UNIX AF_INET AF_INET6"
_SILENT = """\
# No hub and no ping is configured: it calls nobody. With [publish] hub or ping print this file again.
PrivateNetwork=yes
IPAddressDeny=any
RestrictAddressFamilies=AF_UNIX"""


def files(plan: Plan) -> list[File]:
    """The service and the timer."""
    name = unit_name(plan.site)
    paths = [Path(plan.command[0]), plan.site, plan.out, plan.state, *([plan.config] if plan.config else [])]
    service = _SERVICE.format(
        name=name,
        said=_specifiers(str(plan.site)),
        mounts=" ".join(dict.fromkeys(map(quoted, (plan.site, plan.out, plan.state.parent)))),
        network=_ONLINE if plan.calls else "",
        user=owner(plan.state if plan.state.exists() else plan.site),
        command=" ".join(map(quoted, _called(plan.arguments()))),
        writes=" ".join(dict.fromkeys(map(quoted, (plan.out, plan.state.parent)))),
        home="read-only" if _below(paths, "/home", "/root", "/run/user") else "yes",
        # What lies in a shared folder for temporary files would not be there in a private one.
        tmp="no" if _below(paths, "/tmp", "/var/tmp") else "yes",  # noqa: S108 # nothing is written there
        private=_CALLS if plan.calls else _SILENT,
    )
    timer = _TIMER.format(said=_specifiers(str(plan.site)), span=plan.span, when=_when(plan.minutes))
    folder = "/etc/systemd/system"
    then = "then: systemctl daemon-reload && systemctl enable --now"
    return [
        File(f"{name}.service", f"{folder}/{name}.service", (), service),
        File(f"{name}.timer", f"{folder}/{name}.timer", (f"{then} {name}.timer",), timer),
    ]


def _called(arguments: tuple[str, ...]) -> tuple[str, ...]:
    """What systemd is to call: it takes no program whose name has quotes or backslashes."""
    return ("/usr/bin/env", *arguments) if set("\"'\\") & set(arguments[0]) else arguments


def unit_name(site: Path) -> str:
    """The name of the units of a site: of its folder's name what the name of a unit can hold, told apart if not all."""
    kept = re.sub(r"[^A-Za-z0-9_.]+", "-", site.name).strip("-.")[:80]
    if kept == site.name:
        return f"feedmill-{kept}"
    return "-".join(filter(None, ("feedmill", kept, hashlib.sha256(bytes(site)).hexdigest()[:8])))


def quoted(word: object) -> str:
    """A word as systemd reads it back: in quotes, without escapes of its own and specifiers (systemd.syntax(7))."""
    escaped = str(word).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{_specifiers(escaped)}"'


def _specifiers(text: str) -> str:
    return text.replace("%", "%%")


def _below(paths: list[Path], *folders: str) -> bool:
    return any(path.is_relative_to(folder) for path in paths for folder in folders)


def _when(minutes: int) -> str:
    """By the clock where that can say it: then what was missed while the machine was off is made up for."""
    hours, rest = divmod(minutes, 60)
    if minutes < 60 and 60 % minutes == 0:
        clock = f"*:0/{minutes}"
    elif minutes == DAY:
        clock = "*-*-* 00:00"
    elif hours and not rest and 24 % hours == 0:
        clock = f"*-*-* 0/{hours}:00"
    else:
        return f"# The clock has no such step. What was missed while the machine was off: one run after it starts.\n\
OnActiveSec=1min\nOnUnitActiveSec={minutes}min"
    return f"OnCalendar={clock}\n# A run that was missed while the machine was off is made up for.\nPersistent=true"
