"""Build the files of selected feeds: plan, items, channel head, rendering and verification."""
