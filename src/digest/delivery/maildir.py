"""Delivers into a maildir, which mail programs open: `mutt -f outbox`.

The same message lands on the same file, so sending again changes nothing.
"""

import hashlib
import os
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from digest.model.delivery import Deferred, Outcome, Outgoing, Phase, Reply, Sent, Transport


class MaildirTransport:
    """Writes each message to `folder/new`, whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._done: list[Outcome] = []

    def start(self, batch: Sequence[Outgoing]) -> None:
        """Write `batch`; a message that could not be written is deferred."""
        for mail in batch:
            try:
                name = self._write(mail)
            except OSError as error:
                why = error.strerror or str(error)
                answer = Reply(code=452, enhanced="4.3.1", text=f"{self._folder}: {why}", phase=Phase.BODY)
                self._done.append(Deferred(position=mail.position, reply=answer))
            else:
                answer = Reply(code=250, enhanced="2.0.0", text=f"written to {name}")
                self._done.append(Sent(position=mail.position, reply=answer))

    def finished(self, wait: timedelta) -> list[Outcome]:
        """Return what was written since the last call; it never has to wait."""
        done, self._done = self._done, []
        return done

    def allow(self, connections: int) -> None:
        """Change nothing: there are no connections."""

    def close(self, wait: timedelta = timedelta(seconds=10)) -> list[Outcome]:
        """Return what was still to be told."""
        return self.finished(wait)

    def _write(self, mail: Outgoing) -> str:
        name = f"{hashlib.sha256(mail.rcpt_to.encode() + bytes(1) + mail.wire).hexdigest()[:24]}.digest"
        waiting, new = self._folder / "tmp" / name, self._folder / "new" / name
        for part in ("tmp", "new", "cur"):
            (self._folder / part).mkdir(parents=True, exist_ok=True)
        trace = f"Return-Path: <{mail.mail_from}>\nDelivered-To: {mail.rcpt_to}\n".encode()
        with waiting.open("wb") as file:
            file.write(
                trace + plain(mail.wire).replace(b"\r\n", b"\n")
            )  # maildirs keep this system's line ends
            file.flush()
            os.fsync(file.fileno())
        waiting.replace(new)
        return name


def plain(wire: bytes) -> bytes:
    """Return a message without its dot-stuffing (RFC 5321, 4.5.2)."""
    return (wire[1:] if wire.startswith(b"..") else wire).replace(b"\r\n..", b"\r\n.")


_: type[Transport] = MaildirTransport
