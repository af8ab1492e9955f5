"""Whatever a relay does, every message has one outcome, and the outcome is true.

`unknown` after the last dot and never before it; nobody lost, nobody sent twice.
"""

import ctypes
import socket
import struct
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from delivery.faulty import Dies, Drop, Moment, Relay, Script
from delivery.mails import outgoing
from delivery.waiting import all_of
from digest.delivery.patience import Patience
from digest.delivery.smtp import SmtpTransport
from digest.model.delivery import Deferred, Outcome, Outgoing, Phase, Refused, Sent, TlsMode, Unknown
from digest.model.digest import RelayRules

SHORT = timedelta(milliseconds=150)
HURRIED = Patience(
    connect=SHORT,
    greeting=SHORT,
    command=SHORT,
    data=SHORT,
    body=SHORT,
    dot=SHORT,
    idle=timedelta(seconds=30),
)


def rules(connections: int = 2, each: int = 100) -> RelayRules:
    return RelayRules(name="main", connections=connections, messages_per_connection=each)


def send(relay: Relay, mails: Sequence[Outgoing], **options: object) -> list[Outcome]:
    """Send `mails`, and hold the outcomes against what the relay wrote down."""
    settings = {"address": relay.address(), "rules": rules()} | options
    with SmtpTransport(**settings) as transport:  # type: ignore[arg-type]  # keywords of it
        transport.start(mails)
        outcomes = all_of(transport, len(mails))
        assert transport.close() == []
    assert [outcome.position for outcome in outcomes] == [mail.position for mail in mails]
    to = {mail.rcpt_to: mail for mail in mails}
    state = {outcome.position: outcome for outcome in outcomes}
    assert len(set(relay.recipients)) == len(relay.recipients), "somebody was sent to twice"
    for recipient, message in relay.accepted:
        assert isinstance(state[to[recipient].position], Sent | Unknown), "accepted, and told otherwise"
        assert message == to[recipient].wire
    for outcome in outcomes:
        if isinstance(outcome, Sent):
            assert outcome.reply.code == 250
            assert any(to[recipient].position == outcome.position for recipient in relay.recipients)
    return outcomes


def kinds(outcomes: Sequence[Outcome]) -> list[str]:
    return [type(outcome).__name__ for outcome in outcomes]


def once(phase: str, answer: str | bytes | type[Drop], *, at: int = 0) -> Script:
    """Misbehave the first time a phase is reached, or the one numbered `at`."""

    def script(moment: Moment) -> str | bytes | None:
        if moment.phase != phase or moment.count != at:
            return None
        if isinstance(answer, type):
            raise answer
        return answer

    return script


def always(phase: str, answer: str | bytes | type[Drop]) -> Script:
    def script(moment: Moment) -> str | bytes | None:
        if moment.phase != phase:
            return None
        if isinstance(answer, type):
            raise answer
        return answer

    return script


MAILS = [outgoing(number) for number in range(6)]

#: Columns of the table in the documentation -> what the relay calls it, and how far a message is told to be.
STEPS = {
    "greeting": ("connect", Phase.CONNECT),
    "EHLO": ("ehlo", Phase.EHLO),
    "STARTTLS": ("starttls", Phase.TLS),
    "AUTH": ("auth", Phase.AUTH),
    "MAIL": ("mail", Phase.MAIL),
    "RCPT": ("rcpt", Phase.RCPT),
    "DATA": ("data", Phase.DATA),
    "the body": ("body", Phase.BODY),
    "the last dot": ("dot", Phase.DOT),
}
OUTCOMES = {"deferred": Deferred, "refused": Refused, "unknown": Unknown}


def cells() -> Iterator[tuple[str, str, str]]:
    """Yield (what the relay does, where, the outcome) as the documentation tells it."""
    text = (Path(__file__).parents[2] / "docs" / "explanation" / "delivery.md").read_text("utf-8")
    head, _, *rows = [
        [cell.strip(" *") for cell in line.strip("|").split("|")]
        for line in text.partition("| The relay, at ")[2]
        .join(["| The relay, at ", ""])
        .split("\n\n")[0]
        .splitlines()
    ]
    for what, *outcomes in rows:
        yield from ((what, where, outcome) for where, outcome in zip(head[1:], outcomes, strict=True))


