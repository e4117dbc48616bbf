"""Call-back (回访): somebody other than the repairer asks the reporter by telephone how it went."""
