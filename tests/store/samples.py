"""Stories, digests and compositions to keep; fictional, and no two alike."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from digest.model.cadence import Cadence
from digest.model.digest import Digest, RelatedKind, SectionRules, Source, SourceKind, StoryRules
from digest.model.edition import (
    Composition,
    FilledSection,
    PassedOver,
    Related,
    Selection,
    Slot,
    Term,
)
from digest.model.finding import Finding, Level
from digest.model.story import Dateline, Image, Story

NOW = datetime(2026, 11, 23, 6, 15, tzinfo=UTC)

MORNING = Digest(
    id="morning",
    title="The Morning Brief",
    cadence=Cadence(written="weekdays at 07:00", times=(time(7),), weekdays=frozenset(range(5))),
    stories=StoryRules(sources=("city", "wire"), no_older_than=timedelta(hours=30)),
    timezone=ZoneInfo("Europe/Stockholm"),
    sections=(SectionRules(title="City", take=3, tags=("council",)),),
)

SOURCES = (
    Source(id="city", kind=SourceKind.FEED, location="https://harbour.example/city.rss", weight=2.0),
    Source(id="wire", kind=SourceKind.FOLDER, location="stories/wire", select={"caption": "td.caption"}),
)


def a_story(number: int = 1, **more: object) -> Story:
    """Return a full story with something in every field."""
    fields: dict[str, object] = {
        "source": "city",
        "headline": f"Cầu cảng số {number} mở cửa trở lại – “at last”",
        "url": f"https://harbour.example/news/{number}",
        "guid": f"tag:harbour.example,2026:{number}",
        "standfirst": "The quay had been closed since the autumn storm.",
        "byline": ("Maja Lind", "Đỗ An"),
        "dateline": Dateline(place="Harbour", agency="HPA", date=date(2026, 11, 22)),
        "body": ("The first boat <b>came in</b> at six.", "The second one was late & wet."),
        "section": "City",
        "tags": ("council", "harbour"),
        "language": "en",
        "first_seen": NOW - timedelta(minutes=number),
        "published": NOW - timedelta(hours=1, microseconds=number),
        "images": (Image(url="https://harbour.example/quay.jpg", alt="a", caption="b", credit="c", width=9),),
        "see_more": ("0123456789abcdef",),
        "priority": 3,
    }
    return Story(**(fields | more))  # type: ignore[arg-type]  # a test names any field


def a_composition(stories: list[Story], *, edition: str = "morning/2026-11-23") -> Composition:
    """Return a composition of the first stories (lead, one related, one section), the rest passed over."""
    lead, related, second, *rest = stories
    selection = Selection(
        featured=(
            Slot(
                story=lead,
                why=("newest", "three reports"),
                related=(
                    Related(kind=RelatedKind.BACKGROUND, score=0.1 + 0.2, why="same quay", story=related),
                ),
                score=1.7,
                terms=(Term(name="recency", value=0.8, words="+0.80 newest, 41 minutes old"),),
            ),
        ),
        sections=(FilledSection(title="City", stories=(Slot(story=second, why=("section City",)),)),),
        passed_over=tuple(PassedOver(story=story, reason="city already has 3", score=0.3) for story in rest),
        findings=(Finding(level=Level.WARNING, code="thin-section", message="only one story in City"),),
    )
    return Composition(
        edition=edition,
        digest="morning",
        title="The Morning Brief",
        language="en",
        date=datetime(2026, 11, 23, 7, tzinfo=ZoneInfo("Europe/Stockholm")),
        subject="The quay opens again",
        preheader="And two more stories",
        selection=selection,
        letter="Good <i>morning</i>",
        findings=(Finding(level=Level.NOT_CHECKED, code="links", message="no network", where="lead"),),
    )
