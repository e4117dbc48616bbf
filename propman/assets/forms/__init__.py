"""The shape of what is typed about parts: their papers, what is found on site, what a list is narrowed by."""
