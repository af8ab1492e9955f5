"""Which subscribers a digest is for, decided for one subscriber; `store/roster` says the same in SQL.

What we were not told excludes nobody: a reader who chose no topics wants all of them, and a
reader whose language is not known reads the digest's.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, time

from digest.model.digest import Audience
from digest.model.subscriber import Subscriber
from digest.model.text import primary


def matches(audience: Audience, subscriber: Subscriber, joined: datetime) -> bool:
    """Whether `subscriber`, who `joined` then, belongs to `audience`."""
    topics = {topic.casefold() for topic in audience.topics}
    if topics and subscriber.topics and not topics.intersection(subscriber.topics):
        return False
    if audience.language and subscriber.language and not _reads(subscriber.language, audience.language):
        return False
    if audience.joined_before and joined >= datetime.combine(audience.joined_before, time(), UTC):
        return False
    return not audience.joined_after or joined >= datetime.combine(audience.joined_after, time(), UTC)


def reached_by(wanted: Iterable[Audience], subscriber: Subscriber) -> Subscriber:
    """Return `subscriber` as one whom every digest of `wanted` is for, since they asked for it themselves.

    Who asks for a digest of other topics reads those as well; who asks for one in another language
    reads more than one, so that no language is known of them.
    """
    found = subscriber
    for audience in wanted:
        own = {topic.casefold() for topic in found.topics}
        if audience.topics and own and not own.intersection(map(str.casefold, audience.topics)):
            found = replace(found, topics=(*found.topics, *map(str.casefold, audience.topics)))
        if audience.language and found.language and not _reads(found.language, audience.language):
            found = replace(found, language="")
    return found


def in_words(audience: Audience) -> str:
    """Return whom `audience` means: `north: topics culture or film, language vi`; `everyone`."""
    parts = [f"topics {' or '.join(audience.topics)}"] if audience.topics else []
    parts += [f"language {audience.language}"] if audience.language else []
    parts += [f"joined before {audience.joined_before}"] if audience.joined_before else []
    parts += [f"joined on or after {audience.joined_after}"] if audience.joined_after else []
    name = f"{audience.segment}: " if audience.segment else ""
    return name + (", ".join(parts) or "everyone")


def _reads(spoken: str, wanted: str) -> bool:
    """Whether `spoken` is `wanted` or one of its kinds: `pt-BR` is `pt`, and not the other way round."""
    spoken, wanted = spoken.lower(), wanted.lower()
    return spoken == wanted or (primary(wanted) == wanted and primary(spoken) == wanted)
