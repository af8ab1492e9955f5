"""Authors' HTML: what is kept, what goes, and where it may be cut."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.model.text import plain
from digest.render.mjml import to_html
from digest.render.prose import MAX_DEPTH, clean, printable, room, sentences, shorten, whole, without_repeats


@pytest.mark.parametrize(
    ("given_", "kept"),
    [
        ("A <em>fine</em> day", "A <em>fine</em> day"),
        (
            '<a href="https://a.example/?x=1&amp;y=2">go</a>',
            '<a href="https://a.example/?x=1&amp;y=2">go</a>',
        ),
        ("<script>alert(1)</script>after", "after"),
        ('<a href="javascript:alert(1)">go</a>', "go"),
        ('<a href="/relative">go</a>', "go"),
        ('<b onclick="x" style="color:red">go</b>', "<b>go</b>"),
        ("<img src=x onerror=alert(1)>text", "text"),
        ("<p>one</p>", "one"),
        ("a < b & c", "a &lt; b &amp; c"),
        ("<em></em>left", "left"),
        ("un<b>closed", "un<b>closed</b>"),
        ('<i lang="vi" dir="ltr">Áo</i>', '<i lang="vi" dir="ltr">Áo</i>'),
    ],
)
def test_inline_markup_stays_and_everything_else_goes(given_: str, kept: str) -> None:
    assert clean(given_) == (kept, False)


def test_markup_that_nests_too_deep_leaves_its_words() -> None:
    text, flattened = clean("<b>" * 5000 + "words &amp; <i>more</i>" + "</b>" * 5000)

    assert text == "words &amp; more"
    assert flattened


@given(st.text(max_size=80) | st.text(st.sampled_from("<>/ab&;\"'=!- "), max_size=60))
@settings(deadline=None, max_examples=150)
def test_whatever_comes_in_what_goes_out_compiles(fragment: str) -> None:
    text, _ = clean(fragment)

    html = to_html(
        "<mjml><mj-body><mj-section><mj-column><mj-text><p>"
        f"{text}</p></mj-text></mj-column></mj-section></mj-body></mjml>"
    )

    assert "<script" not in html
    assert "</html>" in html


def test_a_body_is_shortened_between_paragraphs() -> None:
    body = ["a" * 400, "b" * 400, "c" * 400]

    short = shorten(body, 900, "en")

    assert [text[0] for text in short.paragraphs] == ["a", "b"]
    assert short.shortened


def test_a_body_that_fits_is_whole() -> None:
    short = shorten(["One.", "Two."], 900, "en")

    assert short.paragraphs == ("One.", "Two.")
    assert not short.shortened


def test_a_first_paragraph_that_is_too_long_is_cut_behind_a_sentence() -> None:
    long = "The first sentence is here. The second one follows it. " * 20

    short = shorten([long, "next"], 200, "en")

    (only,) = short.paragraphs
    assert only.endswith(".")
    assert len(only) <= 200
    assert short.shortened


def test_chinese_is_cut_behind_its_own_full_stop() -> None:
    text = "第一句话在这里。" * 30

    cut = sentences(text, 50, "zh")

    assert cut.endswith("。")
    assert len(cut) <= 50


def test_a_text_without_sentences_is_cut_between_words() -> None:
    assert sentences("word " * 100, 22, "en") == "word word word word…"


def test_languages_without_spaces_get_fewer_characters_for_the_same_room() -> None:
    assert room(100, "en") == 100
    assert room(100, "zh-Hant") == 40


def test_empty_paragraphs_are_left_out() -> None:
    assert whole(["", "<b></b>", "&nbsp;", "text"]).paragraphs == ("text",)


@pytest.mark.parametrize(
    ("given_", "kept"),
    [("a\x00b", "a b"), ("one\ntwo\tthree", "one two three"), ("\u202eevil", "evil"), ("a\ud800b", "a b"),
     ("👩\u200d⚕️", "👩\u200d⚕️"), ("Tie\u0302\u0301ng", "Tiếng")],
)  # fmt: skip
def test_what_no_reader_can_see_does_not_reach_the_mail(given_: str, kept: str) -> None:
    assert printable(given_) == kept


@given(st.lists(st.text(max_size=300), max_size=6), st.integers(min_value=20, max_value=400))
@settings(deadline=None, max_examples=80)
def test_a_shortened_body_keeps_to_its_room_by_a_third(body: list[str], limit: int) -> None:
    short = shorten(body, limit, "en")

    assert sum(len(plain(text)) for text in short.paragraphs) <= limit * 4 // 3 + 1


def test_the_cap_is_deep_enough_for_honest_authors() -> None:
    nested = "<b>" * (MAX_DEPTH - 1) + "x" + "</b>" * (MAX_DEPTH - 1)

    assert clean(nested) == (nested, False)


def test_a_paragraph_that_says_the_standfirst_again_is_left_out() -> None:
    standfirst = "The old ferry sails again after two winters, and the crew that mended it is aboard."
    again = "The crew that mended it is aboard: the old ferry sails again."
    new = "Tickets cost nothing until spring, says the harbour master."

    assert without_repeats([standfirst, again, new]) == f"{standfirst} {new}"


def test_different_paragraphs_all_stay_in_their_order() -> None:
    texts = ["One lamp was lit.", "Forty more followed by noon.", "Nobody slept."]

    assert without_repeats(texts) == " ".join(texts)


def test_a_title_or_an_initial_ends_no_sentence() -> None:
    text = "The plan drew on the work of Dr. A. Holt, who built the first one. It was never finished."

    assert sentences(text, 70, "en") == "The plan drew on the work of Dr. A. Holt, who built the first one."
