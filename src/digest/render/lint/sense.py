"""What the stories say, read as a desk editor reads it: is it over, does it end, was it said before?"""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from digest.model.edition import Composition
from digest.model.finding import Finding, Level
from digest.model.story import Story
from digest.model.text import fold, plain
from digest.render.lint.coming import announced, reads
from digest.render.lint.mail import Mail, finding
from digest.render.lint.rule import rules

SAME_WORDS = 12  #: in a row, that make a sentence read twice
SHINGLE = 4  #: words; what two stories share of these tells whether they are one
ALIKE = 0.5  #: share of the shorter story that makes two stories one
MIN_WORDS = 50  #: of a body that can be compared
OLD = timedelta(days=5 * 365)  #: no news is older
APART = timedelta(days=30)  #: between a dateline and the time of publication

_ENDS = re.compile(r"[.!?…:;。！？؟।][\"'”’»«)\]]*$")
_CUT = re.compile(r"(?:…|\.\.\.|\[[.…]+\])[\"'”’»)]*$")

RULES = rules(
    ("event-past", Level.WARNING,
     "The text announces as coming what is over when the edition arrives.",
     "Leave the story out, or write how it went."),
    ("events-not-checked", Level.NOT_CHECKED,
     "How that language speaks of what is to come is not known here.",
     "Read these stories for dates yourself."),
    ("teaser-dangling", Level.NOTE,
     "The text stops in the middle of a sentence, and there is no link to go on.",
     "Give the story its link, or end the sentence."),
    ("standfirst-in-body", Level.NOTE,
     "The reader reads a sentence twice before the news begins.",
     "Leave the standfirst out, or let it say something of its own."),
    ("stories-alike", Level.WARNING,
     "Two reports tell the same in the same words.",
     "Leave one of the two out, or offer it as another report of the same event."),
    ("date-old", Level.WARNING,
     "Readers take old news for new; the year may be wrong.",
     "Mend the date at the story's source, or leave the story out."),
    ("date-contradicts", Level.NOTE,
     "The dateline in the text and the time of publication are far apart.",
     "Mend the one that is wrong."),
)  # fmt: skip


def check(mail: Mail) -> Iterator[Finding]:
    """Yield what is odd in what the stories say."""
    if mail.composition is None:
        return
    made = mail.composition
    shown = fold(mail.words)
    for story in made.selection.carried:
        yield from _past(story, made, shown)
    for slot in made.selection.slots:
        yield from _ending(slot.story)
        yield from _dates(slot.story, made)
    yield from _twice_said(made)
    yield from _alike([slot.story for slot in made.selection.slots])
    foreign = sorted({_tongue(s, made) for s in made.selection.carried if not reads(_tongue(s, made))})
    if foreign:
        yield finding(
            Level.NOT_CHECKED, "events-not-checked",
            f"in {', '.join(foreign)}, announcements of what is over were not looked for", "stories",
        )  # fmt: skip


def _past(story: Story, made: Composition, shown: str) -> Iterator[Finding]:
    """Yield a finding for the first announcement of a day that is over."""
    today, language = made.date.date(), _tongue(story, made)
    if not reads(language):
        return
    told = story.published.astimezone(made.date.tzinfo).date() if story.published else None
    texts = [story.headline, story.standfirst, *(plain(paragraph) for paragraph in story.body)]
    texts += [image.caption for image in story.images]
    earliest = (told or today - timedelta(days=60)) - timedelta(days=2)
    for each in announced("\n".join(texts), language, near=told or today, told=told):
        if earliest <= each.day < today:
            printed = fold(each.sentence[:40]) in shown
            yield finding(
                Level.WARNING if printed else Level.NOTE,
                "event-past",
                f"announces {_written(each.day)}, which is over: “{each.sentence[:120]}”",
                story.headline,
            )
            return


def _ending(story: Story) -> Iterator[Finding]:
    last = plain(story.body[-1]) if story.body else story.standfirst
    if last and not story.url and (_CUT.search(last) or not _ENDS.search(last)):
        yield finding(
            Level.NOTE, "teaser-dangling", f"ends with “{last[-40:]}”, and leads nowhere", story.headline
        )


def _dates(story: Story, made: Composition) -> Iterator[Finding]:
    if story.published and made.date - story.published > OLD:
        yield finding(
            Level.WARNING, "date-old", f"published on {_written(story.published.date())}", story.headline
        )
    line = story.dateline.date if story.dateline else None
    if line and story.published and abs(line - story.published.date()) > APART:
        yield finding(
            Level.NOTE, "date-contradicts",
            f"the dateline says {_written(line)}, the source {_written(story.published.date())}",
            story.headline,
        )  # fmt: skip


def _twice_said(made: Composition) -> Iterator[Finding]:
    """Yield stories of which a long run of words stands both in the standfirst and in the text under it."""
    for number, slot in enumerate(made.selection.slots):
        story = slot.story
        if number and story.url:
            continue  # its body is not printed
        body = " ".join(_words("\n".join(plain(paragraph) for paragraph in story.body[:3])))
        words = _words(story.standfirst)
        runs = (" ".join(words[at : at + SAME_WORDS]) for at in range(len(words) - SAME_WORDS + 1))
        said = next((run for run in runs if run in body), None)
        if said:
            yield finding(
                Level.NOTE, "standfirst-in-body", f"said in the standfirst and again below: “{said}”",
                story.headline,
            )  # fmt: skip


def _alike(stories: Sequence[Story]) -> Iterator[Finding]:
    """Yield pairs of stories that share most of their words in the same order."""
    seen: list[tuple[Story, frozenset[str]]] = []
    for story in stories:
        words = _words("\n".join(plain(paragraph) for paragraph in story.body))
        if len(words) < MIN_WORDS:
            continue
        runs = frozenset(" ".join(words[at : at + SHINGLE]) for at in range(len(words) - SHINGLE + 1))
        for other, others in seen:
            if len(runs & others) >= ALIKE * min(len(runs), len(others)):
                yield finding(
                    Level.WARNING, "stories-alike", f"tells the same as “{other.headline}”", story.headline
                )
        seen.append((story, runs))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _tongue(story: Story, made: Composition) -> str:
    return story.language or made.language


def _written(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
