"""Small values for the tests of this room."""

from datetime import UTC, datetime, time

from digest.audience.address import normalise
from digest.audience.consent import Asked
from digest.audience.row import Row
from digest.model.cadence import Cadence
from digest.model.digest import Audience, Digest, StoryRules
from digest.model.subscriber import Consent, Saying, Word

NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)
DAILY = Cadence(written="daily at 07:00", times=(time(7),))
PAPER = Consent(at=datetime(2024, 3, 1, tzinfo=UTC), source="paper form")


def digest(name: str, *, topics: tuple[str, ...] = (), language: str = "en") -> Digest:
    return Digest(
        id=name,
        title=name.title(),
        cadence=DAILY,
        stories=StoryRules(),
        language=language,
        audience=Audience(topics=topics),
    )


def row(address: str = "ada@post.example", line: int = 2, **more: object) -> Row:
    return Row(line=line, address=normalise(address), **more)  # type: ignore[arg-type]  # fields of Row


def asked(*digests: str, named: bool = True) -> Asked:
    return Asked(digests=digests, named=named)


def said(word: Word, scope: str, *, minute: int = 0, source: str = "page", who: str = "ab" * 20) -> Saying:
    return Saying(at=NOW.replace(minute=minute), who=who, scope=scope, word=word, source=source)
