"""The ledger: who gets what, exactly once, provably, small.

An edition's audience is cut into immutable chunks of at most 1,000 subscriber ids; one row a
chunk says how far it has come, two bits say what became of each recipient. What is not a plain
250 has a row of its own. The order of things is in `docs/explanation/ledger.md`; nothing here
opens a connection, sends a byte or reads a clock: every function takes a `Connection` and `now`.
"""
