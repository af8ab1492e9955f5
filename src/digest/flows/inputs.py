"""What an edition is chosen from: candidates, earlier stories, what editors decided."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Connection

from digest.flows import indexing
from digest.model.digest import Digest, Schedule
from digest.model.edition import Choice
from digest.model.finding import Finding, Level
from digest.model.story import Story
from digest.store import archive, visits
from digest.store.compositions import Inputs


def inputs_of(
    connection: Connection,
    schedule: Schedule,
    digest: Digest,
    *,
    now: datetime,
    choice: Choice,
    had: Collection[Story] = (),
) -> Inputs:
    """Return what an edition would be chosen from at `now`, for anybody; see `readers.inputs_for`.

    A story that an editor asks for by name is among the candidates whatever its source and its age,
    and so is one that readers have had and that reads otherwise now: it may tell more.

    Args:
        had: stories that earlier editions showed, in the version that was shown.
    """
    sources = schedule.sources_of(digest)
    names = [source.id for source in sources]
    since = now - max(digest.stories.no_older_than, timedelta(0))
    fresh = archive.candidates(connection, sources=names, since=since)
    fresh += archive.retold(connection, sources=names, since=since)
    there = {story.id for story in fresh}
    asked = archive.latest(connection, {id for id in (choice.lead, *choice.pinned) if id} - there)
    fresh += asked.values()
    there |= set(asked)
    again = _changed(connection, {story for story in had if story.source in names}, there)
    fresh += again.values()
    there |= set(again)
    offered = archive.latest(connection, [id for story in fresh for id in story.see_more])
    earlier = indexing.beside(connection, fresh, sources=names, since=now - digest.related.within)
    return Inputs(
        digest=digest,
        candidates=tuple(fresh),
        sources=sources,
        archive=tuple({s.id: s for s in (*earlier, *offered.values()) if s.id not in there}.values()),
        choice=choice,
        now=now,
        frequencies=indexing.frequencies_now(connection),
    )


def _changed(connection: Connection, had: Collection[Story], there: Collection[str]) -> dict[str, Story]:
    """Return by id what is different now of stories that readers have had, and not among those `there`."""
    read = {(story.id, story.fingerprint) for story in had}
    newest = archive.latest(connection, sorted({id for id, _ in read}.difference(there)))
    return {id: story for id, story in newest.items() if (id, story.fingerprint) not in read}


def source_findings(connection: Connection, inputs: Inputs) -> tuple[Finding, ...]:
    """Return what the last visits noticed: about a source, and about the stories it gave."""
    last = visits.last_visits(connection)
    found = [finding for s in inputs.sources if s.id in last for finding in last[s.id].findings]
    unvisited = [
        Finding(level=Level.NOT_CHECKED, code="source-not-visited", message="was never visited", where=s.id)
        for s in inputs.sources
        if s.id not in last
    ]
    return (*found, *unvisited)
