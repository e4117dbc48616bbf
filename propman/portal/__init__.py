"""Pages that show several features at once: the place page, the home of each role, what the words and moves mean."""
