"""Measures an artifact: accuracy, perplexity, latency, memory, size, energy, each re-loaded from disk."""
