"""What a reader can choose from on the page of preferences: zones, languages, hours, topics."""

from collections.abc import Iterable, Sequence
from datetime import time
from functools import lru_cache

from babel.core import get_global

from digest.model.digest import Digest
from digest.model.text import fold, primary
from digest.web.tongue import LANGUAGES, Speech

Options = Sequence[tuple[str, str]]  #: (value, words)


@lru_cache(maxsize=32)
def zones(speech: Speech) -> Sequence[tuple[str, Options]]:
    """Return every time zone of a country (IANA, by the CLDR), by its part of the world, cities sorted."""
    parts: dict[str, list[tuple[str, str]]] = {}
    for zone, territory in get_global("zone_territories").items():
        part = zone.partition("/")[0]
        if territory != "001" and "/" in zone:
            parts.setdefault(part, []).append((zone, speech.city(zone)))
    return [
        (part, sorted(found, key=lambda option: fold(option[1]))) for part, found in sorted(parts.items())
    ]


def is_zone(name: str) -> bool:
    """Whether `name` is one of the zones that are offered."""
    return name in get_global("zone_territories")


def languages(digests: Iterable[Digest], spoken: str) -> list[str]:
    """Return the languages to choose from: of our pages, of the digests, and the reader's own."""
    found = dict.fromkeys([*LANGUAGES, *(digest.language for digest in digests), spoken])
    return [tag for tag in found if tag]


def hours(speech: Speech) -> Options:
    """Return the hours of the day."""
    return [(str(hour), speech.hour(time(hour))) for hour in range(24)]


def topics(digests: Iterable[Digest], chosen: Iterable[str] = ()) -> list[str]:
    """Return the topics that a reader can choose among: those of digests that are for several of them.

    A digest that is for one topic is chosen by itself. What the reader chose before is offered too.
    """
    offered = [
        topic.casefold()
        for digest in digests
        if len(digest.audience.topics) > 1
        for topic in digest.audience.topics
    ]
    return list(dict.fromkeys([*offered, *(topic for topic in chosen if offered)]))


def only_for(digest: Digest, spoken: str) -> str:
    """Return the language of the readers that `digest` is for, where it is not `spoken`; else nothing."""
    wanted = digest.audience.language
    return wanted if wanted and spoken and primary(spoken) != primary(wanted) else ""
