from datetime import UTC, date, datetime

import pytest

from digest.model.digest import SourceKind
from digest.model.story import Completeness, Dateline, Image, PubStatus, Reading
from digest.sources.markdown import read_markdown
from sources.making import NOW, codes, full, partial, source

WHOLE = """---
headline: Boat & books
standfirst: >
  A ferry lends
  books.
byline: [Ann Lee, Bo Ek]
section: Culture
tags: [river, books]
language: en-gb
published: 2031-03-12T09:00:00+07:00
updated: 2031-03-12 10:00:00+07:00
url: https://npa.example/boat
dateline: Reedport (NPA) –
priority: 3
pinned: true
embargo: 2031-03-14T06:00+01:00
sign_off: NPA
image: {file: p.jpg, alt: A white ferry, caption: The ferry at dusk, credit: Ann Lee}
see_more:
  - headline: Race returns
    standfirst: Twenty-four crews.
    url: https://npa.example/race
  - Nets live on
---

The *ferry* sailed to [six landings](https://npa.example/six).

- one
- two

## Later

It sails on.
"""


def find(name: str) -> str:
    if name == "missing.jpg":
        raise LookupError("there is no file missing.jpg beside the story")
    return f"stories/{name}"


def read(text: str, language: str = "") -> Reading:
    return read_markdown(
        source(SourceKind.FOLDER, language=language), text, path="boat.md", now=NOW, find=find
    )


def test_every_key_reaches_the_story() -> None:
    reading = read(WHOLE)

    story = full(reading)
    assert (story.headline, story.standfirst) == ("Boat & books", "A ferry lends books.")
    assert (story.byline, story.section, story.tags) == (("Ann Lee", "Bo Ek"), "Culture", ("river", "books"))
    assert (story.language, story.url, story.sign_off) == ("en-GB", "https://npa.example/boat", "NPA")
    assert story.published == datetime(2031, 3, 12, 2, tzinfo=UTC)
    assert story.updated == datetime(2031, 3, 12, 3, tzinfo=UTC)
    assert story.embargo == datetime(2031, 3, 14, 5, tzinfo=UTC)
    assert story.dateline == Dateline(place="Reedport", agency="NPA")
    assert (story.priority, story.pinned) == (3, True)
    assert story.images == (
        Image(url="stories/p.jpg", alt="A white ferry", caption="The ferry at dusk", credit="Ann Lee"),
    )
    assert reading.findings == ()


def test_the_text_becomes_paragraphs_of_inline_html() -> None:
    assert full(read(WHOLE)).body == (
        'The <em>ferry</em> sailed to <a href="https://npa.example/six">six landings</a>.',
        "• one",
        "• two",
        "<strong>Later</strong>",
        "It sails on.",
    )


def test_see_more_items_are_partial_stories_in_their_order() -> None:
    reading = read(WHOLE)

    assert [(s.headline, s.standfirst, s.url) for s in partial(reading)] == [
        ("Race returns", "Twenty-four crews.", "https://npa.example/race"),
        ("Nets live on", "", None),
    ]
    assert full(reading).see_more == tuple(story.id for story in partial(reading))


def test_the_first_heading_may_be_the_headline() -> None:
    story = full(read("# Boat *and* books\n\nThe ferry sailed on Saturday to six landings of the river.\n"))

    assert (story.headline, len(story.body)) == ("Boat and books", 1)


def test_a_heading_that_repeats_the_headline_is_not_printed_twice_and_another_one_stays() -> None:
    again = full(read("---\nheadline: Boat\n---\n# Boat\n\nText.\n", "en"))
    other = full(read("---\nheadline: Boat\n---\n# Books\n\nText.\n", "en"))

    assert again.body == ("Text.",)
    assert other.body == ("<strong>Books</strong>", "Text.")


def test_a_dateline_and_an_end_mark_in_the_text_are_taken_off_it() -> None:
    story = full(read("# Boat\n\nReedport (NPA) – The ferry sailed.\n\nIt sails on./.\n\nNPA\n", "en"))

    assert story.dateline == Dateline(place="Reedport", agency="NPA")
    assert (story.body, story.sign_off) == (("The ferry sailed.", "It sails on."), "NPA")


