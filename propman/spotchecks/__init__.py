"""Spot checks (抽查): a second person looks again at a random sample of what had not failed or was repaired."""
