import json

import pytest

from digest.model.errors import SourceUnreadable
from digest.model.story import Completeness, Image
from digest.sources.json_feed import read_json_bytes
from sources.making import NOW, codes, source


def feed(*items: object, **given: object) -> bytes:
    return json.dumps(
        {"version": "https://jsonfeed.org/version/1.1", "title": "NPA", "items": items} | given
    ).encode()


def test_an_item_becomes_a_story() -> None:
    data = feed(
        {
            "id": 7, "url": "https://npa.example/b", "title": "Boat &amp; books",
            "summary": "A ferry lends books.",
            "content_html": "<p>The ferry sailed.</p><img src='/in.jpg' alt='Deck'>",
            "image": "https://cdn.example/p.jpg",
            "date_published": "2031-03-12T09:00:00+07:00",
            "authors": [{"name": "Ann Lee"}], "tags": ["Culture"],
        },
        language="en-GB",
    )  # fmt: skip

    (story,) = read_json_bytes(source(), data, location="https://npa.example/feed.json", now=NOW).stories

    assert (story.headline, story.standfirst, story.body) == (
        "Boat & books", "A ferry lends books.", ("The ferry sailed.",),
    )  # fmt: skip
    assert (story.guid, story.byline, story.tags, story.language) == (
        "7",
        ("Ann Lee",),
        ("Culture",),
        "en-GB",
    )
    assert str(story.published) == "2031-03-12 02:00:00+00:00"
    assert story.images == (
        Image(url="https://cdn.example/p.jpg"), Image(url="https://npa.example/in.jpg", alt="Deck"),
    )  # fmt: skip
    assert story.completeness is Completeness.FULL


def test_plain_text_is_escaped_and_the_feed_s_author_stands_in() -> None:
    data = feed({"id": "1", "content_text": "5 < 6\n\nTrue."}, author={"name": "Desk"})

    (story,) = read_json_bytes(source(), data, location="feed.json", now=NOW).stories

    assert (story.body, story.byline) == (("5 &lt; 6", "True."), ("Desk",))


def test_items_that_say_nothing_are_counted() -> None:
    reading = read_json_bytes(source(), feed({"id": "1"}, "x", {"title": "a"}), location="f", now=NOW)

    assert len(reading.stories) == 1
    assert codes(reading) == ["item-empty", "item-empty"]


@pytest.mark.parametrize(
    ("data", "why"), [(b"{", "not JSON"), (b"[1]", "no JSON Feed"), (b'{"items": 3}', "no JSON Feed")]
)
def test_what_is_no_json_feed_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(SourceUnreadable, match=why):
        read_json_bytes(source(), data, location="f", now=NOW)
