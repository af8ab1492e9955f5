"""MJML becomes HTML: whatever authors write comes out unharmed, whatever is wrong is told by place."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as parser

from digest.render.components import MAX_DEPTH, MarkupWrong
from digest.render.markup import ascii_value
from digest.render.mjml import to_html


def mail(inside: str, *, head: str = "", lang: str = "en") -> str:
    return (
        f'<mjml lang="{lang}" dir="ltr"><mj-head><mj-title>Brief</mj-title>{head}</mj-head><mj-body>'
        f"<mj-section><mj-column>{inside}</mj-column></mj-section></mj-body></mjml>"
    )


def wrong(source: str) -> MarkupWrong:
    with pytest.raises(MarkupWrong) as caught:
        to_html(source)
    return caught.value


@pytest.mark.parametrize(
    "alt",
    [
        "Ti\u00ea\u0301ng Vi\u00ea\u0323t",  # decomposed Vietnamese
        "हिन्दी",
        "\N{WOMAN}\u200d\N{STAFF OF AESCULAPIUS}\ufe0f on call",
        "no\u00a0break, soft\u00adhyphen, \u200fmark, wide\u3000blank",
        'say "hi"',
        "back\\slash",
        "海港晨报",
        "<script>alert(1)</script>",
        "&amp; stays &#38; stays",
    ],
)
def test_an_attribute_reaches_the_reader_as_it_was_written(alt: str) -> None:
    written = alt.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")

    html = to_html(mail(f'<mj-text><img src="a.png" alt="{written}"></mj-text>'))

    (image,) = parser.fromstring(html.encode(), parser=parser.HTMLParser(encoding="utf-8")).iter("img")
    assert image.get("alt").split() == alt.split()
    assert r"\u{" not in html


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=40))
@settings(deadline=None, max_examples=60)
def test_no_value_breaks_out_of_its_attribute(value: str) -> None:
    escaped = value.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")

    html = to_html(mail(f'<mj-text><a href="https://a.example/" title="{escaped}">x</a></mj-text>'))

    (link,) = parser.fromstring(html.encode(), parser=parser.HTMLParser(encoding="utf-8")).iter("a")
    assert set(link.attrib) == {"href", "title"}
    assert link.get("title").split() == value.split()


def test_a_single_quoted_value_with_double_quotes_does_not_break_out() -> None:
    html = to_html(mail("""<mj-text><b title='say "hi" onclick="x"'>x</b></mj-text>"""))

    assert 'title="say &#34;hi&#34; onclick=&#34;x&#34;"' in html


def test_the_title_survives_into_the_label_that_is_read_out() -> None:
    source = mail("<mj-text>x</mj-text>").replace("Brief", "Ti\u00ea\u0301ng &amp; “Việt” \\ 👩\u200d⚕")

    html = to_html(source)

    label = parser.fromstring(html.encode(), parser=parser.HTMLParser(encoding="utf-8")).xpath(
        "//@aria-label"
    )[0]
    assert label == "Ti\u00ea\u0301ng & “Việt” \\ 👩\u200d⚕"


def test_a_bare_zero_in_a_padding_does_not_widen_outlook_s_table() -> None:
    html = to_html(
        mail('<mj-text padding="0">x</mj-text>').replace("<mj-section>", '<mj-section padding="0 32px">')
    )

    assert "width:536px" in html


def test_of_several_classes_the_last_one_wins_as_in_mjml() -> None:
    head = (
        '<mj-attributes><mj-class name="a" color="#f00" /><mj-class name="b" color="#00f" /></mj-attributes>'
    )

    html = to_html(mail('<mj-text mj-class="a b">x</mj-text>', head=head))

    assert "color:#0000ff" in html
    assert "color:#ff0000" not in html


def test_conditional_comments_pass_untouched_even_when_they_open_here_and_close_there() -> None:
    source = (
        mail("<mj-text>x</mj-text>")
        .replace("<mj-section>", "<mj-raw><!--[if mso]><table><tr><td><![endif]--></mj-raw><mj-section>")
        .replace("</mj-section>", "</mj-section><mj-raw><!--[if mso]></td></tr></table><![endif]--></mj-raw>")
    )

    html = to_html(source)

    assert "<!--[if mso]><table><tr><td><![endif]-->" in html
    assert "<!--[if mso]></td></tr></table><![endif]-->" in html
    assert "<mj-" not in html


def test_a_style_sheet_keeps_its_signs() -> None:
    html = to_html(
        mail("<mj-text>x</mj-text>", head="<mj-style>.a > .b:after { content:'<&'; margin:0 }</mj-style>")
    )

    assert ".a > .b:after { content:'<&'; margin:0 }" in html


def test_what_the_compiler_writes_badly_is_mended() -> None:
    html = to_html(
        mail(
            '<mj-image src="a.png" width="94.72px" /><mj-button href="https://a.example/">x</mj-button>'
            "<mj-table><tr><td>x</td></tr></mj-table><mj-social><mj-social-element name='facebook' href='#'>x"
            "</mj-social-element></mj-social>"
        )
    )

    tree = parser.fromstring(html.encode(), parser=parser.HTMLParser(encoding="utf-8"))
    assert html.startswith("<!DOCTYPE html>")
    assert all(image.get("alt") is not None for image in tree.iter("img"))
    assert all(
        (image.get("width") or "1").isdigit() and image.get("height") != "auto" for image in tree.iter("img")
    )
    assert all(table.get("role") == "presentation" for table in tree.iter("table"))
    assert not tree.xpath("//td[@vertical-align]")
    assert "fonts.googleapis" not in html


def test_a_declaration_and_comments_before_the_document_do_no_harm() -> None:
    html = to_html(
        '\ufeff<?xml version="1.0"?>\n<!-- ours -->\n' + mail("<mj-text>x<!-- a -- b --></mj-text>")
    )

    assert "ours" not in html
    assert "a -- b" not in html


@pytest.mark.parametrize(
    ("inside", "said", "at"),
    [
        ("<mj-txt>x</mj-txt>", "<mj-txt> is no MJML: did you mean mj-text?", 0),
        ('<mj-text colour="red">x</mj-text>', "knows no colour: did you mean color?", 0),
        ("\n <mj-section>x</mj-section>", "<mj-section> may not stand in <mj-column>", 1),
        ("<mj-text>a < 5</mj-text>", "a bare < that opens no tag", 0),
        ("<mj-text>\n<p>a</mj-text>", "</mj-text> where <p> of line 2 is still open", 1),
        ("<mj-text>a</b></mj-text>", "</b> where <mj-text> of line 1 is still open", 0),
        ("words", "text (words) stands directly in <mj-column>", 0),
        ("<b>x</b>", "<b> stands directly in mj-column", 0),
        ('<mj-include path="a.mjml" />', "<mj-include> is not supported: use Jinja's", 0),
        ("<mj-hero>x</mj-hero>", "<mj-hero> comes out broken", 0),
        ("<mj-carousel></mj-carousel>", "<mj-carousel> works in few mail programs", 0),
        ("<mj-text>" + "<b>" * (MAX_DEPTH + 1), f"nest deeper than {MAX_DEPTH}", 0),
    ],
)
def test_what_is_wrong_is_refused_by_name_and_line(inside: str, said: str, at: int) -> None:
    error = wrong(mail(inside))

    assert said in error.why
    assert error.line == 1 + at


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ('<mj-style inline="inline">.a{}</mj-style>', "inline on <mj-style> is ignored"),
        ('<mj-raw position="file-start">x</mj-raw>', "position on <mj-raw> is not supported"),
        ("<mj-html-attributes></mj-html-attributes>", "<mj-html-attributes> is not supported"),
    ],
)
def test_what_the_compiler_would_drop_in_silence_is_refused(head: str, said: str) -> None:
    assert said in wrong(mail("<mj-text>x</mj-text>", head=head)).why


def test_a_sign_behind_a_wide_character_does_not_break_the_compiler() -> None:
    html = to_html(mail("<mj-text>海港> “a”> \U0010dcf5> end</mj-text>"))

    assert "海港&gt; “a”&gt; \U0010dcf5&gt; end" in html


def test_nothing_at_all_is_refused() -> None:
    assert "compiler refuses it" in wrong("").why


def test_five_thousand_nested_tags_end_in_an_error_and_not_in_the_process() -> None:
    assert "nest deeper" in wrong(mail("<mj-text>" + "<b>" * 5000 + "x" + "</b>" * 5000 + "</mj-text>")).why


def test_values_are_written_once_however_often_they_come() -> None:
    assert ascii_value("ủ") == "&#7911;"
    assert ascii_value("  two\n words ") == "two words"