@pytest.mark.parametrize(
    ("key", "meant"),
    [("headlin", "headline"), ("title", "headline"), ("Author", "byline"), ("stand-first", "standfirst"),
     ("date", "published"), ("related", "see_more")],
)  # fmt: skip
def test_an_unknown_key_is_reported_with_its_place_and_what_was_meant(key: str, meant: str) -> None:
    reading = read(f"---\nheadline: Boat\n{key}: x\n---\nText.\n", "en")

    (finding,) = reading.findings
    assert (finding.code, finding.where) == ("key-unknown", "boat.md:3:1")
    assert f"did you mean {meant}?" in finding.message


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("published: yesterday", "date-wrong"), ("published: 2031-03-12 09:00", "time-without-zone"),
        ("published: 2031-03-12", "time-without-zone"), ("priority: high", "value-wrong"),
        ("pinned: 3", "value-wrong"),
        ("section: [a]", "value-wrong"), ("url: boat.html", "url-wrong"),
        ("url: 'javascript:x'", "url-wrong"),
        ("image: {file: p.jpg}", "alt-missing"), ("image: {file: missing.jpg, alt: x}", "image-missing"),
        ("image: {fil: p.jpg}", "key-unknown"), ("image: 3", "value-wrong"),
        ("status: secret", "value-wrong"),
        ("see_more: [{standfirst: x}]", "value-wrong"), ("dateline: {plase: x}", "key-unknown"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_reported_and_the_rest_is_read(line: str, code: str) -> None:
    reading = read(f"---\nheadline: Boat\n{line}\n---\nText.\n", "en")

    assert codes(reading) == [code]
    assert reading.stories[0].headline == "Boat"
    assert reading.findings[0].where.startswith("boat.md:3")


@pytest.mark.parametrize("line", ["embargo: next week", "embargo: []", "status: secret", "status: withheld"])
def test_what_may_hold_a_story_back_does_when_it_is_not_understood(line: str) -> None:
    assert read(f"---\nheadline: Boat\n{line}\n---\nText.\n").stories[0].pubstatus is PubStatus.WITHHELD


def test_a_date_in_a_dateline_is_kept_as_a_date() -> None:
    story = full(read("---\nheadline: B\ndateline: {place: Reedport, date: 2031-03-12}\n---\nText.\n"))

    assert story.dateline == Dateline(place="Reedport", date=date(2031, 3, 12))


@pytest.mark.parametrize(
    ("head", "where"), [("headline: a: b", "boat.md:2:12"), ("- a", "boat.md"), ("a: [", "boat.md")]
)
def test_a_head_that_is_no_yaml_is_reported_and_the_text_is_kept(head: str, where: str) -> None:
    reading = read(f"---\n{head}\n---\n# Boat\n\nText.\n", "en")

    assert codes(reading) == ["front-matter-wrong"]
    assert reading.findings[0].where.startswith(where)
    assert full(reading).headline == "Boat"


def test_pictures_in_the_text_become_the_story_s_pictures() -> None:
    story = full(read('# Boat\n\n![A white ferry](p.jpg "The ferry (Photo: Ann Lee)")\n\nText.\n', "en"))

    assert story.images == (
        Image(url="stories/p.jpg", alt="A white ferry", caption="The ferry", credit="Ann Lee"),
    )
    assert story.body == ("Text.",)


def test_html_in_the_text_is_cleaned() -> None:
    assert full(read("# Boat\n\n<script>alert(1)</script><b onclick=x>Text</b>\n", "en")).body == (
        "<b>Text</b>",
    )


def test_a_file_without_text_is_a_teaser_and_one_without_anything_a_finding() -> None:
    teaser = read("---\nheadline: Boat\nurl: https://npa.example/b\n---\n", "en")

    assert teaser.stories[0].completeness is Completeness.PARTIAL
    assert codes(read("---\nlanguage: en\n---\n")) == ["file-empty"]
    assert codes(read("Just text here.\n", "en")) == ["no-headline"]


def test_windows_line_endings_are_read() -> None:
    assert full(read(WHOLE.replace("\n", "\r\n"))) == full(read(WHOLE))
