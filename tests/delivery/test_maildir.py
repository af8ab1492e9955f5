"""A maildir relay writes what a mail program can open."""

import mailbox
from datetime import timedelta
from pathlib import Path

from delivery.mails import compiled, outgoing, reader
from digest.delivery.maildir import MaildirTransport, plain
from digest.model.delivery import Deferred, Sent


def test_a_mail_is_read_back_by_the_standard_library(tmp_path: Path) -> None:
    transport = MaildirTransport(tmp_path / "out")

    transport.start([outgoing(3, compiled(subject="Mörgon").wire(reader()))])

    (outcome,) = transport.finished(timedelta(0))
    assert isinstance(outcome, Sent)
    assert outcome.position == 3
    (mail,) = mailbox.Maildir(tmp_path / "out", create=False)
    assert mail["Delivered-To"] == "reader3@lighthouse.example"
    assert mail["Message-ID"] == "<morning.2026-11-23.7f3a@harbourpost.example>"


def test_the_same_mail_lands_on_the_same_file(tmp_path: Path) -> None:
    transport = MaildirTransport(tmp_path)

    transport.start([outgoing(3), outgoing(3), outgoing(4)])

    assert len(transport.close()) == 3
    assert len(list((tmp_path / "new").iterdir())) == 2
    assert list((tmp_path / "tmp").iterdir()) == []


def test_a_folder_that_cannot_be_made_defers(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    transport = MaildirTransport(tmp_path / "file")

    transport.start([outgoing(1)])

    (outcome,) = transport.finished(timedelta(0))
    assert isinstance(outcome, Deferred)


def test_dots_are_taken_back() -> None:
    assert plain(b"..a\r\n..\r\n.b\r\n") == b".a\r\n.\r\n.b\r\n"
