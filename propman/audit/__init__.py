"""Append-only record of acts that are not moves of a ticket: sign-in, denial, export, administration."""
