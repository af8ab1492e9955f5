"""The inbox row: subject, preheader and sender, which decide whether a mail is opened at all."""

import unicodedata
from collections.abc import Iterator

from digest.model.finding import Finding, Level
from digest.model.text import clusters, headline_key
from digest.render.lint.mail import Mail, finding, hidden
from digest.render.lint.rule import rules

SUBJECT = 60  #: characters that a mail program on a desk shows, more or less
ON_A_PHONE = 40  #: and that a phone does
PREHEADER = (40, 130)  #: characters

RULES = rules(
    ("subject-empty", Level.BLOCKER,
     "The inbox shows “(no subject)”; many filters treat it as spam.",
     "Write a subject, or give the lead a headline."),
    ("subject-without-words", Level.WARNING,
     "A subject of signs alone is read out as their names, or as nothing.",
     "Say in words what is in the mail."),
    ("subject-capitals", Level.WARNING,
     "Capitals are read as shouting, and count as a mark of spam.",
     "Write the subject as a sentence."),
    ("subject-long", Level.NOTE,
     "Phones show about 40 characters, larger screens about 60; the end is cut off.",
     "Put what matters at the front, or shorten the headline."),
    ("preheader-missing", Level.WARNING,
     "The inbox fills the row with the first words of the mail, often “View in browser”.",
     "Write a preheader, or give the second story a headline."),
    ("preheader-repeats", Level.WARNING,
     "The inbox row says the same thing twice and nothing more.",
     "Let the preheader say what the subject does not."),
    ("preheader-length", Level.NOTE,
     "A short preheader leaves room for debris, a long one is cut.",
     "Write between 40 and 130 characters."),
    ("preheader-not-printed", Level.WARNING,
     "The preheader exists, but the mail does not carry it, so no inbox shows it.",
     "Call the template's preheader macro at the head of mj-body."),
    ("preheader-not-padded", Level.NOTE,
     "The first words of the mail follow the preheader in the inbox row.",
     "Use the preheader macro of parts/, which brings the filler."),
)  # fmt: skip


def check(mail: Mail) -> Iterator[Finding]:
    """Yield what is wrong in the inbox row."""
    subject, preheader = mail.rendering.subject.strip(), mail.rendering.preheader.strip()
    yield from _subject(subject)
    if not mail.bulk:
        return
    if not preheader:
        yield finding(
            Level.WARNING,
            "preheader-missing",
            "no preheader: the inbox shows the mail's first words",
            "preheader",
        )
        return
    if headline_key(preheader) == headline_key(subject):
        yield finding(Level.WARNING, "preheader-repeats", "the preheader repeats the subject", "preheader")
    length = len(clusters(preheader))
    if not PREHEADER[0] <= length <= PREHEADER[1] and mail.rendering.language[:2] not in ("zh", "ja", "ko"):
        yield finding(
            Level.NOTE, "preheader-length",
            f"the preheader has {length} characters; {PREHEADER[0]} to {PREHEADER[1]} are shown whole",
            "preheader",
        )  # fmt: skip
    first = next((element for element in mail.named("div") if hidden(element)), None)
    if first is None or preheader[:30] not in first.own_text:
        yield finding(
            Level.WARNING, "preheader-not-printed", "the template does not print the preheader", "body"
        )
    elif len(first.own_text) < len(preheader) + 40:
        yield finding(
            Level.NOTE,
            "preheader-not-padded",
            "no filler behind the preheader: the mail's first words follow it",
            first,
        )


def _subject(subject: str) -> Iterator[Finding]:
    if not subject:
        yield finding(Level.BLOCKER, "subject-empty", "the subject is empty", "subject")
        return
    letters = [character for character in subject if character.isalpha()]
    if not letters and not any(character.isdigit() for character in subject):
        yield finding(Level.WARNING, "subject-without-words", "the subject has no words", "subject")
    cased = [c for c in letters if unicodedata.category(c) in ("Lu", "Ll")]
    if len(cased) > 8 and all(character.isupper() for character in cased):
        yield finding(
            Level.WARNING,
            "subject-capitals",
            "the subject is all capitals: filters and readers mind",
            "subject",
        )
    length = len(clusters(subject))
    if length > SUBJECT:
        yield finding(
            Level.NOTE,
            "subject-long",
            f"the subject has {length} characters; phones show about {ON_A_PHONE}, larger screens {SUBJECT}",
            "subject",
        )
