"""The shape of what people fill in: required, length, choice. Rules are checked by operations."""
