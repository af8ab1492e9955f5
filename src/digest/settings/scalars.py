"""The single words of a schedule: zones, languages, countries, names, mail and web addresses.

Each function returns the value as the program uses it, or raises Unreadable with what to
write instead. Addresses are checked for their form only; whether they exist is `doctor`'s
question.
"""

import re
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from digest.settings.messages import Unreadable, did_you_mean

LOOPBACK = ("localhost", "127.0.0.1", "::1")

_ID = re.compile(r"[a-z0-9][a-z0-9-]*")
_LANGUAGE = re.compile(
    r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-(?:[A-Z]{2}|\d{3}))?(-(?:[a-z0-9]{5,8}|\d[a-z0-9]{3}))*"
    r"(-[a-wyz](?:-[a-z0-9]{2,8})+)*(-x(?:-[a-z0-9]{1,8})+)?"
)
_LANGUAGE_NAMES = {
    "english": "en", "swedish": "sv", "svenska": "sv", "french": "fr", "francais": "fr", "german": "de",
    "deutsch": "de", "spanish": "es", "espanol": "es", "arabic": "ar", "vietnamese": "vi", "chinese": "zh",
    "russian": "ru", "japanese": "ja", "norwegian": "nb", "danish": "da", "finnish": "fi", "dutch": "nl",
    "italian": "it", "portuguese": "pt", "polish": "pl", "ukrainian": "uk", "greek": "el", "korean": "ko",
    "cn": "zh", "jp": "ja", "dk": "da", "ua": "uk", "gr": "el", "cz": "cs", "vn": "vi",
}  # fmt: skip
#: ISO 3166-1 alpha-2, with XK (Kosovo), which calendars use though the standard does not list it.
COUNTRIES = frozenset(
    re.findall(
        r"\w+",
        """
        AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT
        BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH
        ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT
        HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS
        LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI
        NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG
        SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG
        UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW
        """,
    )
)
_COUNTRY_NAMES = {"UK": "GB", "EN": "GB", "USA": "US", "SWE": "SE", "GER": "DE", "DEU": "DE", "FRA": "FR"}
_MAILBOX = re.compile(
    r"\s*(?:(?P<name>\"(?:[^\"\\]|\\.)*\"|[^<>\"@]*?)\s*<(?P<angle>[^<>]*)>|(?P<bare>\S+))\s*"
)
_LOCAL = re.compile(r"[^\s@\"(),:;<>\[\\\].]+(?:\.[^\s@\"(),:;<>\[\\\].]+)*")
_LABEL = re.compile(r"(?!-)[^\W_](?:[\w-]*[^\W_])?", re.UNICODE)


def read_text(text: object) -> str:
    """Return text of one or more words; a number or a yes/no must stand in quotes."""
    if isinstance(text, bool) or not isinstance(text, str):
        shown = f': "{text}"' if isinstance(text, int | float) and not isinstance(text, bool) else ""
        raise Unreadable("write text here" + (f", in quotes{shown}" if shown else ""))
    if not text.strip():
        raise Unreadable("nothing is written here: write some text, or remove the key")
    return text.strip()


def read_id(text: object) -> str:
    """Return a name for commands and addresses: small letters, figures and hyphens."""
    word = read_text(text)
    if not _ID.fullmatch(word) or len(word) > 64:
        tidy = re.sub(r"[^a-z0-9]+", "-", word.lower()).strip("-")[:64]
        hint = f'; did you mean "{tidy}"?' if tidy else ""
        raise Unreadable(f'"{word}" cannot be a name: use a-z, 0-9 and hyphens, at most 64{hint}')
    return word


def read_ids(text: object) -> tuple[str, ...]:
    """Return one name, or a list of different ones."""
    names = tuple(read_id(each) for each in text) if isinstance(text, list) else (read_id(text),)
    if not names:
        raise Unreadable("the list is empty: write a name, or leave the key out")
    for number, name in enumerate(names):
        if name in names[:number]:
            raise Unreadable(f"{name} stands there twice")
    return names


def read_zone(text: object) -> ZoneInfo:
    """Return a time zone of the IANA database."""
    name = read_text(text)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        known = available_timezones()
        if not known:
            raise Unreadable("this machine has no time zone database: install tzdata") from error
        # `Stockholm` alone should find Europe/Stockholm.
        cities = {zone.rpartition("/")[2]: zone for zone in sorted(known)}
        near = did_you_mean(name, known) or did_you_mean(cities.get(_titled(name), name), known)
        raise Unreadable(
            f'"{name}" is not a time zone{near or ": write one like Europe/Stockholm"}'
        ) from error


