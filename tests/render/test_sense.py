"""What a desk editor sees in the stories: what is over, what has no end, what was said before."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from digest.model.digest import RelatedKind
from digest.model.edition import Composition, Related, Selection
from digest.model.finding import Finding, Level
from digest.model.story import Dateline, Image, Story
from digest.render.edition import render
from digest.render.lint import lint
from digest.render.lint.coming import announced
from digest.render.template import load_template
from render.paper import MORNING, NONCE, POST, edition, lead, news, placed, slot

#: The edition is of 23 November 2026.
STALE = {
    "en": "The workshop will take place in the old mill on November 20.",
    "en-GB": "The workshop is due to open on 20 November 2026.",
    "de": "Die Werkstatt wird am 20. November in der alten Mühle eröffnet.",
    "sv": "Verkstaden kommer att öppnas i kvarnen den 20 november.",
    "fr": "L’atelier ouvrira ses portes le 20 novembre.",
    "es": "El taller se abrirá el 20 de noviembre de 2026.",
    "pt": "A oficina abrirá no dia 20 de novembro.",
    "it": "La bottega aprirà il 20 novembre.",
    "vi": "Xưởng sẽ mở cửa vào ngày 20 tháng 11 năm 2026.",
    "ru": "Выставка откроется: она пройдёт 20 ноября.",
    "ar": "ستقام الورشة يوم 20 نوفمبر.",
    "zh": "工作坊将于11月20日开放。",
}


def found_in(*stories: Story, language: str = "en") -> list[Finding]:
    """Return the findings about an edition that carries `stories`."""
    made = edition(
        1, selection=Selection(featured=tuple(slot(story) for story in stories)), language=language
    )
    return about(made)


def about(made: Composition) -> list[Finding]:
    words = render(
        made, newsroom=POST, template=load_template("brief"), pictures=placed(made), nonce=NONCE
    ).rendering
    return list(lint(words, composition=made, newsroom=POST, weights={}))


def codes(*stories: Story, language: str = "en") -> set[str]:
    return {finding.code for finding in found_in(*stories, language=language)}


@pytest.mark.parametrize("language", STALE)
def test_what_is_announced_for_a_day_that_is_over_is_told_in_each_language(language: str) -> None:
    story = news(1, standfirst=STALE[language], language=language, published=MORNING - timedelta(days=5))

    (told,) = (finding for finding in found_in(story) if finding.code == "event-past")

    assert told.level is Level.WARNING
    assert "20 November 2026" in told.message


@pytest.mark.parametrize(
    "text",
    [
        "The workshop will take place on November 24.",
        "The workshop took place on November 20.",
        "The mayor, who will retire, said on November 20 that nothing changes.",
        "The wall will be as high as the one of 20 March 1911.",
        "They will vote on item 7. On November 20 the sun shone.",
    ],
)
def test_what_is_still_to_come_or_was_told_as_past_is_fine(text: str) -> None:
    story = news(1, standfirst=text, published=MORNING - timedelta(days=5))

    assert "event-past" not in codes(story)


def test_tomorrow_is_counted_from_the_day_on_which_it_was_written() -> None:
    text = "The market will move to the church green tomorrow."

    assert "event-past" in codes(news(1, standfirst=text, published=MORNING - timedelta(days=3)))
    assert "event-past" not in codes(news(1, standfirst=text, published=MORNING - timedelta(hours=9)))


def test_a_stale_announcement_that_only_the_caption_has_is_a_note() -> None:
    image = Image(url="a.jpg", alt="A hall", caption="The workshop will take place on November 20.")
    story = news(1, images=(image,), published=None)

    (told,) = (finding for finding in found_in(lead(), story) if finding.code == "event-past")

    assert told.level is Level.NOTE


def test_a_language_whose_future_is_not_known_is_said_to_be_unchecked() -> None:
    assert "events-not-checked" in codes(news(1, language="is"))
    assert "events-not-checked" not in codes(news(1, language="en"))


def test_a_date_without_a_year_is_the_one_nearest_to_the_story() -> None:
    days = [each.day for each in announced("It will open on January 3.", "en", near=date(2026, 12, 20))]

    assert days == [date(2027, 1, 3)]


def test_a_teaser_that_stops_in_the_middle_and_leads_nowhere_is_told() -> None:
    cut = news(1, url=None, body=(), standfirst="The council has decided to rebuild the bridge and…")

    assert "teaser-dangling" in codes(cut)
    assert "teaser-dangling" not in codes(replace(cut, url="https://a.example/bridge"))
    assert "teaser-dangling" not in codes(replace(cut, standfirst="The council rebuilds the bridge."))


def test_related_stories_without_a_link_are_told_together() -> None:
    def offered(url: str | None) -> Related:
        return Related(
            kind=RelatedKind.BACKGROUND, score=1, why="its own page", story=news(3, url=url, body=())
        )

    def told(*related: Related) -> list[str]:
        made = edition(1, selection=Selection(featured=(replace(slot(lead()), related=related),)))
        return [finding.message for finding in about(made) if finding.code == "leads-nowhere"]

    assert told(offered(None), offered("https://a.example/")) == [
        "1 of 2 related stories have no link: readers can't go on"
    ]
    assert told(offered("https://a.example/")) == []


LONG = "The council chose the lower and wider of two designs after eleven winters of sandbags and arguments."


def test_a_standfirst_that_stands_in_the_text_as_well_is_told() -> None:
    again = lead(standfirst=LONG, body=("A first paragraph of its own.", f"At night it met. {LONG}"))

    assert "standfirst-in-body" in codes(again)
    assert "standfirst-in-body" not in codes(lead())


def test_two_stories_in_the_same_words_are_one() -> None:
    body = tuple(f"{LONG} Number {number} of them was told here first." for number in range(4))
    one = news(1, body=body)
    other = news(2, body=("By our reporter.", *body[:3]))

    assert "stories-alike" in codes(one, other)
    assert "stories-alike" not in codes(one, news(2, body=lead().body))


def test_a_story_of_years_ago_is_told() -> None:
    assert "date-old" in codes(news(1, published=MORNING - timedelta(days=3650)))
    assert "date-old" not in codes(news(1, published=MORNING - timedelta(days=3)))


def test_a_dateline_of_another_year_is_told() -> None:
    line = Dateline(place="Harbour", date=date(2016, 11, 22))
    story = news(1, dateline=line, published=MORNING - timedelta(days=1))

    assert "date-contradicts" in codes(story)
    assert "date-contradicts" not in codes(replace(story, dateline=replace(line, date=date(2026, 11, 22))))
