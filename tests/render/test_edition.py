"""An edition becomes a whole mail, whatever its stories have or lack, and whoever wrote them."""

import itertools
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.model.digest import Newsroom, RelatedKind
from digest.model.edition import Composition, FilledSection, Selection
from digest.model.finding import Level
from digest.model.mail import Rendering
from digest.model.story import Image, Story
from digest.model.text import squeeze
from digest.render.edition import Rendered, render
from digest.render.inline import CssInline
from digest.render.lint import lint
from digest.render.lint.mail import Element, parse, text_of
from digest.render.prose import printable
from digest.render.template import load_template
from render.paper import (
    NONCE,
    POST,
    SEEN,
    TITLES,
    edition,
    edition_in,
    languages,
    lead,
    news,
    placed,
    related,
    slot,
)  # fmt: skip

BRIEF = load_template("brief")
Golden = Callable[[str, str], None]


def made(composition: Composition, newsroom: Newsroom = POST) -> Rendered:
    return render(
        composition,
        newsroom=newsroom,
        template=BRIEF,
        pictures=placed(composition),
        nonce=NONCE,
        titles=TITLES,
    )


def mail(composition: Composition) -> Rendering:
    return made(composition).rendering


def named(html: str, *names: str) -> list[Element]:
    return [element for element in parse(html).within() if element.tag in names]


def apart(html: str) -> str:
    """Return the HTML with one tag a line, so that a difference can be read."""
    return re.sub(r"(?<=>)(?=<)", "\n", html)


@pytest.mark.parametrize("language", ["en", *languages()])
def test_a_mail_looks_as_it_did(language: str, golden: Golden) -> None:
    composition = edition(6) if language == "en" else edition_in(language)

    rendering = mail(composition)

    golden(f"render/{language}.html", apart(rendering.html))
    golden(f"render/{language}.txt", rendering.text)


@pytest.mark.parametrize("language", ["en", *languages()])
def test_a_sound_edition_has_no_finding_above_a_note(language: str) -> None:
    composition = edition() if language == "en" else edition_in(language)

    rendered = made(composition)

    findings = (*rendered.findings, *lint(rendered.rendering, composition=composition, newsroom=POST))
    assert [f for f in findings if f.level in (Level.BLOCKER, Level.WARNING)] == []


def test_a_mail_names_the_other_sources_of_what_it_carries_in_both_parts() -> None:
    first = slot(lead(), also=("herald", "hpa", "herald", "city-desk"))
    row = slot(news(0), also=("unnamed",))
    alone = slot(news(1), also=("city-desk",))
    section = FilledSection(title="City", stories=(row, alone, slot(news(2))))

    rendering = mail(edition(1, selection=Selection(featured=(first,), sections=(section,))))

    for told in (text_of(parse(rendering.html)), rendering.text):
        assert "Also reported by The Inland Herald and Harbour Press Agency" in squeeze(told)
        assert "Also reported by unnamed" in squeeze(told)
        assert squeeze(told).count("Also reported by") == 2


def test_fifteen_stories_stay_under_forty_five_kilobytes() -> None:
    assert len(mail(edition(15)).html.encode()) < 45_000


def test_the_same_composition_gives_the_same_bytes() -> None:
    assert mail(edition()).hash == mail(edition()).hash


def test_both_inliners_print_the_same_mail_but_for_blanks_in_styles() -> None:
    def pressed(html: str) -> str:
        return re.sub(r";(?=\")", "", re.sub(r"\s*([:;])\s*", r"\1", html))

    composition = edition(3)
    other = render(
        composition,
        newsroom=POST,
        template=BRIEF,
        pictures=placed(composition),
        nonce=NONCE,
        titles=TITLES,
        inliner=CssInline(),
    ).rendering

    assert pressed(other.html) == pressed(mail(composition).html)


def test_the_head_says_language_direction_and_subject() -> None:
    html = mail(edition_in("ar")).html

    (root,) = named(html, "html")
    (title,) = named(html, "title")
    article = next(element for element in root.within() if element.get("role") == "article")
    assert (root.get("lang"), root.get("dir")) == ("ar", "rtl")
    assert (article.get("lang"), article.get("dir")) == ("ar", "rtl")
    assert title.own_text == edition_in("ar").subject


def test_headings_go_down_in_steps_from_one_headline() -> None:
    levels = [heading.tag for heading in named(mail(edition()).html, "h1", "h2", "h3")]

    assert levels.count("h1") == 1
    assert levels[0] == "h1"
    assert set(levels) == {"h1", "h2", "h3"}


