"""What is said before the first message, and what is never said in the clear."""

import pytest

from digest.delivery.envelope import Offers
from digest.delivery.login import Encrypt, Heard, NotLoggedIn, Say, log_in
from digest.model.delivery import Phase, RelayAddress, RelayKind, TlsMode

GREETING: Heard = (220, [b"relay.example"])
OFFERS: Heard = (250, [b"relay.example", b"PIPELINING", b"AUTH PLAIN LOGIN"])


def address(tls: TlsMode, *, host: str = "relay.example") -> RelayAddress:
    return RelayAddress(
        name="main", kind=RelayKind.SMTP, host=host, port=25, user="ada", password="s3cret", tls=tls
    )


def test_no_password_is_sent_in_the_clear_to_another_machine() -> None:
    script = log_in(address(TlsMode.OPPORTUNISTIC), hello="news.example")
    next(script)
    script.send(GREETING)

    with pytest.raises(NotLoggedIn, match="no password is sent over a connection that is not encrypted"):
        script.send(OFFERS)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_on_this_machine_a_password_needs_no_encryption(host: str) -> None:
    script = log_in(address(TlsMode.OPPORTUNISTIC, host=host), hello="news.example")
    next(script)
    script.send(GREETING)

    step = script.send(OFFERS)

    assert isinstance(step, Say)
    assert (step.phase, step.command[:11]) == (Phase.AUTH, b"AUTH PLAIN ")


def test_what_was_offered_in_the_clear_counts_for_nothing_once_encrypted() -> None:
    script = log_in(address(TlsMode.STARTTLS), hello="news.example")
    said = [next(script), script.send(GREETING), script.send((250, [b"relay", b"STARTTLS", b"SIZE 1"]))]

    assert [step.command for step in said if isinstance(step, Say)] == [
        b"",
        b"EHLO news.example\r\n",
        b"STARTTLS\r\n",
    ]
    assert script.send((220, [b"go on"])) == Encrypt(verify=True)
    assert script.send((0, [])) == Say(phase=Phase.EHLO, command=b"EHLO news.example\r\n")
    assert isinstance(script.send(OFFERS), Say)
    with pytest.raises(StopIteration) as end:
        script.send((235, [b"welcome"]))
    assert end.value.value == Offers(pipelining=True, auth=("PLAIN", "LOGIN"))


@pytest.mark.parametrize("code", [421, 450, 504])
def test_a_greeting_that_is_none_is_a_no(code: int) -> None:
    script = log_in(address(TlsMode.STARTTLS), hello="news.example")
    next(script)

    with pytest.raises(NotLoggedIn) as no:
        script.send((code, [b"not today"]))

    assert (no.value.answer.code, no.value.answer.phase) == (code, Phase.CONNECT)
