"""The demo newsroom keeps its own rules: invented, offline, three texts a picture, one morning."""

import re
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from PIL import Image

from digest.settings.document import read_document
from digest.settings.schedule import load_schedule

ROOT = Path(__file__).parents[2]
STORIES = ROOT / "stories"
MARKDOWN = sorted(path for path in STORIES.rglob("*.md") if path.name != "README.md")
PICTURES = sorted(STORIES.glob("pictures/*.jpg"))
NEWEST = datetime(2026, 11, 23, 5, 50, tzinfo=ZoneInfo("Europe/Stockholm"))


def head(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = read_document(path.read_text("utf-8").split("---\n")[1], path.name).data
    return found


def times() -> list[datetime]:
    iso = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d"
    texts = [
        path.read_text("utf-8") for path in STORIES.rglob("*") if path.suffix in (".md", ".json", ".html")
    ]
    found = [datetime.fromisoformat(text) for text in re.findall(iso, "".join(texts))]
    feed = (STORIES / "city.rss").read_text("utf-8")
    return found + [parsedate_to_datetime(text) for text in re.findall(r"<pubDate>(.*?)</pubDate>", feed)]


def test_there_is_a_mornings_worth_of_stories() -> None:
    assert len(MARKDOWN) >= 24
    assert len(PICTURES) >= 12
    assert {source.location.split("/")[1] for source in load_schedule(ROOT).sources} <= {
        path.name for path in STORIES.iterdir()
    }


def test_the_newest_story_is_of_the_time_that_the_note_names_and_the_others_lie_in_two_weeks() -> None:
    assert max(times()) == NEWEST
    assert min(times()) > NEWEST - timedelta(days=14)
    assert "23 November 2026" in (STORIES / "README.md").read_text("utf-8")


@pytest.mark.parametrize("path", MARKDOWN, ids=lambda path: path.stem)
def test_every_story_has_its_parts_and_three_texts_for_its_picture(path: Path) -> None:
    told = head(path)

    assert {"headline", "standfirst", "byline", "section", "tags", "language", "published", "url"} <= set(
        told
    )
    assert told["url"].startswith("https://harbourpost.example/")
    image = told.get("image")
    if image is not None:
        texts = [image["alt"], image["caption"], image["credit"]]
        assert len(set(texts)) == 3
        assert (path.parent / image["file"]).is_file()


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.stem)
def test_every_picture_is_of_one_size_is_light_and_is_used(path: Path) -> None:
    with Image.open(path) as picture:
        assert (picture.size, picture.format) == ((1200, 800), "JPEG")
    assert path.stat().st_size < 120_000
    everything = "".join(story.read_text("utf-8") for story in [*MARKDOWN, *STORIES.glob("wire/*.json")])
    assert path.name in everything


def test_nothing_in_it_leads_anywhere_real() -> None:
    texts = [
        p.read_text("utf-8")
        for p in STORIES.rglob("*")
        if p.suffix in (".md", ".json", ".html", ".rss", ".txt")
    ]
    hosts = set(re.findall(r"https?://([\w.-]+)", "".join(texts)))

    assert hosts <= {
        "harbourpost.example",
        "schema.org",
        "iptc.org",
        "purl.org",
        "www.w3.org",
    }
    assert all(line.split(",")[0].endswith(".example") for line in _readers())


def test_the_demo_has_readers_of_three_languages_and_one_who_has_not_said_yes() -> None:
    rows = [line.split(",") for line in _readers()]

    assert {row[2] for row in rows} == {"en", "sv", "ar"}
    assert [bool(row[5]) for row in rows] == [True, True, True, False]
    assert any(not row[1] for row in rows)


def _readers() -> list[str]:
    return (ROOT / "subscribers/demo.csv").read_text("utf-8").splitlines()[1:]
