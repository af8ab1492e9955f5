"""What a relay says is cut into replies, whatever its size and shape."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.delivery.reading import NotSmtp, ReplyReader, reply
from digest.model.delivery import Phase, Reply

SAID = b"250-relay.example\r\n250-PIPELINING\r\n250 DSN\r\n354\r\n450 4.2.0 later\n"
REPLIES = [(250, [b"relay.example", b"PIPELINING", b"DSN"]), (354, [b""]), (450, [b"4.2.0 later"])]


@given(cuts=st.lists(st.integers(0, len(SAID)), max_size=8))
def test_replies_are_the_same_however_they_come(cuts: list[int]) -> None:
    reader, found = ReplyReader(), []
    ends = [*sorted(cuts), len(SAID)]

    for start, end in zip([0, *ends], ends, strict=False):
        found += list(reader.take(SAID[start:end]))

    assert found == REPLIES
    assert reader.empty


@pytest.mark.parametrize(
    "nonsense",
    [
        b"HTTP/1.1 400 Bad Request\r\n",
        b"25 short\r\n",
        b"199 no such code\r\n",
        b"250-yes\r\n550 no\r\n",
        b"\xff\xfe\r\n",
        b"x" * 5000,
        b"250-again\r\n" * 10_000,
    ],
)
def test_what_came_before_nonsense_still_counts(nonsense: bytes) -> None:
    reader = ReplyReader()
    replies = reader.take(b"250 2.0.0 Ok\r\n" + nonsense)

    assert next(replies) == (250, [b"2.0.0 Ok"])
    with pytest.raises(NotSmtp):
        next(replies)


def test_a_reply_is_told_in_one_line_that_can_be_printed() -> None:
    found = reply(550, [b"5.7.1 no\x07such\x1b[31m", b"5.7.1 thing \xff"], Phase.DOT)

    assert found == Reply(code=550, enhanced="5.7.1", text="no such [31m thing \N{REPLACEMENT CHARACTER}")
