"""A rendering becomes wire bytes, and wire bytes become outcomes."""
