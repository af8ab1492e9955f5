"""Look a finished mail over, offline, and say what an editor should know before it goes out.

Every finding names its place and a way to mend it. What could not be looked at is said too.
The bundled template, with sound stories in it, has no finding above a note.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from digest.model.edition import printed
from digest.model.finding import Finding, Level
from digest.render.lint import (
    client,
    compliance,
    contrast,
    editorial,
    head,
    images,
    inbox,
    links,
    sense,
    size,
    structure,
)
from digest.render.lint.mail import Mail
from digest.render.lint.rule import Rule, by_code

if TYPE_CHECKING:
    from digest.model.digest import Newsroom
    from digest.model.edition import Composition
    from digest.model.mail import Rendering

_PARTS = (size, inbox, head, structure, images, links, contrast, compliance, editorial, sense, client)
_ORDER = list(Level)

#: Title, what the group is about, its rules; in the order of the reference.
GROUPS: Sequence[tuple[str, str, tuple[Rule, ...]]] = (
    ("The inbox row", "What decides whether a mail is opened at all.", inbox.RULES),
    ("Size", "What mail programs cut off or throw away.", size.RULES),
    ("The law", "What every bulk mail must have.", compliance.RULES),
    ("The stories", "What a desk editor would stumble over.", editorial.RULES),
    ("What the stories say", "Read as a desk editor reads it.", sense.RULES),
    ("Pictures", "What is told to who cannot see them, and what mail programs need.", images.RULES),
    ("Headings and links", "How a mail is walked through without a mouse and without eyes.", links.RULES),
    ("Contrast and type", "In the light palette and in the dark one.", contrast.RULES),
    ("Mail programs", "What some of them cannot show, by the data of caniemail.com.", client.RULES),
    ("The head", "What a mail program and a screen reader are told first.", head.RULES),
    ("Structure", "What must not be left in a mail.", structure.RULES),
)
#: What is looked for in a mail, by code.
RULES: Mapping[str, Rule] = by_code(group for _, _, group in GROUPS)


def lint(
    rendering: "Rendering",
    *,
    composition: "Composition | None" = None,
    newsroom: "Newsroom | None" = None,
    bulk: bool = True,
    weights: "Mapping[str, int] | None" = None,
    widths: "Mapping[str, int] | None" = None,
) -> tuple[Finding, ...]:
    """Return what there is to say about `rendering`, the gravest first.

    Args:
        rendering: the finished mail, slots unfilled.
        composition: what it was made from; without it stories are not looked at.
        newsroom: who sends it; without it the postal address is not looked for.
        bulk: an edition; False for a letter.
        weights: bytes of each picture by its address; without them pictures are not weighed.
        widths: pixels across of each picture by its address, for those that are known.
    """
    shown = None if composition is None else printed(composition)
    mail = Mail(
        rendering=rendering, composition=shown, newsroom=newsroom, bulk=bulk, weights=weights,
        widths=widths,
    )  # fmt: skip
    found = [finding for part in _PARTS for finding in part.check(mail)]
    for missing, code, what in (
        (composition is None and bulk, "stories-not-checked", "the stories themselves were not given"),
        (newsroom is None and bulk, "postal-address-not-checked", "the newsroom was not given"),
        (
            weights is None and bool(mail.named("img")),
            "pictures-not-weighed",
            "the size of the pictures was not given",
        ),
        (True, "links-not-fetched", "links are checked for form only; nobody has followed them"),
    ):
        if missing:
            found.append(Finding(level=Level.NOT_CHECKED, code=code, message=what))
    told = (replace(finding, mend=RULES[finding.code].mend) for finding in dict.fromkeys(found))
    return tuple(sorted(told, key=lambda finding: _ORDER.index(finding.level)))
