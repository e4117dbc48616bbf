"""Inspections (巡检): duties that come back by a rule, and cannot silently lapse."""
