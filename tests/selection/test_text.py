"""Words in every script: what is one word, what is cut into pairs, what stays apart and comes together."""

import unicodedata

import pytest

from digest.model.story import Story
from digest.selection.cluster import clusters
from digest.selection.pool import pool_of
from digest.selection.text import tokens
from selection.making import NOW

#: Six events in each language, and a second report of the first of them.
HEADLINES = {
    "km": (
        "ទឹកជំនន់លិចភូមិចំនួនដប់ក្នុងខេត្តកំពត",
        "តម្លៃអង្ករឡើងថ្លៃនៅផ្សារធំថ្មី",
        "ក្រុមបាល់ទាត់យុវជនឈ្នះពានរង្វាន់",
        "សាលារៀនថ្មីបើកទ្វារនៅជនបទ",
        "មន្ទីរពេទ្យទទួលឧបករណ៍វះកាត់ទំនើប",
        "សិល្បករសម្តែងរបាំបុរាណនៅសៀមរាប",
    ),
    "lo": (
        "ນ້ຳຖ້ວມສິບບ້ານໃນແຂວງຈຳປາສັກ",
        "ລາຄາເຂົ້າຂຶ້ນຢູ່ຕະຫຼາດໃຫຍ່",
        "ທີມບານເຕະເຍົາວະຊົນຊະນະເລີດ",
        "ໂຮງຮຽນແຫ່ງໃໝ່ເປີດສອນຢູ່ຊົນນະບົດ",
        "ໂຮງໝໍໄດ້ຮັບອຸປະກອນຜ່າຕັດທັນສະໄໝ",
        "ສິລະປິນຟ້ອນລຳບູຮານຢູ່ຫຼວງພະບາງ",
    ),
}
AGAIN = {
    "km": "ទឹកជំនន់លិចភូមិដប់ក្នុងខេត្តកំពត ប្រជាជនត្រូវជម្លៀស",
    "lo": "ນ້ຳຖ້ວມສິບບ້ານໃນແຂວງຈຳປາສັກ ປະຊາຊົນອົບພະຍົບ",
}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("Bão số 9 đổ bộ Đà Nẵng", "bão số 9 đổ bộ đà nẵng", id="vi"),
        pytest.param("港口大桥关闭", "港口 口大 大桥 桥关 关闭", id="zh"),
        pytest.param("港の橋", "港の の橋", id="ja"),
        pytest.param("น้ำท่วมใหม่", "น้ำ ำท่ ท่ว วม มใ ให หม่", id="th"),
        pytest.param("ນ້ຳຖ້ວມ", "ນ້ຳ ຳຖ້ ຖ້ວ ວມ", id="lo"),
        pytest.param("ទឹកជំនន់", "ទឹក កជំ ជំន នន់", id="km"),
        pytest.param("កម្ពុជា", "កម្ពុ ម្ពុជា", id="km, stacked"),
        pytest.param("ရန်ကုန်", "ရန် န်ကု ကုန်", id="my"),
        pytest.param("မန္တလေး", "မန္တ န္တလေး", id="my, stacked"),
    ],
)
def test_text_is_cut_between_characters_never_between_a_character_and_its_marks(
    text: str, found: str
) -> None:
    told = tokens(text)

    # the vowel am is its mark and a letter, as Unicode takes it apart
    am = {"\u0e33": "\u0e32", "\u0eb3": "\u0eb2"}
    wanted = [am.get(one[0], one[0]) + one[1:] for one in found.split()]
    assert told == [unicodedata.normalize("NFKC", one) for one in wanted]


def test_a_single_character_of_a_script_without_spaces_is_no_word() -> None:
    assert tokens("3月5日") == ["3", "5"]
    assert tokens("ข\u200bក\u200bနေ\u200bວ") == []
    assert tokens("กทม.ใหม่") == ["กท", "ทม", "ให", "หม่"]


@pytest.mark.parametrize("language", HEADLINES)
def test_headlines_in_khmer_and_lao_stay_apart_and_reports_of_one_event_find_each_other(
    language: str,
) -> None:
    first, *others = HEADLINES[language]

    groups = merged([first, *others, AGAIN[language]], language)

    assert groups == [{first, AGAIN[language]}, *({other} for other in others)]
    assert merged([first, *others], language) == [{one} for one in HEADLINES[language]]


def merged(headlines: list[str], language: str) -> list[set[str]]:
    """Return the headlines that are taken for reports of one event, in their order."""
    stories = [
        Story(source=f"paper-{number}", guid=one, headline=one, language=language, first_seen=NOW)
        for number, one in enumerate(headlines)
    ]
    by_row = {item.row: item.story.headline for item in pool_of(stories, [], [], []).candidates}
    groups = [{by_row[row] for row in rows} for rows in clusters(by_row, pool_of(stories, [], [], []).mates)]
    return sorted(groups, key=lambda group: min(map(headlines.index, group)))
