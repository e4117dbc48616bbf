"""Flats and who lives in them: joined by the code on a slip or by confirmation, ended by moving out."""
