"""A framed mail shows what a mail program would show, and changes nothing else."""

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
    assert "invert(" in page


def test_images_off_keeps_the_alternative_text_and_the_size() -> None:
    page = framed(MAIL, images=False)

    assert "src=" not in page
    assert "background=" not in page
    assert 'alt="Quay"' in page
    assert 'width="600"' in page


def test_our_own_pictures_come_from_this_server() -> None:
    assert 'src="/pictures/a.jpg"' in framed(MAIL, pages=PAGES)
