"""Every rule of the lint speaks up at its fault, at the right level, and keeps quiet otherwise."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from digest.model.digest import Newsroom
from digest.model.edition import Composition, FilledSection, Selection
from digest.model.finding import Finding, Level
from digest.model.mail import Rendering
from digest.model.story import Image, Story
from digest.render.edition import render
from digest.render.lint import RULES, lint, sense
from digest.render.lint.contrast import colour, contrast, dark_rules
from digest.render.lint.mail import Mail, declarations, parse
from digest.render.template import load_template
from render.paper import MORNING, NONCE, POST, edition, lead, news, placed, slot

COMPOSITION = edition(4)
SOUND = render(
    COMPOSITION, newsroom=POST, template=load_template("brief"), pictures=placed(COMPOSITION), nonce=NONCE
).rendering
PLAIN = 'style="text-decoration:none"'
STYLE = '<style type="text/css">'
B, W, N = Level.BLOCKER, Level.WARNING, Level.NOTE


def findings(
    rendering: Rendering = SOUND, composition: Composition | None = COMPOSITION
) -> tuple[Finding, ...]:
    return lint(rendering, composition=composition, newsroom=POST, weights={})


def swapped(old: str, new: str, count: int = -1) -> Rendering:
    assert old in SOUND.html, old
    return replace(SOUND, html=SOUND.html.replace(old, new, count))


def inserted(html: str) -> Rendering:
    """Return the sound mail with `html` in its first paragraph of text."""
    return swapped("The council voted", f"{html}The council voted", 1)


def picture(
    said: str, *, src: str = "https://p.example/a.jpg", width: str = "9", height: str = "9"
) -> Rendering:
    return inserted(f'<img src="{src}" width="{width}" height="{height}" {said}>')


def test_a_sound_mail_has_only_what_could_not_be_checked() -> None:
    assert [(finding.level, finding.code) for finding in findings()] == [
        (Level.NOT_CHECKED, "links-not-fetched")
    ]


def test_what_was_not_given_is_said_to_be_unchecked() -> None:
    codes = {finding.code for finding in lint(SOUND) if finding.level is Level.NOT_CHECKED}

    assert codes == {
        "stories-not-checked", "postal-address-not-checked", "pictures-not-weighed", "links-not-fetched",
    }  # fmt: skip


def test_a_letter_needs_no_way_out() -> None:
    letter = replace(SOUND, html=SOUND.html.replace("unsubscribe", "other"), text="Hello")

    assert not {f.code for f in lint(letter, bulk=False)} & {"unsubscribe-missing", "text-short"}


def test_the_gravest_comes_first() -> None:
    levels = [
        finding.level
        for finding in findings(replace(SOUND, subject="", html=SOUND.html.replace("role=", "data-x=")))
    ]

    assert levels == sorted(levels, key=list(Level).index)
    assert levels[0] is B


MAILS: list[tuple[str, Level, Callable[[], Rendering]]] = [
    ("html-too-large", B, lambda: inserted("x" * 100_000)),
    ("html-large", W, lambda: inserted("x" * 68_000)),
    ("style-large", W, lambda: swapped(STYLE, STYLE + "a{}" * 3000, 1)),
    ("styles-too-large", W, lambda: swapped(STYLE, STYLE + "a{}" * 1800)),
    ("text-missing", B, lambda: replace(SOUND, text=" \n")),
    ("text-short", W, lambda: replace(SOUND, text="See the HTML part.")),
    ("text-differs", W, lambda: replace(SOUND, text=SOUND.text.replace("https://", ""))),
    ("subject-empty", B, lambda: replace(SOUND, subject=" ")),
    ("subject-without-words", W, lambda: replace(SOUND, subject="🎉🎉")),
    ("subject-capitals", W, lambda: replace(SOUND, subject="NIGHT FERRIES RETURN")),
    ("subject-long", N, lambda: replace(SOUND, subject="word " * 20)),
    ("preheader-missing", W, lambda: replace(SOUND, preheader="")),
    ("preheader-repeats", W, lambda: replace(SOUND, preheader=SOUND.subject + "!")),
    ("preheader-length", N, lambda: replace(SOUND, preheader="Short.")),
    ("preheader-not-printed", W, lambda: replace(SOUND, preheader="Other words than those printed, in all.")),
    ("preheader-not-padded", N, lambda: swapped("&#847;&#8203;&#160;", "")),
    ("doctype-missing", W, lambda: swapped("<!DOCTYPE html>", "")),
    ("charset-missing", W, lambda: swapped("charset=UTF-8", "charset=latin-1")),
    ("title-missing", W, lambda: swapped(f"<title>{SOUND.subject}</title>", "")),
    ("title-differs", N, lambda: swapped(f"<title>{SOUND.subject}</title>", "<title>Brief</title>")),
    ("lang-missing", W, lambda: swapped('lang="en"', 'lang="und"')),
    ("lang-wrong", W, lambda: swapped('<html lang="en"', '<html lang="vi"')),
    ("dir-wrong", W, lambda: swapped('dir="ltr"', 'dir="auto"')),
    ("article-missing", N, lambda: swapped('role="article"', "")),
    ("no-dark-mode", N, lambda: swapped('name="color-scheme"', 'name="x"')),
    ("zoom-blocked", W, lambda: swapped("initial-scale=1", "initial-scale=1, user-scalable=no")),
    ("remote-style", W, lambda: swapped(":root {", "@import url(https://fonts.example/a.css); :root {", 1)),
    ("remote-style", W, lambda: swapped("</head>", '<link rel="stylesheet" href="https://f.example/a.css"></head>')),
    ("left-over", B, lambda: inserted("{{ page.title }}")),
    ("left-over", B, lambda: inserted("<mj-text>x</mj-text>")),
    ("left-over", B, lambda: inserted("[[web_url]]")),
    ("left-over", B, lambda: inserted("<b>None</b>")),
    ("left-over", B, lambda: swapped('alt="People', 'alt="\\u{302}People')),
    ("left-over", B, lambda: replace(SOUND, text=SOUND.text + "{% endif %}")),
    ("conditional-unbalanced", B, lambda: swapped("<![endif]-->", "", 1)),
    ("active-content", B, lambda: inserted("<script>x</script>")),
    ("active-content", B, lambda: inserted('<b onclick="x">b</b>')),
    ("active-content", B, lambda: inserted('<a href="javascript:x">here it is</a>')),
    ("rare-element", W, lambda: inserted("<video></video>")),
    ("style-in-body", W, lambda: inserted("<style>a{}</style>")),
    ("table-role", W, lambda: inserted("<table><tr><td>x</td></tr></table>")),
    ("id-twice", W, lambda: inserted('<i id="a">x</i><i id="a">y</i>')),
    ("nesting-deep", W, lambda: inserted("<span>" * 70 + "x" + "</span>" * 70)),
    ("slot-unknown", N, lambda: inserted(f"{NONCE}-text-city-z ")),
    ("alt-missing", B, lambda: picture('')),
    ("alt-empty", N, lambda: picture('alt=""')),
    ("alt-empty", W, lambda: picture('alt=""', width="600")),
    ("alt-file-name", W, lambda: picture('alt="IMG_0042.jpg"')),
    ("width-missing", W, lambda: picture('alt="a cat"', width="50%")),
    ("height-missing", N, lambda: picture('alt="a cat"', height="")),
    ("display-block", N, lambda: picture('alt="a cat"')),
    ("image-embedded", W, lambda: picture('alt="a cat"', src="data:image/png;base64,AA")),
    ("image-format", W, lambda: picture('alt="a cat"', src="https://p.example/a.webp")),
    ("one-h1", W, lambda: inserted("<h1>again</h1>")),
    ("heading-skipped", W, lambda: inserted("<h4>deep</h4>")),
    ("heading-empty", W, lambda: inserted("<h2></h2>")),
    ("link-empty", W, lambda: inserted('<a href="#">top of the page</a>')),
    ("link-broken", W, lambda: inserted('<a href="https://[bad/">the report</a>')),
    ("link-relative", W, lambda: inserted('<a href="/report">the report</a>')),
    ("link-private", W, lambda: inserted('<a href="http://10.0.0.7/x">the report</a>')),
    ("link-private", W, lambda: inserted('<a href="http://localhost:8000/x">the report</a>')),
    ("link-private", W, lambda: inserted('<a href="http://[::1]/x">the report</a>')),
    ("link-private", W, lambda: inserted('<a href="https://intranet/x">the report</a>')),
    ("link-http", N, lambda: inserted('<a href="http://a.example/x">the report</a>')),
    ("link-without-text", W, lambda: inserted('<a href="https://a.example/x"></a>')),
    ("link-vague", N, lambda: inserted('<a href="https://a.example/x">Click here</a>')),
    ("link-vague", N, lambda: inserted('<a href="https://a.example/x">en savoir plus</a>')),
    ("link-disguised", W, lambda: inserted('<a href="https://evil.example/x">www.bank.example</a>')),
    ("link-not-underlined", W, lambda: inserted(f'<a {PLAIN} href="https://a.example/">a report</a> ')),
    ("contrast-light", W, lambda: inserted('<span style="color:#999999">pale words</span>')),
    ("contrast-light", W, lambda: inserted('<span style="background:#b3311b">words on red</span>')),
    ("contrast-dark", W, lambda: swapped(".soft { color:#c2c0ba", ".soft { color:#3c4048")),
    ("type-small", W, lambda: inserted('<span style="font-size:9px">small print</span>')),
    ("text-lacks-stories", W, lambda: replace(SOUND, text=SOUND.text.replace(lead().headline, ""))),
    ("client-breaks", W, lambda: inserted('<div style="display:grid">x</div>')),
    ("client-degrades", N, lambda: inserted('<span style="box-shadow:0 0 2px #000">x</span>')),
    ("padding-in-outlook", N, lambda: inserted('<div style="padding:4px 0">x</div>')),
    ("colour-with-spaces", W, lambda: swapped(":root {", ".x { color:rgb(0 0 0 / 1) } :root {", 1)),
    ("background-without-colour", W, lambda: inserted('<p style="background:url(https://a.example/x.png)">x</p>')),
    ("unsubscribe-missing", B, lambda: swapped(f"{NONCE}-text-unsubscribe--url-z", "https://a.example/")),
    ("unsubscribe-missing", B, lambda: replace(SOUND, text=SOUND.text.replace("unsubscribe--", "view--"))),
    ("postal-address-missing", W, lambda: swapped("12 Quay Street", "Somewhere")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "level", "broken"), MAILS, ids=[f"{code}-{n}" for n, (code, _, _) in enumerate(MAILS)]
)
def test_a_fault_is_found_at_its_level_and_told_with_a_place(
    code: str, level: Level, broken: Callable[[], Rendering]
) -> None:
    found = [finding for finding in findings(broken()) if finding.code == code]

    assert found, f"{code} was not found"
    assert found[0].level is level
    assert found[0].where
    assert len(found[0].message) > 10


def test_a_long_subject_is_told_what_a_phone_and_a_larger_screen_show_of_it() -> None:
    (told,) = (f for f in findings(replace(SOUND, subject="word " * 20)) if f.code == "subject-long")

    assert "phones show about 40, larger screens 60" in told.message


def carrying(*stories: Story) -> Composition:
    return edition(1, selection=Selection(featured=(slot(lead()), *(slot(story) for story in stories))))


STORIES: list[tuple[str, Level, Composition]] = [
    ("story-twice", W, carrying(news(1), news(1, url="https://b.example/"))),
    ("headline-missing", W, carrying(news(1, headline=""))),
    ("headline-capitals", W, carrying(news(1, headline="STORM CLOSES THE HARBOUR"))),
    ("headline-long", N, carrying(news(1, headline="word " * 30))),
    ("standfirst-repeated", N, carrying(news(1, body=(news(1).standfirst,)))),
    ("standfirst-repeated", N, carrying(news(1, standfirst=news(1).headline))),
    ("language-mixed", N, carrying(news(1, language="vi"))),
    ("date-implausible", W, carrying(news(1, published=MORNING + timedelta(days=2)))),
    ("leads-nowhere", N, carrying(news(1, url=None))),
    (
        "section-empty",
        W,
        edition(1, selection=Selection(sections=(FilledSection(title="City", stories=()),))),
    ),
    ("caption-used-as-alt", N, carrying(news(1, images=(Image(url="a.jpg", alt="A cat", caption="A cat"),)))),
    (
        "credit-missing",
        N,
        edition(1, selection=Selection(featured=(slot(lead(images=(Image(url="a.jpg"),))),))),
    ),
]


@pytest.mark.parametrize(
    ("code", "level", "composition"), STORIES, ids=[f"{code}-{n}" for n, (code, _, _) in enumerate(STORIES)]
)
def test_an_odd_story_is_noticed(code: str, level: Level, composition: Composition) -> None:
    found = [finding for finding in findings(composition=composition) if finding.code == code]

    assert found
    assert found[0].level is level


def test_every_rule_of_the_lint_is_tripped_by_a_test() -> None:
    here = {code for code, _, _ in [*MAILS, *STORIES]}
    elsewhere = {
        "picture-heavy", "pictures-heavy", "picture-coarse", "picture-oversized", "only-pictures",
        "stories-not-checked", "postal-address-not-checked", "pictures-not-weighed", "links-not-fetched",
        *(rule.code for rule in sense.RULES),
    }  # fmt: skip

    assert set(RULES) == here | elsewhere


def test_a_mail_of_pictures_alone_says_nothing_without_them() -> None:
    html = '<html lang="en"><body><img src="https://a.example/x.jpg" alt="Words" width="600"></body></html>'

    assert "only-pictures" in {finding.code for finding in lint(replace(SOUND, html=html))}


def test_a_newsroom_without_an_address_is_told_where_to_write_it() -> None:
    found = [f for f in lint(SOUND, newsroom=Newsroom(name="Post")) if f.code == "postal-address-missing"]

    assert found[0].where == "schedule.yaml"


def test_the_newsroom_s_own_pages_are_not_called_private() -> None:
    local = replace(POST, pages="http://127.0.0.1:8025")
    rendering = inserted('<a href="http://127.0.0.1:8025/pictures/a.jpg">the picture</a>')

    assert "link-private" not in {finding.code for finding in lint(rendering, newsroom=local)}


def test_heavy_pictures_are_told_one_by_one_and_together() -> None:
    addresses = [p.address for p in placed(COMPOSITION).values()]
    addresses += [p.thumbnail.address for p in placed(COMPOSITION).values() if p.thumbnail]

    heavy = lint(SOUND, weights=dict.fromkeys(addresses, 310_000))
    light = lint(SOUND, weights={**dict.fromkeys(addresses, 9_000), "https://elsewhere.example/": 10**9})

    assert {"picture-heavy", "pictures-heavy"} <= {finding.code for finding in heavy}
    assert not {"picture-heavy", "pictures-heavy"} & {finding.code for finding in light}


def test_a_picture_with_too_few_pixels_or_far_too_many_is_told() -> None:
    addresses = [p.address for p in placed(COMPOSITION).values()]

    def codes(across: int) -> set[str]:
        found = lint(SOUND, weights={}, widths=dict.fromkeys(addresses, across))
        return {finding.code for finding in found}

    assert "picture-coarse" in codes(620)
    assert "picture-oversized" in codes(4000)
    assert not {"picture-coarse", "picture-oversized"} & codes(1200)


def test_a_finding_leads_to_the_tag_in_the_source_and_says_how_to_mend_it() -> None:
    broken = inserted('<!-- <img src="no.jpg"> --><img\nsrc="https://a.example/x.jpg" width="9">')

    (found,) = (finding for finding in findings(broken) if finding.code == "alt-missing")

    lines = broken.html.split("\n")
    assert lines[found.line - 1][found.column - 1 :].startswith("<img")
    assert found.element == '<img\nsrc="https://a.example/x.jpg" width="9">'
    assert found.mend == RULES["alt-missing"].mend


def test_every_element_of_a_sound_mail_is_found_in_its_source() -> None:
    mail = Mail(rendering=SOUND)
    lines = SOUND.html.split("\n")

    for element in mail.elements:
        place = element.place
        assert lines[place.line - 1][place.column - 1 :].lower().startswith(f"<{element.tag}")


def test_a_hostile_tangle_of_tags_is_placed_without_losing_the_rest() -> None:
    html = (
        "<div title='>'><p>a<table><td><script>'<img>'</script><img alt=\"<b>\"><b>c</b></div>" + "<a '" * 50
    )

    elements = {element.tag: element for element in parse(html).within()}

    assert elements["b"].place.column == html.index("<b>c") + 1
    assert elements["img"].place.column == html.index("<img alt") + 1


def test_contrast_is_counted_as_wcag_does() -> None:
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast((119, 119, 119), (255, 255, 255)) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(
    ("written", "value"),
    [("#fff", (255, 255, 255)), ("#B3311B !important", (179, 49, 27)), ("rgb(1, 2, 3)", (1, 2, 3)),
     ("white", (255, 255, 255)), ("transparent", None), ("", None), ("url(x) #0a0b0c", (10, 11, 12))],
)  # fmt: skip
def test_a_colour_is_read_however_it_is_written(written: str, value: tuple[int, int, int] | None) -> None:
    assert colour(written) == value


def test_dark_rules_are_read_from_their_media_query_alone() -> None:
    sheet = (
        ".a{color:#111111} @media (prefers-color-scheme:dark) { .a, .b > td { color:#eeeeee !important } }"
    )

    rules = dark_rules([sheet])

    assert [rule.path for rule in rules] == [
        (("*", frozenset({"a"})),),
        (("*", frozenset({"b"})), ("td", frozenset())),
    ]


def test_a_font_in_one_word_is_taken_apart() -> None:
    found = declarations("margin:0;font:italic 700 18px/1.55 Georgia,serif;color:#111111")

    assert (found["font-size"], found["font-weight"], found["line-height"]) == ("18px", "700", "1.55")
