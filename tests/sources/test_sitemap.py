import gzip

import pytest

from digest.model.errors import SourceUnreadable
from digest.sources.sitemap import Sitemap, SitemapPage, read_sitemap
from sources.making import NOW, source

NEWS = b"""<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
  xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc> https://npa.example/boat </loc><lastmod>2031-03-12T10:00:00Z</lastmod>
 <news:news><news:publication><news:name>NPA</news:name><news:language>en</news:language></news:publication>
 <news:publication_date>2031-03-12T09:00:00+07:00</news:publication_date>
 <news:title>Boat &amp; books</news:title>
 <news:keywords>river, books</news:keywords></news:news>
 <image:image><image:loc>https://cdn.example/p.jpg</image:loc></image:image></url>
<url><loc>javascript:alert(1)</loc></url><url><loc>https://npa.example/boat</loc></url><url><loc>/race</loc></url></urlset>"""


def read(data: bytes) -> Sitemap:
    return read_sitemap(source(), data, location="https://npa.example/news.xml", now=NOW)


@pytest.mark.parametrize("packed", [False, True])
def test_a_news_sitemap_tells_headline_time_language_and_pictures(packed: bool) -> None:
    sitemap = read(gzip.compress(NEWS) if packed else NEWS)

    assert [page.url for page in sitemap.pages] == ["https://npa.example/boat", "https://npa.example/race"]
    race = sitemap.pages[1]
    assert race == SitemapPage(url="https://npa.example/race")


def test_of_a_page_listed_twice_the_first_entry_counts() -> None:
    boat = read(NEWS).pages[0]

    assert (boat.headline, boat.language, boat.tags) == ("Boat & books", "en", ("river", "books"))
    assert (str(boat.published), str(boat.updated)) == (
        "2031-03-12 02:00:00+00:00",
        "2031-03-12 10:00:00+00:00",
    )
    assert boat.images == ("https://cdn.example/p.jpg",)


def test_an_index_names_its_children_the_newest_first() -> None:
    data = b"""<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
      <sitemap><loc>https://npa.example/old.xml</loc><lastmod>2030-01-01</lastmod></sitemap>
      <sitemap><loc>https://npa.example/undated.xml</loc></sitemap>
      <sitemap><loc>https://npa.example/new.xml</loc><lastmod>2031-03-01</lastmod></sitemap></sitemapindex>"""

    assert read(data).children == (
        "https://npa.example/new.xml", "https://npa.example/old.xml", "https://npa.example/undated.xml",
    )  # fmt: skip


def test_a_plain_list_of_addresses_is_a_sitemap() -> None:
    assert [page.url for page in read(b"https://npa.example/a\nnonsense\nhttps://npa.example/b\n").pages] == [
        "https://npa.example/a", "https://npa.example/b",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"), (b"<rss/>", "first element is <rss>"), (b"hello", "no"), (b"\x1f\x8bxx", "damaged"),
        (gzip.compress(b"\0" * 30_000_000), "larger than"),
    ],
)  # fmt: skip
def test_what_is_no_sitemap_is_refused_with_a_reason(data: bytes, why: str) -> None:
    with pytest.raises(SourceUnreadable, match=why):
        read(data)
