import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.model.text import plain
from digest.sources.clean import (
    INLINE,
    MAX_PARAGRAPHS,
    escape_text,
    inline,
    paragraphs,
    safe_url,
    text_of,
    text_paragraphs,
)

BASE = "https://npa.example/news/"
ACTIVE = re.compile(
    r"<(?:script|iframe|object|embed|style|svg|math|form|base|meta|link|img)\b|\son\w+=|javascript:|data:",
    re.I,
)


@pytest.mark.parametrize(
    ("fragment", "cleaned"),
    [
        ("<p>One</p><p>Two</p>", ("One", "Two")),
        ("One<br><br/>Two", ("One<br><br>Two",)),
        ("<div>One<p>Two</div>Three", ("One", "Two", "Three")),
        ("<h2>Title</h2>Text", ("<strong>Title</strong>", "Text")),
        ("<ul><li>a<li>b</ul>", ("• a", "• b")),
        ("<ol><li>a</li><li>b</li></ol>", ("1. a", "2. b")),
        ("<b>One<p>Two</b></p>", ("<b>One</b>", "<b>Two</b>")),
        ("<table><tr><td>a<td>b</table>", ("a b",)),
        ("<p> </p><p>&nbsp;</p>x", ("x",)),
        ("A &amp; B &lt; C", ("A &amp; B &lt; C",)),
        ("Q&A with M&S", ("Q&amp;A with M&amp;S",)),
        ("plain", ("plain",)),
        ("", ()),
    ],
)
def test_html_becomes_paragraphs_of_inline_html(fragment: str, cleaned: tuple[str, ...]) -> None:
    assert paragraphs(fragment) == cleaned


@pytest.mark.parametrize(
    "fragment",
    [
        "<script>alert(1)</script>Hello", "<img src=x onerror=alert(1)>Hello",
        "<a href='javascript:alert(1)'>Hello</a>",
        "<a href='jav&#x0A;ascript:alert(1)'>Hello</a>", "<a href=' &#1;javascript:x'>Hello</a>",
        "<svg><script>x</script></svg>Hello",
        "<a href='data:text/html,x'>Hello</a>", "<a href='vbscript:x'>Hello</a>",
        "<p style='x:expression(y)'>Hello</p>",
        "<iframe src=//x></iframe>Hello", "<p onclick=x>Hello</p>",
        "<math><mi xlink:href='data:x'>Hello</mi></math>",
        "<style>p{}</style>Hello", "<form action=x><input>Hello</form>",
        "<meta http-equiv=refresh content=0>Hello",
    ],
)  # fmt: skip
def test_what_could_act_goes_and_its_words_stay(fragment: str) -> None:
    out = "".join(paragraphs(fragment, base=BASE))

    assert not ACTIVE.search(out)
    assert plain(out) in ("Hello", "")
    assert "alert" not in out


@pytest.mark.parametrize(
    ("href", "kept"),
    [
        ("https://npa.example/a?b=1&c=2", "https://npa.example/a?b=1&amp;c=2"),
        ("/a", "https://npa.example/a"),
        ("a b", "https://npa.example/news/a%20b"),
        ("mailto:desk@npa.example", "mailto:desk@npa.example"),
        ("//cdn.example/x", "https://cdn.example/x"),
    ],
)
def test_links_keep_an_address_that_leads_somewhere(href: str, kept: str) -> None:
    assert paragraphs(f'<a href="{href}" target=_blank onclick=x>more</a>', base=BASE) == (
        f'<a href="{kept}">more</a>',
    )


def test_a_relative_link_without_a_base_keeps_its_words_only() -> None:
    assert paragraphs('<a href="/a">more</a> words') == ("more words",)


@pytest.mark.parametrize(
    "address", ["", "javascript:alert(1)", "java\tscript:alert(1)", "ftp://x/y", "http:///x", "http://[x/"]
)
def test_an_address_that_is_not_safe_is_none(address: str) -> None:
    assert safe_url(address) == ""


def test_an_address_holds_no_sign_that_ends_an_attribute() -> None:
    assert safe_url('https://npa.example/"><b>') == "https://npa.example/%22%3E%3Cb%3E"


@pytest.mark.parametrize("tag", ["b", "a href='#'", "div", "font"])
def test_deep_nesting_keeps_its_words(tag: str) -> None:
    name = tag.split()[0]

    out = paragraphs(f"<{tag}>" * 30_000 + "word" + f"</{name}>" * 30_000)

    assert [plain(line) for line in out] == ["word"]


def test_the_number_of_paragraphs_is_limited() -> None:
    assert len(paragraphs("<p>x</p>" * 2 * MAX_PARAGRAPHS)) == MAX_PARAGRAPHS


def test_plain_text_is_escaped_and_cut_at_empty_lines() -> None:
    assert text_paragraphs("a < b\nc\n\n\r\n\r\nd & e") == ("a &lt; b c", "d &amp; e")
    assert escape_text("<b>") == "&lt;b&gt;"
    assert text_of("<p>a<br>b</p><p>c &amp; d</p>") == "a b c & d"
    assert inline("<p>a</p><p>b</p>") == "a b"


HTML = st.lists(
    st.sampled_from(
        ["<p>", "</p>", "<b>", "</b>", "<a href='https://x.example/'>", "</a>", "<li>", "<ul>", "</ul>",
        "<br>", "text ",
         "&amp;", "&nbsp;", "<", ">", "<script>", "</script>", "<!--", "-->", "<img src=x>", "\n", "<h2>",
         "</h2>", "<td>"]
    ),
    max_size=25,
).map("".join)  # fmt: skip


@given(fragment=HTML)
@settings(max_examples=200, deadline=None)
def test_cleaning_twice_changes_nothing_and_leaves_only_allowed_elements(fragment: str) -> None:
    once = paragraphs(fragment, base=BASE)

    assert tuple(line for part in once for line in paragraphs(part, base=BASE)) == once
    for tag in re.findall(r"</?([a-z0-9]+)", "".join(once)):
        assert tag in INLINE | {"br"}
    assert all("<" not in plain(part) or "&lt;" in part for part in once)
