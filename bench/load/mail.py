"""The mail that is sent: an edition of a given size with fifteen places for a reader's own values."""

from digest.model.mail import Addressed, Letterhead, Rendering, token

NONCE = "k7f3q9x2m5"
SLOTS = ("unsubscribe_url", "preferences_url", "view_url", "greeting", "name")
SENDER = "Harbour Post <brief@harbourpost.example>"
PAGES = "https://news.harbourpost.example"
LETTERHEAD = Letterhead(sender=SENDER, list_id="Morning <m.harbourpost.example>")


def rendering(size: int) -> Rendering:
    """Return an edition that becomes a message of about `size` bytes."""
    sentence = "The harbour council voted on Tuesday to widen the pier, after eleven years of debate. "
    paragraph = f"<p>{sentence * 3}å</p>\n"
    number = max(1, (size - 3_000) // 275)
    parts = [paragraph] * number
    for place in range(15):
        parts[place * number // 15] += token(NONCE, SLOTS[place % len(SLOTS)])
    text = f"{token(NONCE, 'greeting')}\n{token(NONCE, 'unsubscribe_url')}\n"
    return Rendering(subject="The Morning Brief", preheader="", html="".join(parts), text=text, nonce=NONCE)


def reader(number: int) -> Addressed:
    """Return a made-up reader's values."""
    secret = f"{number:08d}" + "t0k3n" * 12
    return Addressed(
        position=number,
        email=f"reader{number}@lighthouse.example",
        envelope_to=f"reader{number}@lighthouse.example",
        mail_from=f"bounces+{secret[:20]}@mail.harbourpost.example",
        message_id=f"morning.{secret[:20]}@harbourpost.example",
        unsubscribe_url=f"{PAGES}/u/{secret}",
        name="Ada Sund",
        values={
            "greeting": "Hello Ada",
            "preferences_url": f"{PAGES}/p/{secret}",
            "view_url": f"{PAGES}/v/{secret}",
        },
        envid=secret[:12],
    )
