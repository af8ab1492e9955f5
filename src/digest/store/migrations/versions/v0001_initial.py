"""All tables of the first release.

Written by `python -m digest.store.migrations.draft --initial`: until that release, change a table and
run it again.
"""

import sqlalchemy as sa
from alembic import op

from digest.store.tables import Key, Moment

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table."""
    op.create_table(
        "asked",
        sa.Column("person", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_asked")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "audit",
        sa.Column("key", Key, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_at"), "audit", ["at"], unique=False)
    op.create_table(
        "bookmarks",
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("last_modified", sa.Text(), nullable=False),
        sa.Column("moved_to", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("url", name=op.f("pk_bookmarks")),
    )
    op.create_table(
        "editions",
        sa.Column("key", Key, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("due", Moment(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("choice", sa.Text(), nullable=False),
        sa.Column("approved_hash", sa.Text(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("published_at", Moment(), nullable=True),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_editions")),
        sa.UniqueConstraint("id", name=op.f("uq_editions_id")),
    )
    op.create_index(op.f("ix_editions_digest_day"), "editions", ["digest", "day"], unique=False)
    op.create_index(op.f("ix_editions_state"), "editions", ["state"], unique=False)
    op.create_table(
        "editors",
        sa.Column("key", Key, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("password", sa.Text(), nullable=False),
        sa.Column("invitation", sa.Text(), nullable=False),
        sa.Column("invited_until", Moment(), nullable=True),
        sa.Column("totp", sa.Text(), nullable=False),
        sa.Column("totp_on", sa.Boolean(), nullable=False),
        sa.Column("totp_period", sa.BigInteger(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("signed_in_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_editors")),
        sa.UniqueConstraint("name", name=op.f("uq_editors_name")),
    )
    op.create_index(op.f("ix_editors_invitation"), "editors", ["invitation"], unique=False)
    op.create_table(
        "frequencies",
        sa.Column("number", Key, nullable=False),
        sa.Column("texts", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_frequencies")),
    )
    op.create_table(
        "imports",
        sa.Column("number", Key, nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("counts", sa.Text(), server_default="{}", nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_imports")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "index_segments",
        sa.Column("key", Key, nullable=False),
        sa.Column("first", Key, nullable=False),
        sa.Column("last", Key, nullable=False),
        sa.Column("texts", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_index_segments")),
        sa.UniqueConstraint("first", name=op.f("uq_index_segments_first")),
    )
    op.create_table(
        "lanes_in_use",
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("relay", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("connections", sa.SmallInteger(), nullable=False),
        sa.Column("flying", sa.SmallInteger(), nullable=False),
        sa.Column("per_second", sa.Float(), nullable=False),
        sa.Column("closed_until", sa.BigInteger(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("owner", "relay", "provider", name=op.f("pk_lanes_in_use")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "occurrences",
        sa.Column("key", Key, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("slot", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("due", Moment(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("lease_until", Moment(), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("claimed_at", Moment(), nullable=True),
        sa.Column("finished_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_occurrences")),
        sa.UniqueConstraint("digest", "slot", name=op.f("uq_occurrences_digest_slot")),
    )
    op.create_index(op.f("ix_occurrences_state_due"), "occurrences", ["state", "due"], unique=False)
    op.create_table(
        "pictures",
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("url", name=op.f("pk_pictures")),
    )
    op.create_index(op.f("ix_pictures_name"), "pictures", ["name"], unique=False)
    op.create_table(
        "rates",
        sa.Column("who", sa.LargeBinary(), nullable=False),
        sa.Column("free", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("who", name=op.f("pk_rates")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_rates_free", "rates", ["free"], unique=False)
    op.create_table(
        "relay_uses",
        sa.Column("relay", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("relay", "at", name=op.f("pk_relay_uses")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "relays_away",
        sa.Column("relay", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("relay", name=op.f("pk_relays_away")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "replays",
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("end", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("file", name=op.f("pk_replays")),
    )
    op.create_table(
        "sayings",
        sa.Column("who", sa.LargeBinary(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("who", "scope", name=op.f("pk_sayings")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sign_in_attempts",
        sa.Column("key", Key, nullable=False),
        sa.Column("whose", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("ticket", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sign_in_attempts")),
    )
    op.create_index(op.f("ix_sign_in_attempts_at"), "sign_in_attempts", ["at"], unique=False)
    op.create_index(op.f("ix_sign_in_attempts_ticket"), "sign_in_attempts", ["ticket"], unique=False)
    op.create_index(op.f("ix_sign_in_attempts_whose_at"), "sign_in_attempts", ["whose", "at"], unique=False)
    op.create_table(
        "slow_lanes",
        sa.Column("relay", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("rest_until", sa.BigInteger(), nullable=False),
        sa.Column("rest", sa.BigInteger(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("relay", "provider", name=op.f("pk_slow_lanes")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "stories",
        sa.Column("key", Key, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("first_seen", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_stories")),
        sa.UniqueConstraint("id", name=op.f("uq_stories_id")),
    )
    op.create_table(
        "subscribers",
        sa.Column("id", Key, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("who", sa.LargeBinary(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("envelope", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("language", sa.Text(), server_default="", nullable=False),
        sa.Column("timezone", sa.Text(), server_default="", nullable=False),
        sa.Column("topics", sa.Text(), server_default="", nullable=False),
        sa.Column("attributes", sa.Text(), server_default="", nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("joined", sa.BigInteger(), nullable=False),
        sa.Column("hour", sa.SmallInteger(), nullable=True),
        sa.Column("plain", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("untracked", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("own_choice", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("import_number", sa.Integer(), nullable=True),
        sa.Column("asked", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscribers")),
        sa.UniqueConstraint("key", name=op.f("uq_subscribers_key")),
        sa.UniqueConstraint("who", name=op.f("uq_subscribers_who")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "suppressions",
        sa.Column("who", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("who", name=op.f("pk_suppressions")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "visits",
        sa.Column("key", Key, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("ok", sa.Boolean(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("same", sa.Integer(), nullable=False),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_visits")),
    )
    op.create_index(op.f("ix_visits_source_at"), "visits", ["source", "at"], unique=False)
    op.create_table(
        "wishes",
        sa.Column("number", Key, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_wishes")),
    )
    op.create_table(
        "approvals",
        sa.Column("edition_key", Key, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_key"], ["editions.key"], name=op.f("fk_approvals_edition_key"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("edition_key", "hash", "who", name=op.f("pk_approvals")),
    )
    op.create_table(
        "compositions",
        sa.Column("edition_key", Key, nullable=False),
        sa.Column("variant", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("inputs", sa.Text(), nullable=False),
        sa.Column("program", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_key"], ["editions.key"], name=op.f("fk_compositions_edition_key"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("edition_key", "variant", "version", name=op.f("pk_compositions")),
    )
    op.create_table(
        "consents",
        sa.Column("id", Key, nullable=False),
        sa.Column("subscriber", Key, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("wording", sa.Text(), server_default="", nullable=False),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("asked", sa.BigInteger(), nullable=True),
        sa.Column("asked_from", sa.Text(), server_default="", nullable=False),
        sa.Column("confirmation", sa.Text(), server_default="", nullable=False),
        sa.Column("import_number", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["subscriber"], ["subscribers.id"], name=op.f("fk_consents_subscriber"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    op.create_index("ix_consents_subscriber", "consents", ["subscriber"], unique=False)
    op.create_table(
        "corrections",
        sa.Column("edition_key", Key, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("story", sa.Text(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("variants", sa.Text(), nullable=False),
        sa.Column("rendering", Key, nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_key"], ["editions.key"], name=op.f("fk_corrections_edition_key"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("edition_key", "number", name=op.f("pk_corrections")),
    )
    op.create_table(
        "history",
        sa.Column("key", Key, nullable=False),
        sa.Column("edition_key", Key, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("old_state", sa.Text(), nullable=False),
        sa.Column("new_state", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("story", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["edition_key"], ["editions.key"], name=op.f("fk_history_edition_key"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_history")),
    )
    op.create_index(op.f("ix_history_edition_key"), "history", ["edition_key"], unique=False)
    op.create_table(
        "import_changes",
        sa.Column("import_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("subscriber", Key, autoincrement=False, nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscriber"], ["subscribers.id"], name=op.f("fk_import_changes_subscriber"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("import_number", "subscriber", name=op.f("pk_import_changes")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_import_changes_subscriber", "import_changes", ["subscriber"], unique=False)
    op.create_table(
        "looked",
        sa.Column("edition_key", Key, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_key"], ["editions.key"], name=op.f("fk_looked_edition_key"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("edition_key", "hash", "what", name=op.f("pk_looked")),
    )
    op.create_table(
        "overrides",
        sa.Column("edition_key", Key, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_key"], ["editions.key"], name=op.f("fk_overrides_edition_key"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("edition_key", "hash", "rule", name=op.f("pk_overrides")),
    )
    op.create_table(
        "reading_classes",
        sa.Column("edition_key", Key, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("readers", sa.Integer(), nullable=False),
        sa.Column("follows", sa.Text(), nullable=False),
        sa.Column("variant", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_key"], ["editions.key"], name=op.f("fk_reading_classes_edition_key"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("edition_key", "name", name=op.f("pk_reading_classes")),
    )
    op.create_table(
        "reasons",
        sa.Column("subscriber", Key, autoincrement=False, nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscriber"], ["subscribers.id"], name=op.f("fk_reasons_subscriber"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("subscriber", "scope", name=op.f("pk_reasons")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "recovery_codes",
        sa.Column("editor_key", Key, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["editor_key"], ["editors.key"], name=op.f("fk_recovery_codes_editor_key"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("editor_key", "hash", name=op.f("pk_recovery_codes")),
    )
    op.create_table(
        "renderings",
        sa.Column("key", Key, nullable=False),
        sa.Column("edition_key", Key, nullable=False),
        sa.Column("variant", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("preheader", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_key"], ["editions.key"], name=op.f("fk_renderings_edition_key"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_renderings")),
        sa.UniqueConstraint(
            "edition_key", "variant", "version", name=op.f("uq_renderings_edition_key_variant_version")
        ),
    )
    op.create_table(
        "requests",
        sa.Column("subscriber", Key, autoincrement=False, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscriber"], ["subscribers.id"], name=op.f("fk_requests_subscriber"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("subscriber", "digest", name=op.f("pk_requests")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sessions",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("editor_key", Key, nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("seen_at", Moment(), nullable=False),
        sa.Column("until", Moment(), nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("browser", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["editor_key"], ["editors.key"], name=op.f("fk_sessions_editor_key"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_editor_key"), "sessions", ["editor_key"], unique=False)
    op.create_table(
        "story_versions",
        sa.Column("key", Key, nullable=False),
        sa.Column("story_key", Key, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("seen_at", Moment(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["story_key"], ["stories.key"], name=op.f("fk_story_versions_story_key"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_story_versions")),
        sa.UniqueConstraint(
            "story_key", "source", "fingerprint", name=op.f("uq_story_versions_story_key_source_fingerprint")
        ),
    )
    op.create_table(
        "subscriptions",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("subscriber", Key, autoincrement=False, nullable=False),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("frequency", sa.Text(), server_default="each", nullable=False),
        sa.Column("paused_until", sa.BigInteger(), nullable=True),
        sa.Column("import_number", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["subscriber"], ["subscribers.id"], name=op.f("fk_subscriptions_subscriber"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("digest", "subscriber", name=op.f("pk_subscriptions")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_subscriptions_paused",
        "subscriptions",
        ["paused_until"],
        unique=False,
        sqlite_where=sa.text("standing = 'paused'"),
        postgresql_where=sa.text("standing = 'paused'"),
    )
    op.create_index("ix_subscriptions_subscriber", "subscriptions", ["subscriber"], unique=False)
    op.create_index(
        "ix_subscriptions_unconfirmed",
        "subscriptions",
        ["subscriber", "digest"],
        unique=False,
        sqlite_where=sa.text("standing = 'unconfirmed'"),
        postgresql_where=sa.text("standing = 'unconfirmed'"),
    )
    op.create_table(
        "carried",
        sa.Column("edition_key", Key, nullable=False),
        sa.Column("variant", sa.Text(), nullable=False),
        sa.Column("version_key", Key, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("featured", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_key"], ["editions.key"], name=op.f("fk_carried_edition_key"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["version_key"], ["story_versions.key"], name=op.f("fk_carried_version_key")),
        sa.PrimaryKeyConstraint("edition_key", "variant", "version_key", name=op.f("pk_carried")),
    )
    op.create_index(op.f("ix_carried_version_key"), "carried", ["version_key"], unique=False)
    op.create_table(
        "chunks",
        sa.Column("id", Key, nullable=False),
        sa.Column("edition", Key, nullable=False),
        sa.Column("rendering", Key, nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("first_id", sa.BigInteger(), nullable=False),
        sa.Column("last_id", sa.BigInteger(), nullable=False),
        sa.Column("not_before", sa.BigInteger(), nullable=False),
        sa.Column("valid_until", sa.BigInteger(), nullable=False),
        sa.Column("priority", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("attempt", sa.SmallInteger(), server_default="1", nullable=False),
        sa.Column("began", sa.BigInteger(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("fence", sa.Integer(), server_default="0", nullable=False),
        sa.Column("lease_until", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("mark", sa.Integer(), server_default="0", nullable=False),
        sa.Column("relay", sa.Text(), nullable=True),
        sa.Column("closed_because", sa.Text(), nullable=True),
        sa.Column("bits", sa.LargeBinary(), nullable=False),
        sa.Column("ids", sa.LargeBinary(), nullable=False),
        sa.Column("times", sa.LargeBinary(), nullable=True),
        sa.Column("replies", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["edition"], ["editions.key"], name=op.f("fk_chunks_edition")),
        sa.ForeignKeyConstraint(["rendering"], ["renderings.key"], name=op.f("fk_chunks_rendering")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chunks")),
        postgresql_with={"fillfactor": "40"},
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_chunks_open",
        "chunks",
        ["edition", "not_before"],
        unique=False,
        sqlite_where=sa.text("closed_because IS NULL"),
        postgresql_where=sa.text("closed_because IS NULL"),
    )
    op.create_index("ix_chunks_whose", "chunks", ["edition", "first_id", "last_id"], unique=False)
    op.create_table(
        "current_versions",
        sa.Column("story_key", Key, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("version_key", Key, nullable=False),
        sa.Column("sort_at", Moment(), nullable=False),
        sa.Column("full", sa.Boolean(), nullable=False),
        sa.Column("usable", sa.Boolean(), nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["story_key"], ["stories.key"], name=op.f("fk_current_versions_story_key"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["version_key"],
            ["story_versions.key"],
            name=op.f("fk_current_versions_version_key"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("story_key", "source", name=op.f("pk_current_versions")),
    )
    op.create_index(
        op.f("ix_current_versions_source_sort_at"), "current_versions", ["source", "sort_at"], unique=False
    )
    op.create_index(
        op.f("ix_current_versions_version_key"), "current_versions", ["version_key"], unique=False
    )
    op.create_table(
        "exceptions",
        sa.Column("chunk", Key, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("subscriber", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("attempt", sa.SmallInteger(), nullable=False),
        sa.Column("code", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("enhanced", sa.Text(), server_default="", nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("rule", sa.Text(), server_default="", nullable=False),
        sa.Column("again", sa.BigInteger(), nullable=True),
        sa.Column("settled_by", sa.Text(), nullable=True),
        sa.Column("moved_to", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["chunk"], ["chunks.id"], name=op.f("fk_exceptions_chunk"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("chunk", "position", name=op.f("pk_exceptions")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_exceptions_subscriber", "exceptions", ["subscriber"], unique=False)
    op.create_table(
        "receipts",
        sa.Column("chunk", Key, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["chunk"], ["chunks.id"], name=op.f("fk_receipts_chunk"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("chunk", "number", name=op.f("pk_receipts")),
        sqlite_with_rowid=False,
    )
