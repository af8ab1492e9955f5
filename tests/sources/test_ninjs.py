import json
from typing import Any

import pytest

from digest.model.digest import SourceKind
from digest.model.story import Dateline, Image, PubStatus, Reading
from digest.sources.ninjs import read_ninjs
from sources.making import NOW, codes, source

ONE: dict[str, Any] = {
    "uri": "urn:npa:1", "language": "en-GB", "headline": "Boat & books", "byline": "Ann Lee", "urgency": 2,
    "pubstatus": "usable", "firstcreated": "2031-03-12T02:00:00Z", "versioncreated": "2031-03-12T03:00:00Z",
    "description_text": "A ferry lends books.",
    "body_html": "<p>Reedport (NPA) – The ferry sailed.</p><p>On./.</p>",
    "subject": [{"name": "Culture"}], "keywords": ["river"],
    "associations": {
        "featuremedia": {
            "type": "picture", "headline": "Ferry", "description_text": "The ferry at dusk",
            "byline": "Bo Ek",
            "altText": "A white ferry",
            "renditions": {"small": {"href": "https://cdn.example/s.jpg", "width": 100, "height": 50},
                           "big": {"href": "https://cdn.example/b.jpg", "width": 900, "height": 450}},
        }
    },
}  # fmt: skip
TWO: dict[str, Any] = {
    "uri": "urn:npa:2",
    "headlines": [{"role": "short", "value": "Short"}, {"role": "main", "value": "Boat"}],
    "descriptions": [{"role": "summary", "value": "A ferry."}],
    "bodies": [{"contenttype": "text/html", "value": "<p>It sailed.</p>"}],
    "people": [{"rel": "author", "name": "Ann Lee"}],
    "located": "Reedport",
    "infosources": [{"name": "NPA"}],
    "embargoed": "2031-03-14T05:00:00Z",
    "associations": [{"type": "picture", "renditions": [{"href": "p.jpg", "width": 10}], "by": "Bo Ek"}],
}


def read(document: object) -> Reading:
    text = document if isinstance(document, str) else json.dumps(document)
    return read_ninjs(
        source(SourceKind.FOLDER), text, path="a.json", now=NOW, find=lambda name: f"stories/{name}"
    )


def test_an_item_of_the_first_version_becomes_a_story() -> None:
    (story,) = read(ONE).stories

    assert (story.headline, story.standfirst, story.byline) == (
        "Boat & books", "A ferry lends books.", ("Ann Lee",),
    )  # fmt: skip
    assert (story.dateline, story.body) == (
        Dateline(place="Reedport", agency="NPA"),
        ("The ferry sailed.", "On."),
    )
    assert (story.section, story.tags, story.priority) == ("Culture", ("river", "Culture"), 7)
    assert (str(story.published), str(story.updated)) == (
        "2031-03-12 02:00:00+00:00",
        "2031-03-12 03:00:00+00:00",
    )
    assert story.images == (
        Image(
            url="https://cdn.example/b.jpg", alt="A white ferry", caption="The ferry at dusk", credit="Bo Ek",
            width=900, height=450,
        ),
    )  # fmt: skip


def test_an_item_of_the_second_version_becomes_a_story() -> None:
    (story,) = read(TWO).stories

    assert (story.headline, story.standfirst, story.body) == ("Boat", "A ferry.", ("It sailed.",))
    assert (story.dateline, story.byline) == (Dateline(place="Reedport", agency="NPA"), ("Ann Lee",))
    assert str(story.embargo) == "2031-03-14 05:00:00+00:00"
    assert (story.images[0].url, story.images[0].credit) == ("stories/p.jpg", "Bo Ek")


@pytest.mark.parametrize("document", [[ONE, TWO], {"items": [ONE, TWO]}])
def test_several_items_in_one_file_are_several_stories(document: object) -> None:
    assert len({story.id for story in read(document).stories}) == 2


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"pubstatus": "canceled"}, PubStatus.CANCELLED), ({"pubstatus": "withheld"}, PubStatus.WITHHELD),
        ({"pubstatus": "odd"}, PubStatus.WITHHELD), ({"embargoed": "soon"}, PubStatus.WITHHELD),
        ({}, PubStatus.USABLE),
    ],
)  # fmt: skip
def test_what_may_not_be_printed_is_held_back(change: dict[str, str], status: PubStatus) -> None:
    assert read(ONE | change).stories[0].pubstatus is status


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ("{", "json-wrong"),
        ("[" * 100_000, "json-wrong"),
        ({"uri": "x"}, "not-a-story"),
        ([3], "not-a-story"),
        ([], "file-empty"),
    ],
)
def test_what_is_no_news_item_is_a_finding(document: object, code: str) -> None:
    reading = read(document)

    assert reading.stories == ()
    assert codes(reading) == [code]


def test_a_json_feed_in_a_folder_is_read_as_one() -> None:
    feed = {"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "title": "Boat"}]}

    assert [story.headline for story in read(feed).stories] == ["Boat"]


@pytest.mark.parametrize("value", [None, 3, [], {}, "x", [None], [3], [{}], True])
@pytest.mark.parametrize("key", [*ONE, "bodies", "people", "headlines", "located", "infosources", "url"])
def test_a_value_of_another_kind_breaks_nothing(key: str, value: object) -> None:
    reading = read({"headline": "Boat", "body_text": "It sailed."} | ONE | {key: value})

    assert len(reading.stories) + len(reading.findings) >= 1