def read_language(text: object) -> str:
    """Return a language tag in its usual spelling (RFC 5646): `en`, `pt-BR`, `zh-Hant`."""
    word = read_text(text)
    name = _LANGUAGE_NAMES.get(word.lower().replace("ç", "c").replace("ñ", "n"))
    tag = _spelled(word)
    if name or not _LANGUAGE.fullmatch(tag):
        near = f'; did you mean "{name}"?' if name else ': write a code such as "en", "sv" or "zh-Hant"'
        raise Unreadable(f'"{word}" is not a language code{near}')
    if tag != word:
        raise Unreadable(f'"{word}" is not how a language code is written; did you mean "{tag}"?')
    return tag


def read_country(text: object) -> str:
    """Return a country, or a part of one, whose holidays count: `SE`, `DE-BY` (ISO 3166)."""
    word = read_text(text)
    country = word.partition("-")[0]
    if country not in COUNTRIES:
        near = _COUNTRY_NAMES.get(word.upper()) or (word.upper() if word.upper() in COUNTRIES else None)
        hint = f'; did you mean "{near}"?' if near else ": write two capitals such as SE, or DE-BY"
        raise Unreadable(f'"{word}" is not a country code{hint}')
    return word


def read_mailbox(text: object) -> str:
    """Return `Name <address>` or an address, as it will stand in a header (RFC 5322, 3.4)."""
    written = read_text(text)
    match = _MAILBOX.fullmatch(written)
    if match is None or any(ord(character) < 32 for character in written):
        raise Unreadable(f'"{written}" is not a sender: write Name <name@example.org>')
    address = match["bare"] if match["angle"] is None else match["angle"]
    read_address(address)
    return written


def read_address(text: object) -> str:
    """Return a mail address (RFC 5321, 4.1.2; letters of any script, RFC 6531)."""
    address = read_text(text)
    local, at, domain = address.rpartition("@")
    if not at:
        raise Unreadable(f'"{address}" is not an address: there is no @ in it')
    if not domain:
        raise Unreadable(f'"{address}" is not an address: nothing stands behind the @')
    if not _LOCAL.fullmatch(local) or len(local.encode()) > 64:
        raise Unreadable(f'"{address}" is not an address: what stands before the @ cannot stand there')
    read_domain(domain)
    return address


def read_domain(text: object) -> str:
    """Return a domain name with at least two labels, or `localhost`."""
    domain = read_text(text)
    labels = domain.split(".")
    wrong = not all(_LABEL.fullmatch(label) and len(label) <= 63 for label in labels)
    if wrong or len(domain) > 253 or (len(labels) < 2 and domain != "localhost") or labels[-1].isdigit():
        raise Unreadable(f'"{domain}" is not a domain: write one like example.org')
    return domain


def read_web_address(text: object) -> str:
    """Return an http or https address without a slash at its end."""
    address = read_text(text)
    try:
        parts = urlsplit(address)
        host = parts.hostname
        _ = parts.port
    except ValueError as error:
        raise Unreadable(f'"{address}" is not a web address: {error}') from error
    if parts.scheme not in ("http", "https") or not host or re.search(r"\s", address):
        raise Unreadable(f'"{address}" is not a web address: write https://...')
    return address.rstrip("/")


def read_pages_address(text: object) -> str:
    """Return where readers reach our pages: https, or plain http on this machine only."""
    address = read_web_address(text)
    parts = urlsplit(address)
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise Unreadable("readers' links need https: write https:// and set up a certificate")
    if parts.query or parts.fragment:
        raise Unreadable("links are put behind this address: write it without ? and #")
    return address


def read_location(text: object) -> str:
    """Return an http or https address, or a path inside the newsroom's folder."""
    location = read_text(text)
    if "://" in location or location.startswith(("http:", "https:")):
        read_web_address(location)
        return location
    return location


def address_in(mailbox: str) -> str:
    """Return the bare address in `Name <address>`."""
    return mailbox.rpartition("<")[2].rstrip("> ") if "<" in mailbox else mailbox.strip()


def _titled(word: str) -> str:
    return word.strip().title().replace(" ", "_")


def _spelled(word: str) -> str:
    """Return a tag with the letter case of RFC 5646, 2.1.1."""
    out: list[str] = []
    for part in word.replace("_", "-").split("-"):
        single = any(len(before) == 1 for before in out)
        if not out or single:
            out.append(part.lower())
        elif len(part) == 4 and part.isalpha():
            out.append(part.title())
        else:
            out.append(part.upper() if len(part) == 2 else part.lower())
    return "-".join(out)
