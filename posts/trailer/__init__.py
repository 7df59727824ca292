"""Recognise and remove navigation, the source link and the attribution at the end of a body."""
