"""`feedmill deploy`: send what was published last to the destinations of a site, without publishing."""

from __future__ import annotations

from feedmill.cli.console import as_json, complain, say
from feedmill.cli.options.commands import DeployOptions
from feedmill.cli.report import counted
from feedmill.commands.publish import delivery_code, say_deliveries
from feedmill.run.bucket_copy import require_copy
from feedmill.run.deploy import deploy_site


def deploy(options: DeployOptions) -> int:
    """Bring the destinations up to date. Hubs are notified by the next run, or by `feedmill tell`."""
    require_copy(options.run)
    deliveries = deploy_site(options.run, verify=options.verify, overwrite=options.overwrite)
    if options.report.json:
        print(as_json({"destinations": [one.values() for one in deliveries]}))
    elif not options.report.quiet:
        say_deliveries(deliveries, options.report)
        complete = sum(not one.error for one in deliveries)
        say(f"{complete:,} of {counted(len(deliveries), 'destination')} complete")
    complain(*(one.error for one in deliveries if one.error), severity="error")
    return delivery_code(deliveries)
