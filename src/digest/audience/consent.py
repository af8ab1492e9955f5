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
    """The digests that a row is about."""

    digests: tuple[str, ...]  #: that it asks for, with the consent that it brings
    unconfirmed: tuple[str, ...] = ()  #: that it asks for without
    left: tuple[str, ...] = ()  #: that it says they left
    named: bool = True  #: by the row or its topics; False: all there are, and only for a newcomer
    by_name: bool = False  #: by the row's own columns of digests
    unknown: tuple[str, ...] = ()  #: names that no digest has


def asked_for(
    row: Row, digests: Sequence[Digest], *, topic: str = "", otherwise: Sequence[str] = ()
) -> Asked:
    """Return what `row` asks for.

    Its columns of digests, where it has any; else the digests that are for one of its topics, or
    called like one; else what was said for the whole list (`otherwise`); else all there are.

    Args:
        topic: the name of the file, where it is one of the folder `subscribers/`: counts as a
            topic when a digest is for it or called like it.
        otherwise: ids of digests.
    """
    names = {topic_key(digest.id): digest.id for digest in digests}
    if row.digests or row.unconfirmed or row.left:
        said = (row.digests, row.unconfirmed, row.left)
        found = [tuple(names[name] for name in some if name in names) for some in said]
        return Asked(
            digests=found[0],
            unconfirmed=found[1],
            left=found[2],
            by_name=True,
            unknown=tuple(name for some in said for name in some if name not in names),
        )
    topics = {*row.topics, topic_key(topic)}
    chosen = tuple(
        digest.id
        for digest in digests
        if topic_key(digest.id) in topics or topics.intersection(map(topic_key, digest.audience.topics))
    )
    chosen = chosen or tuple(otherwise)
    return Asked(digests=chosen or tuple(names.values()), named=bool(chosen))
