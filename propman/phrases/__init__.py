"""Sentences that an organisation uses again and again: its own, or those that come with propman."""