def misbehaving(what: str, phase: str, relay: "list[Relay]") -> Script:
    """Return what makes a relay do `what` whenever it comes to `phase`."""
    match what.split():
        case ["hangs", "up"]:
            answer: str | bytes = b""
        case ["says", "nothing"]:
            answer = b""
        case ["says", code]:
            answer = f"{code} {code[0]}.3.0 not like that"
        case ["talks", "nonsense"]:
            answer = b"HTTP/1.1 400 Bad Request\r\n\r\n"
        case ["talks", "without", *_]:
            answer = b"450-" + b"x" * 1_000_000 + b"\r\n"
        case ["answers", "out", *_]:
            answer = {"connect": "354 what?", "data": "250 what?", "starttls": "354 what?"}.get(
                phase, "354 what?"
            )
        case _:
            raise AssertionError(f"{what}: no relay does that")

    def script(moment: Moment) -> str | bytes | None:
        if moment.phase == "ehlo" and phase in ("starttls", "auth"):
            return f"250-faulty\r\n250 {'STARTTLS' if phase == 'starttls' else 'AUTH PLAIN'}"
        if moment.phase != phase:
            return None
        if what == "says nothing":
            relay[0].wait_for_the_end()
        if what == "hangs up":
            raise Drop
        return answer

    return script


@pytest.mark.parametrize(
    ("what", "where", "outcome"), [cell for cell in cells() if cell[2] != "-"], ids=lambda part: part
)
def test_what_a_relay_always_does_decides_every_message(what: str, where: str, outcome: str) -> None:
    phase, told = STEPS[where]
    relays: list[Relay] = []
    in_body = {"body_bytes": 20_000, "receive_buffer": 4096} if phase == "body" else {}
    relays.append(Relay(misbehaving(what, phase, relays), **in_body))
    mails = [outgoing(1, b"Subject: x\r\n\r\n" + b"0123456789abcdef\r\n" * 500_000)] if in_body else MAILS
    login = {"user": "ada", "password": "s3cret"} if phase == "auth" else {}
    tls = {"starttls": TlsMode.STARTTLS, "auth": TlsMode.OPPORTUNISTIC}.get(phase, TlsMode.NONE)

    with relays[0] as relay:
        outcomes = send(relay, mails, address=relay.address(tls, **login), patience=HURRIED)

    assert {type(each) for each in outcomes} == {OUTCOMES[outcome]}
    assert {each.reply.phase for each in outcomes} == {told}
    assert relay.accepted == []


@pytest.mark.parametrize("phase", ["mail", "rcpt", "data"])
@pytest.mark.parametrize("at", [0, 1, 3])
def test_a_connection_lost_before_the_body_costs_nobody_the_mail(phase: str, at: int) -> None:
    with Relay(once(phase, Drop, at=at)) as relay:
        outcomes = send(relay, MAILS, rules=rules(connections=1))

    assert kinds(outcomes) == ["Sent"] * 6


@pytest.mark.parametrize("at", [0, 1, 4])
def test_a_connection_lost_after_a_dot_leaves_exactly_that_message_unknown(at: int) -> None:
    with Relay(once("dot", Drop, at=at)) as relay:
        outcomes = send(relay, MAILS, rules=rules(connections=1))

    assert sorted(kinds(outcomes)) == ["Sent"] * 5 + ["Unknown"]


def test_an_unknown_message_may_have_been_accepted() -> None:
    with Relay(once("dot", Dies(b"250 2.0"))) as relay:
        outcomes = send(relay, MAILS[:1])

    assert kinds(outcomes) == ["Unknown"]
    assert relay.recipients == ["reader0@lighthouse.example"]


