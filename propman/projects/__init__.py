"""Renovation projects: what was renovated with whose money, accepted when, guaranteed by whom, transferred to whom."""
