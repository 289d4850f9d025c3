"""A recipe's way through a model: its steps, the conditions between them, and the ready-made ones."""
