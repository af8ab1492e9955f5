"""What makes a form's press look like a person's: a signed time, a trap, and limits. No third party.

A form carries a token that says when it was handed out. A press that comes sooner than people
press, or much later, or without a token (a form that stands on another site), is asked for once
more on a page of ours. Nothing is written before that, so a form on another site does nothing by itself.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from digest.model.errors import TokenWrong
from digest.model.token import read, sign

FORM = "form"
#: Nobody reads a form and fills it in sooner.
SOONEST = timedelta(seconds=2)
#: A page may lie open for this long.
LATEST = timedelta(hours=12)
_MILLISECOND = timedelta(milliseconds=1)
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Form:
    """A form of ours that was filled in."""

    about: str  #: a digest's id, or `data`
    place: str  #: where it stood: `sign-up page`, `form on harbourpost.example`
    age: timedelta

    @property
    def early(self) -> bool:
        """Whether it came back sooner than people fill in forms."""
        return self.age < SOONEST


def form_token(about: str, place: str, *, key: bytes, now: datetime) -> str:
    """Return what a form carries from when it is shown to when it is pressed."""
    return sign(FORM, f"{(now - _BEGINNING) // _MILLISECOND} {about} {place}", key=key, expires=now + LATEST)


def filled_form(token: str, about: str, *, keys: tuple[bytes, ...], now: datetime) -> Form:
    """Return the form that `token` was handed out with.

    Raises:
        TokenWrong: not ours, damaged, for another form, or too old.
    """
    shown, _, rest = read(FORM, token, keys=keys, now=now).partition(" ")
    found, _, place = rest.partition(" ")
    if found != about:
        raise TokenWrong("form: made for another digest")
    return Form(found, place, now - (_BEGINNING + int(shown) * _MILLISECOND))
