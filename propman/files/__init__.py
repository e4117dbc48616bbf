"""Photographs: in through a gate, drawn anew, kept under keys of our own, found if used again, erased for good."""
