"""Make the lines of a crontab."""

from __future__ import annotations

import shlex

from feedmill.schedule.plan import File, Plan, cron_fields, owner, template
from posts.errors import UsageError

_MOST = 990  # bytes of a command (MAX_COMMAND in Vixie cron is 1000)
_TEXT = template("crontab")
# A run with -q does not repeat the problems of posts, but a run that fails says why each time. What is printed is
# mailed, so the same text is printed once. A run that finds the lock taken (75) says nothing.
_PRINT_ONCE = (
    "o=$({command} 2>&1); c=$?; "
    'test $c = 75 || {{ test -z "$o" || test "$o" = "$(cat {log} 2>/dev/null)" || printf "%s\\n" "$o"; '
    'printf %s "$o" >{log}; }}; exit $c'
)


def cron_files(plan: Plan) -> list[File]:
    """Return the lines for the crontab of the site's owner."""
    log = plan.state.with_name("cron.log")
    script = _PRINT_ONCE.format(command=shlex.join(plan.arguments()), log=shlex.quote(str(log)))
    command = escape_command(script)
    if len(command.encode()) > _MOST:
        raise UsageError("the command is longer than cron's limit of 990 bytes; use shorter paths or --as systemd")
    text = _TEXT.format(site=plan.site, span=plan.span, fields=cron_fields(plan.minutes), command=command, log=log)
    return [File("crontab", f"crontab -e, as {owner(plan.site)}", (), text)]


def escape_command(command: str) -> str:
    r"""Escape a command for a crontab, where `%` is a line break, `\%` is `%`, and `\\` is `\`."""
    return command.replace("\\", "\\\\").replace("%", "\\%")
