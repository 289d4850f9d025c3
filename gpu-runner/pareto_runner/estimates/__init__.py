"""What a job will take, before it starts, and how far such estimates were from the facts."""
