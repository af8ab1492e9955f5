import pytest

from digest.model.errors import SourceUnreadable
from digest.model.story import Completeness, Dateline, Image, Reading
from digest.sources.feed import read_feed
from sources.making import NOW, codes, source

LOCATION = "https://npa.example/desk.xml"


def rss(*items: str, channel: str = "<language>en-gb</language>", root: str = "") -> bytes:
    body = "".join(f"<item>{item}</item>" for item in items)
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0" {root}'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<channel><title>NPA</title><link>https://npa.example/</link>{channel}{body}</channel></rss>"
    ).encode()


def read(data: bytes, **given: str) -> Reading:
    return read_feed(source(**given), data, location=LOCATION, now=NOW)


def test_an_rss_item_becomes_a_story() -> None:
    reading = read(
        rss(
            "<title>Boat &amp; books</title><link>/boat?utm_source=rss</link>"
            "<guid isPermaLink='false'>7</guid>"
            "<description>A ferry lends books.</description><pubDate>Wed, 12 Mar 2031 09:00:00 ICT</pubDate>"
            "<dc:creator>Ann Lee</dc:creator><category>Culture</category><category>River</category>"
        )
    )

    (story,) = reading.stories
    assert (story.headline, story.standfirst) == ("Boat & books", "A ferry lends books.")
    assert (story.url, story.guid) == ("https://npa.example/boat?utm_source=rss", "7")
    assert str(story.published) == "2031-03-12 02:00:00+00:00"
    assert (story.byline, story.tags, story.section) == (("Ann Lee",), ("Culture", "River"), "Culture")
    assert (story.language, story.completeness) == ("en-GB", Completeness.PARTIAL)
    assert reading.findings == ()


def test_a_body_beside_a_summary_makes_it_full_and_takes_agency_habits_off() -> None:
    (story,) = read(
        rss(
            "<title>Boat</title><link>https://npa.example/b</link><description>A ferry lends books."
            "</description>"
            "<content:encoded><![CDATA[<p><b>Reedport (NPA)</b> – The <a href='/ferry'>ferry</a> sailed.</p>"
            "<p>It sails on./.</p><p>NPA</p>]]></content:encoded>"
        )
    ).stories

    assert story.completeness is Completeness.FULL
    assert story.standfirst == "A ferry lends books."
    assert story.dateline == Dateline(place="Reedport", agency="NPA")
    assert story.body == ('The <a href="https://npa.example/ferry">ferry</a> sailed.', "It sails on.")
    assert story.sign_off == "NPA"


def test_a_summary_that_only_begins_the_body_is_not_printed_twice() -> None:
    stories = read(
        rss(
            "<title>A</title><link>https://npa.example/a</link>"
            "<description>The ferry sailed and […]</description>"
            "<content:encoded>&lt;p&gt;The ferry sailed and came"
            " back.&lt;/p&gt;&lt;p&gt;Twice.&lt;/p&gt;</content:encoded>",
            "<title>B</title><link>https://npa.example/b</link><description>The ferry sailed.</description>"
            "<content:encoded>&lt;p&gt;The ferry sailed.&lt;/p&gt;&lt;p&gt;Twice.&lt;/p&gt;"
            "</content:encoded>",
        )
    ).stories

    assert [(s.standfirst, s.body) for s in stories] == [
        ("", ("The ferry sailed and came back.", "Twice.")),
        ("The ferry sailed.", ("Twice.",)),
    ]


def test_what_a_blog_program_appends_is_left_out() -> None:
    (story,) = read(
        rss(
            "<title>A</title><link>https://npa.example/a</link>"
            "<description>&lt;p&gt;The ferry sailed.&lt;/p&gt;"
            "&lt;p&gt;The post &lt;a href='x'&gt;A&lt;/a&gt; appeared first on &lt;a"
            " href='y'&gt;NPA&lt;/a&gt;.&lt;/p&gt;"
            "</description>"
        )
    ).stories

    assert story.standfirst == "The ferry sailed."


def test_an_item_without_title_keeps_its_text() -> None:
    (story,) = read(rss("<description>Just a note from the quay.</description><guid>n1</guid>")).stories

    assert (story.headline, story.body) == ("", ("Just a note from the quay.",))


