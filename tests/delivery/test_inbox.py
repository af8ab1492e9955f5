"""The embedded inbox keeps what it is sent, where people can find it again."""

import smtplib
import socket
from datetime import timedelta
from pathlib import Path

from delivery.mails import compiled, outgoing, reader
from delivery.waiting import all_of
from digest.delivery.inbox import Inbox, messages, read
from digest.delivery.smtp import SmtpTransport
from digest.model.delivery import Sent
from digest.model.digest import RelayRules


def test_mail_sent_through_it_lies_there_newest_first(tmp_path: Path) -> None:
    first, second = (compiled(subject=subject) for subject in ("Månday", "Tuesday"))

    with Inbox(tmp_path) as inbox, SmtpTransport(inbox.address, RelayRules(name="local")) as relay:
        for number, mail in enumerate((first, second)):
            relay.start([outgoing(number, mail.wire(reader()))])
            assert [type(outcome) for outcome in all_of(relay, 1)] == [Sent]

    newest, oldest = messages(tmp_path)
    assert (newest.subject, oldest.subject) == ("Tuesday", "Månday")
    assert oldest.mail_from == "bounces+t0k3n@mail.harbourpost.example"
    assert oldest.rcpt_to == ("reader0@lighthouse.example",)
    assert oldest.to == "Ada Sund <ada@lighthouse.example>"
    assert oldest.message_id == "morning.2026-11-23.7f3a@harbourpost.example"
    assert oldest.path.read_bytes().endswith(first.message(reader()))


def test_it_starts_when_its_port_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with Inbox(tmp_path, port=port) as inbox:
            assert inbox.address.port not in (0, port)
            with smtplib.SMTP("127.0.0.1", inbox.address.port) as client:
                assert client.noop()[0] == 250


def test_what_it_kept_survives_a_restart(tmp_path: Path) -> None:
    for number in range(2):
        with Inbox(tmp_path) as inbox, smtplib.SMTP("127.0.0.1", inbox.address.port) as client:
            client.sendmail("", ["a@b.example", "c@d.example"], f"Subject: {number}\r\n\r\n.dot\r\n")

    assert [mail.subject for mail in messages(tmp_path)] == ["1", "0"]
    kept = messages(tmp_path)[0]
    assert kept.rcpt_to == ("a@b.example", "c@d.example")
    assert kept.mail_from == ""
    assert kept.path.read_bytes().startswith(b"Return-Path: <>\r\n")
    assert kept.path.read_bytes().endswith(b"\r\n\r\n.dot\r\n")
    assert read(kept.path) == kept


def test_files_that_are_no_mail_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.eml").write_text("not ours")
    (tmp_path / ".20261123T061500000000-half.eml").write_text("half")

    assert messages(tmp_path) == []


def test_a_folder_that_cannot_be_written_defers_the_mail(tmp_path: Path) -> None:
    folder = tmp_path / "inbox"

    with Inbox(folder) as inbox, SmtpTransport(inbox.address, RelayRules(name="local")) as relay:
        folder.rmdir()
        relay.start([outgoing(1)])
        (outcome,) = all_of(relay, 1)

    assert outcome.reply.code == 452
    assert relay.close(timedelta(0)) == []
