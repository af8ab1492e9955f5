"""What can only be seen when two places of a schedule are compared.

`names_that_miss` works on the file's plain values, so that it finds what it can in a file that
is wrong elsewhere; `doubts` works on the checked schedule and gives warnings.
"""

from collections.abc import Iterator

from digest.model.digest import Digest, Schedule, SourceKind
from digest.model.errors import Problem
from digest.settings.document import Document, Way
from digest.settings.messages import did_you_mean, listed
from digest.settings.scalars import address_in
from digest.settings.spans import in_words

#: The relay that is always there: the embedded inbox.
LOCAL = "local"


def names_that_miss(document: Document) -> Iterator[Problem]:
    """Yield ids that stand twice, digests without a sender, sources without one place or without a name."""
    yield from _twice(document, "sources", "sources")
    yield from _twice(document, "digests", "digests")
    yield from _places_to_read(document)
    yield from _without_sender(document)
    named = (str(source["id"]) for _, source in _blocks(document, ("sources",)) if "id" in source)
    sources = list(dict.fromkeys(named))
    for way, digest in _blocks(document, ("digests",)):
        yield from _unknown_segment(document, way, digest)
        read = digest.get("stories")
        used = read.get("from") if isinstance(read, dict) else None
        yield from _unknown_sources(document, (*way, "stories", "from"), sources)
        yield from _unknown_preferences(document, (*way, "lead", "prefer"), sources)
        for section, _ in _blocks(document, (*way, "sections")):
            yield from _unknown_sources(document, (*section, "from"), sources)
            if isinstance(used, list):
                yield from _unread_sources(document, (*section, "from"), sources, used)
    yield from _unknown_preferences(document, ("defaults", "lead", "prefer"), sources)


def _unknown_segment(document: Document, way: Way, digest: dict[str, object]) -> Iterator[Problem]:
    """Yield a segment that is not there, or that has conditions beside it."""
    meant, place = digest.get("audience"), (*way, "audience")
    if isinstance(meant, dict) and "segment" in meant:
        more = [key for key in meant if key != "segment" and not str(key).startswith("x_")]
        if more:
            message = "a segment stands alone: write its conditions under segments, or here without its name"
            yield document.problem((*place, str(more[0])), message, key=True)
        meant, place = meant["segment"], (*place, "segment")
    if not isinstance(meant, str) or meant == "everyone" or did_you_mean(meant, ["everyone"]):
        return
    there = document.value(("segments",))
    names = [str(name) for name in there] if isinstance(there, dict) else []
    if meant not in names:
        hint = did_you_mean(meant, names) or f": there are {', '.join(names) or 'none'}"
        yield document.problem(place, f'no segment is called "{meant}"{hint}')


def doubts(document: Document, schedule: Schedule) -> Iterator[Problem]:
    """Yield warnings about a schedule that can be read, but may not be what was meant."""
    if not schedule.newsroom.postal_address:
        yield document.problem(
            ("newsroom",),
            "no postal_address: many countries require one in every mail",
            level="warning",
            key=True,
        )
    yield from _selectors_for_nothing(document, schedule)
    relays = [*(relay.name for relay in schedule.relays), LOCAL]
    for number, digest in enumerate(schedule.digests):
        way: Way = ("digests", number)
        for name in digest.relays:
            near = did_you_mean(name, relays)
            if name not in relays and near:
                message = f'no relay is called "{name}"{near}'
                yield document.problem(_said(document, way, "send_through"), message, level="warning")
        yield from _times_that_cross(document, way, digest)
        yield from _signature(document, way, digest, schedule)


def _blocks(document: Document, way: Way) -> Iterator[tuple[Way, dict[str, object]]]:
    """Yield the blocks of the list at `way`, with their own ways; anything else is passed over."""
    found = document.value(way)
    for number, item in enumerate(found if isinstance(found, list) else ()):
        if isinstance(item, dict):
            yield (*way, number), item


def _words(document: Document, way: Way) -> Iterator[tuple[Way, str]]:
    found = document.value(way)
    for number, item in enumerate(found if isinstance(found, list) else ()):
        if isinstance(item, str):
            yield (*way, number), item


