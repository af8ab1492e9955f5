"""Sending, in parts: `send` reads top to bottom, these are its nouns."""
