import pytest

from digest.sources import tongue
from sources.making import HERE


@pytest.mark.parametrize(
    ("name", "language"),
    [("english", "en"), ("vietnamese", "vi"), ("french", "fr"), ("spanish", "es"), ("german", "de"),
     ("arabic", "ar"), ("chinese", "zh"), ("japanese", "ja"), ("russian", "ru")],
)  # fmt: skip
def test_the_language_of_a_text_is_told(name: str, language: str) -> None:
    assert tongue.detect((HERE / "wire" / f"{name}.txt").read_text("utf-8")) == language


def test_of_a_few_letters_nothing_is_told() -> None:
    assert tongue.detect("NPA 12") == ""
    assert tongue.detect("") == ""


def test_what_function_words_do_not_decide_is_asked_of_the_classifier() -> None:
    welsh = (
        "Mae llyfrgell gyntaf y sir ar gwch yn agor ddydd Sadwrn,"
        " ac mae croeso i bawb ddod i fenthyg llyfrau yno."
    )

    assert tongue.detect(welsh) == "cy"


@pytest.mark.parametrize(
    ("tag", "normal"),
    [
        ("en_us", "en-US"),
        ("EN", "en"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("es-419", "es-419"),
        ("english", ""),
        ("", ""),
    ],
)
def test_tags_are_written_as_they_should_be(tag: str, normal: str) -> None:
    assert tongue.normalise(tag) == normal
