"""People, what they are in which organisation and place, and how they prove who they are."""
