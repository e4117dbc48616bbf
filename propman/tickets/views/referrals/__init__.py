"""The pages of contractors and utilities: what was referred to them, and nothing else."""
