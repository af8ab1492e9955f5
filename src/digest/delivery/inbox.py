"""The embedded inbox: an SMTP server on this machine that keeps what it is sent as files.

It takes mail for anybody and passes nothing on, so a newsroom sees what its readers would
see without an account anywhere. It listens for as long as something sends. A file is the
message as it came, with the envelope on top the way a mail server writes it down (RFC 5321, 4.4).
"""

import asyncio
import email
import email.policy
import errno
import os
import secrets
import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from types import TracebackType

from aiosmtpd.smtp import SMTP, Envelope, Session

from digest.model.delivery import RelayAddress, RelayKind, TlsMode
from digest.model.errors import RelayUnusable

#: Larger messages are refused: no digest comes near it.
MAX_BYTES = 32 * 1024 * 1024
_HEAD_BYTES = 64 * 1024
_STAMP = "%Y%m%dT%H%M%S%f"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMail:
    """A mail in the inbox, without its body."""

    path: Path
    mail_from: str  #: of the envelope; empty for a null return path
    rcpt_to: tuple[str, ...]
    sender: str  #: the From header
    to: str  #: the To header
    subject: str
    message_id: str
    received: datetime  #: aware, UTC


class Inbox:
    """A context manager that listens, and stores each mail as a file in `folder`.

    Args:
        port: 0 for any free one; when the one asked for is taken, another one is used.
    """

    def __init__(self, folder: Path, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self.folder, self._host, self._port = folder, host, port
        self._listening: socket.socket | None = None
        self._wake: Callable[[], object] = bool  #: ends the serving thread; nothing to end yet
        self._thread: threading.Thread | None = None

    @property
    def address(self) -> RelayAddress:
        """Return where it listens."""
        if self._listening is None:
            raise RelayUnusable("local: the inbox is not listening")
        port = self._listening.getsockname()[1]
        return RelayAddress(name="local", kind=RelayKind.LOCAL, host=self._host, port=port, tls=TlsMode.NONE)

    def __enter__(self) -> "Inbox":
        self.folder.mkdir(parents=True, exist_ok=True)
        listening = self._listening = _listen(self._host, self._port)
        serving = threading.Event()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._serve(listening, serving)), name="inbox", daemon=True
        )
        self._thread.start()
        serving.wait()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._wake()
        if self._thread is not None:
            self._thread.join()
        self._listening = self._thread = None

    async def _serve(self, listening: socket.socket, serving: threading.Event) -> None:
        loop, stop = asyncio.get_running_loop(), asyncio.Event()
        self._wake = lambda: loop.call_soon_threadsafe(stop.set)
        server = await loop.create_server(lambda: self._greet(loop), sock=listening)
        serving.set()
        await stop.wait()
        server.close()

    def _greet(self, loop: asyncio.AbstractEventLoop) -> SMTP:
        return SMTP(
            _Keeper(self.folder),
            data_size_limit=MAX_BYTES,
            enable_SMTPUTF8=True,
            hostname="localhost",
            ident="digest inbox",
            loop=loop,
        )


def _listen(host: str, port: int) -> socket.socket:
    """Return a listening socket on `port`, or on a free one when that is taken."""
    for attempt in dict.fromkeys((port, 0)):
        try:
            return socket.create_server((host, attempt))
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES) or attempt == 0:
                why = error.strerror or str(error)
                raise RelayUnusable(f"local: the inbox cannot listen: {why}") from error
    raise RelayUnusable("local: the inbox cannot listen: no port is free")


class _Keeper:
    """Answers for aiosmtpd: takes every recipient, keeps every message."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.original_content or b""
        sender = (envelope.mail_from or "").strip("<>")  # aiosmtpd tells the null return path as `<>`
        try:
            path = await asyncio.to_thread(store, self._folder, content, sender, envelope.rcpt_tos)
        except OSError as error:
            return f"452 4.3.1 cannot be stored: {error.strerror}"
        return f"250 2.0.0 kept as {path.name}"


def store(folder: Path, content: bytes, mail_from: str, rcpt_to: Sequence[str]) -> Path:
    """Write a mail to a file of its own, whole or not at all, and return where."""
    now = datetime.now(UTC)
    name = f"{now.strftime(_STAMP)}-{secrets.token_hex(4)}.eml"
    trace = [f"Return-Path: <{mail_from}>"]
    trace += [f"Delivered-To: {recipient}" for recipient in rcpt_to]
    trace.append(f"Received: by localhost (digest inbox) with ESMTP; {format_datetime(now)}")
    waiting = folder / f".{name}"
    with waiting.open("xb") as file:
        file.write("\r\n".join((*trace, "")).encode() + content)
        file.flush()
        os.fsync(file.fileno())
    waiting.replace(folder / name)
    return folder / name


def messages(
    folder: Path, *, most: int | None = None, before: str = "", holding: str = ""
) -> list[StoredMail]:
    """Return the mails kept in `folder`, newest first; files that are not mails are left out.

    Args:
        most: how many at most; the files of others are not opened, unless they are searched.
        before: only mails older than the one in the file of that name.
        holding: only mails with these words in sender, recipients or subject, case aside.
    """
    wanted = holding.casefold().strip()
    found: list[StoredMail] = []
    for name in names(folder):
        if before and name >= before:
            continue
        if most is not None and len(found) >= most:
            break
        mail = read(folder / name)
        told = " ".join((mail.sender, mail.to, *mail.rcpt_to, mail.subject)).casefold()
        if wanted in told:
            found.append(mail)
    return found


def names(folder: Path) -> list[str]:
    """Return the names of the mails' files, newest first."""
    return sorted((path.name for path in folder.glob("[0-9]*T*-*.eml")), reverse=True)


def remove_all(folder: Path) -> None:
    """Delete every mail in `folder`, and nothing else."""
    for name in names(folder):
        (folder / name).unlink(missing_ok=True)


def read(path: Path) -> StoredMail:
    """Return the envelope and the headers that tell mails apart."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES).partition(b"\r\n\r\n")[0]
    mail = email.message_from_bytes(head, policy=email.policy.default)
    when = datetime.strptime(path.name.partition("-")[0], _STAMP).replace(tzinfo=UTC)
    return StoredMail(
        path=path,
        mail_from=str(mail.get("Return-Path", "")).strip("<>"),
        rcpt_to=tuple(str(each) for each in mail.get_all("Delivered-To", ())),
        sender=str(mail.get("From", "")),
        to=str(mail.get("To", "")),
        subject=str(mail.get("Subject", "")),
        message_id=str(mail.get("Message-ID", "")).strip("<>"),
        received=when,
    )
