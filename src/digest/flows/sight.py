"""An edition as one person sees it: whose words, filled in for whom, and where a finding is in them.

A reader's links are signed for nobody here, so that an editor who looks changes nothing for the reader.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from digest.flows.proof import Proof, proof, values_for
from digest.model.classes import Placement, foremost
from digest.model.digest import Digest, Newsroom
from digest.model.errors import NotFound
from digest.model.mail import Rendering
from digest.model.subscriber import Subscriber
from digest.render.slots import fill
from digest.store.roster import people


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """Words that some readers get."""

    name: str
    told: str  #: who they are, in words: `topics town`
    readers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """The words of one variant, and who looks at them."""

    edition: str
    digest: Digest
    variant: str
    rendering: Rendering
    reader: Subscriber | None  #: None for nobody in particular

    def proof(self, newsroom: Newsroom, *, key: bytes, now: datetime) -> Proof:
        """Return the mail, filled in."""
        return proof(
            self.rendering, newsroom=newsroom, digest=self.digest, edition=self.edition, key=key, now=now,
            reader=self.reader, variant=self.variant,
        )  # fmt: skip

    def offset(self, newsroom: Newsroom, line: int, column: int, *, key: bytes) -> int | None:
        """Return where a finding's line and column are in the filled HTML, None beyond its end."""
        lines = self.rendering.html.split("\n")
        if not 0 < line <= len(lines) or not 0 < column <= len(lines[line - 1]):
            return None
        before = "\n".join([*lines[: line - 1], lines[line - 1][: column - 1]])
        values = values_for(
            self.rendering, newsroom=newsroom, digest=self.digest, edition=self.edition, key=key,
            reader=self.reader, variant=self.variant,
        )  # fmt: skip
        return len(fill(before, self.rendering.nonce, values, html=True))


def sight_of(
    connection: Connection,
    words: Mapping[str, Rendering],
    *,
    place: Callable[[int], Placement],
    edition: str,
    digest: Digest,
    placements: Sequence[Placement] = (),
    variant: str = "",
    reader: str = "",
) -> Sight:
    """Return the words of `variant` as the reader numbered `reader` sees them.

    Args:
        words: of all variants, the first one for those who chose nothing in particular.
        place: whose words a reader gets, by the reader's number.
        placements: how many get which words; unless one is asked for, those of most are shown.

    Raises:
        NotFound: there are no words yet, no such variant, no such reader, or nothing for that reader.
    """
    if not words:
        raise NotFound(f"{edition}: nothing in it yet: build it first")
    person = _reader(connection, reader) if reader else None
    name = variant or foremost(list(words), placements)
    if person is not None:
        placement = place(int(reader))
        if not placement.variant:
            why = f"{edition}: nothing in it for {person.name or person.email}"
            raise NotFound(f"{why} ({placement.reading}): {placement.why}")
        name = placement.variant
    if name not in words:
        raise NotFound(f"{edition}: no variant {name}: there are {', '.join(words)}")
    found = words[name]
    if person is not None and person.plain:
        found = replace(found, html="")  # asked for the text alone
    return Sight(edition=edition, digest=digest, variant=name, rendering=found, reader=person)


def variants_of(words: Mapping[str, Rendering], placements: Sequence[Placement]) -> tuple[Variant, ...]:
    """Return the variants in their order, with whose words they are and how many readers get them."""
    told = {placement.reading.key: str(placement.reading) for placement in placements}
    return tuple(
        Variant(
            name=name,
            told=told.get(name, name),
            readers=sum(placement.readers for placement in placements if placement.variant == name),
        )
        for name in words
    )


def _reader(connection: Connection, number: str) -> Subscriber:
    held = people.by_id(connection, int(number)) if len(number) < 16 else None
    if held is None:
        raise NotFound("that reader is not here any more")
    return replace(held.subscriber, id=0)  # links signed for nobody
