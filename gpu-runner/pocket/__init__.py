"""The pocket model: a small language model trained on a generated world, and its benchmarks."""
