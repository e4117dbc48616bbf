"""The backlog of another system: its table and the map that reads it, the import, what came of it."""
