"""The shape of what an administrator types about the catalogue. What it means is judged by operations."""
