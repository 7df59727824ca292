"""Render Markdown, Liquid and shortcodes to HTML; owns the Markdown library."""
