"""Our own labelled news, in ten languages: what a reader must not meet twice, and what must not be lost."""

import json
import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from digest.model.digest import SectionRules, StoryRules
from digest.model.story import Story
from digest.selection.cluster import clusters
from digest.selection.pool import pool_of
from digest.selection.select import select
from selection.making import digest

LABELLED = Path(__file__).parents[2] / "bench" / "labelled"
LANGUAGES = sorted(file.stem for file in LABELLED.glob("*.jsonl"))
NOW = datetime(2026, 3, 6, tzinfo=UTC)


def news(language: str) -> list[tuple[Story, str]]:
    """Return the stories of a language, each with the name of its event."""
    found = []
    for line in (LABELLED / f"{language}.jsonl").read_text(encoding="utf-8").splitlines():
        one = json.loads(line)
        when = datetime.fromisoformat(one["published"])
        story = Story(
            source=f"paper-{len(found)}", guid=one["id"], headline=one["title"], standfirst=one["lead"],
            body=(one["body"],), language=language, published=when, first_seen=when,
        )  # fmt: skip
        found.append((story, f"{language} {one['cluster']}"))
    return found


def merged(stories: list[Story]) -> list[set[str]]:
    """Return the ids of the stories that are taken for reports of one event."""
    pool = pool_of(stories, [], [], [])
    by_row: dict[int, set[str]] = {}
    for item in pool.candidates:
        by_row.setdefault(item.row, set()).add(item.id)
    return [set().union(*(by_row[row] for row in rows)) for rows in clusters(by_row, pool.mates)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_strangers_are_seldom_merged_and_reports_often_in_every_language(language: str) -> None:
    stories = news(language)
    event = {story.id: name for story, name in stories}

    groups = merged([story for story, _ in stories])

    wrong = sum(len(group) - max(Counter(event[id] for id in group).values()) for group in groups)
    joined = sum(len(group) - 1 for group in groups) - wrong
    wanted = len(stories) - len(set(event.values()))
    assert wrong <= 0.06 * len(stories)
    assert joined >= 0.2 * wanted


def test_no_edition_of_ten_tells_of_one_event_twice() -> None:
    stories = [pair for language in LANGUAGES for pair in news(language)]
    event = {story.id: name for story, name in stories}
    rules = digest(
        stories=StoryRules(no_older_than=timedelta(days=10)), sections=(SectionRules(title="All", take=9),)
    )

    twice = {}
    for seed in range(12):
        pool = random.Random(seed).sample([story for story, _ in stories], 200)
        selection = select(pool, digest=rules, now=NOW)
        told = Counter(event[slot.story.id] for slot in selection.slots)
        twice |= {f"{seed}: {name}": number for name, number in told.items() if number > 1}

    assert twice == {}


def test_a_desk_that_writes_again_about_the_same_has_two_stories_and_two_papers_have_one() -> None:
    reports = [story for story, event in news("en") if event == "en cup-ravens"]
    two_papers = merged(reports)

    one_desk = merged([replace(story, source="desk") for story in reports])
    newer = replace(reports[0], source="desk", guid="new", headline="Cup won")
    with_a_version = merged([replace(reports[0], source="desk"), newer])

    assert max(len(group) for group in two_papers) > 1
    assert max(len(group) for group in one_desk) == 1
    assert len(with_a_version) == 1


def test_reports_of_one_event_in_languages_of_one_script_are_found_to_be_one() -> None:
    told = {
        "en": (
            "Storm Helka tears the roof off Larkmoor arena",
            "Storm Helka tore the roof off the Larkmoor arena on Sunday. Mayor Ingrid Sandberg said 412 "
            "people were evacuated to the Vidar school. Nordbygg will inspect the building.",
        ),
        "de": (
            "Sturm Helka reißt das Dach der Arena in Larkmoor ab",
            "Sturm Helka hat am Sonntag das Dach der Arena Larkmoor abgerissen. Bürgermeisterin Ingrid "
            "Sandberg sagte, 412 Menschen seien in die Vidar-Schule gebracht worden."
            " Nordbygg prüft das Gebäude.",
        ),
        "sv": (
            "Stormen Helka slet av taket på arenan i Larkmoor",
            "Stormen Helka slet i söndags av taket på arenan i Larkmoor. Borgmästaren Ingrid Sandberg sade "
            "att 412 personer fördes till Vidarskolan. Nordbygg ska granska byggnaden.",
        ),
    }
    stories = [
        Story(
            source=language, guid="1", headline=headline, body=(body,), language=language, published=NOW,
            first_seen=NOW,
        )
        for language, (headline, body) in told.items()
    ]  # fmt: skip
    others = [one_story for language in told for one_story, _ in news(language)[:10]]
    together = [replace(one, published=NOW, first_seen=NOW) for one in others]

    groups = merged([*stories, *together])

    assert {story.id for story in stories} in groups
