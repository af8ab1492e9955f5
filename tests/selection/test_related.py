"""What stands under a story says nothing that stands elsewhere, and is printed."""

import random
from dataclasses import replace
from datetime import timedelta

from digest.model.digest import RelatedKind, RelatedRules, SectionRules, StoryRules
from digest.model.edition import RELATED_IN_ROW
from digest.model.story import Completeness
from digest.selection.cluster import EVENT
from digest.selection.pool import pool_of
from digest.selection.related import SAYS_THE_SAME
from digest.selection.select import select
from selection.making import NOW, TEXTS, carried, digest, story
from selection.test_labelled import NOW as LATER
from selection.test_labelled import news


def test_under_a_story_of_a_list_stands_what_has_room_there_and_the_rest_stays_for_another_day() -> None:
    teasers = [story(f"teaser {number}", age=3, completeness=Completeness.PARTIAL) for number in range(5)]
    page = story("bridge", age=5, see_more=tuple(one.id for one in teasers))

    selection = select(
        [story("rocket"), page, *teasers],
        digest=digest(sections=(SectionRules(title="All", take=1),)),
        now=NOW,
    )

    row = selection.sections[0].stories[0]
    assert row.story == page
    assert len(row.related) == RELATED_IN_ROW
    passed = {one.story for one in selection.passed_over}
    assert passed == set(teasers) - {related.story for related in row.related}


def test_what_readers_had_in_other_words_is_not_offered_from_the_archive() -> None:
    had = story("opera", age=30)
    again = story("opera", age=30, source="herald", headline="Soprano returns to the stage after ten years")
    lead = story("rocket", section="Arts")

    new, known = (
        select(
            [lead], digest=digest(), archive=[replace(again, section="Arts")], carried=seen, now=NOW
        ).featured[0]
        for seen in ([], [carried(had)])
    )

    assert [related.story.source for related in new.related] == ["herald"]
    assert known.related == ()


def test_an_update_is_no_link_under_another_story() -> None:
    first = story("opera", age=20, section="Arts")
    told = " She will sing it again on Friday in Corvell, then give the score to the town library of Tessaly."
    newer = replace(first, body=(first.body[0] + told,), published=NOW - timedelta(hours=20))
    others = [story(name, section="Arts") for name in list(TEXTS)[:6] if name != "opera"]

    selection = select(
        [*others, newer],
        digest=digest(sections=(SectionRules(title="Arts", take=4),)),
        carried=[carried(first)],
        now=NOW,
    )

    links = [related.story for slot in selection.slots for related in slot.related]
    assert newer not in links


def test_no_link_says_what_is_said_elsewhere_in_the_edition() -> None:
    stories = [
        replace(one, section="World", source=f"paper-{at % 9}") for at, (one, _) in enumerate(news("en"))
    ]
    rules = digest(
        stories=StoryRules(no_older_than=timedelta(days=10)),
        related=RelatedRules(at_most=5),
        sections=(SectionRules(title="All", take=9),),
    )
    links = 0
    for seed in range(8):
        chosen = random.Random(seed).sample(stories, 60)
        selection = select(chosen, digest=rules, now=LATER)
        pool = pool_of(chosen, [], [], [])
        row = {item.id: item.row for item in pool.candidates}
        shown = [(slot.story.id, slot.story.id, None) for slot in selection.slots]
        shown += [(one.story.id, slot.story.id, one.kind) for slot in selection.slots for one in slot.related]
        links += sum(kind is not None for _, _, kind in shown)
        for at, (one, under, _) in enumerate(shown):
            for other, elsewhere, kind in shown[at + 1 :]:
                assert pool.alike(row[one], row[other]) <= SAYS_THE_SAME
                if under != elsewhere and kind is not None:
                    assert pool.mates.of(row[one], row[other]) < EVENT
        merged = {report.id: slot.story.id for slot in selection.slots for report in slot.reports}
        for id, under, kind in shown:
            assert merged.get(id, under) == under
            assert kind is not RelatedKind.SAME_EVENT or pool.mates.of(row[id], row[under]) > 0

    assert links > 40
