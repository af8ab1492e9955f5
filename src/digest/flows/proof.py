"""Proofs: an edition filled in for somebody, to look at. Nothing here is sent.

The words are the edition's own; only the slots are filled, with the values that a reader
would get. A proof's links are signed for nobody (subscriber 0), so they change nothing.
"""

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from pathlib import Path

from digest.delivery.compile import compile_mail
from digest.flows.compose import Draft
from digest.flows.outfit import letterbox, letterhead
from digest.flows.pictures import STORED_NAME
from digest.flows.sending.means import Heading, Place
from digest.flows.written import edition_json
from digest.model.classes import EVERYBODY
from digest.model.digest import Digest, Newsroom
from digest.model.mail import READER_SLOTS, Addressed, Rendering
from digest.model.subscriber import Subscriber
from digest.render.slots import fill


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """An edition as one reader gets it."""

    subject: str
    html: str
    text: str
    message: bytes  #: the whole mail, as it would arrive


def persona(newsroom: Newsroom, digest: Digest) -> Subscriber:
    """Return the reader that proofs are made for: the digest's own sender, who is nobody's subscriber."""
    address = parseaddr(letterhead(newsroom, digest).sender)[1]
    return Subscriber(email=address, key=address, envelope=address, language=digest.language)


def proof(
    rendering: Rendering,
    *,
    newsroom: Newsroom,
    digest: Digest,
    edition: str,
    key: bytes,
    now: datetime,
    reader: Subscriber | None = None,
    variant: str = EVERYBODY,
) -> Proof:
    """Return `rendering`, the words of `variant`, filled in for `reader`, by default for nobody."""
    addressed = _addressed(newsroom, digest, edition, key, reader, variant)
    values = _filled(rendering, addressed)
    return Proof(
        subject=fill(rendering.subject, rendering.nonce, values, html=False),
        html=fill(rendering.html, rendering.nonce, values, html=True),
        text=fill(rendering.text, rendering.nonce, values, html=False),
        message=compile_mail(rendering, letterhead(newsroom, digest), date=now).message(addressed),
    )


def values_for(
    rendering: Rendering,
    *,
    newsroom: Newsroom,
    digest: Digest,
    edition: str,
    key: bytes,
    reader: Subscriber | None = None,
    variant: str = EVERYBODY,
) -> Mapping[str, str]:
    """Return what stands in every slot of `rendering` for `reader`, as `proof` fills them."""
    return _filled(rendering, _addressed(newsroom, digest, edition, key, reader, variant))


def _addressed(
    newsroom: Newsroom, digest: Digest, edition: str, key: bytes, reader: Subscriber | None, variant: str
) -> Addressed:
    place = Place(
        heading=Heading(0, edition, digest.id, "edition"), chunk=0, position=0, began=0, ticket=0,
        variant=variant,
    )  # fmt: skip
    return letterbox(newsroom, digest, key).personalise(reader or persona(newsroom, digest), place)


def _filled(rendering: Rendering, addressed: Addressed) -> Mapping[str, str]:
    """Return the reader's values; an attribute that the reader lacks is empty, as on the wire."""
    return {**dict.fromkeys(rendering.slots - set(READER_SLOTS), ""), **values_of(addressed)}


def values_of(addressed: Addressed) -> Mapping[str, str]:
    """Return every slot's value for one reader, as the compiler takes them."""
    return {
        "email": addressed.email,
        "name": addressed.name,
        "greeting": "",
        "unsubscribe_url": addressed.unsubscribe_url,
        **(addressed.values or {}),
    }


def public_page(rendering: Rendering, *, pages: str, where: str) -> str:
    """Return the edition as anybody may see it: no reader's name, no reader's links.

    Args:
        pages: address of our pages.
        where: the page that "view in your browser" leads to, behind `pages`.

    Whoever wants to leave or to change something there has a letter sent with links of their own.
    """
    values = {
        "email": "…",
        "name": "",
        "greeting": "",
        "view_url": pages + where,
        "unsubscribe_url": f"{pages}/my-data",
        "preferences_url": f"{pages}/my-data",
    }
    used = {name: values.get(name, "") for name in rendering.slots}
    return fill(rendering.html, rendering.nonce, used, html=True)


def write_edition(
    made: Draft,
    folder: Path,
    *,
    newsroom: Newsroom,
    digest: Digest,
    pictures: Path,
    key: bytes,
    now: datetime,
    variant: str = EVERYBODY,
) -> list[Path]:
    """Write `edition.html .txt .eml .json` and `pictures/` into `folder`; return the files.

    `edition.eml` is the mail exactly. `edition.html` is its HTML with only the addresses of the
    pictures made relative, so that it opens from the disk.
    """
    edition, words = made.occasion.edition, made.variants[variant]
    seen = proof(words, newsroom=newsroom, digest=digest, edition=edition, key=key, now=now, variant=variant)
    folder.mkdir(parents=True, exist_ok=True)
    address = f"{newsroom.pages}/pictures/"
    names = [name for name in _pictures_in(seen.html, address) if (pictures / name).is_file()]
    (folder / "pictures").mkdir(exist_ok=True)
    for name in names:
        shutil.copyfile(pictures / name, folder / "pictures" / name)
    data = edition_json(made.made[variant].composition, words, made.findings, made.placements)
    files = {
        "edition.html": seen.html.replace(f'"{address}', '"pictures/').encode(),
        "edition.txt": seen.text.encode(),
        "edition.eml": seen.message,
        "edition.json": (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode(),
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in files]


def _pictures_in(html: str, address: str) -> list[str]:
    found = [piece.partition('"')[0] for piece in html.split(f'"{address}')[1:]]
    return [
        name for name in dict.fromkeys(found) if STORED_NAME.fullmatch(name)
    ]  # a story's link is no picture
