"""The register in and out: a table that a bureau keeps is checked, applied as one, undone where nothing refers."""