def test_without_a_lead_the_digest_s_title_is_the_headline() -> None:
    sections = (FilledSection(title="City", stories=(slot(news(0)),)),)

    html = mail(edition(1, selection=Selection(sections=sections))).html

    (headline,) = named(html, "h1")
    assert text_of(headline) == "The Morning Brief"


def test_an_edition_without_stories_is_still_a_mail() -> None:
    rendering = mail(edition(1, selection=Selection()))

    assert "The Morning Brief" in rendering.html
    assert "unsubscribe_url" in rendering.slots


def test_the_reader_s_slots_stand_in_both_parts() -> None:
    rendering = mail(edition(2))

    assert rendering.slots == {"email", "unsubscribe_url", "preferences_url", "view_url"}
    for slot_name in ("unsubscribe--url", "email"):
        assert f"{NONCE}-text-{slot_name}-z" in rendering.html
        assert f"{NONCE}-text-{slot_name}-z" in rendering.text


def test_alt_caption_and_credit_are_printed_as_three_things() -> None:
    html = mail(edition(1)).html

    first = named(html, "img")[0]
    assert first.get("alt") == "People walk along a broad stone wall above the sea in evening light"
    assert "The new wall, as its architects see it. <span" in html
    assert "Photo: Holt &amp; Varga</span>" in html


def test_more_from_a_section_never_calls_itself_related() -> None:
    selection = Selection(featured=(slot(lead(), related(RelatedKind.MORE_FROM_SECTION, 2)),))

    html = mail(edition(1, selection=selection)).html

    assert [text_of(heading) for heading in named(html, "h2")] == ["More from City"]


def test_minutes_are_counted_unless_they_are_told() -> None:
    composition = edition(1)

    told = render(composition, newsroom=POST, template=BRIEF, pictures={}, nonce=NONCE, minutes=7).rendering

    assert "7-minute read" in told.text
    assert "1-minute read" in mail(composition).text


def test_a_newsroom_that_says_little_leaves_no_gaps() -> None:
    rendering = made(edition(1), Newsroom(name="The Harbour Post")).rendering

    assert empty_elements(rendering.html) == []
    assert "None" not in rendering.text


# --- whatever a story lacks -------------------------------------------------------------------------

LACKS = {
    "url": {"url": None},
    "picture": {"images": ()},
    "standfirst": {"standfirst": ""},
    "byline": {"byline": ()},
    "dateline": {"dateline": None},
    "body": {"body": ()},
    "section": {"section": ""},
}


def empty_elements(html: str) -> list[str]:
    """Return paragraphs, headings, cells and links with nothing in them, which would show as gaps."""
    return [
        element.tag
        for element in named(html, "p", "h1", "h2", "h3", "td", "a", "span")
        if not text_of(element)
        and not any(inner.tag == "img" for inner in element.within())
        and not _spacer(element)
    ]


def _spacer(element: Element) -> bool:
    return element.tag == "td" and any("height" in inner.get("style") for inner in element.within())


@pytest.mark.parametrize(
    "lacking",
    [c for count in range(len(LACKS) + 1) for c in itertools.combinations(LACKS, count)],
    ids="-".join,
)
def test_a_lead_looks_right_whatever_it_lacks(lacking: tuple[str, ...]) -> None:
    changes = {name: value for lack in lacking for name, value in LACKS[lack].items()}
    composition = edition(1, selection=Selection(featured=(slot(lead(**changes)),)))

    rendering = mail(composition)

    assert empty_elements(rendering.html) == []
    assert ("Read the full story" in rendering.html) == ("url" not in lacking)
    assert bool(named(rendering.html, "img")) == ("picture" not in lacking)
    assert ("Harbour (HPA)" in rendering.html) == (not {"dateline", "body"} & set(lacking))
    warned = {
        f.code
        for f in lint(rendering, composition=composition, newsroom=POST, weights={})
        if f.level is not Level.NOTE
    }
    assert warned == {"links-not-fetched"}


@pytest.mark.parametrize("lacking", list(itertools.product((True, False), repeat=4)))
def test_rows_look_right_whatever_they_lack(lacking: tuple[bool, bool, bool, bool]) -> None:
    url, picture, standfirst, other = lacking
    row = news(0)
    row = replace(
        row,
        url=row.url if url else None,
        images=row.images if picture else (),
        standfirst=row.standfirst if standfirst else "",
    )
    more = (related(RelatedKind.BACKGROUND, 4, url=row.url if other else None),)
    selection = Selection(
        featured=(slot(lead(), related(RelatedKind.BACKGROUND, 0)),),
        sections=(FilledSection(title="City", stories=(slot(row, *more), slot(news(3)), slot(row))),),
    )

    rendering = mail(edition(1, selection=selection))

    assert empty_elements(rendering.html) == []
    assert 'href=""' not in rendering.html
    assert "None" not in rendering.text
    assert rendering.text.count(row.headline) >= 2


