"""Read an e-mail address as people write it, and say what it is to us.

Three spellings come of one address: `email`, as typed, for the To line; `key`, which two
spellings of the same mailbox share, for comparing; `envelope`, with the domain in A-labels,
for SMTP. Plus tags and dots are part of the address: they are only folded in `person`, which
serves limits and warnings and is never mailed.

Nearly every address in a list is plain ASCII and is settled by one regular expression
(about 1 µs); the rest goes to email-validator (about 200 µs).
"""

import re
import unicodedata
from dataclasses import dataclass

from digest.audience.provider import provider_of
from digest.audience.suspicions import NEVER, Suspicion, meant, mixes_scripts, suspicions
from digest.model.errors import AddressWrong

#: Longest address that SMTP carries (RFC 5321, 4.5.3.1.3: a path of 256 octets with its brackets).
MAX_ADDRESS = 254
#: Longest name that is kept.
MAX_NAME = 120

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_PLAIN = re.compile(rf"([A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*)@((?:{_LABEL}\.)+[A-Za-z]{{2,24}})")
#: Top-level names that never receive mail from outside (RFC 6761, RFC 7686).
_NOWHERE = ("arpa", "invalid", "local", "localhost", "onion", "test")
_NAMED = re.compile(r"(?P<name>[^<>]*)<(?P<address>[^<>]*)>")
#: Marks that spreadsheets and word processors leave around an address.
_AROUND = " \t\r\n\v\f\u00a0\u00ad\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202c\u2060\ufeff,;'\""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One mailbox, and the name that was written beside it."""

    email: str  #: as typed, in NFC
    key: str  #: local part in lower case, domain in A-labels
    envelope: str  #: what SMTP is told
    name: str = ""
    provider: str = "other"
    warnings: tuple[Suspicion, ...] = ()

    @property
    def person(self) -> str:
        """What the mailboxes of one person probably share: no tag, and no dots at Google."""
        local, _, domain = self.key.rpartition("@")
        local = local.partition("+")[0]
        if self.provider == "google":
            return f"{local.replace('.', '')}@gmail.com"
        return f"{local}@{domain}"


def normalise(text: str) -> Address:
    """Return the address in `text`: `ada@post.example`, `Ada <ada@post.example>`, `mailto:ada@post.example`.

    Raises:
        AddressWrong: it is no address that mail could be sent to; `why` says so in words.
    """
    text, name = text.strip(_AROUND), ""
    if text.endswith(">") and (found := _NAMED.fullmatch(text)):
        text, name = found["address"].strip(_AROUND), clean_name(found["name"])
    if text[:7].lower() == "mailto:":
        text = text[7:].partition("?")[0]
    match = _PLAIN.fullmatch(text)
    if match is None:
        return _other(text, name)
    typed, domain = match.groups()
    key, domain = text.lower(), domain.lower()
    if not _is_plain(typed, domain):
        return _other(text, name)
    local = key[: -len(domain) - 1]
    if local in NEVER:
        raise AddressWrong(text, f"newsletters have no business at {local}@")
    return Address(
        email=text,
        key=key,
        envelope=f"{typed}@{domain}",
        name=name,
        provider=provider_of(domain),
        warnings=suspicions(local, domain),
    )


def clean_name(text: str) -> str:
    """Return a name fit for one line of a header: no line ends, controls or direction marks, not too long.

    Source: UTS #36 (bidirectional overrides reorder what follows them).
    """
    if text.isascii() and text.isprintable():
        kept = text
    else:
        kept = "".join(
            " " if character.isspace() else character
            for character in unicodedata.normalize("NFC", text)
            if character.isspace() or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn")
        )
    return " ".join(kept.split())[:MAX_NAME].strip(" \"'")


def hint(address: Address) -> str:
    """Return a question for somebody who may have slipped: `did you mean ada@gmail.com?`; empty otherwise."""
    local, _, domain = address.key.rpartition("@")
    return f"did you mean {local}@{meant(domain)}?" if meant(domain) else ""


def _is_plain(local: str, domain: str) -> bool:
    """Whether the pattern alone may decide on a `domain` in lower case: nothing needs a closer look."""
    return (
        len(local) <= 64
        and len(local) + len(domain) < MAX_ADDRESS
        and "--" not in domain
        and domain.rpartition(".")[2] not in _NOWHERE
    )


def _other(text: str, name: str) -> Address:
    """Return the address in `text` by email-validator's judgement."""
    if not text:
        raise AddressWrong("(empty)", "there is no address")
    shown = clean_name(text[:80])
    if len(text) > 4 * MAX_ADDRESS:
        raise AddressWrong(shown, "too long")
    from email_validator import EmailNotValidError, validate_email  # few addresses come this way

    try:
        found = validate_email(text, check_deliverability=False, strict=True)
    except EmailNotValidError as error:
        raise AddressWrong(shown, _in_words(str(error))) from error
    local = found.local_part if found.ascii_email is None else found.ascii_email.rpartition("@")[0]
    domain = found.ascii_domain.lower()
    key = f"{unicodedata.normalize('NFC', local.casefold())}@{domain}"
    if local.lower() in NEVER:
        raise AddressWrong(shown, f"newsletters have no business at {local.lower()}@")
    warnings = list(suspicions(local.lower(), domain))
    if mixes_scripts(found.normalized):
        warnings.append(Suspicion.MIXED_SCRIPTS)
    if found.smtputf8 and not local.isascii():
        warnings.append(Suspicion.NEEDS_SMTPUTF8)
    return Address(
        email=found.normalized,
        key=key,
        envelope=f"{local}@{domain}",
        name=name,
        provider=provider_of(domain),
        warnings=tuple(warnings),
    )


def _in_words(message: str) -> str:
    """Return email-validator's sentence as the end of ours: lower case, no full stop."""
    message = message.strip().rstrip(".")
    return message[:1].lower() + message[1:]
