"""Rounds (巡检): a worker walks past points, answers what is asked there, and shows that somebody was there."""
