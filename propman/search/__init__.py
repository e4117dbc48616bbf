"""Searching reports: by number, words, place and telephone, within what the viewer may see, the newest first."""
