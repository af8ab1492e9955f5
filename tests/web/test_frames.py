"""A framed mail shows what a mail program would show, and changes nothing else."""

import pytest

from digest.web.darkened import turned
from digest.web.frames import Mode, framed

MAIL = (
    "<html><head><style>@media (prefers-color-scheme: dark){.card{background:#181c22}}</style></head>"
    '<body background="b.png">'
    '<img alt="Quay" src="https://news.herald.example/pictures/a.jpg" width="600"></body></html>'
)
PAGES = "https://news.herald.example"


def test_light_never_follows_the_editors_own_machine_into_the_dark() -> None:
    assert "prefers-color-scheme" not in framed(MAIL)
    assert "@media (max-width:0)" in framed(MAIL)


def test_dark_as_designed_turns_the_mails_own_dark_rules_on() -> None:
    assert "@media (min-width:0){.card{background:#181c22}}" in framed(MAIL, mode=Mode.DARK)


def test_forced_dark_ignores_the_mails_own_dark_rules() -> None:
    page = framed(MAIL, mode=Mode.FORCED)

    assert "@media (max-width:0)" in page
    assert "<style>html,body{background:#1b1b1b" in page


def test_images_off_keeps_the_alternative_text_and_the_size() -> None:
    page = framed(MAIL, images=False)

    assert "src=" not in page
    assert "background=" not in page
    assert 'alt="Quay"' in page
    assert 'width="600"' in page


@pytest.mark.parametrize(("colour", "ground", "dark"), [("#ffffff", True, True), ("#16181d", False, False)])
def test_forced_dark_turns_light_grounds_dark_and_dark_words_light(
    colour: str, ground: bool, dark: bool
) -> None:
    red, green, blue = (int(turned(colour, ground=ground)[at : at + 2], 16) for at in (1, 3, 5))

    assert (red + green + blue < 3 * 70) is dark
    assert (red + green + blue > 3 * 200) is not dark


def test_forced_dark_keeps_what_is_dark_already_and_the_hue() -> None:
    assert turned("#181c22", ground=True) == "#181c22"
    assert turned("#f3f1ec", ground=False) == "#f3f1ec"
    red, green, blue = (int(turned("#7a1010", ground=False)[at : at + 2], 16) for at in (1, 3, 5))
    assert red > green
    assert red > blue


def test_forced_dark_changes_styles_and_never_words() -> None:
    html = (
        '<head></head><p style="color:#000000;background:#fff">color:#000000 url(x)</p>'
        '<td bgcolor="#ffffff">white</td>'
    )

    page = framed(html, mode=Mode.FORCED)

    assert ">color:#000000 url(x)</p>" in page
    assert ">white</td>" in page
    assert 'style="color:#000000' not in page
    assert 'bgcolor="#ffffff"' not in page


def test_images_off_takes_backgrounds_of_styles_too_and_leaves_words_alone() -> None:
    html = '<p style="background:#fff url(https://a.example/x.png)">url(a)</p><img srcset="a 2x" src="a">'

    assert framed(html, images=False) == '<p style="background:#fff none">url(a)</p><img>'


def test_our_own_pictures_come_from_this_server() -> None:
    assert 'src="/pictures/a.jpg"' in framed(MAIL, pages=PAGES)


def test_a_stored_picture_is_found_whatever_the_pages_were_called_when_it_was_printed() -> None:
    name = "f8219e93086327765340ce5278668a34.jpg"

    assert framed(f'<img src="https://old.example/pictures/{name}">') == f'<img src="/pictures/{name}">'
    assert framed('<img src="https://other.example/pictures/cat.jpg">').count("https://other.example") == 1
