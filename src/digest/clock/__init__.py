"""How time comes in: a heartbeat that asks what is due."""
