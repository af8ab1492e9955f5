"""The client greets, encrypts, logs in and hands over mail the way each relay wants it."""

import base64
import select
from datetime import timedelta

import pytest

from delivery.conftest import Certificates
from delivery.faulty import Drop, Moment, Relay, Script
from delivery.mails import compiled, outgoing, reader
from delivery.waiting import all_of
from digest.delivery.envelope import Offers
from digest.delivery.patience import Patience
from digest.delivery.smtp import SmtpTransport
from digest.model.delivery import Deferred, Outcome, Phase, Refused, Sent, TlsMode
from digest.model.digest import RelayRules
from digest.model.errors import RelayUnusable

RULES = RelayRules(name="main", connections=3)
ALONE = RelayRules(name="main", connections=1)


def offering(*words: str) -> Script:
    """A relay whose EHLO offers these words only."""
    lines = ["faulty", *words]
    reply = "\r\n".join(f"250{' ' if line is lines[-1] else '-'}{line}" for line in lines)
    return lambda moment: reply if moment.phase == "ehlo" else None


def sent(outcomes: list[Outcome]) -> bool:
    return all(isinstance(outcome, Sent) for outcome in outcomes)


def test_mail_arrives_byte_for_byte_with_its_envelope() -> None:
    mails = [outgoing(number, compiled(text=f".\n..{number}\n").wire(reader())) for number in range(30)]

    with Relay() as relay, SmtpTransport(relay.address(), RULES) as transport:
        transport.start(mails[:10])
        transport.start(mails[10:])
        assert sent(all_of(transport, 30))

    assert sorted(relay.accepted) == sorted((mail.rcpt_to, mail.wire) for mail in mails)
    assert f"MAIL FROM:<{mails[0].mail_from}> SIZE={len(mails[0].wire)} RET=HDRS ENVID=e1.0" in relay.heard
    assert f"RCPT TO:<{mails[0].rcpt_to}> NOTIFY=FAILURE,DELAY ORCPT=rfc822;{mails[0].rcpt_to}" in relay.heard


def test_a_message_without_a_last_line_end_gets_one() -> None:
    with Relay() as relay, SmtpTransport(relay.address(), RULES) as transport:
        transport.start([outgoing(1, b"Subject: x\r\n\r\nend")])
        assert sent(all_of(transport, 1))

    assert relay.accepted[0][1] == b"Subject: x\r\n\r\nend\r\n"


def test_the_next_envelope_leaves_with_the_end_of_the_message() -> None:
    """One round trip a message: the relay holds back its reply until the next DATA is there."""
    relay: Relay

    def script(moment: Moment) -> None:
        if moment.phase == "dot" and moment.count < 2:
            assert len([line for line in relay.heard if line == "DATA"]) == moment.count + 1

    with (
        Relay(script) as relay,
        SmtpTransport(relay.address(), ALONE) as transport,
    ):
        transport.start([outgoing(number) for number in range(3)])
        assert sent(all_of(transport, 3))
        assert len([line for line in relay.heard if line == "DATA"]) == 3


def test_a_relay_that_offers_nothing_is_spoken_to_step_by_step() -> None:
    said: list[str] = []

    def script(moment: Moment) -> str | None:
        said.append(moment.phase)
        return (
            "502 5.5.1 no"
            if moment.line.startswith("EHLO")
            else "250 old"
            if moment.phase == "ehlo"
            else None
        )

    with (
        Relay(script) as relay,
        SmtpTransport(relay.address(), ALONE) as transport,
    ):
        transport.start([outgoing(number) for number in range(2)])
        assert sent(all_of(transport, 2))

    assert said == ["connect", "ehlo", "ehlo", *["mail", "rcpt", "data", "dot"] * 2, "quit"]
    assert "MAIL FROM:<bounces+t0k3n@mail.harbourpost.example>" in relay.heard


