"""Notifications after a run: WebSub hubs and pings."""
