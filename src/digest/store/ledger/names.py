"""From the names that people use to the keys that the ledger keeps, and back."""

from collections.abc import Mapping

from sqlalchemy import Connection, text

from digest.model.errors import NotFound
from digest.model.mail import Rendering

_EDITION = text("SELECT key FROM editions WHERE id = :id")
_VARIANTS = text(
    "SELECT r.variant, r.key FROM renderings r JOIN editions e ON e.key = r.edition_key"
    " WHERE e.id = :id ORDER BY r.version"
)
_VERSIONS = text(
    "SELECT r.key, r.variant, r.version FROM renderings r JOIN editions e ON e.key = r.edition_key"
    " WHERE e.id = :id"
)
_VARIANT = text("SELECT variant FROM renderings WHERE key = :key")
_KIND = text("SELECT e.kind FROM editions e JOIN renderings r ON r.edition_key = e.key WHERE r.key = :key")
_WORDS = text("SELECT subject, preheader, html, text, nonce, language FROM renderings WHERE key = :key")


def edition_key(connection: Connection, edition: str) -> int:
    """Return the key of the edition called `edition`, or raise NotFound."""
    key = connection.execute(_EDITION, {"id": edition}).scalar()
    if key is None:
        raise NotFound(f"{edition}: no edition of that name")
    return int(key)


def rendering_keys(connection: Connection, edition: str) -> dict[str, int]:
    """Return variant -> key of its newest version."""
    return {row.variant: row.key for row in connection.execute(_VARIANTS, {"id": edition})}


def versions(connection: Connection, edition: str) -> Mapping[int, tuple[str, int]]:
    """Return rendering key -> (variant, version): which words stand behind a delivery."""
    return {row.key: (row.variant, row.version) for row in connection.execute(_VERSIONS, {"id": edition})}


def variant_of(connection: Connection, rendering: int) -> str:
    """Return the variant of which a rendering is the words."""
    return str(connection.execute(_VARIANT, {"key": rendering}).scalar_one())


def kind_of(connection: Connection, rendering: int) -> str:
    """Return what kind of edition a rendering belongs to: edition, correction or letter."""
    return str(connection.execute(_KIND, {"key": rendering}).scalar_one())


def words(connection: Connection, rendering: int) -> Rendering:
    """Return the frozen words behind a rendering's key, or raise NotFound."""
    row = connection.execute(_WORDS, {"key": rendering}).one_or_none()
    if row is None:
        raise NotFound(f"rendering {rendering}: not in the archive")
    return Rendering(**row._asdict())
