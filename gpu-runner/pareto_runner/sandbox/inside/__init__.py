"""What runs inside the sandbox; it may import the standard library and this package alone."""
