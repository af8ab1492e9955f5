import json
from typing import Any

import pytest

from digest.model.digest import SourceKind
from digest.model.errors import SourceUnreadable
from digest.model.story import Completeness, Dateline, Image, Reading
from digest.model.text import plain
from digest.sources.page import read_page
from sources.making import NOW, codes, full, partial, source

LOCATION = "https://npa.example/culture/boat"
BODY = """<p>Reedport (NPA) – The county's first floating library welcomed its readers at Reedport
landing on Saturday.</p>
<p>The ferry calls at <a href="/six">six landings</a> a week and lends to anyone who can see the river.</p>
<p>The librarian said that children read more on deck than on land, and that nobody has yet dropped a
book.</p>
<p>As one of the smallest libraries that float, it will be visited by a television crew in April./.</p>"""
STANDFIRST = "An old ferry with eight thousand books calls at six landings a week."
RELATED = """<div class="related-news"><h3>See more</h3>
<article><a href="/race"><img src="https://cdn.example/race.jpg" alt="Rowers at the start. (Photo: NPA)"></a>
<h2><a href="/race">Boat race returns after ten years</a></h2><p>Twenty-four crews have entered, and it
lasts two days.</p>
</article><article><a href="/nets">
<img src="https://cdn.example/nets.jpg" alt="Evening class keeps net making alive"></a>
<h2><a href="/nets">Evening class keeps net making alive</a></h2></article></div>"""


def page(head: str = "", *, top: str = "", body: str = BODY, after: str = "", lang: str = "en") -> bytes:
    return f"""<!doctype html><html lang="{lang}"><head><meta charset="utf-8">
<title>Floating library opens | NPA</title>
{head}
</head><body><header><span class="date">Monday, March 17, 2031</span><a href="/">NPA</a></header>
<nav class="breadcrumb"><a href="/culture">Culture</a></nav>
<div class="article"><h1>Floating library opens</h1>{top}<div class="body">{body}</div>{after}</div>
<footer><p>Licence No. 1</p></footer></body></html>""".encode()


def ld(**given: Any) -> str:
    told = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": "Floating library opens",
    } | given
    return f'<script type="application/ld+json">{json.dumps(told)}</script>'


def read(data: bytes, *, location: str = LOCATION, **select: str) -> Reading:
    return read_page(source(SourceKind.PAGE, select=select), data, location=location, now=NOW)


def test_metadata_in_json_ld_fill_the_fields() -> None:
    head = ld(
        description=STANDFIRST, datePublished="2031-03-12T20:41:00+07:00",
        dateModified="2031-03-12T21:02:00+07:00",
        author={"@type": "Person", "name": "Ann Lee"}, articleSection="River life", keywords="boats, books",
        image={"@type": "ImageObject", "url": "https://cdn.example/b.jpg", "width": 1200, "height": 630,
               "caption": "The ferry at dusk (Photo: NPA)"},
    )  # fmt: skip

    story = full(read(page(head)))

    assert (story.headline, story.standfirst, story.byline) == (
        "Floating library opens",
        STANDFIRST,
        ("Ann Lee",),
    )
    assert (str(story.published), str(story.updated)) == (
        "2031-03-12 13:41:00+00:00",
        "2031-03-12 14:02:00+00:00",
    )
    assert (story.section, story.tags, story.language) == ("River life", ("boats", "books"), "en")
    assert story.images == (
        Image(
            url="https://cdn.example/b.jpg", caption="The ferry at dusk", credit="NPA", width=1200, height=630
        ),
    )


def test_the_text_is_extracted_with_its_links_and_without_agency_habits() -> None:
    story = full(read(page(after='<div class="source">NPA</div>')))

    assert story.dateline == Dateline(place="Reedport", agency="NPA")
    assert len(story.body) == 4
    assert '<a href="https://npa.example/six">six landings</a>' in story.body[1]
    assert story.body[-1].endswith("television crew in April.")
    assert story.sign_off == "NPA"


def test_open_graph_loses_the_site_s_name_and_the_page_s_own_headline_wins() -> None:
    head = (
        '<meta property="og:title" content="Floating library opens | NPA News">'
        '<meta property="og:site_name" content="NPA News">'
        f'<meta property="og:description" content="{STANDFIRST}"><meta property="og:image" content="/b.jpg">'
        '<meta property="article:published_time" content="2031-03-12T20:41:00+07:00">'
        '<meta name="author" content="Ann Lee">'
    )

    story = full(read(page(head)))

    assert (story.headline, story.standfirst, story.byline) == (
        "Floating library opens",
        STANDFIRST,
        ("Ann Lee",),
    )
    assert (str(story.published), story.images[0].url) == (
        "2031-03-12 13:41:00+00:00",
        "https://npa.example/b.jpg",
    )


def test_without_metadata_the_structure_tells_and_the_masthead_s_date_does_not() -> None:
    top = f"""<div class="article__sapo">{STANDFIRST}</div><div class="meta">
      <span class="author">Ann Lee</span>
      <time datetime="2031-03-12T20:41:00+0700">Thursday</time></div>
      <table class="picture"><tr><td><img src="https://cdn.example/b.jpg" width="620"
      alt="The ferry (Photo: NPA)"></td></tr>
      <tr><td class="caption">The ferry (Photo: NPA)</td></tr></table>"""

    reading = read(page(top=top), location="pick.html")

    story = full(reading)
    assert (story.headline, story.standfirst, story.byline) == (
        "Floating library opens",
        STANDFIRST,
        ("Ann Lee",),
    )
    assert str(story.published) == "2031-03-12 13:41:00+00:00"
    assert story.images == (
        Image(url="https://cdn.example/b.jpg", caption="The ferry", credit="NPA", width=620),
    )
    assert (story.url, story.path, story.section) == (None, "pick.html", "Culture")
    assert STANDFIRST not in map(plain, story.body)
    assert "caption-used-as-alt" in codes(reading)