@pytest.mark.parametrize("refused", ["mail", "rcpt", "data", "dot"])
def test_step_by_step_a_refusal_leaves_the_next_message_alone(refused: str) -> None:
    def script(moment: Moment) -> str | None:
        if moment.phase == "ehlo":
            return "250 plain"
        return "550 5.1.1 no" if moment.phase == refused and moment.count == 0 else None

    with (
        Relay(script) as relay,
        SmtpTransport(relay.address(), ALONE) as transport,
    ):
        transport.start([outgoing(number) for number in range(3)])
        outcomes = all_of(transport, 3)

    assert [type(outcome) for outcome in outcomes] == [Refused, Sent, Sent]
    assert outcomes[0].reply.phase == refused


def test_a_message_larger_than_the_relay_takes_is_not_even_offered() -> None:
    with (
        Relay(offering("PIPELINING", "SIZE 100")) as relay,
        SmtpTransport(relay.address(), RULES) as transport,
    ):
        transport.start([outgoing(1, b"x" * 200 + b"\r\n")])
        (outcome,) = all_of(transport, 1)

    assert isinstance(outcome, Refused)
    assert outcome.reply.enhanced == "5.3.4"
    assert not [line for line in relay.heard if line.startswith("MAIL")]


def test_an_address_outside_ascii_needs_smtputf8() -> None:
    mails = [outgoing(1, rcpt_to="måns@lighthouse.example"), outgoing(2, rcpt_to="ada@fyrtårn.example")]

    with Relay() as relay, SmtpTransport(relay.address(), RULES) as transport:
        transport.start(mails)
        without = all_of(transport, 2)
    with Relay(offering("SMTPUTF8", "8BITMIME")) as relay, SmtpTransport(relay.address(), RULES) as transport:
        transport.start(mails)
        outcomes = all_of(transport, 2)

    assert [type(outcome) for outcome in without] == [Refused, Sent]
    assert "SMTPUTF8" in without[0].reply.text
    assert sent(outcomes)
    assert sorted(relay.recipients) == ["ada@xn--fyrtrn-lua.example", "måns@lighthouse.example"]


def test_eight_bits_are_kept_from_a_relay_that_does_not_offer_them() -> None:
    with Relay(offering("PIPELINING")) as relay, SmtpTransport(relay.address(), RULES) as transport:
        transport.start([outgoing(1, "Subject: å\r\n\r\n".encode())])
        (outcome,) = all_of(transport, 1)

    assert isinstance(outcome, Refused)


@pytest.mark.parametrize(
    "address", ["a>\r\nRCPT TO:<x@y.example", "a b@c.example", "a\0@b.example", "a<b>@c.example"]
)
def test_no_address_can_say_something_to_the_relay(address: str) -> None:
    with Relay() as relay, SmtpTransport(relay.address(), RULES) as transport:
        transport.start([outgoing(1, rcpt_to=address), outgoing(2, mail_from=address)])
        outcomes = all_of(transport, 2)

    assert [type(outcome) for outcome in outcomes] == [Refused, Refused]
    assert not [line for line in relay.heard if line.startswith(("MAIL", "RCPT"))]


@pytest.mark.parametrize("envid", ["a b", "a+b=c", "å"])
def test_an_envelope_id_is_written_as_xtext(envid: str) -> None:
    with Relay() as relay, SmtpTransport(relay.address(), RULES) as transport:
        transport.start([outgoing(1, envid=envid)])
        assert sent(all_of(transport, 1))

    (mail,) = [line for line in relay.heard if line.startswith("MAIL")]
    xtext = mail.partition("ENVID=")[2]
    assert {"a b": "a+20b", "a+b=c": "a+2Bb+3Dc", "å": "+C3+A5"}[envid] == xtext


def with_tls() -> Script:
    def script(moment: Moment) -> str | None:
        if moment.phase != "ehlo":
            return None
        return "250-faulty\r\n250 STARTTLS" if moment.count == 0 else "250-faulty\r\n250 PIPELINING"

    return script