def test_a_message_of_which_the_dot_never_left_is_surely_not_sent() -> None:
    large = [outgoing(number, b"Subject: x\r\n\r\n" + b"y" * 70 + b"\r\n" * 4_000_000) for number in range(1)]

    with Relay(always("body", Drop), body_bytes=20_000, receive_buffer=4096) as relay:
        outcomes = send(relay, large)

    assert kinds(outcomes) == ["Deferred"]
    assert outcomes[0].reply.phase is Phase.BODY


def test_a_dot_that_only_the_kernel_has_is_not_sent_either() -> None:
    """45 KB fit into the socket's queue here and not into the relay's: the dot never was on the wire."""
    mails = [outgoing(number, b"Subject: x\r\n\r\n" + b"0123456789abcdef\r\n" * 2500) for number in range(4)]

    with Relay(always("body", Drop), body_bytes=3000, receive_buffer=2048) as relay:
        outcomes = send(relay, mails)

    assert kinds(outcomes) == ["Deferred"] * 4


@pytest.mark.parametrize("size", [100, 45_000])
def test_a_dot_that_had_not_arrived_when_the_relay_ended_the_connection_is_not_sent(size: int) -> None:
    """As far away: what we sent was on the wire, and the relay ended the connection before it came."""

    def script(moment: Moment) -> bytes | None:
        if moment.phase != "data" or moment.count:
            return None
        (session,) = relay._open
        let_nothing_in(session.sock)
        return Dies(b"354 go on\r\n")

    relay = Relay(script)
    with relay:
        outcomes = send(
            relay, [outgoing(1, b"Subject: x\r\n\r\n" + b"y" * size + b"\r\n")], rules=rules(connections=1)
        )

    assert kinds(outcomes) == ["Deferred"]
    assert outcomes[0].reply.phase is Phase.BODY


def let_nothing_in(sock: socket.socket) -> None:
    """Lose everything that is sent to `sock` from now on, unacknowledged, as a broken line would."""
    drop = ctypes.create_string_buffer(struct.pack("HBBI", 0x06, 0, 0, 0))  # BPF: return 0
    program = struct.pack("HP", 1, ctypes.addressof(drop))
    sock.setsockopt(socket.SOL_SOCKET, 26, program)  # SO_ATTACH_FILTER


def test_a_small_message_of_which_the_relay_read_a_part_is_unknown_for_its_machine_had_it_all() -> None:
    """The dot had arrived: TCP does not tell whether anybody read it (docs/decisions/0404)."""
    mails = [outgoing(1, b"Subject: x\r\n\r\n" + b"0123456789abcdef\r\n" * 500)]

    with Relay(always("body", Drop), body_bytes=3000) as relay:
        outcomes = send(relay, mails, rules=rules(connections=1))

    assert kinds(outcomes) == ["Unknown"]


def test_a_relay_that_stops_reading_a_message_is_given_up_in_time() -> None:
    relay: Relay

    def script(moment: Moment) -> None:
        if moment.phase == "body":
            relay.wait_for_the_end()

    with Relay(script, body_bytes=10_000, receive_buffer=4096) as relay:
        outcomes = send(
            relay, [outgoing(1, b"Subject: x\r\n\r\n" + b"0123456789abcdef\r\n" * 500_000)], patience=HURRIED
        )

    assert kinds(outcomes) == ["Deferred"]


def test_refusals_in_the_midst_of_a_pipeline_touch_nobody_else() -> None:
    answers = {1: "550 5.1.1 unknown", 3: "451 4.2.0 later"}

    with Relay(lambda moment: answers.get(moment.count) if moment.phase == "rcpt" else None) as relay:
        outcomes = send(relay, MAILS, rules=rules(connections=1))

    assert kinds(outcomes) == ["Sent", "Refused", "Sent", "Deferred", "Sent", "Sent"]


def test_a_relay_that_wants_a_message_for_nobody_gets_a_lone_dot() -> None:
    with Relay(once("rcpt", "550 5.1.1 unknown"), eager=True) as relay:
        outcomes = send(relay, MAILS[:2], rules=rules(connections=1))

    assert kinds(outcomes) == ["Refused", "Sent"]
    assert len([line for line in relay.heard if line.startswith("EHLO")]) == 1


