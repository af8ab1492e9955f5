"""Whatever a mail holds, the lint says something about it and never fails."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.model.finding import Level
from digest.render.lint import RULES, lint
from render.test_lint import COMPOSITION, POST, SOUND

PIECES = st.sampled_from(
    ("<", ">", "<!--", "-->", "<![endif]-->", "<style>", "</style>", "@media (", "{", "}", 'style="', "'",
     '"', "<img ", "src=", "alt", "<a href=", "http://[", "<p>", "</p>", "<table ", "<td ", "display:flex",
     "rgb(", "#fff", "font:", "bgcolor=", ":", ";", "&#0;", "&amp;", "\x00", "\u202e", "é", "\n", " ",
     "color:", "1e9px", "<svg:x y:z=1>", "<html>", "<head>", "<body>", "<title>", "{{", "{%", "None", "<mj-",
     "url(", "padding:")
)  # fmt: skip
HTML = st.lists(PIECES | st.text(max_size=8), max_size=60).map("".join)


@pytest.mark.parametrize(
    "piece", ["<table>", "<b style='color:#fff'>", "<h1>", "<p>", "<style>", "<!--[if mso]>"]
)
def test_a_mail_of_one_thing_over_and_over_is_looked_at(piece: str) -> None:
    assert lint(replace(SOUND, html=piece * 5_000), composition=COMPOSITION, newsroom=POST, weights={})


def test_elements_that_nest_without_end_are_told_and_read_down_to_a_depth() -> None:
    deep = "<div>" * 3_000 + "words"

    told = {finding.code: finding for finding in lint(replace(SOUND, html=deep))}

    assert "deeper ones were not looked at" in told["nesting-deep"].message


@given(html=HTML)
@settings(deadline=None, max_examples=300)
def test_no_html_makes_the_lint_fail(html: str) -> None:
    found = lint(replace(SOUND, html=html), composition=COMPOSITION, newsroom=POST, weights={})

    assert {finding.code for finding in found} <= set(RULES)
    assert any(finding.level is Level.BLOCKER for finding in found)  # none of them has a way out


@given(html=HTML, at=st.integers(0, 20_000))
@settings(deadline=None, max_examples=100)
def test_no_piece_inside_a_sound_mail_makes_it_fail(html: str, at: int) -> None:
    spoilt = SOUND.html[:at] + html + SOUND.html[at:]

    assert lint(replace(SOUND, html=spoilt, text=html), composition=COMPOSITION, newsroom=POST, weights={})
