"""Reading imports, what lies around the rows of a file, what refers to parts, and parts to write into a file."""
