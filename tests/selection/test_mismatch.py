from dataclasses import replace

import pytest

from digest.model.story import Story
from digest.selection.mismatch import mismatches
from selection.making import story

#: Headline, standfirst and body, in scripts with and without spaces.
PIECES = {
    "en": (
        "Ferry to Sandö runs again after the storm",
        "The harbour company repaired the landing stage in three days.",
        "Passengers boarded the first ferry at dawn. The storm had torn away half of the landing stage on"
        " Sandö, and the harbour company sent divers to repair what was left. Islanders had waited for it.",
    ),
    "de": (
        "Bäcker verkauft Brot von gestern zum halben Preis",
        "In der Altstadt von Lindau-Nord bleibt kaum noch Ware übrig.",
        "Der Bäcker Jonas Wehrle verkauft das Brot vom Vortag jeden Morgen zum halben Preis. Seine Kunden in"
        " der Altstadt stehen dafür an, und was am Abend übrig bleibt, holt der Tierpark ab.",
    ),
    "zh": (
        "临江市新图书馆周六开放",
        "市民可以借阅三十万册图书。",
        "临江市的新图书馆将于本周六向市民开放。馆长陈维民说,读者可以借阅三十万册图书,儿童阅览室设在一层,"
        "晚间开放到十点。工程用了四年时间。",
    ),
    "th": (
        "ตลาดน้ำบางสายทองเปิดอีกครั้ง",
        "พ่อค้าแม่ค้ากลับมาขายของหลังน้ำลด",
        "ตลาดน้ำบางสายทองเปิดอีกครั้งเมื่อเช้าวันเสาร์ พ่อค้าแม่ค้ากว่าร้อยรายกลับมาขายของหลังน้ำลด"
        " ชาวบ้านช่วยกันซ่อมท่าเรือและทำความสะอาดร้านค้า",
    ),
}


def paper() -> list[Story]:
    return [
        story(headline, standfirst=standfirst, body=(body,), language=language)
        for language, (headline, standfirst, body) in PIECES.items()
    ]


def test_every_headline_belongs_to_its_own_body_in_every_script() -> None:
    found, not_judged = mismatches(paper())

    assert (found, not_judged) == ([], [])


@pytest.mark.parametrize("shift", [1, 2, 3])
def test_a_headline_over_the_body_of_another_entry_is_found_and_so_is_where_it_belongs(shift: int) -> None:
    right = paper()
    shifted = [replace(one, body=right[(at + shift) % 4].body) for at, one in enumerate(right)]

    found, _ = mismatches(shifted)

    assert {one.story.headline for one in found} == {one.headline for one in right}
    bodies = {one.headline: one.body for one in right}
    assert all(one.better and one.better.body == bodies[one.story.headline] for one in found)


def test_what_says_too_little_is_not_judged() -> None:
    dated = story("23 July 2013, 13:42", body=paper()[0].body)
    short = story("Ferry to Sandö runs again after the storm", body=("No ferry.",))

    assert mismatches([dated, short]) == ([], [dated, short])
