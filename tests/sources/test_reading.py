import pytest

from digest.model.digest import SourceKind
from digest.model.errors import SourceUnreadable
from digest.sources.reading import MAX_BYTES, read_document
from sources.making import NOW, codes, source

RSS = b'<rss version="2.0"><channel><title>t</title><item><title>Boat</title></item></channel></rss>'
JSON = b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "title": "Boat"}]}'
PAGE = b"""<html lang=en><head><title>Boat | NPA</title>
<link rel=alternate type="application/rss+xml" href="/desk.xml"></head><body><h1>Boat</h1>
<p>The first floating library of the county welcomed its readers at the landing on Saturday morning.</p>
<p>Its librarian said that the boat would call at six landings a week until the leaves fall.</p>
</body></html>"""


@pytest.mark.parametrize("data", [RSS, JSON, b"\xef\xbb\xbf\n" + RSS, RSS.decode().encode("utf-16")])
def test_a_feed_is_told_by_its_first_signs(data: bytes) -> None:
    reading = read_document(
        source(), data, location="https://npa.example/f", content_type="text/plain", now=NOW
    )

    assert [story.headline for story in reading.stories] == ["Boat"]


def test_a_page_is_read_as_a_page_and_a_selector_reaches_it() -> None:
    page = source(SourceKind.PAGE, select={"section": "h1"})

    (story,) = read_document(page, PAGE, location="https://npa.example/boat", now=NOW).stories

    assert (story.headline, story.section, len(story.body)) == ("Boat", "Boat", 2)
    assert story.url == "https://npa.example/boat"


def test_a_feed_where_a_page_was_meant_is_read_and_noted() -> None:
    reading = read_document(source(SourceKind.PAGE), RSS, location="f", now=NOW)

    assert [story.headline for story in reading.stories] == ["Boat"]
    assert "feed-as-page" in codes(reading)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"),
        (b" \n ", "empty"),
        (b"x" * (MAX_BYTES + 1), "more than 5,242,880"),
        (PAGE, "names these feeds: /desk.xml"),
        (b"<!doctype html><p>x", "an HTML page, not a feed"),
        (b"<urlset></urlset>", "write `sitemap:`"),
        (b'{"a": 1}', "no JSON Feed"),
        (b"{" * 100_000, "JSON|nested"),
        (b"<x/>", "neither RSS"),
    ],
)
def test_what_is_no_feed_is_refused_with_what_to_do(data: bytes, why: str) -> None:
    with pytest.raises(SourceUnreadable, match=why) as caught:
        read_document(source(), data, location="https://npa.example/f", now=NOW)

    assert str(caught.value).startswith("desk: not readable: https://npa.example/f: ")


def test_a_page_without_headline_and_text_is_refused() -> None:
    with pytest.raises(SourceUnreadable, match="no article"):
        read_document(source(SourceKind.PAGE), b"<html><body></body></html>", location="p.html", now=NOW)
