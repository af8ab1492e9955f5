"""Stories that their source has taken back, or embargoed, since an edition was made of them."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from digest.model.edition import Composition
from digest.model.finding import Finding, Level
from digest.model.story import PubStatus
from digest.store import archive


def withdrawn(
    connection: Connection, edition: str, made: Mapping[str, Composition], *, now: datetime
) -> tuple[Finding, ...]:
    """Return a blocker for each story, in any variant, that its source has since killed or embargoed."""
    carried = [story for one in made.values() for story in one.selection.carried]
    newest = archive.latest(connection, list(dict.fromkeys(story.id for story in carried)))
    found = []
    for story in dict.fromkeys(newest.get(story.id, story) for story in carried):
        if story.pubstatus is not PubStatus.USABLE:
            message = f"“{story.headline}” is {story.pubstatus} at its source: rebuild the edition"
        elif story.embargo is not None and story.embargo > now:
            message = f"“{story.headline}” is under embargo until {story.embargo:%Y-%m-%d %H:%M} UTC"
        else:
            continue
        found.append(Finding(level=Level.BLOCKER, code="story-withdrawn", message=message, where=edition))
    return tuple(found)
