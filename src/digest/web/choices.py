"""What a reader can choose from on the page of preferences: zones, languages, hours, topics."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import time
from functools import lru_cache

from babel.core import get_global

from digest.model.classes import offer_of
from digest.model.digest import Digest, Schedule
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


def topics(schedule: Schedule, digests: Iterable[Digest]) -> Mapping[str, str]:
    """Return the topics that readers of `digests` can choose among: as they are kept -> as printed.

    They are the digest's sections, by which reading classes are told apart; else its sources'
    sections. A digest of one section only leaves nothing to choose.
    """
    offered: dict[str, str] = {}
    for digest in digests:
        offer = offer_of(digest, schedule.sources_of(digest)).topics
        titles = [rules.title for rules in digest.sections] or list(offer.values())
        if len(titles) > 1:
            for title in titles:
                offered.setdefault(title.casefold(), title)
    return offered


def chosen(
    offered: Mapping[str, str], ticked: Sequence[object], digests: Iterable[Digest]
) -> tuple[str, ...]:
    """Return the topics that were ticked, with those that make a reader one of the digests' own audience."""
    topics = [topic for topic in offered if topic in ticked]
    asked = [topic.casefold() for digest in digests for topic in digest.audience.topics if topics]
    return tuple(dict.fromkeys([*topics, *asked]))


def only_for(digest: Digest, spoken: str) -> str:
    """Return the language of the readers that `digest` is for, where it is not `spoken`; else nothing."""
    wanted = digest.audience.language
    return wanted if wanted and spoken and primary(spoken) != primary(wanted) else ""
