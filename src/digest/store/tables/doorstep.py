"""The tables of the public forms: what was asked for a moment ago, how fast, and why people left."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, LargeBinary, Table, Text

from digest.store.tables import Key, metadata

#: What a form asked for, until it is looked at: the answer never waits for what becomes of it.
wishes = Table(
    "wishes",
    metadata,
    Column("number", Key, primary_key=True),
    Column("kind", Text, nullable=False),  # join or data
    Column("what", Text, nullable=False),  # JSON object
    Column("at", BigInteger, nullable=False),
)

#: How often something was done: one row for whoever did it lately, gone when it has been long enough.
rates = Table(
    "rates",
    metadata,
    Column("who", LargeBinary, primary_key=True),  # keyed hash: no address of a browser is kept
    Column("free", BigInteger, nullable=False),  # when all of it is forgotten, milliseconds since 1970
    sqlite_with_rowid=False,
)
Index("ix_rates_free", rates.c.free)

#: Why somebody left, if they told; gone with the person, and when they come back.
reasons = Table(
    "reasons",
    metadata,
    Column(
        "subscriber",
        ForeignKey("subscribers.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("scope", Text, primary_key=True),  # a digest's id, or * for everything
    Column("reason", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
