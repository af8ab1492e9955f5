import re
from dataclasses import replace
from datetime import timedelta

from digest.model.digest import (
    LeadRules,
    Preference,
    RelatedKind,
    RelatedRules,
    SectionRules,
    SkipRules,
    Source,
    SourceKind,
    StoryRules,
)
from digest.model.edition import Choice
from digest.model.story import Completeness, PubStatus
from digest.selection.explain import explain
from digest.selection.select import select
from selection.making import NOW, TEXTS, carried, digest, headlines, picture, reasons, story


def test_without_sections_the_six_best_are_featured_and_the_newest_leads() -> None:
    stories = [story(name, age=hours) for hours, name in enumerate(TEXTS, 1)]

    selection = select(stories, digest=digest(), now=NOW)

    assert headlines(selection) == [one.headline for one in stories[:6]]
    assert [passed.story for passed in selection.passed_over] == stories[6:]
    assert "has its 5" in selection.passed_over[0].reason


def test_with_sections_the_lead_stands_alone_and_each_section_keeps_its_quota() -> None:
    city = [
        story(name, age=hours, section="City") for hours, name in enumerate(["bridge", "tax", "chess"], 2)
    ]
    arts = [story("opera", age=9, tags=("culture",)), story("whale", age=1, tags=("nature",))]
    rules = (
        SectionRules(title="City", take=2, tags=("city",)),
        SectionRules(title="Arts", tags=("culture",)),
    )

    selection = select([*city, *arts], digest=digest(sections=rules), now=NOW)

    assert [slot.story for slot in selection.featured] == [arts[1]]
    assert [(s.title, [slot.story for slot in s.stories]) for s in selection.sections] == [
        ("City", city[:2]),
        ("Arts", [arts[0]]),
    ]
    assert reasons(selection) == {city[2].id: selection.passed_over[0].reason}
    assert "section City has its 2" in selection.passed_over[0].reason
    assert [finding.code for finding in selection.findings] == ["section-underfilled"]


def test_a_section_may_let_its_stories_age_faster_or_slower() -> None:
    news = story("rocket", age=6, section="News")
    arts = story("opera", age=18, section="Arts")
    slow = (
        SectionRules(title="News", half_life=timedelta(hours=3)),
        SectionRules(title="Arts", half_life=timedelta(days=2)),
    )

    usual = select([news, arts], digest=digest(), now=NOW)
    aged = select([news, arts], digest=digest(sections=slow), now=NOW)

    assert headlines(usual)[0] == news.headline
    assert headlines(aged)[0] == arts.headline
    assert "+0.50 recency: 6 hours old, halves in 3 hours" in aged.slots[1].why


def test_who_is_passed_over_is_told_what_was_lacking() -> None:
    stories = [story(name, age=hours, source=f"desk-{name}") for hours, name in enumerate(TEXTS, 1)]
    passed = select(stories, digest=digest(), now=NOW).passed_over[0]
    lacking = re.search(r"; (\d+\.\d\d) more would do", passed.reason)
    assert lacking

    def with_more(score: float) -> list[str]:
        heavier = Source(
            id=passed.story.source,
            kind=SourceKind.FEED,
            location="https://a.example",
            weight=2 ** (score / 0.8),
        )
        return headlines(select(stories, digest=digest(), sources=[heavier], now=NOW))

    assert passed.story.headline in with_more(float(lacking[1]))
    assert passed.story.headline not in with_more(float(lacking[1]) - 0.02)


def test_the_lead_rules_come_before_the_score() -> None:
    fresh, tagged = story("rocket", age=1), story("harvest", age=20, tags=("front-page",))
    rules = LeadRules(prefer=(Preference(kind="tag", value="front-page"),))

    selection = select([fresh, tagged], digest=digest(lead=rules), now=NOW)

    assert selection.featured[0].story == tagged
    assert selection.featured[0].score < selection.featured[1].score
    assert "tag front-page" in selection.featured[0].why[0]


def test_what_the_lead_must_have_comes_before_what_it_should_have() -> None:
    plain, pictured = story("rocket", tags=("front-page",)), story("opera", age=9, images=(picture(),))
    rules = LeadRules(prefer=(Preference(kind="tag", value="front-page"),), must_have=("image",))

    selection = select([plain, pictured], digest=digest(lead=rules), now=NOW)

    assert selection.featured[0].story == pictured
    assert "no image" in selection.featured[0].why[1]


def test_an_editor_decides_about_lead_order_pins_and_exclusions() -> None:
    stories = [story(name, age=hours) for hours, name in enumerate(TEXTS, 1)]
    old = story("an old affair", age=90)
    choice = Choice(
        lead=stories[5].id, pinned=(old.id,), excluded=(stories[0].id,), order=(stories[3].id, stories[2].id)
    )

    selection = select([*stories, old], digest=digest(), choice=choice, now=NOW)

    placed = [slot.story for slot in selection.featured]
    assert placed[:3] == [stories[5], stories[3], stories[2]]
    assert old in placed
    assert len(placed) == 6
    assert reasons(selection)[stories[0].id] == "an editor has taken it out"


