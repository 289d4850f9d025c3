"""How the next recipe is proposed: a legal pool, strategies that rank it, one surrogate that says what to expect."""
