"""What the law asks of every bulk mail: a way out, and who stands behind it."""

from collections.abc import Iterator

from digest.model.finding import Finding, Level
from digest.model.mail import name_in, pattern
from digest.render.lint.mail import Mail, finding
from digest.render.lint.rule import rules

RULES = rules(
    ("unsubscribe-missing", Level.BLOCKER,
     "The law of most countries, Gmail and Yahoo demand a way out in every mail; without it "
     "readers press “spam”.",
     "Print {{ slot('unsubscribe_url') }} as a link in both parts."),
    ("postal-address-missing", Level.WARNING,
     "Several countries demand a postal address in every mail.",
     "Write newsroom.postal_address in schedule.yaml, and print {{ page.newsroom.postal_address }}."),
    ("postal-address-not-checked", Level.NOT_CHECKED,
     "The newsroom was not known, so its address was not looked for.",
     "Check the edition in its newsroom's folder."),
)  # fmt: skip


def check(mail: Mail) -> Iterator[Finding]:
    """Yield what is missing; a letter that a reader asked for needs no way out."""
    if not mail.bulk:
        return
    for part, text in (("html", mail.rendering.html), ("text", mail.rendering.text)):
        slots = {name_in(match[2]) for match in pattern(mail.rendering.nonce).finditer(text)}
        if "unsubscribe_url" not in slots:
            yield finding(
                Level.BLOCKER, "unsubscribe-missing",
                f"no unsubscribe link in the {part} part: write {{{{ slot('unsubscribe_url') }}}}", part,
            )  # fmt: skip
    address = mail.newsroom.postal_address if mail.newsroom else None
    if address is None:
        return
    if not address:
        yield finding(
            Level.WARNING, "postal-address-missing",
            "newsroom.postal_address is empty: many countries demand it in every mail", "schedule.yaml",
        )  # fmt: skip
        return
    first = address.split(",")[0].strip()
    for part, text in (("html", mail.words), ("text", mail.rendering.text)):
        if first not in " ".join(text.split()):
            yield finding(
                Level.WARNING, "postal-address-missing", f"no postal address in the {part} part", part
            )
