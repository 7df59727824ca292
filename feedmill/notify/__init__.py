"""Send notifications after a run: to WebSub hubs, and pings."""
