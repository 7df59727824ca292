"""Lines of a crontab."""

from __future__ import annotations

import shlex

from feedmill.schedule.plan import File, Plan, cron_fields, owner
from posts.errors import UsageError

_MOST = 990  # bytes of a command that cron takes (MAX_COMMAND of Vixie's cron is 1000)
_TEXT = """\
# Publish the feeds of {site} every {span}.
# It prints errors only, which cron mails to MAILTO; [publish] ping tells others.
# A run that finds another one at work ends at once, with exit code 75: that one does it.
{fields}  {command}
# What was missed while the machine was off.
@reboot  {command}
"""


def files(plan: Plan) -> list[File]:
    """The lines for the crontab of whoever owns the site."""
    command = escaped(shlex.join(plan.arguments()))
    if len(command.encode()) > _MOST:
        raise UsageError("cron takes no command of more than 990 bytes: the paths are too long, take --as systemd")
    text = _TEXT.format(site=plan.site, span=plan.span, fields=cron_fields(plan.minutes), command=command)
    return [File("crontab", f"crontab -e, as {owner(plan.site)}", (), text)]


def escaped(command: str) -> str:
    r"""A command as cron hands it to the shell: `%` would be a line break there, `\%` is one, and `\\` is `\`."""
    return command.replace("\\", "\\\\").replace("%", "\\%")
