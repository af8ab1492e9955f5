"""A mail taken apart, and its way out judged as mailbox providers do."""

import pytest

from digest.delivery.opened import ONE_CLICK, opened, way_out

POST = ("List-Unsubscribe-Post", ONE_CLICK)


def verdicts(*headers: tuple[str, str]) -> list[bool | None]:
    return [point.good for point in way_out(headers)]


@pytest.mark.parametrize(
    ("field", "syntax", "secure"),
    [
        ("<https://a.example/u/1>", True, True),
        ("<mailto:out@a.example>, <https://a.example/u/1>", True, True),
        ("<mailto:out@a.example>", True, False),
        ("https://a.example/u/1", False, False),
        ("<https://a.example/u/1> or write to us", False, False),
        ("", False, False),
    ],
)
def test_the_field_is_read_by_its_grammar(field: str, syntax: bool, secure: bool) -> None:
    assert verdicts(("List-Unsubscribe", field), POST) == [syntax, secure, True, None]


def test_one_click_is_spelled_exactly() -> None:
    field = ("List-Unsubscribe", "<https://a.example/u/1>")

    assert verdicts(field)[2] is False
    assert verdicts(field, ("List-Unsubscribe-Post", "One-Click"))[2] is False


def test_a_signature_must_cover_both_headers() -> None:
    field = ("List-Unsubscribe", "<https://a.example/u/1>")
    whole = ("DKIM-Signature", "v=1; a=rsa-sha256; h=From:List-Unsubscribe: List-Unsubscribe-Post; b=x")
    half = ("DKIM-Signature", "v=1; h=From:List-Unsubscribe; b=x")

    assert verdicts(field, POST, whole)[3] is True
    assert verdicts(field, POST, half)[3] is False


def test_parts_are_decoded() -> None:
    raw = (
        b"Subject: =?utf-8?q?M=C3=A5nday?=\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: multipart/alternative; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/plain; charset=utf-8\r\n"
        b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
        b"H=C3=A4r\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Hi</p>\r\n--b--\r\n"
    )

    message = opened(raw)

    assert (message.text.strip(), message.html.strip()) == ("Här", "<p>Hi</p>")
    assert ("Subject", "Månday") in message.headers


def test_what_is_no_mail_is_read_as_far_as_it_goes() -> None:
    message = opened(b"\xff\x00 nothing\r\nof a mail")

    assert message.html == ""
