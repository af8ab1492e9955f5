"""What the relay is told about a message before it gets it: MAIL, RCPT and their parameters."""

import re
from dataclasses import dataclass

import idna

from digest.model.delivery import Outgoing, Phase, Reply

_PLAIN = re.compile(r"[!-;=?-~]*")  # printable ASCII, no blank, no angle bracket
_XTEXT = re.compile(r"[!-*,-<>-~]*")
#: Sender, recipient and envelope id that can stand as they are: nearly all.
_EASY = re.compile(r"[!-;=?-~]*\n[!-*,-;?-~]+\n[!-*,-;?-~]*")
_UNSAFE = re.compile(r"[\x00-\x20\x7f-\x9f<>\u2028\u2029\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """What a relay said it can do (RFC 5321, 4.1.1.1)."""

    pipelining: bool = False  #: RFC 2920
    size: int | None = None  #: RFC 1870; 0: no limit told; None: not offered
    eight_bit: bool = False  #: RFC 6152
    smtputf8: bool = False  #: RFC 6531
    dsn: bool = False  #: RFC 3461
    starttls: bool = False  #: RFC 3207
    auth: tuple[str, ...] = ()  #: RFC 4954, upper case

    def __str__(self) -> str:
        """Return it in words, for a person."""
        told = {
            "PIPELINING": self.pipelining,
            "8BITMIME": self.eight_bit,
            "SMTPUTF8": self.smtputf8,
            "DSN": self.dsn,
            "STARTTLS": self.starttls,
            f"AUTH {' '.join(self.auth)}": bool(self.auth),
            f"SIZE {self.size or ''}".strip(): self.size is not None,
        }
        return ", ".join(word for word, offered in told.items() if offered) or "nothing beyond plain SMTP"

    @staticmethod
    def read(lines: list[str]) -> "Offers":
        """Return what the lines of an EHLO reply offer, the greeting's line left out."""
        words = [line.upper().split() for line in lines if line.strip()]
        offered = {each[0]: each[1:] for each in words}
        size = offered.get("SIZE")
        old = [each[0].partition("=")[2] for each in words if each[0].startswith("AUTH=")]  # before RFC 4954
        return Offers(
            pipelining="PIPELINING" in offered,
            size=None if size is None else int(size[0]) if size and size[0].isdigit() else 0,
            eight_bit="8BITMIME" in offered,
            smtputf8="SMTPUTF8" in offered,
            dsn="DSN" in offered,
            starttls="STARTTLS" in offered,
            auth=tuple(dict.fromkeys([*offered.get("AUTH", ()), *filter(None, old)])),
        )


def commands(mail: Outgoing, offers: Offers) -> tuple[bytes, bytes] | Reply:
    """Return the MAIL and RCPT commands, or why this relay cannot be given this message."""
    sender, recipient, wire = mail.mail_from, mail.rcpt_to, mail.wire
    fits = offers.eight_bit and (offers.size == 0 or len(wire) <= (offers.size or 0))
    if fits and _EASY.fullmatch(f"{sender}\n{recipient}\n{mail.envid}"):
        if not (offers.dsn and mail.envid):
            return (
                f"MAIL FROM:<{sender}> SIZE={len(wire)}\r\n".encode(),
                f"RCPT TO:<{recipient}>\r\n".encode(),
            )
        return (
            f"MAIL FROM:<{sender}> SIZE={len(wire)} RET=HDRS ENVID={mail.envid}\r\n".encode(),
            f"RCPT TO:<{recipient}> NOTIFY=FAILURE,DELAY ORCPT=rfc822;{recipient}\r\n".encode(),
        )
    return _commands(mail, offers)


def _commands(mail: Outgoing, offers: Offers) -> tuple[bytes, bytes] | Reply:
    """Do the same for every address and every relay."""
    sender, recipient, wire = mail.mail_from, mail.rcpt_to, mail.wire
    if not _PLAIN.fullmatch(sender + recipient):
        if _UNSAFE.search(sender + recipient):
            return _refusal("5.1.3", "an address with characters that cannot be in an envelope")
        sender, recipient = _with_a_labels(sender), _with_a_labels(recipient)
    parameters = notify = ""
    if offers.size is not None:
        if 0 < offers.size < len(wire):
            return _refusal("5.3.4", f"{len(wire)} bytes; the relay takes at most {offers.size}")
        parameters = f" SIZE={len(wire)}"
    if not (sender.isascii() and recipient.isascii()):
        if not offers.smtputf8:
            return _refusal("5.6.7", "this address needs SMTPUTF8, which the relay does not offer")
        parameters += " BODY=8BITMIME SMTPUTF8"
    elif not offers.eight_bit and not wire.isascii():  # what we compile is 7-bit; a foreign file may not be
        return _refusal("5.6.3", "the message is 8-bit, which the relay does not offer to take")
    if offers.dsn and mail.envid:
        parameters += f" RET=HDRS ENVID={xtext(mail.envid)}"
        notify = f" NOTIFY=FAILURE,DELAY ORCPT={_original(recipient)}"
    return (
        f"MAIL FROM:<{sender}>{parameters}\r\n".encode(),
        f"RCPT TO:<{recipient}>{notify}\r\n".encode(),
    )


def xtext(text: str) -> str:
    """Return `text` with everything but harmless printable characters as `+XX` (RFC 3461, 4)."""
    if _XTEXT.fullmatch(text):
        return text
    return "".join(
        chr(byte) if 33 <= byte <= 126 and byte not in b"+=" else f"+{byte:02X}"
        for byte in text.encode("utf-8", "replace")
    )


def _original(recipient: str) -> str:
    if recipient.isascii():
        return f"rfc822;{xtext(recipient)}"
    escaped = "".join(c if c.isascii() else f"\\x{{{ord(c):X}}}" for c in recipient)  # RFC 6533, 3
    return f"utf-8;{xtext(escaped)}"


def _with_a_labels(address: str) -> str:
    """Return `address` with its domain in A-labels; unchanged where that is impossible."""
    local, at, domain = address.rpartition("@")
    if domain.isascii():
        return address
    try:
        return f"{local}{at}{idna.encode(domain, uts46=True).decode('ascii')}"
    except idna.IDNAError:
        return address


def _refusal(enhanced: str, text: str) -> Reply:
    return Reply(code=0, enhanced=enhanced, text=text, phase=Phase.MAIL)
