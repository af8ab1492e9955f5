"""Whatever a reader is called, other people's mail programs read back exactly what was meant."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from delivery.dovecot import read_by_dovecot
from delivery.mime_tools import read_by_mime_tools
from delivery.nasty import VALUES, Seen, mail, meant
from delivery.thunderbird import read_by_thunderbird

pytestmark = pytest.mark.peer

#: In headers Thunderbird shows a plain blank for other blanks and for what nobody can see.
_BLANKED = re.compile("[\u00a0\u00ad\u200b\u202a-\u202e\u3000\ufeff]")


def as_it_stands(seen: Seen) -> Seen:
    return seen


def as_thunderbird_shows_it(seen: Seen) -> Seen:
    name = " ".join(_BLANKED.sub(" ", seen.name).split())
    return replace(seen, subject=_BLANKED.sub(" ", seen.subject), name=name)


@pytest.mark.parametrize(
    ("program", "shown"),
    [
        (read_by_dovecot, as_it_stands),
        (read_by_mime_tools, as_it_stands),
        (read_by_thunderbird, as_thunderbird_shows_it),
    ],
    ids=["Dovecot", "MIME-tools", "Thunderbird"],
)
def test_every_value_is_read_back_exactly(
    program: Callable[[Sequence[bytes]], list[Seen]], shown: Callable[[Seen], Seen]
) -> None:
    seen = program([mail(value) for value in VALUES.values()])

    expected = [shown(meant(value)) for value in VALUES.values()]
    different = [each for each in zip(VALUES, seen, expected, strict=True) if each[1] != each[2]]
    assert different == []
