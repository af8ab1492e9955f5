"""A real Postfix is the relay: it takes everything, and its report of a refusal carries our envelope id."""

import email
import email.policy
import re
import time
from collections import Counter
from email.message import EmailMessage
from pathlib import Path

import pytest

from delivery.faulty import Relay
from delivery.mails import compiled, outgoing, reader, slot
from delivery.postfix import postfix
from delivery.waiting import all_of
from digest.delivery.inbox import Inbox, messages
from digest.delivery.smtp import SmtpTransport
from digest.model.delivery import Sent
from digest.model.digest import RelayRules

pytestmark = [pytest.mark.postfix, pytest.mark.xdist_group("postfix")]

RULES = RelayRules(name="postfix", connections=10)
MESSAGES = 2_000


def test_postfix_takes_every_message_and_sends_it_on() -> None:
    mail = compiled(text=f"{slot('greeting')}\n" + "The ferry sails again tomorrow.\n" * 40)
    mails = [
        outgoing(number, mail.wire(reader(message_id=f"m{number}@harbourpost.example")))
        for number in range(MESSAGES)
    ]

    with postfix({}) as relay, SmtpTransport(relay.address, RULES) as transport:
        transport.start(mails)
        outcomes = all_of(transport, MESSAGES)
        statuses = relay.settled(MESSAGES)

    assert {type(outcome) for outcome in outcomes} == {Sent}
    assert Counter(statuses.values()) == {"sent": MESSAGES}
    assert {queue_id(outcome.reply.text) for outcome in outcomes} == statuses.keys()


def test_the_report_of_a_refused_recipient_carries_our_envelope_id(tmp_path: Path) -> None:
    refusing = Relay(lambda moment: "550 5.1.1 no such reader" if moment.phase == "rcpt" else None)
    mail = outgoing(
        1,
        compiled().wire(reader()),
        mail_from="bounces+d7-1-0123456789ab@mail.harbourpost.example",
        rcpt_to="nobody@gone.example",
        envid="d7-1+=0123456789ab",
    )

    with Inbox(tmp_path / "inbox") as inbox, refusing:
        routes = {
            "gone.example": refusing.address().port,
            "mail.harbourpost.example": inbox.address.port,
        }
        with postfix(routes) as relay, SmtpTransport(relay.address, RULES) as transport:
            transport.start([mail])
            (outcome,) = all_of(transport, 1)
            report = first_mail(tmp_path / "inbox")

    assert isinstance(outcome, Sent)
    assert report["Return-Path"] == "<>"
    assert report["Delivered-To"] == mail.mail_from
    assert report.get_content_type() == "multipart/report"
    (status,) = [part for part in report.walk() if part.get_content_type() == "message/delivery-status"]
    of_message, of_recipient = status.get_payload()
    assert of_message["Original-Envelope-Id"] == mail.envid
    assert of_recipient["Original-Recipient"] == "rfc822;nobody@gone.example"
    assert of_recipient["Action"] == "failed"
    assert of_recipient["Status"] == "5.1.1"


def first_mail(folder: Path) -> EmailMessage:
    """Return the first mail that comes into an inbox."""
    until = time.monotonic() + 120
    while not (found := messages(folder)):
        assert time.monotonic() < until, "no mail came"
        time.sleep(0.05)
    return email.message_from_bytes(found[0].path.read_bytes(), policy=email.policy.default)


def queue_id(text: str) -> str:
    found = re.search(r"queued as (\w+)", text)
    assert found is not None, text
    return found[1]
