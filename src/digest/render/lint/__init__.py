"""Look a finished mail over, offline, and say what an editor should know before it goes out.

Every finding names its place and a way to mend it. What could not be looked at is said too.
The bundled template, with sound stories in it, has no finding above a note.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from digest.model.finding import Finding, Level
from digest.render.lint import compliance, contrast, editorial, head, images, inbox, links, size, structure
from digest.render.lint.mail import Mail

if TYPE_CHECKING:
    from digest.model.digest import Newsroom
    from digest.model.edition import Composition
    from digest.model.mail import Rendering

_RULES: tuple[Callable[[Mail], Iterator[Finding]], ...] = (
    size.check, inbox.check, head.check, structure.check, images.check, links.check, contrast.check,
    compliance.check, editorial.check,
)  # fmt: skip
_ORDER = list(Level)


def lint(
    rendering: "Rendering",
    *,
    composition: "Composition | None" = None,
    newsroom: "Newsroom | None" = None,
    bulk: bool = True,
    weights: "Mapping[str, int] | None" = None,
) -> tuple[Finding, ...]:
    """Return what there is to say about `rendering`, the gravest first.

    Args:
        rendering: the finished mail, slots unfilled.
        composition: what it was made from; without it stories are not looked at.
        newsroom: who sends it; without it the postal address is not looked for.
        bulk: an edition; False for a letter.
        weights: bytes of each picture by its address; without them pictures are not weighed.
    """
    mail = Mail(rendering=rendering, composition=composition, newsroom=newsroom, bulk=bulk, weights=weights)
    found = [finding for rule in _RULES for finding in rule(mail)]
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
    return tuple(sorted(dict.fromkeys(found), key=lambda finding: _ORDER.index(finding.level)))