@pytest.mark.parametrize("tls", [TlsMode.STARTTLS, TlsMode.OPPORTUNISTIC, TlsMode.IMPLICIT])
def test_mail_goes_over_tls(tls: TlsMode, certificates: Certificates) -> None:
    large = b"Subject: x\r\n\r\n" + b"0123456789abcdef\r\n" * 20_000
    relay = Relay(with_tls(), tls=certificates.server, implicit_tls=tls is TlsMode.IMPLICIT)
    rules = ALONE

    with relay, SmtpTransport(relay.address(tls), rules, trust=certificates.trust) as transport:
        transport.start([outgoing(number, large) for number in range(5)])
        assert sent(all_of(transport, 5))

    assert [message for _, message in relay.accepted] == [large] * 5


def test_a_certificate_of_a_stranger_is_not_trusted(certificates: Certificates) -> None:
    with Relay(with_tls(), tls=certificates.server) as relay:
        with SmtpTransport(relay.address(TlsMode.STARTTLS, user="u", password="p"), RULES) as transport:
            transport.start([outgoing(1)])
            (outcome,) = all_of(transport, 1)

    assert isinstance(outcome, Deferred)
    assert (outcome.reply.phase, "not trusted" in outcome.reply.text) == (Phase.TLS, True)
    assert not [line for line in relay.heard if line.startswith(("AUTH", "MAIL"))]


def test_a_certificate_for_another_name_is_not_trusted(certificates: Certificates) -> None:
    relay = Relay(tls=certificates.wrong_name, implicit_tls=True)

    with relay, SmtpTransport(relay.address(TlsMode.IMPLICIT), RULES, trust=certificates.trust) as transport:
        with pytest.raises(RelayUnusable, match=r"cannot be used \(tls\): its certificate is not trusted"):
            transport.check()


def test_required_tls_that_is_not_offered_sends_nothing() -> None:
    with Relay() as relay, SmtpTransport(relay.address(TlsMode.STARTTLS), RULES) as transport:
        transport.start([outgoing(1)])
        (outcome,) = all_of(transport, 1)

    assert (type(outcome), outcome.reply.phase) == (Deferred, Phase.TLS)


@pytest.mark.parametrize(
    "answer", ["454 4.7.0 not now", b"220 go\r\n250 injected\r\n", b"220 go\r\nnot tls at all\r\n"], ids=str
)
def test_starttls_that_goes_wrong_sends_nothing(answer: str | bytes, certificates: Certificates) -> None:
    def script(moment: Moment) -> str | bytes | None:
        if moment.phase == "starttls":
            return answer
        return with_tls()(moment)

    with Relay(script, tls=certificates.server) as relay:
        with SmtpTransport(relay.address(TlsMode.STARTTLS), RULES, trust=certificates.trust) as transport:
            transport.start([outgoing(1)])
            (outcome,) = all_of(transport, 1)

    assert (type(outcome), outcome.reply.phase) == (Deferred, Phase.TLS)
    assert relay.accepted == []


def test_a_relay_that_hangs_up_in_the_handshake_sends_nothing(certificates: Certificates) -> None:
    def script(moment: Moment) -> str | None:
        if moment.phase == "starttls":
            raise Drop
        return with_tls()(moment)

    with Relay(script, tls=certificates.server) as relay:
        with SmtpTransport(relay.address(TlsMode.STARTTLS), RULES, trust=certificates.trust) as transport:
            transport.start([outgoing(1)])
            (outcome,) = all_of(transport, 1)

    assert (type(outcome), outcome.reply.phase) == (Deferred, Phase.TLS)


def test_opportunistic_tls_does_without_when_refused() -> None:
    def script(moment: Moment) -> str | None:
        return "454 4.7.0 not now" if moment.phase == "starttls" else with_tls()(moment)

    with Relay(script) as relay, SmtpTransport(relay.address(TlsMode.OPPORTUNISTIC), RULES) as transport:
        transport.start([outgoing(1)])
        assert sent(all_of(transport, 1))


