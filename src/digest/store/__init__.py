"""What must survive a crash: archive, roster, ledger, occurrences, in one database.

Every module is a set of functions that take a connection first; `engine.Store` hands out
connections, one transaction each.
"""
