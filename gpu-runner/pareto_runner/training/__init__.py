"""Training: the text it reads, one loop, recovery after pruning, adapters and distillation."""