def test_reports_of_one_event_are_merged_and_the_weightier_source_speaks() -> None:
    first = story("bridge", age=1)
    second = story(
        "bridge", age=2, source="herald", headline="Harbour bridge closes for repairs after rust is found"
    )
    herald = Source(id="herald", kind=SourceKind.FEED, location="https://herald.example/rss", weight=2)

    selection = select([first, second, story("opera")], digest=digest(), sources=[herald], now=NOW)

    merged = next(slot for slot in selection.slots if slot.reports)
    assert (merged.story, merged.reports) == (second, (first,))
    assert any("2 reports merged: herald, wire" in why for why in merged.why)
    assert selection.passed_over == ()


def test_what_may_not_be_printed_is_passed_over_with_the_reason() -> None:
    future = story("opera", age=-9, first_seen=NOW)
    stories = {
        "under embargo": story("bridge", embargo=NOW + timedelta(hours=1)),
        "withheld": story("tax", pubstatus=PubStatus.WITHHELD),
        "older than 24 hours": story("whale", age=25),
        "dated in the future": future,
        "not one of this digest's": story("chess", source="elsewhere"),
    }

    rules = StoryRules(sources=("wire",))
    selection = select([*stories.values(), story("rocket")], digest=digest(stories=rules), now=NOW)

    assert headlines(selection) == [TEXTS["rocket"][0]]
    found = reasons(selection)
    assert all(words in found[one.id] for words, one in stories.items())


def test_what_readers_have_had_is_not_repeated_under_any_name() -> None:
    had = story("bridge", age=30)
    again = [
        story("bridge", age=2),
        story("bridge", age=2, url="https://wire.example/new-slug"),
        story("bridge", age=2, url=None, guid="other"),
        story("bridge", age=2, source="herald", headline="Lindvik bridge closed: rust in girders"),
    ]

    selection = select([*again, story("opera")], digest=digest(), carried=[carried(had)], now=NOW)

    assert headlines(selection) == [TEXTS["opera"][0]]
    assert all("carried in morning/2026-11-22" in reason for reason in reasons(selection).values())


def test_what_readers_had_long_ago_may_come_again() -> None:
    had = story("bridge", age=30)

    selection = select([story("bridge")], digest=digest(), carried=[carried(had, days=8)], now=NOW)

    assert headlines(selection) == [TEXTS["bridge"][0]]


def test_a_material_update_comes_again_labelled_and_a_new_headline_does_not() -> None:
    had, opera = story("bridge", age=30), story("opera", age=30)
    news = (
        "A second inspection on Sunday revealed cracks in both pylons, and the mayor ordered to demolish"
        " the whole structure in six weeks; a pontoon will be built by soldiers from the Karsund barracks.",
    )
    updated = replace(had, body=(*had.body, *news), updated=NOW - timedelta(hours=1))
    retitled = replace(opera, headline="Soprano is back on the stage")

    selection = select([updated, retitled], digest=digest(), carried=[carried(had), carried(opera)], now=NOW)

    assert [slot.story for slot in selection.slots] == [updated]
    assert any("Updated" in why for why in selection.slots[0].why)
    assert selection.slots[0].updated
    assert "nothing material is new" in reasons(selection)[retitled.id]


def test_an_old_guid_under_other_news_is_other_news() -> None:
    had = story("bridge", url=None, guid="7", age=30)
    other = story("opera", url=None, guid="7")

    selection = select([other], digest=digest(), carried=[carried(had)], now=NOW)

    assert [slot.story for slot in selection.slots] == [other]
    assert not any("Updated" in why for why in selection.slots[0].why)


def test_what_the_page_offers_comes_first_and_waits_for_its_place() -> None:
    teasers = [
        story(name, completeness=Completeness.PARTIAL, url=None, age=0.5)
        for name in ("opera", "whale", "chess")
    ]
    full = story("rocket", age=20, see_more=tuple(one.id for one in teasers))
    rules = RelatedRules(at_most=2)

    selection = select([*teasers, full], digest=digest(related=rules), now=NOW)

    assert [slot.story for slot in selection.slots] == [full]
    assert [related.story for related in selection.slots[0].related] == teasers[:2]
    assert {related.why for related in selection.slots[0].related} == {"offered by the page itself"}
    assert {related.kind for related in selection.slots[0].related} == {RelatedKind.MORE_FROM_SECTION}
    assert "offers it" in reasons(selection)[teasers[2].id]


def test_background_comes_from_the_archive_and_unrelated_stories_do_not() -> None:
    text = "Engineers warned two years ago that girders of the Lindvik crossing rust. Ferries were proposed."
    earlier = story("Rust warning ignored", age=200, body=(text,))
    archive = [earlier, *(story(name, age=100) for name in ("opera", "whale", "chess", "tax", "vaccine"))]

    selection = select([story("bridge")], digest=digest(), archive=archive, now=NOW)

    assert [(r.kind, r.story) for r in selection.slots[0].related] == [(RelatedKind.BACKGROUND, earlier)]
    assert 0 < selection.slots[0].related[0].score < 1


def test_too_few_stories_are_a_finding() -> None:
    selection = select([story("tax")], digest=digest(skip=SkipRules(with_fewer_than=4)), now=NOW)

    assert [finding.code for finding in selection.findings] == ["too-few-stories"]


def test_the_explanation_names_every_story_with_its_reason() -> None:
    stories = [story(name, age=hours) for hours, name in enumerate(TEXTS, 1)]

    lines = "\n".join(explain(select(stories, digest=digest(), now=NOW)))

    assert all(one.headline in lines for one in stories)
    assert "+1.89 recency: 1 hour old" in lines
    assert "next best" in lines