def test_atom_is_read_with_its_links_authors_and_languages() -> None:
    data = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr"><title>ADL</title>
      <entry><id>tag:adl.example,2031:1</id><title type="html">Le &lt;b&gt;phare&lt;/b&gt;</title>
      <link rel="enclosure" type="image/jpeg" href="/p.jpg"/>
      <link rel="alternate" type="text/html" href="/phare"/>
      <author><name>Anne Le Goff</name></author><updated>2031-03-12T10:00:00+01:00</updated>
      <summary>Le phare est rallumé.</summary></entry></feed>"""

    (story,) = read_feed(source(), data.encode(), location="https://adl.example/atom", now=NOW).stories

    assert (story.headline, story.url) == ("Le phare", "https://adl.example/phare")
    assert (story.byline, story.language, str(story.published)) == (
        ("Anne Le Goff",), "fr", "2031-03-12 09:00:00+00:00",
    )  # fmt: skip
    assert story.images == (Image(url="https://adl.example/p.jpg"),)


def test_rdf_is_read() -> None:
    data = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
      <channel rdf:about="x"><title>t</title></channel>
      <item rdf:about="https://npa.example/1"><title>Boat</title><link>https://npa.example/1</link></item>
      </rdf:RDF>"""

    assert [story.headline for story in read(data.encode()).stories] == ["Boat"]


def test_pictures_keep_size_caption_and_credit_and_do_not_become_the_summary() -> None:
    (story,) = read(
        rss(
            "<title>Boat</title><link>https://npa.example/b</link><description>A ferry.</description>"
            "<media:group><media:content url='https://cdn.example/p.jpg?w=140' width='140' medium='image'/>"
            "<media:content url='https://cdn.example/p.jpg?w=900' width='900' height='600' medium='image'>"
            "<media:description>The ferry at dusk</media:description>"
            "<media:credit>Photograph: Ann Lee</media:credit>"
            "</media:content></media:group><media:content url='https://cdn.example/v.mp4' medium='video'/>",
            root='xmlns:media="http://search.yahoo.com/mrss/"',
        )
    ).stories

    assert story.standfirst == "A ferry."
    assert story.images == (
        Image(
            url="https://cdn.example/p.jpg?w=900",
            caption="The ferry at dusk",
            credit="Ann Lee",
            width=900,
            height=600,
        ),
    )


def test_pictures_in_the_text_bring_their_figure_and_counters_stay_out() -> None:
    (story,) = read(
        rss(
            "<title>Boat</title><link>https://npa.example/b</link><description><![CDATA[<figure>"
            "<img src='/p.jpg' alt='A white ferry' width=800><figcaption>The ferry (Photo: NPA)"
            "</figcaption></figure>"
            "<img src='https://count.example/pixel.gif' width=1 height=1><p>A ferry.</p>]]></description>"
        )
    ).stories

    assert story.images == (
        Image(
            url="https://npa.example/p.jpg", alt="A white ferry", caption="The ferry", credit="NPA", width=800
        ),
    )
    assert "NPA" not in story.standfirst


def test_items_that_share_an_address_are_told_apart_and_reported() -> None:
    reading = read(
        rss(
            "<title>New</title><link>https://npa.example/</link><guid isPermaLink='false'>2</guid>"
            "<pubDate>Wed, 12 Mar 2031 09:00:00 GMT</pubDate>",
            "<title>Old</title><link>https://npa.example/</link><guid isPermaLink='false'>1</guid>"
            "<pubDate>Tue, 11 Mar 2031 09:00:00 GMT</pubDate>",
        )
    )

    assert [(s.headline, s.identity) for s in reading.stories] == [
        ("New", "guid desk 2"),
        ("Old", "url npa.example"),
    ]
    assert codes(reading) == ["identity-shared"]


def test_the_same_item_twice_is_read_once() -> None:
    item = "<title>New</title><link>https://npa.example/n</link>"

    reading = read(rss(item, item))

    assert len(reading.stories) == 1
    assert codes(reading) == ["item-doubled"]


