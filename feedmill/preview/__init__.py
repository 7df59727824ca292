"""Development server behind `feedmill serve`."""
