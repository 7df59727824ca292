"""Make a systemd service with least privileges, its timer, and what reports failures (systemd 247 or newer)."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from feedmill.schedule.plan import DAY, File, Plan, owner, template

_SERVICE = template("feedmill.service")
_TIMER = template("feedmill.timer")
_FAILED = template("feedmill-failed.service")
# Runs as root: sendmail programs change their user or group, which a unit with least privileges may not do.
_MAIL = (
    '{{ printf "To: %s\\nSubject: %s\\nContent-Type: text/plain; charset=utf-8\\n\\n" "$MAILTO" "{name} has failed"; '
    "journalctl -u {name}.service -n 20 --no-pager; }} | /usr/sbin/sendmail -i -t"
)
_ONLINE = "Wants=network-online.target\nAfter=network-online.target\n"
_CALLS = """\
# For hubs, pings and destinations ([publish]), which are on other hosts.
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6"""
_SILENT = """\
# No hub, ping or destination is configured, so no network is needed. Generate this file again after you add one.
PrivateNetwork=yes
IPAddressDeny=any
RestrictAddressFamilies=AF_UNIX"""


def systemd_files(plan: Plan) -> list[File]:
    """Return the service, the timer, and the service that sends mail after a failure."""
    name = unit_name(plan.site)
    paths = [Path(plan.command[0]), plan.site, plan.out, plan.state, *([plan.config] if plan.config else [])]
    service = _SERVICE.format(
        name=name,
        site=_specifiers(str(plan.site)),
        mounts=" ".join(dict.fromkeys(map(quote_word, (plan.site, plan.out, plan.state.parent)))),
        network=_ONLINE if plan.calls else "",
        user=owner(plan.state if plan.state.exists() else plan.site),
        command=" ".join(map(quote_word, _called(plan.arguments()))),
        writes=" ".join(dict.fromkeys(map(quote_word, (plan.out, plan.state.parent)))),
        # Keys and credentials for destinations are in the home folder.
        home="read-only" if plan.sends or _below(paths, "/home", "/root", "/run/user") else "yes",
        # Paths in the shared temporary folder do not exist in a private one.
        tmp="no" if _below(paths, "/tmp", "/var/tmp") else "yes",  # noqa: S108 # nothing is written there
        private=_CALLS if plan.calls else _SILENT,
    )
    timer = _TIMER.format(site=_specifiers(str(plan.site)), span=plan.span, when=_when(plan.minutes))
    failed = _FAILED.format(site=_specifiers(str(plan.site)), script=quote_word(_MAIL.format(name=name)))
    folder = "/etc/systemd/system"
    then = "next: systemctl daemon-reload && systemctl enable --now"
    return [
        File(f"{name}.service", f"{folder}/{name}.service", (), service),
        File(f"{name}-failed.service", f"{folder}/{name}-failed.service", (), failed),
        File(f"{name}.timer", f"{folder}/{name}.timer", (f"{then} {name}.timer",), timer),
    ]


def _called(arguments: tuple[str, ...]) -> tuple[str, ...]:
    """Return the command; systemd does not accept a program whose path contains quotes or backslashes."""
    return ("/usr/bin/env", *arguments) if set("\"'\\") & set(arguments[0]) else arguments


def unit_name(site: Path) -> str:
    """Return the name of a site's units: its folder's name, with a hash if characters had to be removed."""
    kept = re.sub(r"[^A-Za-z0-9_.]+", "-", site.name).strip("-.")[:80]
    if kept == site.name:
        return f"feedmill-{kept}"
    return "-".join(filter(None, ("feedmill", kept, hashlib.sha256(bytes(site)).hexdigest()[:8])))


def quote_word(word: object) -> str:
    """Quote a word for a unit file, with escapes and specifiers made literal (systemd.syntax(7))."""
    escaped = str(word).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{_specifiers(escaped)}"'


def _specifiers(text: str) -> str:
    return text.replace("%", "%%")


def _below(paths: list[Path], *folders: str) -> bool:
    return any(path.is_relative_to(folder) for path in paths for folder in folders)


def _when(minutes: int) -> str:
    """Return the timer's settings: OnCalendar where it can express the interval, since it catches up on missed runs."""
    hours, rest = divmod(minutes, 60)
    if minutes < 60 and 60 % minutes == 0:
        clock = f"*:0/{minutes}"
    elif minutes == DAY:
        clock = "*-*-* 00:00"
    elif hours and not rest and 24 % hours == 0:
        clock = f"*-*-* 0/{hours}:00"
    else:
        return f"# OnCalendar cannot express this interval. One run after the machine starts catches up.\n\
OnActiveSec=1min\nOnUnitActiveSec={minutes}min"
    return f"OnCalendar={clock}\n# Catch up on a run that was missed while the machine was off.\nPersistent=true"
