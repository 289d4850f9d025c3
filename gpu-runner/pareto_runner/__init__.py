"""Pareto Lab's GPU runner: compresses and measures language models."""

__version__ = "0.1.0"
