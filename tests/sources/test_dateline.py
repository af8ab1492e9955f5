from datetime import date

import pytest

from digest.model.story import Dateline
from digest.sources.dateline import full_date, read_dateline, take_dateline


@pytest.mark.parametrize(
    ("paragraph", "place", "agency", "day"),
    [
        ("Reedport (NPA) – The boat", "Reedport", "NPA", None),
        ("Reedport (NPA) - The boat", "Reedport", "NPA", None),
        ("Reedport (NPA) — The boat", "Reedport", "NPA", None),
        ("Reedport, March 12, 2031 (NPA) -- The boat", "Reedport", "NPA", date(2031, 3, 12)),
        ("LONDON, Feb 27 (Reuters) - The boat", "LONDON", "Reuters", None),
        ("WASHINGTON, D.C. (AP) — The boat", "WASHINGTON, D.C.", "AP", None),
        ("St. Petersburg (TASS) – The boat", "St. Petersburg", "TASS", None),
        ("Ho Chi Minh City (VNA) – The boat", "Ho Chi Minh City", "VNA", None),
        ("REEDPORT, Feb. 27, 2031 /PRNewswire/ -- The boat", "REEDPORT", "PRNewswire", date(2031, 2, 27)),
        ("Hà Nội, 27/2 (TTXVN) - Sáng nay", "Hà Nội", "TTXVN", None),
        ("(TTXVN) - Sáng nay", "", "TTXVN", None),
        ("PARIS, 3 mai 2031 (AFP) - Le bateau", "PARIS", "AFP", date(2031, 5, 3)),
        ("Puerto Junco, 12 mar (EFE).- El barco", "Puerto Junco", "EFE", None),
        ("La Habana, 3 may (Prensa Latina) El barco", "La Habana", "Prensa Latina", None),
        ("МОСКВА, 27 февраля. /ТАСС/. Паром", "МОСКВА", "ТАСС", None),
        ("МОСКВА, 12 мар 2031 — РИА Новости. Паром", "МОСКВА", "РИА Новости", date(2031, 3, 12)),
        ("新华社北京2031年3月12日电（记者 林月）渡轮", "北京", "新华社", date(2031, 3, 12)),
        ("新华社北京3月12日电 渡轮", "北京", "新华社", None),
        ("芦湾（芦湾社）——渡轮", "芦湾", "芦湾社", None),
        ("【东京共同】渡轮", "东京", "共同", None),
        ("القاهرة (رويترز) - العبارة", "القاهرة", "رويترز", None),
        ("NEW DELHI: The boat", "NEW DELHI", "", None),
        ("REEDPORT — The boat", "REEDPORT", "", None),
        ("AFP - Le bateau", "", "AFP", None),
    ],
)  # fmt: skip
def test_a_dateline_is_taken_off_the_paragraph(
    paragraph: str, place: str, agency: str, day: date | None
) -> None:
    opening = take_dateline(paragraph)

    assert opening.dateline == Dateline(place=place, agency=agency, date=day)
    assert opening.text in ("The boat", "Sáng nay", "Le bateau", "El barco", "Паром", "渡轮", "العبارة")


@pytest.mark.parametrize(
    "paragraph",
    [
        "The boat sailed to Upper Quay – Lower Quay on Saturday.",
        "Truc Nhi – Dieu Nhi were separated.",
        "They said (again) – and meant it.",
        "In 2031 the county (pop. 8,000) – which has no bridge – bought a boat.",
        "UPDATE: The boat sailed.",
        "EMBARGO: 14 March",
        "The mayor said: nothing.",
        "",
    ],
)
def test_dashes_and_brackets_of_prose_are_no_dateline(paragraph: str) -> None:
    opening = take_dateline(paragraph)

    assert opening.dateline is None
    assert opening.text == paragraph


def test_a_place_alone_in_small_letters_is_doubted_not_taken() -> None:
    opening = take_dateline("Reedport – The boat sailed on Saturday.")

    assert opening.dateline is None
    assert "Reedport" in opening.doubt


@pytest.mark.parametrize(
    ("typed", "dateline"),
    [
        ("Reedport (NPA) –", Dateline(place="Reedport", agency="NPA")),
        ("Reedport (NPA)", Dateline(place="Reedport", agency="NPA")),
        ("Reedport", Dateline(place="Reedport")),
        ("Reedport, 3 May 2031", Dateline(place="Reedport", date=date(2031, 5, 3))),
        ("", None),
    ],
)
def test_an_editor_may_leave_out_dash_and_agency(typed: str, dateline: Dateline | None) -> None:
    assert read_dateline(typed) == dateline


@pytest.mark.parametrize("words", ["March 12", "12 mars", "32 March 2031", "3 Foo 2031", "2031"])
def test_a_date_that_lacks_a_part_or_never_was_is_none(words: str) -> None:
    assert full_date(words) is None
