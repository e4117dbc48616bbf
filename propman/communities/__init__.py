"""Places, organisations, and who manages what from when to when."""
