"""Renderings, letterheads and readers for the tests of this room; all fictional."""

from datetime import UTC, datetime

from digest.delivery.compile import Compiled, compile_mail
from digest.model.delivery import Outgoing
from digest.model.mail import Addressed, Encoding, Letterhead, Rendering, token

NONCE = "k7f3q9x2m5"
DATE = datetime(2026, 11, 23, 6, 15, tzinfo=UTC)
LETTERHEAD = Letterhead(
    sender="Harbour Post, Evening Desk <brief@harbourpost.example>",
    reply_to="desk@harbourpost.example",
    list_id="The Morning Brief <morning.harbourpost.example>",
    archive_url="https://news.harbourpost.example/morning",
    help_url="https://news.harbourpost.example/help",
    feedback_id="morning:edition:digest:harbour",
)


def slot(name: str, encoding: Encoding = Encoding.TEXT) -> str:
    return token(NONCE, name, encoding)


def rendering(
    *, subject: str = "The Morning Brief", text: str = "Good morning\n", html: str = "<p>Hej</p>\n"
) -> Rendering:
    return Rendering(subject=subject, preheader="", html=html, text=text, nonce=NONCE)


def reader(**changes: object) -> Addressed:
    values: dict[str, object] = {
        "position": 7,
        "email": "ada@lighthouse.example",
        "envelope_to": "ada@lighthouse.example",
        "mail_from": "bounces+t0k3n@mail.harbourpost.example",
        "message_id": "morning.2026-11-23.7f3a@harbourpost.example",
        "unsubscribe_url": "https://news.harbourpost.example/u/" + "bW9ybmluZzo3.f1e2d3c4b5a69788" * 3,
        "name": "Ada Sund",
        "values": {
            "greeting": "Hello Ada",
            "preferences_url": "https://news.harbourpost.example/p/x",
            "view_url": "https://news.harbourpost.example/v/x",
        },
    }
    return Addressed(**(values | changes))  # type: ignore[arg-type]  # the keys are the fields


def compiled(**parts: str) -> Compiled:
    return compile_mail(rendering(**parts), LETTERHEAD, date=DATE)


def outgoing(position: int, wire: bytes = b"Subject: hej\r\n\r\nhello\r\n", **changes: str) -> Outgoing:
    values = {
        "mail_from": "bounces+t0k3n@mail.harbourpost.example",
        "rcpt_to": f"reader{position}@lighthouse.example",
        "envid": f"e1.{position}",
    }
    return Outgoing(position=position, wire=wire, **(values | changes))