def logging_in(methods: str, dialogue: dict[str, str]) -> Script:
    """A relay that offers `methods`, and answers the lines in `dialogue`."""

    def script(moment: Moment) -> str | None:
        if moment.phase == "ehlo":
            return f"250-faulty\r\n250 AUTH {methods}"
        return None if moment.phase == "connect" else dialogue.get(moment.line)

    return script


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("methods", "auth", "dialogue"),
    [
        ("PLAIN LOGIN", "", {"AUTH PLAIN " + b64("\0åda\0s3cret"): "235 2.7.0 in"}),
        (
            "LOGIN",
            "",
            {"AUTH LOGIN": "334 VXNlcm5hbWU6", b64("åda"): "334 UGFzc3dvcmQ6", b64("s3cret"): "235 2.7.0 in"},
        ),
        (
            "PLAIN XOAUTH2",
            "xoauth2",
            {"AUTH XOAUTH2 " + b64("user=åda\1auth=Bearer s3cret\1\1"): "235 2.7.0 in"},
        ),
    ],
    ids=["plain", "login", "xoauth2"],
)
def test_it_logs_in_as_the_relay_offers(methods: str, auth: str, dialogue: dict[str, str]) -> None:
    def script(moment: Moment) -> str | None:
        known = logging_in(methods, dialogue)(moment)
        strange = moment.phase not in ("connect", "ehlo", "quit") and known is None
        return "500 5.5.2 what?" if strange else known

    with Relay(script) as relay:
        address = relay.address(TlsMode.OPPORTUNISTIC, user="åda", password="s3cret", auth=auth)
        with SmtpTransport(address, RULES) as transport:
            assert transport.check() == Offers(auth=tuple(methods.split()))


@pytest.mark.parametrize("tls", [TlsMode.STARTTLS, TlsMode.IMPLICIT])
def test_it_logs_in_under_tls_and_then_sends(tls: TlsMode, certificates: Certificates) -> None:
    offered = "250-faulty\r\n250-PIPELINING\r\n250 AUTH PLAIN"

    def script(moment: Moment) -> str | None:
        first = tls is TlsMode.STARTTLS and moment.count == 0
        return (offered, "250-faulty\r\n250 STARTTLS")[first] if moment.phase == "ehlo" else None

    relay = Relay(script, tls=certificates.server, implicit_tls=tls is TlsMode.IMPLICIT)
    with relay:
        address = relay.address(tls, user="ada", password="s3cret")
        with SmtpTransport(address, ALONE, trust=certificates.trust) as transport:
            transport.start([outgoing(number) for number in range(3)])
            assert sent(all_of(transport, 3))

    login = "AUTH PLAIN " + b64("\0ada\0s3cret")
    before = ["EHLO [127.0.0.1]", "STARTTLS"] if tls is TlsMode.STARTTLS else []
    assert relay.heard[: len(before) + 2] == [*before, "EHLO [127.0.0.1]", login]


@pytest.mark.parametrize(
    ("methods", "auth", "dialogue", "why"),
    [
        ("PLAIN", "", {"AUTH PLAIN " + b64("\0ada\0s3cret"): "535 5.7.8 wrong"}, "535 5.7.8 wrong"),
        ("PLAIN", "login", {}, "offers plain"),
        ("CRAM-MD5", "", {}, "offers cram-md5"),
        (
            "XOAUTH2",
            "xoauth2",
            {"AUTH XOAUTH2 " + b64("user=ada\1auth=Bearer s3cret\1\1"): "334 eyJ9", "": "535 5.7.8 expired"},
            "535 5.7.8 expired",
        ),
    ],
)
def test_a_login_that_fails_is_told_without_the_password(
    methods: str, auth: str, dialogue: dict[str, str], why: str
) -> None:
    with Relay(logging_in(methods, dialogue)) as relay:
        address = relay.address(TlsMode.OPPORTUNISTIC, user="ada", password="s3cret", auth=auth)
        with SmtpTransport(address, RULES) as transport:
            with pytest.raises(RelayUnusable, match=rf"main: cannot be used \(auth\): .*{why}") as failure:
                transport.check()
            transport.start([outgoing(1)])
            (outcome,) = all_of(transport, 1)

    assert (type(outcome), outcome.reply.phase) == (Deferred, Phase.AUTH)
    assert "s3cret" not in str(failure.value) + str(outcome)
    assert b64("s3cret") not in str(failure.value) + str(outcome)


