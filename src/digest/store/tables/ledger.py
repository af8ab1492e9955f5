"""The tables of the ledger: chunks, the receipts of their groups, and what was not a plain 250.

Times are whole milliseconds since 1970 (UTC): they are written with every group and packed at
the end, and both databases compare them alike. The hot columns stand before the large ones, so
that SQLite need not walk the overflow pages of a closed chunk's replies to tell its state.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    text,
)

from digest.store.tables import Key, metadata

#: Up to 1,000 recipients of one edition who share rendering, provider and times. Who they are
#: never changes; how far it has come is rewritten with each group, by its owner alone.
chunks = Table(
    "chunks",
    metadata,
    Column("id", Key, primary_key=True),
    Column("edition", ForeignKey("editions.key"), nullable=False),
    Column("rendering", ForeignKey("renderings.key"), nullable=False),  # variant and version
    Column("provider", Text, nullable=False),  # mailbox provider, frozen from the addresses
    Column("size", Integer, nullable=False),
    Column("first_id", BigInteger, nullable=False),
    Column("last_id", BigInteger, nullable=False),
    Column("not_before", BigInteger, nullable=False),
    Column("valid_until", BigInteger, nullable=False),
    Column("priority", SmallInteger, nullable=False, server_default="0"),  # the higher the sooner
    Column("policy", Text, nullable=False),  # for unknown: hold or resend
    Column("attempt", SmallInteger, nullable=False, server_default="1"),
    Column("began", BigInteger, nullable=False),  # of the first attempt, when this is a later one
    Column("owner", Text),
    Column("fence", Integer, nullable=False, server_default="0"),  # raised by every claim
    Column("lease_until", BigInteger, nullable=False, server_default="0"),
    Column("mark", Integer, nullable=False, server_default="0"),  # below it sending may have begun
    Column("relay", Text),  # the last one that it was sent through
    Column("closed_because", Text),
    Column("bits", LargeBinary, nullable=False),  # two a recipient: unsent, sent, exception, held
    Column("ids", LargeBinary, nullable=False),
    Column("times", LargeBinary),  # merged at close
    Column("replies", LargeBinary),  # merged at close, dropped after `keep_replies`
    sqlite_autoincrement=True,
    postgresql_with={"fillfactor": "40"},  # room for the group updates to stay on their page
)
Index(
    "ix_chunks_open",
    chunks.c.edition,
    chunks.c.not_before,
    sqlite_where=text("closed_because IS NULL"),
    postgresql_where=text("closed_because IS NULL"),
)
Index("ix_chunks_whose", chunks.c.edition, chunks.c.first_id, chunks.c.last_id)

#: One group of an open chunk: when it was recorded, and the relay's words by position.
receipts = Table(
    "receipts",
    metadata,
    Column("chunk", ForeignKey("chunks.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

#: Everything that is not a plain 250; one row a place, the newest word about it.
exceptions = Table(
    "exceptions",
    metadata,
    Column("chunk", ForeignKey("chunks.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("subscriber", BigInteger),  # NULL once the person was forgotten
    Column("outcome", Text, nullable=False),  # deferred, refused, cancelled or unknown
    Column("at", BigInteger, nullable=False),
    Column("attempt", SmallInteger, nullable=False),
    Column("code", SmallInteger, nullable=False, server_default="0"),
    Column("enhanced", Text, nullable=False, server_default=""),
    Column("text", Text, nullable=False, server_default=""),
    Column("rule", Text, nullable=False, server_default=""),  # of `delivery/replies.toml`, that judged it
    Column("again", BigInteger),  # when a deferred one may be tried again; NULL: as the others of its chunk
    Column("settled_by", Text),
    Column("moved_to", BigInteger),  # the chunk in which it stands now
    sqlite_with_rowid=False,
)
Index("ix_exceptions_subscriber", exceptions.c.subscriber)
