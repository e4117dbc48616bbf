"""The ways by which messages leave this house, and the round that carries them away."""
