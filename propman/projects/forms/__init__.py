"""The shape of what is typed about projects, their money and their work items."""
