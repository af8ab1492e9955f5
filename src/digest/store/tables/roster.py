"""The tables of the roster: who may be mailed, who said what, and what imports changed.

Times are whole milliseconds since 1970 (UTC), as in the ledger: rows come in by the million. A
`who` is the keyed hash of an address, in 20 bytes: what outlives the address itself.
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

#: A person: one address, and what we were told about it. An id is never given twice.
subscribers = Table(
    "subscribers",
    metadata,
    Column("id", Key, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("who", LargeBinary, nullable=False, unique=True),
    Column("email", Text, nullable=False),  # as typed
    Column("envelope", Text, nullable=False),
    Column("name", Text, nullable=False, server_default=""),
    Column("language", Text, nullable=False, server_default=""),
    Column("timezone", Text, nullable=False, server_default=""),
    Column("topics", Text, nullable=False, server_default=""),  # JSON list, or empty
    Column("attributes", Text, nullable=False, server_default=""),  # JSON object, or empty
    Column("provider", Text, nullable=False),
    Column("joined", BigInteger, nullable=False),
    Column("hour", SmallInteger),  # at which editions should come, in their time zone
    Column("plain", SmallInteger, nullable=False, server_default="0"),  # the text part only
    Column("untracked", SmallInteger, nullable=False, server_default="0"),
    Column("own_choice", SmallInteger, nullable=False, server_default="0"),  # set by the person
    Column("import_number", Integer),  # the import that brought them
    Column("asked", BigInteger),  # when they were sent a confirmation letter last
    sqlite_autoincrement=True,
)

#: The standing of one person with one digest; in the order in which an audience is frozen.
subscriptions = Table(
    "subscriptions",
    metadata,
    Column("digest", Text, primary_key=True),
    Column(
        "subscriber",
        ForeignKey("subscribers.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("standing", Text, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("provider", Text, nullable=False),  # the subscriber's, so that freezing reads one table
    Column("frequency", Text, nullable=False, server_default="each"),
    Column("paused_until", BigInteger),
    Column("import_number", Integer),  # the import that made the subscription
    sqlite_with_rowid=False,
)
Index("ix_subscriptions_subscriber", subscriptions.c.subscriber)
Index(
    "ix_subscriptions_unconfirmed",
    subscriptions.c.subscriber,
    subscriptions.c.digest,
    sqlite_where=text("standing = 'unconfirmed'"),
    postgresql_where=text("standing = 'unconfirmed'"),
)
Index(
    "ix_subscriptions_paused",
    subscriptions.c.paused_until,
    sqlite_where=text("standing = 'paused'"),
    postgresql_where=text("standing = 'paused'"),
)

#: The newest word of each person on each scope, as the opt-out file and imports have it.
sayings = Table(
    "sayings",
    metadata,
    Column("who", LargeBinary, primary_key=True),
    Column("scope", Text, primary_key=True),
    Column("word", Text, nullable=False),
    Column("at", BigInteger, nullable=False),  # in microseconds: two words may be close
    Column("source", Text, nullable=False),
    sqlite_with_rowid=False,
)

#: An address that is not mailed at all.
suppressions = Table(
    "suppressions",
    metadata,
    Column("who", LargeBinary, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

#: Every yes with its evidence; never changed, gone with the person.
consents = Table(
    "consents",
    metadata,
    Column("id", Key, primary_key=True),
    Column("subscriber", ForeignKey("subscribers.id", ondelete="CASCADE"), nullable=False),
    Column("digest", Text, nullable=False),  # empty: all that the same import asked for
    Column("at", BigInteger, nullable=False),
    Column("source", Text, nullable=False),
    Column("wording", Text, nullable=False, server_default=""),
    Column("address", Text, nullable=False, server_default=""),  # of the browser
    Column("asked", BigInteger),  # when the yes was asked for
    Column("asked_from", Text, nullable=False, server_default=""),  # the browser's address then
    Column("confirmation", Text, nullable=False, server_default=""),  # the letter that was answered
    Column("import_number", Integer),
)
Index("ix_consents_subscriber", consents.c.subscriber)

#: What a person asked for, to be said yes to by the confirmation letter.
requests = Table(
    "requests",
    metadata,
    Column(
        "subscriber",
        ForeignKey("subscribers.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("digest", Text, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("source", Text, nullable=False),
    Column("wording", Text, nullable=False),
    Column("address", Text, nullable=False),  # of the browser
    sqlite_with_rowid=False,
)

#: One run of an import; its number is what `--undo` takes.
imports = Table(
    "imports",
    metadata,
    Column("number", Key, primary_key=True),
    Column("file", Text, nullable=False),
    Column("fingerprint", Text, nullable=False, server_default=""),
    Column("at", BigInteger, nullable=False),
    Column("by", Text, nullable=False, server_default=""),
    Column("state", Text, nullable=False),  # running, done, undone
    Column("counts", Text, nullable=False, server_default="{}"),
    sqlite_autoincrement=True,
)

#: What a person's row was before an import changed it.
import_changes = Table(
    "import_changes",
    metadata,
    Column("import_number", Integer, primary_key=True, autoincrement=False),
    Column(
        "subscriber",
        ForeignKey("subscribers.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("before", Text, nullable=False),
    sqlite_with_rowid=False,
)
Index("ix_import_changes_subscriber", import_changes.c.subscriber)

#: When a person was last asked to confirm: nobody is asked twice a day, whoever types the address.
asked = Table(
    "asked",
    metadata,
    Column("person", LargeBinary, primary_key=True),  # keyed hash of `Address.person`
    Column("at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

#: How far each opt-out file was read into this database.
replays = Table(
    "replays",
    metadata,
    Column("file", Text, primary_key=True),
    Column("end", BigInteger, nullable=False),
)
