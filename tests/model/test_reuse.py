"""A name that is used again: edits keep something of a story, other news keeps nothing."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path

import pytest

from digest.model.reuse import other_news
from digest.model.story import Story

LABELLED = Path(__file__).parents[2] / "bench" / "labelled"
LANGUAGES = sorted(file.stem for file in LABELLED.glob("*.jsonl"))
NOW = datetime(2026, 3, 6, tzinfo=UTC)


def one_an_event(language: str) -> list[Story]:
    """Return one report of every event there is in a language."""
    told = map(json.loads, (LABELLED / f"{language}.jsonl").read_text(encoding="utf-8").splitlines())
    events = {one["cluster"]: one for one in told}
    return [
        Story(source="a", guid="7", headline=one["title"], body=(one["body"],), first_seen=NOW)
        for one in events.values()
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_other_news_is_known_and_edits_are_not_taken_for_it_in_every_language(language: str) -> None:
    stories = one_an_event(language)
    pairs = list(combinations(stories, 2))

    apart = sum(other_news(one, than=other) for one, other in pairs)

    assert apart >= 0.9 * len(pairs)
    for story, stranger in pairs[:200]:
        assert not other_news(replace(story, headline=stranger.headline), than=story)
        assert not other_news(replace(story, body=stranger.body), than=story)
        whole = story.body[0]
        assert not other_news(
            replace(story, headline=stranger.headline, body=(whole[: len(whole) // 2],)), than=story
        )


def test_the_same_hour_of_publication_makes_it_the_same_story() -> None:
    first = Story(source="a", guid="7", headline="Fire in the mill", published=NOW, first_seen=NOW)
    other = replace(first, headline="Choir sings tonight")

    assert not other_news(other, than=first)
    assert other_news(replace(other, published=NOW + timedelta(days=1)), than=first)


def test_a_flash_is_the_story_that_follows_it() -> None:
    flash = Story(source="a", guid="7", headline="Fire in the old mill", first_seen=NOW)
    body = ("A fire broke out in the old mill on Sunday. Nobody was hurt.",)

    assert not other_news(replace(flash, headline="Night of smoke and sirens", body=body), than=flash)