def test_a_relay_that_refuses_the_sender_and_takes_the_recipient_gets_no_message() -> None:
    with Relay(once("mail", "550 5.1.8 no")) as relay:
        outcomes = send(relay, MAILS[:2], rules=rules(connections=1))

    assert kinds(outcomes) == ["Refused", "Sent"]
    assert relay.recipients == ["reader1@lighthouse.example"]


def test_a_relay_that_has_enough_of_a_connection_gets_another_one() -> None:
    def script(moment: Moment) -> str | None:
        return "421 4.7.0 enough" if moment.phase == "mail" and moment.count % 3 == 2 else None

    with Relay(script) as relay:
        outcomes = send(relay, MAILS, rules=rules(connections=1))

    assert kinds(outcomes) == ["Sent"] * 6


def test_a_relay_that_allows_one_connection_gets_all_mail_over_it() -> None:
    def script(moment: Moment) -> str | None:
        return (
            "421 4.7.0 too many connections" if moment.phase == "connect" and moment.connection > 0 else None
        )

    with Relay(script) as relay:
        outcomes = send(relay, MAILS, rules=rules(connections=5))

    assert kinds(outcomes) == ["Sent"] * 6


def test_replies_out_of_step_settle_nothing_wrongly() -> None:
    def script(moment: Moment) -> bytes | None:
        if moment.phase == "dot" and moment.count == 0:
            return b"354 early\r\n250 2.0.0 Ok\r\n250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n"
        return None

    with Relay(script) as relay:
        outcomes = send(relay, MAILS[:3], rules=rules(connections=1))

    assert kinds(outcomes) == ["Unknown", "Sent", "Sent"]


def test_a_reply_too_many_ends_the_connection_and_loses_nobody() -> None:
    def script(moment: Moment) -> bytes | None:
        return b"250 2.0.0 Ok\r\n250 2.0.0 Ok\r\n" if moment.phase == "dot" and moment.count == 2 else None

    with Relay(script) as relay:
        outcomes = send(relay, MAILS, rules=rules(connections=1, each=3))

    assert kinds(outcomes) == ["Sent"] * 6


def test_one_connection_carries_no_more_than_allowed() -> None:
    with Relay() as relay:
        send(relay, MAILS, rules=rules(connections=1, each=2))

    assert [line for line in relay.heard if line.startswith(("EHLO", "QUIT"))] == [
        "EHLO [127.0.0.1]",
        "QUIT",
    ] * 3


def test_a_relay_that_cannot_be_reached_defers_everybody_at_once() -> None:
    with Relay() as relay:
        address = relay.address()

    with SmtpTransport(address, rules()) as transport:
        transport.start(MAILS)
        outcomes = all_of(transport, 6)

    assert kinds(outcomes) == ["Deferred"] * 6
    assert {outcome.reply.phase for outcome in outcomes} == {Phase.CONNECT}


def test_closing_defers_what_was_not_begun_and_cuts_off_the_rest() -> None:
    relay: Relay

    def script(moment: Moment) -> None:
        if moment.phase == "dot":
            relay.wait_for_the_end()

    with Relay(script) as relay, SmtpTransport(relay.address(), rules(connections=1)) as transport:
        transport.start(MAILS)
        while "DATA" not in relay.heard:
            assert transport.finished(timedelta(milliseconds=10)) == []
        outcomes = sorted(transport.close(timedelta(milliseconds=300)), key=lambda each: each.position)

    assert kinds(outcomes) == ["Unknown"] + ["Deferred"] * 5


def test_closing_lets_what_is_under_way_be_finished() -> None:
    with Relay() as relay, SmtpTransport(relay.address(), rules(connections=1)) as transport:
        transport.start(MAILS)
        while not relay.accepted:
            transport.finished(timedelta(milliseconds=1))
        outcomes = transport.close()

    assert not [outcome for outcome in outcomes if isinstance(outcome, Unknown)]
    assert relay.heard[-1] == "QUIT"
