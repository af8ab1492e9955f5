from dataclasses import replace
from datetime import timedelta

from digest.model.digest import Source, SourceKind, StoryRules
from digest.model.edition import Carried, Choice
from digest.model.story import Story
from digest.selection.select import select
from selection.making import NOW, digest, story
from selection.test_labelled import NOW as LATER
from selection.test_labelled import news

HERALD = Source(id="herald", kind=SourceKind.FEED, location="https://herald.example/rss", weight=4)


def two_reports() -> tuple[Story, Story]:
    other = "Harbour bridge closes for repairs after rust is found"
    return story("bridge", age=1), story("bridge", age=2, source="herald", headline=other)


def test_the_report_that_an_editor_wants_to_lead_stands_for_its_event() -> None:
    plain, weighty = two_reports()
    choice = Choice(lead=plain.id)

    selection = select(
        [plain, weighty, story("opera")], digest=digest(), sources=[HERALD], choice=choice, now=NOW
    )

    assert selection.featured[0].story == plain
    assert selection.featured[0].reports == (weighty,)
    assert selection.findings == ()


def test_two_reports_of_one_event_that_an_editor_wants_both_run() -> None:
    first, second = two_reports()
    choice = Choice(lead=first.id, pinned=(second.id, first.id))

    selection = select([first, second], digest=digest(), sources=[HERALD], choice=choice, now=NOW)

    assert [slot.story for slot in selection.slots] == [first, second]


def test_a_wish_for_a_story_that_is_not_there_is_told() -> None:
    choice = Choice(pinned=("https://nowhere.example/x",))

    selection = select([story("opera")], digest=digest(), choice=choice, now=NOW)

    assert [finding.code for finding in selection.findings] == ["wish-not-granted"]
    assert "https://nowhere.example/x" in selection.findings[0].message


def test_a_reprint_with_a_line_of_its_own_is_no_independent_source() -> None:
    report = story("bridge", age=2)
    reprint = story("bridge", age=1, source="herald", body=("LINDVIK (Agency) - " + report.body[0],))

    selection = select([report, reprint, story("opera")], digest=digest(), now=NOW)

    merged = next(slot for slot in selection.slots if slot.reports)
    assert "reports" not in {term.name for term in merged.terms}


def test_an_update_is_labelled_also_when_another_paper_speaks_for_the_event() -> None:
    reports = [one for one, event in news("en") if event == "en norbank"]
    others = [one for one, event in news("en") if event != "en norbank"][:30]
    first, weighty = replace(reports[0], source="wire"), replace(reports[3], source="herald")
    newer = replace(first, body=(*first.body, *reports[1].body), published=reports[1].published)
    had = Carried(story=first, edition="morning/2026-03-05", at=LATER - timedelta(days=1), featured=True)
    rules = digest(stories=StoryRules(no_older_than=timedelta(days=10)))

    selection = select([newer, weighty, *others], digest=rules, sources=[HERALD], carried=[had], now=LATER)

    merged = next(slot for slot in selection.slots if slot.story == weighty)
    assert newer in merged.reports
    assert merged.updated


def test_stories_without_a_telling_word_are_not_taken_for_each_other() -> None:
    names = ["🎉", "Who are you?", "What is it all about?", "..."]

    selection = select([story(name) for name in names], digest=digest(), now=NOW)

    assert len(selection.slots) == len(names)
