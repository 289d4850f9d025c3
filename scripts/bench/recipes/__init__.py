"""The parts of `recipes_table.py`."""