def _twice(document: Document, key: str, plural: str) -> Iterator[Problem]:
    seen: dict[object, Way] = {}
    for way, block in _blocks(document, (key,)):
        name = block.get("id")
        if not isinstance(name, str):
            continue
        if name in seen:
            line = document.places[(*seen[name], "id")].line
            yield document.problem(
                (*way, "id"), f'two {plural} are called "{name}"; the other is in line {line}'
            )
        seen.setdefault(name, way)


def _places_to_read(document: Document) -> Iterator[Problem]:
    """Yield the sources that name no place to read from, or more than one."""
    kinds = [kind.value for kind in SourceKind]
    for way, source in _blocks(document, ("sources",)):
        given = [key for key in source if key in kinds]  # in the order of the file
        if not given:
            yield document.problem(
                way, f"this source has no place to read from: add {listed(kinds)}", key=True
            )
        for extra in given[1:]:
            message = f"this source has {given[0]} already: make it a source with its own id"
            yield document.problem((*way, extra), message, key=True)


def _without_sender(document: Document) -> Iterator[Problem]:
    """Yield the digests that nobody sends: every mail needs a From (RFC 5322, 3.6)."""
    if document.value(("defaults", "sender")) is not None:
        return
    for way, digest in _blocks(document, ("digests",)):
        if "sender" not in digest:
            hint = 'add "sender: Name <name@example.org>" to it or to defaults'
            yield document.problem(
                way, f'"{digest.get("id", "this digest")}" has no sender: {hint}', key=True
            )


def _unknown_sources(document: Document, way: Way, sources: list[str]) -> Iterator[Problem]:
    for place, name in _words(document, way):
        if name not in sources:
            hint = did_you_mean(name, sources) or f": there are {', '.join(sources) or 'none'}"
            yield document.problem(place, f'no source is called "{name}"{hint}')


def _unread_sources(
    document: Document, way: Way, sources: list[str], used: list[object]
) -> Iterator[Problem]:
    for place, name in _words(document, way):
        if name in sources and name not in used:
            yield document.problem(
                place, f'this digest does not read "{name}": add it to stories.from, or take it out here'
            )


def _unknown_preferences(document: Document, way: Way, sources: list[str]) -> Iterator[Problem]:
    for place, text in _words(document, way):
        kind, _, name = text.partition(" ")
        if kind == "source" and name.strip() not in sources:
            hint = did_you_mean(name.strip(), sources) or f": there are {', '.join(sources) or 'none'}"
            yield document.problem(place, f'no source is called "{name.strip()}"{hint}', at=len("source "))


def _selectors_for_nothing(document: Document, schedule: Schedule) -> Iterator[Problem]:
    for number, source in enumerate(schedule.sources):
        if source.select and source.kind is SourceKind.FEED:
            message = "select is for pages: it does nothing for a feed"
            yield document.problem(("sources", number, "select"), message, level="warning", key=True)


def _times_that_cross(document: Document, way: Way, digest: Digest) -> Iterator[Problem]:
    if digest.valid_for is not None and digest.catch_up > digest.valid_for:
        yield document.problem(
            _said(document, way, "catch_up"),
            f"a start that is {in_words(digest.catch_up)} late sends nothing any more: valid_until is "
            f"{in_words(digest.valid_for)} after",
            level="warning",
        )
    if digest.approval.editors and digest.approval.remind > digest.build_before:
        yield document.problem(
            (*_said(document, way, "approval"), "remind"),
            f"the reminder comes before the edition is built, {in_words(digest.build_before)} before",
            level="warning",
        )


def _signature(document: Document, way: Way, digest: Digest, schedule: Schedule) -> Iterator[Problem]:
    sender = address_in(digest.sender).rpartition("@")[2].lower()
    for relay in schedule.relays:
        if relay.name not in digest.relays or relay.dkim is None or not sender:
            continue
        signer = relay.dkim.domain.lower()
        if sender != signer and not sender.endswith(f".{signer}") and not signer.endswith(f".{sender}"):
            yield document.problem(
                _said(document, way, "sender"),
                f"the relay {relay.name} signs for {signer}, but this sender is of {sender}: "
                "DMARC won't count it",
                level="warning",
            )


def _said(document: Document, way: Way, key: str) -> Way:
    """Return where a shared key is said: in the digest, else in `defaults`, else the digest."""
    for place in ((*way, key), ("defaults", key)):
        if place in document.places:
            return place
    return way
