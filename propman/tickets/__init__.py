"""A report from its first word to its confirmed end: `workflow` decides, `operations` write, `queries` read."""
