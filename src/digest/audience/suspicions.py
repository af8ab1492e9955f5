"""What makes an address worth a second look: role accounts, throw-away domains, slips of the finger.

These are warnings, never refusals: a newsroom may know better. Only `NEVER` is refused, since
mail to such an address reaches people whose work is to complain about it.
"""

import unicodedata
from enum import StrEnum


class Suspicion(StrEnum):
    """Why an address should be looked at."""

    ROLE = "role"  #: several people read it, and one of them did not ask
    DISPOSABLE = "disposable"  #: gone tomorrow
    MISTYPED = "mistyped"  #: one letter away from a large provider
    MIXED_SCRIPTS = "mixed scripts"  #: Latin letters beside Cyrillic or Greek ones that look the same
    NEEDS_SMTPUTF8 = "needs smtputf8"  #: not every relay can carry it (RFC 6531)


#: RFC 2142 names of those who handle complaints; a newsletter has no business there.
NEVER = frozenset(("abuse", "postmaster", "mailer-daemon", "spam", "hostmaster"))


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ROLES = _words(
    "admin administrator all billing bounce bounces contact desk devnull editor everyone feedback ftp "
    "hello help helpdesk hr info invoice it jobs kontakt list mail mailing marketing news newsletter "
    "no-reply noc noreply nobody office orders owner privacy redaktion root sales security service "
    "staff subscribe support sysadmin team test unsubscribe usenet uucp webmaster www"
)

#: The best known throw-away mailboxes; short on purpose: thousands come and go, and this is a hint.
_DISPOSABLE = _words(
    "10minutemail.com 20minutemail.com 33mail.com burnermail.io discard.email discardmail.com "
    "dispostable.com dropmail.me emailondeck.com fakeinbox.com getairmail.com getnada.com grr.la "
    "guerrillamail.biz guerrillamail.com guerrillamail.de guerrillamail.info guerrillamail.net "
    "guerrillamail.org guerrillamailblock.com harakirimail.com inboxkitten.com incognitomail.org "
    "jetable.org mailcatch.com maildrop.cc mailinator.com mailinator.net mailnesia.com mailnull.com "
    "mintemail.com moakt.com mohmal.com mytemp.email mytrashmail.com sharklasers.com spam4.me "
    "spambog.com spambox.us spamgourmet.com spamex.com temp-mail.io temp-mail.org tempail.com "
    "tempinbox.com tempmail.com tempmailaddress.com tempr.email throwam.com throwawaymail.com trash- "
    "mail.com trashmail.com trashmail.de trashmail.net wegwerfmail.de yopmail.com yopmail.fr "
    "yopmail.net"
)

_SLIPS = {
    "gmial.com": "gmail.com", "gmai.com": "gmail.com", "gmail.co": "gmail.com", "gmail.con": "gmail.com",
    "gmal.com": "gmail.com", "gmaill.com": "gmail.com", "gnail.com": "gmail.com", "gamil.com": "gmail.com",
    "hotmial.com": "hotmail.com", "hotmal.com": "hotmail.com", "hotmai.com": "hotmail.com",
    "hotmail.con": "hotmail.com", "outlok.com": "outlook.com", "outlook.con": "outlook.com",
    "yaho.com": "yahoo.com", "yahooo.com": "yahoo.com", "yahoo.con": "yahoo.com", "iclod.com": "icloud.com",
    "icloud.con": "icloud.com",
}  # fmt: skip

_ALIKE = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN")


def meant(domain: str) -> str:
    """Return the domain that `domain` is probably a slip for; empty when it looks right."""
    return _SLIPS.get(domain, "")


def suspicions(local: str, domain: str) -> tuple[Suspicion, ...]:
    """Return what is suspicious about an address of ASCII letters, in lower case."""
    if local not in _ROLES and domain not in _DISPOSABLE and domain not in _SLIPS:
        return ()
    found = []
    if local in _ROLES:
        found.append(Suspicion.ROLE)
    if domain in _DISPOSABLE:
        found.append(Suspicion.DISPOSABLE)
    if domain in _SLIPS:
        found.append(Suspicion.MISTYPED)
    return tuple(found)


def mixes_scripts(text: str) -> bool:
    """Whether one word of `text` mixes alphabets whose letters look alike (UTS #39)."""
    for word in text.replace("@", ".").replace("-", ".").split("."):
        names = {unicodedata.name(letter, "").split(" ", 1)[0] for letter in word if letter.isalpha()}
        if len(names.intersection(_ALIKE)) > 1:
            return True
    return False
