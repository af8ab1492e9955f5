"""What the columns of a list are called, by the programs and people that write such lists."""

from collections.abc import Sequence
from enum import StrEnum

from digest.model.mail import READER_SLOTS
from digest.model.text import fold


class Field(StrEnum):
    """What a column says about a subscriber."""

    EMAIL = "email"
    NAME = "name"
    FIRST_NAME = "first name"
    LAST_NAME = "last name"
    LANGUAGE = "language"
    TIMEZONE = "timezone"
    TOPICS = "topics"
    DIGESTS = "digests"
    UNCONFIRMED = "unconfirmed"  #: digests that they were asked about, and did not answer
    UNSUBSCRIBED_FROM = "unsubscribed from"  #: digests that they left
    CONSENT_AT = "consent_at"
    CONSENT_SOURCE = "consent_source"
    CONSENT_WORDING = "consent_wording"
    JOINED = "joined"
    STATUS = "status"
    WANTS_MAIL = "wants mail"  #: yes or no; no lowers
    LEFT = "left"  #: yes, or the time of leaving; lowers
    CLEANED = "cleaned"  #: the time of the bounce that took them off
    ATTRIBUTES = "attributes"  #: a JSON object
    ATTRIBUTE = "attribute"  #: any other column: kept under its own name
    LEFT_OUT = "left out"  #: technical or intrusive: not kept


_NAMES: dict[Field, str] = {
    Field.EMAIL: "email, e mail, email address, emailaddress, e mail address, mail, mail address, "
    "address, adresse email, adresse e mail, courriel, correo, correo electronico, e "
    "post, epost, e postadress, epostadress, e mail adresse, email adresse, "
    "emailadresse, mailadresse, indirizzo email, endereco de email, dia chi email, thu "
    "dien tu, адрес электронной почты, почта, البريد الإلكتروني, 电子邮件, 邮箱, メールアドレス, 이메일",
    Field.NAME: "name, full name, fullname, display name, subscriber name, namn, nom complet, "
    "nombre completo, ho ten, ho va ten, имя, الاسم, 姓名, 名字, 이름",
    Field.FIRST_NAME: "first name, firstname, fname, given name, forename, vorname, prenom, nombre, "
    "fornamn, voornaam, nome",
    Field.LAST_NAME: "last name, lastname, lname, surname, family name, nachname, nom, apellido, "
    "apellidos, efternamn, achternaam, cognome, sobrenome",
    Field.LANGUAGE: "language, lang, locale, preferred language, sprache, sprak, langue, idioma, "
    "lingua, taal, ngon ngu, язык, اللغة, 语言",
    Field.TIMEZONE: "timezone, time zone, tz, zeitzone, tidszon, fuseau horaire, zona horaria, mui gio",
    Field.TOPICS: "topics, topic, tags, tag, labels, interests, newsletter, newsletters, list, lists, "
    "themen, amnen, sujets, temas, chu de",
    Field.DIGESTS: "digests, digest",
    Field.UNCONFIRMED: "unconfirmed",
    Field.UNSUBSCRIBED_FROM: "unsubscribed from",
    Field.CONSENT_AT: "consent at, consent date, consented at, consent time",
    Field.CONSENT_SOURCE: "consent source, consent from, consent origin",
    Field.CONSENT_WORDING: "consent wording, consent text",
    Field.JOINED: "joined, joined at, created at, subscribed at, subscribed on, signup date, sign up "
    "date, optin time, start date, date added, subscription date",
    Field.STATUS: "status, subscription status, subscriber status, state, email status",
    Field.WANTS_MAIL: "subscribed to emails, subscribed, receives email",
    Field.LEFT: "unsubscribed, unsubscribed at, unsub time, opted out, opt out, optout, email "
    "disabled, unsubscribe date",
    Field.CLEANED: "clean time, bounced, bounced at",
    Field.ATTRIBUTES: "attributes, attribs, custom fields",
    Field.LEFT_OUT: "leid, euid, uuid, id, latitude, longitude, gmtoff, dstoff, cc, region, optin ip, "
    "confirm ip, confirm time, last changed, member rating, unsub campaign title, unsub "
    "campaign id, clean campaign title, clean campaign id, stripe customer id, updated "
    "at, deleted at, complimentary plan, ip, ip address, first payment at, subscriber "
    "id, password",
}  # fmt: skip


def _key(heading: str) -> str:
    """Return what two spellings of a heading share: no case, no accents, words only."""
    return " ".join("".join(c if c.isalnum() else " " for c in fold(heading)).split())


_FIELDS = {_key(name): field for field, names in _NAMES.items() for name in names.split(",")}


def fields_of(headings: Sequence[str]) -> list[Field]:
    """Return what each column is; the first column of a kind counts, a second one becomes an attribute."""
    found: list[Field] = []
    for heading in headings:
        field = _FIELDS.get(_key(heading), Field.ATTRIBUTE)
        many = (Field.ATTRIBUTE, Field.LEFT_OUT)
        found.append(Field.ATTRIBUTE if field in found and field not in many else field)
    return found


def attribute_name(heading: str, position: int, taken: Sequence[str]) -> str:
    """Return a name for an attribute that a template's slot can use: `home_town`; unique among `taken`.

    Never the name of a slot that the product itself fills: no file may replace a reader's links.

    Args:
        position: the column's number, from 1, for a heading without letters.
    """
    letters = "".join(c if c.isascii() and c.isalnum() else "_" for c in fold(heading).lower())
    name = "_".join(filter(None, letters.split("_")))[:40] or f"column_{position}"
    name = f"column_{name}" if not name[0].isalpha() else name
    again, number = name, 2
    while again in taken or again in READER_SLOTS:
        again, number = f"{name}_{number}", number + 1
    return again