@pytest.mark.parametrize(
    ("line", "published"),
    [
        ('<p class="meta">By Ann Lee | 12 March 2031, 20:41 GMT</p>', "2031-03-12 20:41:00+00:00"),
        ('<span class="post-date">Published: March 12, 2031</span>', "2031-03-12 00:00:00+00:00"),
        ("<div>12.03.2031 20:41 (GMT+7)</div>", "2031-03-12 13:41:00+00:00"),
        ("", "None"),
    ],
)
def test_a_time_that_is_only_shown_is_found_near_the_headline(line: str, published: str) -> None:
    assert str(full(read(page(top=line, lang="de"))).published) == published


def test_a_day_in_the_address_is_the_last_resort() -> None:
    story = full(read(page(), location="https://npa.example/2031/03/12/boat"))

    assert str(story.published) == "2031-03-12 00:00:00+00:00"


def test_selectors_of_the_source_win_over_everything() -> None:
    top = """<p class="a">Chosen standfirst of the page.</p><p class="b">Chosen caption</p>
      <i class="c">Bo Ek</i><b class="d">Sport</b>"""

    story = full(
        read(
            page(ld(description="Told", author="Told"), top=top),
            standfirst=".a",
            caption=".b",
            byline=".c",
            section=".d",
        )
    )

    assert (story.standfirst, story.byline, story.section) == (
        "Chosen standfirst of the page.",
        ("Bo Ek",),
        "Sport",
    )
    assert story.images[0].caption == "Chosen caption"


@pytest.mark.parametrize(("css", "code"), [("p[", "selector-wrong"), (".nowhere", "selector-without-match")])
def test_a_selector_that_is_wrong_or_idle_is_a_finding(css: str, code: str) -> None:
    assert code in codes(read(page(), standfirst=css))


def test_further_stories_become_partial_ones_and_leak_into_nothing() -> None:
    reading = read(page(after=RELATED))

    story, items = full(reading), partial(reading)
    assert [(s.headline, s.url) for s in items] == [
        ("Boat race returns after ten years", "https://npa.example/race"),
        ("Evening class keeps net making alive", "https://npa.example/nets"),
    ]
    assert items[0].standfirst == "Twenty-four crews have entered, and it lasts two days."
    assert items[0].images == (
        Image(url="https://cdn.example/race.jpg", caption="Rowers at the start.", credit="NPA"),
    )
    assert items[1].images == (Image(url="https://cdn.example/nets.jpg"),)
    assert story.see_more == tuple(item.id for item in items)
    assert "race" not in " ".join(map(plain, story.body))
    assert len(story.images) == 0


def test_a_selector_names_further_stories_where_no_heading_does() -> None:
    more = '<div class="box"><a href="/race">Boat race returns after ten years</a></div>'

    assert [s.headline for s in partial(read(page(after=more), see_more=".box"))] == [
        "Boat race returns after ten years"
    ]


def test_the_canonical_address_is_the_story_s_unless_it_is_the_front_page() -> None:
    told = full(read(page('<link rel="canonical" href="https://npa.example/boat-1">')))
    front = full(read(page('<link rel="canonical" href="https://npa.example/">')))

    assert (told.url, front.url) == ("https://npa.example/boat-1", LOCATION)


def test_a_figure_in_the_text_is_a_picture_and_its_caption_no_paragraph() -> None:
    figure = """<figure><img src="/deck.jpg" alt="Deck" width="800">
      <figcaption>On deck. Photo: Bo Ek</figcaption></figure>"""

    story = full(read(page(body=BODY + figure)))

    assert story.images == (
        Image(url="https://npa.example/deck.jpg", alt="Deck", caption="On deck.", credit="Bo Ek", width=800),
    )
    assert "On deck" not in " ".join(map(plain, story.body))


def test_a_page_with_a_headline_only_is_a_teaser_with_a_finding() -> None:
    reading = read(b"<html lang=en><body><h1>Floating library opens</h1></body></html>")

    assert reading.stories[0].completeness is Completeness.PARTIAL
    assert "no-body" in codes(reading)


@pytest.mark.parametrize("data", [b"<html></html>", b"<!-- -->", b"<p></p>"])
def test_a_page_with_nothing_on_it_is_refused(data: bytes) -> None:
    with pytest.raises(SourceUnreadable):
        read(data)


@pytest.mark.parametrize(
    "broken", ["{", "[]", "null", '{"@graph": [1]}', '{"@type": ["NewsArticle"], "headline": 3}']
)
def test_broken_metadata_leave_the_page_to_tell(broken: str) -> None:
    story = full(read(page(f'<script type="application/ld+json">{broken}</script>')))

    assert story.headline == "Floating library opens"
    assert len(story.body) == 4


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "windows-1252"])
def test_an_encoding_is_told_by_its_mark_or_by_the_page(encoding: str) -> None:
    text = (
        page().decode().replace("library", "bibliothèque").replace('charset="utf-8"', f'charset="{encoding}"')
    )

    assert full(read(text.encode(encoding))).headline == "Floating bibliothèque opens"
