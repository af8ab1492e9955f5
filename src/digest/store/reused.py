"""A guid or a path that is used again: which of the stories that had it is meant, or is it a new one?

A feed without links may count its guids from 1 again, and a file may be written over with the
news of the next day. Both stories are then in the archive, each with its own versions.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from digest.model.reuse import other_news
from digest.model.story import Completeness, PubStatus, Story


def told_apart(
    stories: Sequence[Story], latest: Callable[[Iterable[str]], Mapping[str, Story]]
) -> list[Story]:
    """Return `stories`, each under the identity that is its own.

    Args:
        stories: as they were read, before anything was counted.
        latest: returns the newest versions of the stories that are there, by id.
    """
    had: dict[int, list[Story]] = {at: [] for at, story in enumerate(stories) if _by_name_alone(story)}
    asked = list(had)
    while asked:
        ids = {at: replace(stories[at], again=len(had[at])).id for at in asked}
        known = latest(ids.values())
        asked = [at for at in asked if ids[at] in known]
        for at in asked:
            had[at].append(known[ids[at]])
    return [
        replace(story, again=_which(story, had[at])) if had.get(at) else story
        for at, story in enumerate(stories)
    ]


def _by_name_alone(story: Story) -> bool:
    named = story.guid or (story.path and story.completeness is Completeness.FULL)
    return bool(named) and not story.url and not story.again


def _which(story: Story, had: Sequence[Story]) -> int:
    """Return which of the stories that had its name `story` is, the newest first; else the next one."""
    same = (at for at in reversed(range(len(had))) if not other_news(story, than=had[at]))
    killed = story.pubstatus is not PubStatus.USABLE  # which need not repeat what it kills
    return next(same, len(had) - killed)
