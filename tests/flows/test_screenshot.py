"""A picture of a mail: painted without a network, as long as the mail is."""

import io
from pathlib import Path

import pytest
from PIL import Image

from digest.flows.browser import NAMES, browser, look
from digest.flows.screenshot import MARGIN, screenshot, sealed, trimmed, with_pictures
from digest.model.errors import OutsideMissing
from needs import require

HOSTILE = """\
<html><head><title>Mail</title></head><body style="margin:0;background:#ffffff">
<div style="height:300px;background:#b3311b"></div>
<img src="http://127.0.0.1:{port}/spy.png"><link rel="stylesheet" href="http://127.0.0.1:{port}/spy.css">
<script>document.body.style.background = "#00ff00"; fetch("http://127.0.0.1:{port}/spy")</script>
</body></html>
"""


def dot(colour: str = "red", size: tuple[int, int] = (4, 4)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


@pytest.mark.browser
def test_a_mail_is_painted_as_long_as_it_is_and_nothing_in_it_runs_or_loads(tmp_path: Path) -> None:
    require("chromium")
    import socket

    with socket.create_server(("127.0.0.1", 0)) as trap:
        html = HOSTILE.replace("{port}", str(trap.getsockname()[1]))

        picture = Image.open(io.BytesIO(screenshot(html, width=375, pictures=tmp_path)))

        trap.setblocking(False)
        with pytest.raises(BlockingIOError):
            trap.accept()  # nobody has called
    assert picture.width == 375
    assert 300 <= picture.height < 400
    assert picture.getpixel((5, 5)) == (179, 49, 27)
    assert picture.getpixel((5, picture.height - 1)) == (255, 255, 255)


@pytest.mark.browser
def test_a_browser_that_does_not_answer_in_time_is_ended(tmp_path: Path) -> None:
    require("chromium")
    page = tmp_path / "page.html"
    page.write_text("<p>Hello</p>")

    with pytest.raises(OutsideMissing, match="did not answer within"):
        look(page, "--screenshot", within=0.01)


def test_without_a_browser_it_is_said_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(OutsideMissing, match="apt install chromium"):
        browser()
    assert "chromium" in NAMES


def test_a_stored_picture_is_written_into_the_page_and_nothing_else_is(tmp_path: Path) -> None:
    name = "0123456789abcdef.png"
    (tmp_path / name).write_bytes(dot())
    (tmp_path / "secret.png").write_bytes(dot())
    html = f'<img src="/pictures/{name}"><img src="/pictures/secret.png"><img src="/pictures/../{name}">'

    written = with_pictures(html, tmp_path, "/pictures/")

    assert written.startswith('<img src="data:image/png;base64,')
    assert written.count("data:") == 1


def test_the_policy_stands_before_anything_of_the_mails() -> None:
    assert sealed("<html><head><style>a{}</style>").startswith(
        '<html><head><meta http-equiv="Content-Security-Policy"'
    )
    assert sealed("<p>x</p>").startswith("<!DOCTYPE html><html><head><meta http-equiv=")


def test_empty_ground_below_the_mail_is_cut_off() -> None:
    whole = Image.new("RGB", (10, 400), "white")
    whole.paste("black", (0, 0, 10, 50))
    out = io.BytesIO()
    whole.save(out, "PNG")

    assert Image.open(io.BytesIO(trimmed(out.getvalue()))).height == 50 + MARGIN
