"""The sample newsroom, judged as an editor would: what tells of one event, and what only looks like it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from digest.model.digest import Source, SourceKind
from digest.model.story import Story
from digest.selection.cluster import clusters
from digest.selection.pool import pool_of
from digest.sources.folder import read_folder
from digest.sources.reading import read_document

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)

#: Reports of one event, by the beginnings of their headlines; nothing else of that morning is one.
ONE_EVENT = {
    frozenset(
        {
            "Council votes to rebuild Lantern Bridge",
            "Lantern Bridge to be rebuilt as it was",
            "Harbour council decides to rebuild Lantern Bridge",
        }
    ),
    frozenset({"New flood gates hold", "Storm tide: flood gates close"}),
    frozenset({"The ropewalk library reopens", "Ropewalk library opens again"}),
}


@pytest.fixture(scope="module")
def morning() -> list[Story]:
    """Every story of the sample newsroom's last day, in three languages."""
    folders = [
        Source(id=name, kind=SourceKind.FOLDER, location=f"stories/{name}", language=language)
        for name, language in (("city", "en"), ("culture", "en"), ("delight", "en"), ("wire", "en"),
                               ("sv", "sv"), ("ar", "ar"))
    ]  # fmt: skip
    feed = Source(id="city-desk", kind=SourceKind.FEED, location="stories/city.rss")
    found = [story for source in folders for story in read_folder(source, ROOT, now=NOW).stories]
    read = read_document(feed, (ROOT / "stories/city.rss").read_bytes(), location="stories/city.rss", now=NOW)
    return [story for story in (*found, *read.stories) if NOW - story.when < timedelta(days=1)]


def merged(stories: list[Story]) -> list[set[str]]:
    pool = pool_of(stories, [], [], [])
    names: dict[int, set[str]] = {}
    for item in pool.candidates:
        names.setdefault(item.row, set()).add(item.story.headline)
    groups = [{name for row in rows for name in names[row]} for rows in clusters(list(names), pool.mates)]
    return [group for group in groups if len(group) > 1]


def test_reports_of_one_event_are_merged_and_strangers_are_not(morning: list[Story]) -> None:
    groups = merged(morning)

    for wanted in ONE_EVENT:
        assert any(all(any(h.startswith(w) for h in group) for w in wanted) for group in groups), wanted
    assert len(groups) == len(ONE_EVENT), groups
    assert sum(map(len, groups)) == sum(map(len, ONE_EVENT)), groups


def test_a_language_that_few_stories_are_in_does_not_make_them_one_event(morning: list[Story]) -> None:
    """Of four Swedish stories among thirty English ones every common word looks rare."""
    swedish = [story for story in morning if story.language == "sv"]
    older = [story for story in read_folder(
        Source(id="sv", kind=SourceKind.FOLDER, location="stories/sv", language="sv"), ROOT, now=NOW
    ).stories if story not in swedish]  # fmt: skip

    assert len(swedish) + len(older) == 4
    assert not [g for g in merged([*morning, *older]) if any(s.headline in g for s in (*swedish, *older))]