def test_an_item_that_says_nothing_is_left_out_and_counted() -> None:
    reading = read(rss("<category>x</category>", "<title>Boat</title>"))

    assert [story.headline for story in reading.stories] == ["Boat"]
    assert codes(reading) == ["item-empty"]


def test_bare_ampersands_and_undeclared_entities_are_read_as_meant() -> None:
    reading = read(rss("<title>Q&A with M&S & co &eacute;</title><link>https://npa.example/?x=1&y=2</link>"))

    assert reading.stories[0].headline == "Q&A with M&S & co é"
    assert reading.stories[0].url == "https://npa.example/?x=1&y=2"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "utf-32"])
def test_feeds_in_wide_encodings_are_read_whatever_they_declare(encoding: str) -> None:
    data = rss("<title>Bến Sậy</title>").decode().encode(encoding)

    assert read(data).stories[0].headline == "Bến Sậy"


def test_controls_and_white_space_before_the_declaration_do_no_harm() -> None:
    data = b"\n\n " + rss("<title>a\x0b\x08b</title>")

    assert read(data).stories[0].headline == "ab"


def test_a_feed_cut_off_in_the_middle_keeps_what_came() -> None:
    reading = read(rss("<title>One</title>", "<title>Two</title><link>https://npa.ex")[:-45])

    assert reading.stories[0].headline == "One"
    assert "feed-broken" in codes(reading)


def test_times_without_a_zone_are_taken_as_utc_and_reported_once() -> None:
    item = "<title>{0}</title><pubDate>2031-03-12 09:00:00</pubDate>"

    reading = read(rss(item.format("a"), item.format("b")))

    assert [str(story.published) for story in reading.stories] == ["2031-03-12 09:00:00+00:00"] * 2
    assert codes(reading) == ["time-without-zone"]


def test_the_source_s_own_section_and_language_win() -> None:
    (story,) = read(rss("<title>a</title><category>x</category>"), section="City", language="sv").stories

    assert (story.section, story.language) == ("City", "sv")


def test_entities_neither_grow_without_end_nor_read_a_file() -> None:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    data = f"""<?xml version="1.0"?><!DOCTYPE r [<!ENTITY l0 "lol">{levels}
      <!ENTITY x SYSTEM "file:///etc/passwd">]>
      <rss version="2.0"><channel><title>t</title><item><title>[&l9;][&x;]</title></item></channel></rss>"""

    (story,) = read(data.encode()).stories

    assert len(story.headline) < 100
    assert "root" not in story.headline


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"<html><body>x</body></html>", "neither RSS"),
        (b"<rss><channel>" + b"<a>" * 2_000, "nested deeper"),
        (b"<!DOCTYPE a" * 30 + b"<rss/>", "more than 20 DOCTYPEs"),
        (b"just words", "neither RSS"),
    ],
)
def test_what_is_no_feed_is_refused_with_a_reason(data: bytes, why: str) -> None:
    with pytest.raises(SourceUnreadable, match=why):
        read(data)


def test_a_feed_without_items_is_a_note() -> None:
    assert codes(read(rss())) == ["feed-empty"]


def test_an_item_that_only_media_elements_describe_takes_their_words_as_its_own() -> None:
    (story,) = read(
        rss(
            "<link>https://npa.example/v</link><media:group><media:title>Boat film</media:title>"
            "<media:thumbnail url='https://cdn.example/t.jpg' width='480' height='360'/>"
            "<media:description>A film of the ferry.</media:description></media:group>",
            root='xmlns:media="http://search.yahoo.com/mrss/"',
        )
    ).stories

    assert (story.headline, story.standfirst) == ("Boat film", "A film of the ferry.")
    assert story.images == (Image(url="https://cdn.example/t.jpg", width=480, height=360),)


def test_a_guid_that_is_a_permalink_is_the_address() -> None:
    stories = read(
        rss(
            "<title>a</title><guid>https://npa.example/a</guid>",
            "<title>b</title><guid isPermaLink='false'>https://npa.example/b</guid>",
        )
    ).stories

    assert [story.url for story in stories] == ["https://npa.example/a", None]
