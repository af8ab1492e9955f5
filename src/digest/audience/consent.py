"""What a row of a list asks for: which digests, and whether it brings a yes.

A file may ask; only a person may say yes. A row with the time and the source of a consent
carries a yes that the person gave elsewhere; every other row is a question, which the person
answers by the confirmation letter.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from digest.audience.row import Row, topic_key
from digest.model.digest import Digest
from digest.model.subscriber import Consent, Standing


def standing_by(consent: Consent | None) -> Standing:
    """Return the standing that evidence gives: confirmed with a dated, sourced yes, else unconfirmed."""
    return Standing.CONFIRMED if consent is not None else Standing.UNCONFIRMED


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The digests that a row asks for."""

    digests: tuple[str, ...]
    named: bool  #: by the row or its topics; False: all there are, and only for a newcomer
    unknown: tuple[str, ...] = ()  #: names in its `digest` column that no digest has


def asked_for(row: Row, digests: Sequence[Digest], *, topic: str = "") -> Asked:
    """Return what `row` asks for.

    Its `digests` column, where it has one; else the digests that are for one of its topics, or
    called like one; else all of them.

    Args:
        topic: the name of the file, where it is one of the folder `subscribers/`: counts as a
            topic when a digest is for it or called like it.
    """
    names = {topic_key(digest.id): digest.id for digest in digests}
    if row.digests:
        found = tuple(names[name] for name in row.digests if name in names)
        return Asked(
            digests=found, named=True, unknown=tuple(name for name in row.digests if name not in names)
        )
    topics = {*row.topics, topic_key(topic)}
    found = tuple(
        digest.id
        for digest in digests
        if topic_key(digest.id) in topics or topics.intersection(map(topic_key, digest.audience.topics))
    )
    return Asked(digests=found or tuple(names.values()), named=bool(found))
