"""Make the lines of a crontab."""

from __future__ import annotations

import shlex

from feedmill.schedule.plan import File, Plan, cron_fields, owner, template
from posts.errors import UsageError

_MOST = 990  # bytes of a command (MAX_COMMAND in Vixie cron is 1000)
_TEXT = template("crontab")


def cron_files(plan: Plan) -> list[File]:
    """Return the lines for the crontab of the site's owner."""
    command = escape_command(shlex.join(plan.arguments()))
    if len(command.encode()) > _MOST:
        raise UsageError("the command is longer than cron's limit of 990 bytes; use shorter paths or --as systemd")
    text = _TEXT.format(site=plan.site, span=plan.span, fields=cron_fields(plan.minutes), command=command)
    return [File("crontab", f"crontab -e, as {owner(plan.site)}", (), text)]


def escape_command(command: str) -> str:
    r"""Escape a command for a crontab, where `%` is a line break, `\%` is `%`, and `\\` is `\`."""
    return command.replace("\\", "\\\\").replace("%", "\\%")
