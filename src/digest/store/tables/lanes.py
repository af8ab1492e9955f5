"""The tables of lanes: what outlives a sender of what it learnt, and what living senders are at.

A lane is one relay's mail to one mailbox provider; an empty provider stands for all of a relay's.
Times are whole milliseconds since 1970 (UTC), as in the ledger.
"""

from sqlalchemy import BigInteger, Column, Float, Integer, SmallInteger, Table, Text

from digest.store.tables import metadata

#: Lanes that a receiver has slowed down; those at full speed have no row.
slow_lanes = Table(
    "slow_lanes",
    metadata,
    Column("relay", Text, primary_key=True),
    Column("provider", Text, primary_key=True),
    Column("rest_until", BigInteger, nullable=False),  # nothing leaves before; then a little more at a time
    Column("rest", BigInteger, nullable=False),  # how long that was, in milliseconds
    Column("cause", Text, nullable=False),
    sqlite_with_rowid=False,
)

#: How many messages began to be sent through a relay with a daily limit, by piece of the day.
relay_uses = Table(
    "relay_uses",
    metadata,
    Column("relay", Text, primary_key=True),
    Column("at", BigInteger, primary_key=True, autoincrement=False),  # when the piece began
    Column("number", Integer, nullable=False),
    sqlite_with_rowid=False,
)

#: Relays that could not be used when a sender last tried; one that took a message since has no row.
relays_away = Table(
    "relays_away",
    metadata,
    Column("relay", Text, primary_key=True),
    Column("since", BigInteger, nullable=False),
    Column("why", Text, nullable=False),
    sqlite_with_rowid=False,
)

#: What each living sender is at; a row that is not renewed says nothing any more.
lanes_in_use = Table(
    "lanes_in_use",
    metadata,
    Column("owner", Text, primary_key=True),
    Column("relay", Text, primary_key=True),
    Column("provider", Text, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("connections", SmallInteger, nullable=False),  # that it may use
    Column("flying", SmallInteger, nullable=False),  # messages without an outcome
    Column("per_second", Float, nullable=False),  # sent of late
    Column("closed_until", BigInteger),  # nothing leaves before
    Column("why", Text, nullable=False),
    sqlite_with_rowid=False,
)