def test_a_relay_that_is_fine_says_what_it_offers() -> None:
    with Relay() as relay, SmtpTransport(relay.address(), RULES) as transport:
        offers = transport.check()
        transport.start([outgoing(1)])
        assert sent(all_of(transport, 1))

    assert offers == Offers(pipelining=True, size=50_000_000, dsn=True, eight_bit=True)
    assert relay.accepted


def test_a_name_without_an_address_is_told() -> None:
    with Relay() as relay:
        address = relay.address(host="nowhere" * 10)  # too long for a name, so nobody is asked about it
    with SmtpTransport(address, RULES) as transport:
        transport.start([outgoing(1)])
        (outcome,) = all_of(transport, 1)
        with pytest.raises(RelayUnusable, match="nowhere"):
            transport.check()

    assert (type(outcome), outcome.reply.phase) == (Deferred, Phase.CONNECT)


def test_connections_without_work_are_closed_politely() -> None:
    with Relay() as relay:
        with SmtpTransport(
            relay.address(), RULES, patience=Patience(idle=timedelta(milliseconds=50))
        ) as transport:
            transport.start([outgoing(1)])
            assert sent(all_of(transport, 1))
            while "QUIT" not in relay.heard:
                assert transport.finished(timedelta(milliseconds=20)) == []
            transport.start([outgoing(2)])
            assert sent(all_of(transport, 1))


def test_a_closed_transport_takes_nothing() -> None:
    with Relay() as relay:
        transport = SmtpTransport(relay.address(), RULES)
        assert transport.close() == []

        with pytest.raises(ValueError, match="closed"):
            transport.start([outgoing(1)])


def logins(relay: Relay) -> int:
    return len([line for line in relay.heard if line.startswith("EHLO")])


def test_the_number_of_connections_can_be_lowered_while_mail_is_under_way() -> None:
    """The surplus connections end after the message they are at, and nothing is lost."""
    at_once: list[int] = []

    def script(moment: Moment) -> None:
        if moment.phase == "dot":
            at_once.append(len(relay._open))

    mails = [outgoing(number) for number in range(60)]
    relay = Relay(script)
    with relay, SmtpTransport(relay.address(), RULES) as transport:
        transport.start(mails[:20])
        outcomes = all_of(transport, 20)
        assert len(relay._open) == 3
        transport.allow(1)
        transport.start(mails[20:])
        outcomes += all_of(transport, 40)

    assert sent(outcomes)
    assert len(relay.accepted) == len(set(relay.recipients)) == 60
    assert set(at_once[-30:]) == {1}
    assert logins(relay) == 3


def test_the_number_of_connections_can_be_raised_again_and_never_above_the_rules() -> None:
    mails = [outgoing(number) for number in range(90)]
    with Relay() as relay, SmtpTransport(relay.address(), RULES) as transport:
        transport.allow(1)
        transport.start(mails[:30])
        outcomes = all_of(transport, 30)
        one = logins(relay)
        transport.allow(99)
        transport.start(mails[30:])
        outcomes += all_of(transport, 60)

    assert sent(outcomes)
    assert (one, logins(relay)) == (1, 3)


def test_a_transport_can_be_waited_for_together_with_others() -> None:
    with Relay() as relay, SmtpTransport(relay.address(), ALONE) as transport:
        transport.start([outgoing(1)])
        outcomes: list[Outcome] = []
        while not outcomes:
            assert select.select([transport], [], [], 60)[0] == [transport]
            outcomes = transport.finished(timedelta(0))

    assert sent(outcomes)
