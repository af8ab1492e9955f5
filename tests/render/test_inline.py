"""Two inliners do the same work, and neither may touch more than style."""

import subprocess
import sys
from collections.abc import Sequence

import pytest

from digest.model.errors import RenderError
from digest.render.inline import CssInline, Inliner, Premailer, inline
from digest.render.lint.mail import declarations
from digest.render.markup import tags

CSS = "a { color: #b3311b; text-decoration: underline } em { font-style: italic } code { font-size: 15px }"
FRAGMENTS = [
    'See <a href="https://a.example/tiếng?a=1&amp;b=2">this — “quote”</a> &amp; <em lang="vi">Áo</em>',
    "no markup & none needed",
    "<strong>y</strong><br>z &lt;b&gt; &nbsp;w <code>x &amp;amp; y</code>",
]
BOTH = pytest.mark.parametrize("inliner", [Premailer(), CssInline()], ids=lambda one: type(one).__name__)


@BOTH
def test_rules_land_on_their_elements(inliner: Inliner) -> None:
    out = inline(FRAGMENTS, CSS, inliner)

    styles = {
        tag.name: dict(declarations(tag.attributes.get("style", "")))
        for text in out
        for tag in tags(text)
        if not tag.closing
    }
    assert styles["a"] == {"color": "#b3311b", "text-decoration": "underline"}
    assert styles["em"] == {"font-style": "italic"}
    assert styles["strong"] == {}


@BOTH
def test_a_fragment_without_markup_is_left_alone(inliner: Inliner) -> None:
    assert inline(FRAGMENTS, CSS, inliner)[1] == FRAGMENTS[1]
    assert inline(["plain"], "", inliner) == ["plain"]


@BOTH
def test_hostile_fragments_come_back_whole(inliner: Inliner) -> None:
    hostile = [
        "<b>a</b><!-- c -->",
        '<a href="https://a.example/{{ x }}">[[slot]]</a>',
        "<i>&lt;hr data-cut&gt;</i>",
    ]

    assert len(inline(hostile, CSS, inliner)) == 3


class Careless:
    """An inliner that loses a word, as an inliner with a truncating parser does."""

    def inline(self, fragments: Sequence[str], css: str) -> list[str]:
        return [fragment.replace("this", "") for fragment in fragments]


class Greedy:
    """An inliner that swallows a fragment."""

    def inline(self, fragments: Sequence[str], css: str) -> list[str]:
        return list(fragments)[:-1]


@pytest.mark.parametrize(
    ("inliner", "said"), [(Careless(), "changed more than style"), (Greedy(), "came out")]
)
def test_an_inliner_that_changes_more_than_style_is_caught(inliner: Inliner, said: str) -> None:
    with pytest.raises(RenderError, match=said):
        inline(FRAGMENTS, CSS, inliner)


def test_premailer_is_given_no_means_to_fetch_anything() -> None:
    code = (
        "import sys; from digest.render.inline import Premailer, inline;"
        "print(inline(['<b>x</b>'], 'b { color: red }', Premailer()), 'requests' in sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "['<b style=\"color:red\">x</b>'] False"


def test_plain_words_cost_no_import() -> None:
    code = (
        "import sys; from digest.render.inline import Premailer, inline;"
        "inline(['words'], 'b { color: red }', Premailer()); print('premailer' in sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"
