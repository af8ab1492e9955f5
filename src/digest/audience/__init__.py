"""The road of the readers: addresses, imports, consent, opt-outs, segments."""
