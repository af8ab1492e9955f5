"""Folding, plain text, truncation and direction, in several languages."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from digest.model import text


def test_folding_finds_vietnamese_without_its_marks() -> None:
    assert text.fold("Điện ảnh Hà Nội") == "dien anh ha noi"


def test_folding_makes_composed_and_decomposed_spellings_equal() -> None:
    word = "Tiếng Việt"

    assert text.fold(unicodedata.normalize("NFD", word)) == text.fold(word)


def test_two_prints_of_one_headline_share_a_key() -> None:
    assert text.headline_key("“Old ferry” sails again!") == text.headline_key("Old  Ferry sails again")


def test_plain_text_keeps_words_apart_where_a_line_broke() -> None:
    assert text.plain("one<br>two &amp; <b>three</b>") == "one two & three"


def test_markup_that_is_known_to_be_safe_is_read_like_any_other() -> None:
    assert text.plain(Markup("one<br>two &amp; <b>three</b> four")) == "one two & three four"


def test_a_comment_is_not_text() -> None:
    assert text.plain("seen<!-- <b>unseen</b> -->") == "seen"


@pytest.mark.parametrize("piece", ["<a ", "<br ", "<", "<!--", "<!-- x>", "&", "<!-- <p>"])
def test_markup_that_never_ends_is_read_in_one_pass(piece: str) -> None:
    many = 200_000

    told = text.plain(piece * many + "<b>kept</b> --> end <")

    assert told.endswith("end <")


@given(st.lists(st.sampled_from(["<!--", "-->", "<b>", "</p>", "<br", ">", "<", " word", "x"]), max_size=14))
def test_tags_are_taken_away_as_a_plain_search_would(pieces: list[str]) -> None:
    markup = "".join(pieces)
    slow = re.sub(r"(?s)<!--.*?-->|<[^>]*>", "", re.sub(r"<(?:br|/p)\b[^>]*>", " ", markup))

    assert text.plain(markup) == text.squeeze(slow)


def test_english_is_cut_between_words() -> None:
    assert text.truncate("The old ferry sails again tomorrow", 20, "en") == "The old ferry sails…"


def test_chinese_is_cut_between_characters() -> None:
    assert text.truncate("旧渡轮明天再次启航前往港口", 8, "zh") == "旧渡轮明天再次…"


def test_truncation_never_parts_a_family_from_its_joiners() -> None:
    cut = text.truncate("👩‍⚕️" * 9, 4)

    assert cut == "👩‍⚕️" * 3 + "…"


@given(st.text(max_size=80), st.integers(2, 40), st.sampled_from(["en", "zh", "ar", "th", "vi", ""]))
def test_truncation_keeps_its_limit_and_adds_nothing_to_short_text(
    words: str, limit: int, language: str
) -> None:
    cut = text.truncate(words, limit, language)

    assert len(text.clusters(cut)) <= limit
    if len(text.clusters(text.squeeze(words))) <= limit:
        assert cut == text.squeeze(words)


@given(st.text(max_size=60))
def test_clusters_lose_no_character(words: str) -> None:
    assert "".join(text.clusters(words)) == words


def test_direction_follows_the_script_before_the_language() -> None:
    assert [text.direction(tag) for tag in ("ar", "he-IL", "en", "uz-Arab", "ku-Latn", "az_Cyrl")] == [
        "rtl", "rtl", "ltr", "rtl", "ltr", "ltr",
    ]  # fmt: skip


def test_reading_time_counts_characters_where_no_spaces_are_set() -> None:
    assert text.reading_minutes("字" * 1500, "zh") == 3
    assert text.reading_minutes("word " * 460, "en") == 2
    assert text.reading_minutes("", "en") == 1


def test_a_slug_is_plain_ascii() -> None:
    assert text.slug("Đường phố & cầu: 2026") == "duong-pho-cau-2026"
