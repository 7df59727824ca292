"""Navigation, source link and attribution at the end of a body."""
