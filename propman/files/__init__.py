"""Photographs: in through a gate, drawn anew, kept on disk under keys of our own; erased with both their files."""
