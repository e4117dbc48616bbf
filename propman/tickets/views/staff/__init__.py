"""The pages of whoever sees to it: the queue, a ticket and its moves, phone intake, a worker's jobs."""
