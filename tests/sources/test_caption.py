import pytest

from digest.sources.caption import Caption, is_agency, is_credited, split_credit


@pytest.mark.parametrize(
    ("line", "caption", "credit"),
    [
        ("At the handover (Photo: NPA)", "At the handover", "NPA"),
        ("The model stands there. (Photo: NPA)", "The model stands there.", "NPA"),
        ("Rowers (Photo by Ann Lee)", "Rowers", "Ann Lee"),
        ("Rowers (Photo courtesy of the club)", "Rowers", "courtesy of the club"),
        ("Rowers (Photo courtesy from the organisers)", "Rowers", "courtesy from the organisers"),
        ("Rowers (File photo: AFP/NPA)", "Rowers", "AFP/NPA"),
        ("Rowers (Illustrative photo, source: NPA)", "Rowers", ", source: NPA"),
        ("Rowers (NPA Photo)", "Rowers", "NPA"),
        ("Rowers (Source: River Club)", "Rowers", "River Club"),
        ("Đoàn thuyền (Ảnh: Minh Anh/TTXVN)", "Đoàn thuyền", "Minh Anh/TTXVN"),
        ("Đoàn thuyền (Nguồn: Báo Sậy)", "Đoàn thuyền", "Báo Sậy"),
        ("La fanfare (Crédit photo : ADL)", "La fanfare", "ADL"),
        ("Los remeros (Foto: EFE)", "Los remeros", "EFE"),
        ("Am Hafen. Foto: Anna Beck/dpa", "Am Hafen.", "Anna Beck/dpa"),
        ("小读者在阅读。（图片：芦湾社）", "小读者在阅读。", "芦湾社"),
        ("小读者在阅读。 林月 摄", "小读者在阅读。", "林月"),
        ("Гребцы (Фото: НПА)", "Гребцы", "НПА"),
        ("قارب (الصورة: وكالة)", "قارب", "وكالة"),
        ("Rowers © Ann Lee", "Rowers", "Ann Lee"),
        ("Rowers (Reuters)", "Rowers", "Reuters"),
        ("(Photo: NPA) Rowers at the start", "Rowers at the start", "NPA"),
        ("Photo: NPA", "", "NPA"),
    ],
)
def test_caption_and_credit_are_told_apart(line: str, caption: str, credit: str) -> None:
    assert split_credit(line) == Caption(caption=caption, credit=credit)


@pytest.mark.parametrize(
    "line",
    [
        "Librarian Ada Reed", "The vote was close (by four seats)", "Chair Tuan Anh (right)",
        "It cost 8 (image rights apart)",
        "A source close to the minister said so", "Results: see page 4", "Nguyen Van A (Anh Nguyen)",
    ],
)  # fmt: skip
def test_words_that_credit_nobody_stay_in_the_caption(line: str) -> None:
    assert split_credit(line) == Caption(caption=line)
    assert not is_credited(line)


def test_a_credit_told_by_its_form_only_is_not_sure() -> None:
    assert split_credit("Rowers (XYQ)") == Caption(caption="Rowers", credit="XYQ", sure=False)


def test_agencies_may_sign_together() -> None:
    assert is_agency("afp")
    assert is_agency("AFP/Reuters")
    assert not is_agency("AFP/Nobody")