def test_a_bare_teaser_is_printed_with_no_more_than_it_has() -> None:
    teaser = Story(
        source="wire", headline="Only a headline", first_seen=SEEN, images=(Image(caption="x", credit="y"),)
    )
    selection = Selection(featured=(slot(lead()), slot(teaser)))

    html = mail(edition(1, selection=selection)).html

    (heading,) = [h for h in named(html, "h3") if text_of(h) == "Only a headline"]
    assert [inner.tag for inner in heading.within()] == ["h3"]


# --- whoever wrote it -------------------------------------------------------------------------------

HOSTILE = (
    '<script>alert("x")</script>',
    '"><img src=x onerror=alert(1)>',
    "</td></tr></table></mj-table><mj-raw><script>x</script></mj-raw>",
    "{{ page.title }}{% raw %}{# x #}",
    "<!--[if mso]><b>x<![endif]-->",
    "Ti\u00ea\u0301ng Vi\u00ea\u0323t \N{WOMAN}\u200d\N{STAFF OF AESCULAPIUS}\ufe0f",
    "\\u{302} \\n %s {0} $HOME &amp;lt; &#x22; &nbsp;",
    "a]]>b <![CDATA[ c ]]> <?php x ?>",
    "\x00\x08\x1b[31m\u202eoverride\ufffe",
    "https://harbourpost.example/" + "x" * 300,
    "海港" * 120,
)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words_are_printed_as_words(text: str) -> None:
    bad = lead(
        headline=text, standfirst=text, section=text, byline=(text,),
        images=(Image(url="pictures/0.jpg", alt=text, caption=text, credit=text),),
    )  # fmt: skip
    row = news(
        1, headline=text, standfirst=text, section=text, images=(Image(url="pictures/2.jpg", alt=text),)
    )
    selection = Selection(
        featured=(slot(bad, related(RelatedKind.MORE_FROM_SECTION, 3, headline=text)),),
        sections=(FilledSection(title=text, stories=(slot(row),)),),
    )

    rendering = mail(edition(1, selection=selection, title=text, subject=text, preheader=text))

    (headline,) = named(rendering.html, "h1")
    assert "".join(text_of(headline).split()) == "".join(printable(text).split())
    assert named(rendering.html, "img")[0].get("alt") == printable(text)
    structure = {tag.tag for tag in parse(rendering.html).within()}
    assert not structure & {"script", "b", "iframe", "form", "svg"}
    assert not any(name.startswith("on") for tag in parse(rendering.html).within() for name in tag.attributes)
    assert r"\u{" not in rendering.html.replace(r"\u{302}", "")


@pytest.mark.parametrize(
    "body",
    [
        "<b>" * 5000 + "deep" + "</b>" * 5000,
        "<p>un<b>closed <table><tr><td>x",
        "<style>*{display:none}</style><form><input></form>still here",
        '<a href="https://a.example/" style="position:fixed" onclick="x">still here</a>',
        "<svg><script>x</script></svg>still here",
        "<mj-section><mj-column>still here</mj-column></mj-section>",
        "<!--[if mso]>hidden<![endif]-->still here",
        "x" * 100_000,
    ],
    ids=range(8),
)
def test_a_hostile_body_does_no_harm(body: str) -> None:
    rendering = mail(edition(1, selection=Selection(featured=(slot(lead(body=(body, "The end."))),))))

    structure = {tag.tag for tag in parse(rendering.html).within()}
    assert not structure & {"script", "form", "input", "svg"}
    assert "position:fixed" not in rendering.html
    assert rendering.html.rstrip().endswith("</html>")
    blockers = [f for f in lint(rendering, newsroom=POST) if f.level is Level.BLOCKER]
    assert blockers == []


def test_a_body_whose_markup_is_thrown_away_is_noted() -> None:
    rendered = made(
        edition(1, selection=Selection(featured=(slot(lead(body=("<b>" * 500 + "x" + "</b>" * 500,))),)))
    )

    assert "markup-dropped" in {finding.code for finding in rendered.findings}


@given(st.text(min_size=1, max_size=60), st.text(max_size=60))
@settings(deadline=None, max_examples=40)
def test_any_headline_and_any_alt_text_reach_the_reader(headline: str, alt: str) -> None:
    story = lead(headline=headline, images=(Image(url="pictures/0.jpg", alt=alt),))

    rendering = mail(edition(1, selection=Selection(featured=(slot(story),))))

    (shown,) = named(rendering.html, "h1")
    if printable(headline):
        assert text_of(shown).split() == squeeze(printable(headline)).split()
    assert named(rendering.html, "img")[0].get("alt").split() == printable(alt).split()
