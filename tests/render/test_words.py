"""The template's own words: complete in every language, and picked by the number."""

import json
import re
from pathlib import Path

import pytest

from digest.model.errors import RenderError
from digest.render.template import bundled_templates, load_template
from digest.render.words import Words, load_words

BUNDLED = bundled_templates() / "parts" / "words.json"
ALL = json.loads(BUNDLED.read_text("utf-8"))


def words() -> Words:
    return load_words([BUNDLED])


@pytest.mark.parametrize("language", ["en", "vi", "fr", "es", "zh", "ru", "ar", "sv", "de"])
def test_every_word_is_there_in_every_language_with_the_same_places(language: str) -> None:
    def places(entry: object) -> set[str]:
        text = entry if isinstance(entry, str) else entry["other"]  # type: ignore[index]
        return set(re.findall(r"\{(\w+)\}", text))

    assert set(ALL[language]) == set(ALL["en"])
    for key, entry in ALL["en"].items():
        assert places(ALL[language][key]) == places(entry), key


@pytest.mark.parametrize(
    ("language", "number", "said"),
    [
        ("en", 1, "1-minute read"), ("ru", 1, "1 минута чтения"), ("ru", 3, "3 минуты чтения"),
        ("ru", 5, "5 минут чтения"), ("ar", 2, "دقيقتان للقراءة"), ("ar", 7, "7 دقائق للقراءة"),
        ("vi", 4, "4 phút đọc"), ("zh-Hant-TW", 4, "閱讀約需4分鐘"), ("zh-TW", 4, "閱讀約需4分鐘"),
        ("zh-CN", 4, "阅读约需4分钟"),
        ("de-AT", 1, "1 Minute Lesezeit"), ("nl", 4, "4-minute read"),
    ],
)  # fmt: skip
def test_a_number_picks_the_form_that_the_language_wants(language: str, number: int, said: str) -> None:
    assert words().say(language, "minutes", n=number) == said


def test_a_language_without_words_is_known_as_such() -> None:
    assert words().speaks("en-GB")
    assert words().speaks("zh-HK")
    assert not words().speaks("nl")


def test_a_newsroom_s_own_words_add_to_the_bundled_ones_and_win(tmp_path: Path) -> None:
    own = tmp_path / "brief" / "words.json"
    own.parent.mkdir()
    own.write_text('{"en": {"read_more": "Read on"}, "nl": {"read_more": "Lees verder"}}', "utf-8")

    template = load_template("brief", [tmp_path])

    assert template.words.say("en", "read_more") == "Read on"
    assert template.words.say("nl", "read_more") == "Lees verder"
    assert template.words.say("nl", "unsubscribe") == "Unsubscribe"


def test_a_missing_word_says_which_one_was_meant() -> None:
    with pytest.raises(LookupError, match=r"no word read_mor in words\.json: did you mean read_more"):
        words().say("en", "read_mor")


def test_a_word_cannot_reach_into_what_it_is_given(tmp_path: Path) -> None:
    own = tmp_path / "words.json"
    own.write_text('{"en": {"trick": "{value.__class__} {value}"}}', "utf-8")

    assert load_words([own]).say("en", "trick", value="x") == "{value.__class__} x"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"en": {"a": "b",}}', "words.json:1:"),
        ('["en"]', "not words"),
        ('{"en": {"a": 1}}', "en: a: must be text"),
        ('{"en": {"a": {}}}', "en: a: must be text"),
    ],
)
def test_a_broken_file_of_words_is_told_by_place(tmp_path: Path, text: str, said: str) -> None:
    own = tmp_path / "words.json"
    own.write_text(text, "utf-8")

    with pytest.raises(RenderError, match=said):
        load_words([own])
