"""By what a report is found: the words of its texts and some signs, in a row beside it. Knows no reports itself."""
