"""A delivery: one edition or letter to one subscriber, and what the relay said of it.

An outcome is a value, never an exception. `Unknown` is the only honest answer when the
connection was cut after the message's last dot and before the relay's reply (RFC 1047).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol


class Phase(StrEnum):
    """How far the dialogue with the relay had come (RFC 5321, 4.1)."""

    CONNECT = "connect"
    TLS = "tls"
    EHLO = "ehlo"
    AUTH = "auth"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    BODY = "body"  #: the dot was not yet handed over
    DOT = "dot"  #: the dot is out, its reply is not in


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a relay answered."""

    code: int  #: 250; 0 when there was no answer
    enhanced: str = ""  #: `2.0.0` (RFC 3463), empty when the relay gave none
    text: str = ""  #: without codes, lines joined by a blank
    phase: Phase = Phase.DOT

    def __str__(self) -> str:
        return " ".join(filter(None, (str(self.code) if self.code else "", self.enhanced, self.text)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The relay said 250: it is responsible now. Never tried again."""

    position: int
    reply: Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Deferred:
    """Surely not sent; worth another try later."""

    position: int
    reply: Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Surely not sent, and not worth another try. Never tried again."""

    position: int
    reply: Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """Cut off after the last dot and before the answer: may or may not have been accepted."""

    position: int
    reply: Reply


Outcome = Sent | Deferred | Refused | Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One message on its way: the envelope, and the wire bytes, dot-stuffed, without the last dot."""

    position: int
    mail_from: str  #: empty for the null return path
    rcpt_to: str
    wire: bytes
    envid: str = ""  #: RFC 3461; used when the relay offers DSN


class Transport(Protocol):
    """Hands messages to the next hop, a batch at a time; outcomes come back as they arrive.

    Positions are the caller's; every message started comes back exactly once. `close`
    ends what is in flight: outcomes still owed are returned by the last `finished`.
    """

    def start(self, batch: Sequence[Outgoing]) -> None:
        """Begin to send `batch`; return at once."""

    def finished(self, wait: timedelta) -> list[Outcome]:
        """Return what was settled since the last call, waiting at most `wait` for the first."""

    def allow(self, connections: int) -> None:
        """Use at most so many connections from now on; what is under way on the others is finished."""

    def close(self, wait: timedelta = timedelta(seconds=10)) -> list[Outcome]:
        """End the dialogue politely within `wait`; return what was still to be told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """What a lane does that was told to slow down: nothing until then, and little at first after it."""

    until: datetime
    length: timedelta  #: of this rest; the next one is longer when it comes too soon
    cause: str  #: for people


class RelayKind(StrEnum):
    """Where mail goes."""

    SMTP = "smtp"
    MAILDIR = "maildir"
    LOCAL = "local"  #: the embedded inbox


class TlsMode(StrEnum):
    """How a connection to a relay is encrypted."""

    IMPLICIT = "implicit"  #: smtps://
    STARTTLS = "starttls"  #: required; the default for port 587
    OPPORTUNISTIC = "opportunistic"  #: when offered
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayAddress:
    """Where a relay is and how to log in; from the environment, never from `schedule.yaml`."""

    name: str
    kind: RelayKind = RelayKind.LOCAL
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = field(default="", repr=False)
    auth: str = ""  #: plain, login or xoauth2; empty: the strongest that is offered
    tls: TlsMode = TlsMode.STARTTLS
    folder: str = ""  #: of a maildir

    def __str__(self) -> str:
        """Return it without the password."""
        return {"maildir": f"maildir:{self.folder}", "local": "local:"}.get(
            self.kind, f"smtp://{self.host}:{self.port}"
        )


class DeliveryState(StrEnum):
    """A delivery's state, as views say it; the ledger stores two bits and exceptions."""

    QUEUED = "queued"
    LEASED = "leased"
    SENT = "sent"
    DEFERRED = "deferred"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"
    MOVED = "moved"  #: re-enlisted: it stands in a newer chunk
