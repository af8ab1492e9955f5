"""What is printed: how far, under which heading, and with which picture."""

from dataclasses import replace
from datetime import date

import pytest

from digest.model.digest import RelatedKind
from digest.model.edition import Composition, Related, Selection
from digest.model.story import Completeness, Dateline, Image, Story
from digest.render.layout import LEAD_CHARACTERS, THUMBNAIL, WIDTH, lay_out
from digest.render.page import Item, Page
from digest.render.pictures import PlacedPicture
from digest.render.template import load_template
from render.paper import MORNING, POST, SEEN, edition, edition_in, lead, news, placed, related, slot

WORDS = load_template("brief").words


def page(composition: Composition, **pictures: PlacedPicture) -> Page:
    return lay_out(composition, newsroom=POST, words=WORDS, pictures={**placed(composition), **pictures})


def leading(story: Story, *others: Related) -> Item:
    made = page(edition(1, selection=Selection(featured=(slot(story, *others),)))).lead
    assert made is not None
    return made


def test_a_lead_with_a_link_is_shortened_and_one_without_is_whole() -> None:
    body = tuple(f"{number}. " + "word " * 60 for number in range(8))

    linked, unlinked = leading(lead(body=body)), leading(lead(body=body, url=None))

    assert sum(len(text) for text in linked.paragraphs) <= LEAD_CHARACTERS
    assert linked.shortened
    assert len(unlinked.paragraphs) == 8
    assert not unlinked.shortened


def test_a_standfirst_that_the_body_repeats_is_printed_once() -> None:
    made = leading(lead(standfirst="It rained all day.", body=("It rained all day.", "Then it stopped.")))

    assert made.standfirst == ""
    assert made.paragraphs == ("It rained all day.", "Then it stopped.")


def test_a_dateline_is_printed_in_the_order_of_print() -> None:
    told = leading(lead(dateline=Dateline(place="Hanoi", agency="VNA", date=date(2026, 11, 23))))

    assert told.dateline == "Hanoi, 23 November 2026 (VNA)"
    assert leading(lead(dateline=Dateline(agency="VNA"))).dateline == "(VNA)"
    assert leading(lead(dateline=None)).dateline == ""


def test_a_sign_off_is_printed_when_nothing_else_says_who_wrote() -> None:
    alone = lead(byline=(), sign_off="Own report", body=("Short.",))

    assert leading(alone).sign_off == "Own report"
    assert leading(replace(alone, sign_off="HPA")).sign_off == ""  # the dateline says it
    assert leading(replace(alone, byline=("Ann",))).sign_off == ""


def test_what_the_page_itself_offers_stands_under_see_more_and_the_rest_under_true_headings() -> None:
    offered = news(4, completeness=Completeness.PARTIAL)
    story = lead(see_more=(offered.id,))
    others = (
        related(RelatedKind.MORE_FROM_SECTION, 1),
        Related(kind=RelatedKind.BACKGROUND, score=1.0, why="offered", story=offered),
        related(RelatedKind.BACKGROUND, 5),
        related(RelatedKind.SAME_EVENT, 6),
    )

    blocks = leading(story, *others).related

    assert [(block.kind, block.title) for block in blocks] == [
        ("see more", "See more"),
        ("same event", "Other reports of this"),
        ("background", "Background"),
        ("more from section", "More from City"),
    ]
    assert [item.id for item in blocks[0].items] == [offered.id]


def test_more_from_a_story_without_a_section_says_no_more_than_that() -> None:
    blocks = leading(lead(section=""), related(RelatedKind.MORE_FROM_SECTION, 1)).related

    assert blocks[0].title == "More stories"


def test_featured_stories_behind_the_lead_have_a_heading_and_their_sections() -> None:
    composition = edition(1)
    selection = Selection(featured=(slot(lead()), slot(news(0)), slot(news(4))))

    made = page(replace(composition, selection=selection))

    assert [block.title for block in made.blocks] == ["Also in this edition"]
    assert [item.kicker for item in made.blocks[0].items] == ["City", "Culture"]


def test_under_a_section_s_own_heading_the_section_is_not_said_again() -> None:
    made = page(edition(6))

    assert {item.kicker for block in made.blocks for item in block.items} == {""}


def test_a_row_without_a_standfirst_says_how_its_body_begins() -> None:
    story = news(3, standfirst="", body=("The first <b>sentence</b> says it. " + "More follows. " * 40,))

    row = page(edition(1, selection=Selection(featured=(slot(lead()), slot(story))))).blocks[0].items[0]

    assert row.standfirst.startswith("The first sentence says it.")
    assert len(row.standfirst) <= 180


def test_a_story_without_a_headline_is_called_by_its_first_words() -> None:
    story = Story(
        source="wire",
        headline="",
        body=("Snow closed the pass at noon. It opens on Friday.",),
        first_seen=SEEN,
    )

    row = page(edition(1, selection=Selection(featured=(slot(lead()), slot(story))))).blocks[0].items[0]

    assert row.headline == "Snow closed the pass at noon. It opens on Friday."
    assert row.standfirst == ""
    assert row.url == ""


def test_a_link_that_is_no_web_address_is_dropped_and_noted() -> None:
    made = page(edition(1, selection=Selection(featured=(slot(lead(url="javascript:alert(1)")),))))

    assert made.lead is not None
    assert made.lead.url == ""
    assert "link-dropped" in {finding.code for finding in made.findings}


def test_a_story_in_another_language_says_so_itself() -> None:
    made = page(edition(1, selection=Selection(featured=(slot(lead()), slot(news(1, language="ar"))))))

    (row,) = made.blocks[0].items
    assert (row.language, row.direction) == ("ar", "rtl")
    assert made.lead is not None
    assert made.lead.language == ""


def test_the_lead_s_picture_is_as_wide_as_the_mail_and_a_row_gets_the_small_print() -> None:
    made = page(edition(2))

    assert made.lead is not None
    assert made.lead.picture is not None
    assert (made.lead.picture.width, made.lead.picture.height) == (WIDTH, 400)
    row = made.blocks[0].items[0].picture
    assert row is not None
    assert (row.width, row.height) == THUMBNAIL
    assert row.address.endswith("-small.jpg")


def test_alt_caption_and_credit_stay_three_things() -> None:
    picture = leading(lead()).picture

    assert picture is not None
    assert picture.alt.startswith("People walk along")
    assert picture.caption == "The new wall, as its architects see it."
    assert picture.credit == "Holt & Varga"


@pytest.mark.parametrize(
    ("credit", "printed"),
    [("HPA", "Photo: HPA"), ("Drawing: Ann", "Drawing: Ann"), ("Photo by Ann", "Photo by Ann"),
     ("© Ann", "© Ann"), ("图片：安", "图片：安"), ("", "")],
)  # fmt: skip
def test_a_credit_that_says_its_kind_is_printed_as_it_is(credit: str, printed: str) -> None:
    picture = leading(lead(images=(Image(url="pictures/0.jpg", credit=credit),))).picture

    assert picture is not None
    assert picture.credit_line == printed


def test_a_story_of_a_list_shows_three_related_headlines_and_first_those_that_lead_somewhere() -> None:
    nowhere = [related(RelatedKind.BACKGROUND, number, url=None) for number in (1, 2, 3)]
    somewhere = [related(RelatedKind.BACKGROUND, number) for number in (4, 5)]
    row = slot(news(0), *nowhere, *somewhere)

    (block,) = page(edition(1, selection=Selection(featured=(slot(lead()), row)))).blocks[0].items[0].related

    assert [item.id for item in block.items] == [r.story.id for r in (*somewhere, nowhere[0])]


@pytest.mark.parametrize(
    ("size", "printed"), [((1200, 800), (600, 400)), ((500, 250), (600, 300)), ((320, 240), (320, 240))]
)
def test_a_small_picture_of_the_lead_is_printed_as_small_as_it_is(
    size: tuple[int, int], printed: tuple[int, int]
) -> None:
    small = PlacedPicture(address="https://p.example/a.jpg", width=size[0], height=size[1])
    composition = edition(1, selection=Selection(featured=(slot(lead()),)))

    made = lay_out(composition, newsroom=POST, words=WORDS, pictures={"pictures/0.jpg": small}).lead

    assert made is not None
    assert made.picture is not None
    assert (made.picture.width, made.picture.height) == printed


def test_a_tall_thumbnail_takes_no_more_room_than_a_square() -> None:
    tall = PlacedPicture(address="https://p.example/a.jpg", width=400, height=600)
    composition = edition(2)

    made = lay_out(composition, newsroom=POST, words=WORDS, pictures={"pictures/1.jpg": tall})

    row = made.blocks[0].items[0].picture
    assert row is not None
    assert (row.width, row.height) == (88, 132)


def test_a_picture_that_is_not_there_is_noted_and_laid_out_without() -> None:
    composition = edition(1)

    made = lay_out(composition, newsroom=POST, words=WORDS, pictures={})

    assert made.lead is not None
    assert made.lead.picture is None
    assert any(f.code == "picture-missing" and f.where == made.lead.headline for f in made.findings)


def test_of_several_pictures_the_first_that_can_be_used_is_shown() -> None:
    images = (Image(caption="only words"), Image(url="gone.jpg"), Image(url="pictures/9.jpg", alt="nine"))

    composition = edition(1, selection=Selection(featured=(slot(lead(images=images)),)))
    there = {"pictures/9.jpg": PlacedPicture(address="https://p.example/9.jpg", width=1200, height=800)}
    made = lay_out(composition, newsroom=POST, words=WORDS, pictures=there).lead
    assert made is not None
    picture = made.picture

    assert picture is not None
    assert picture.alt == "nine"


def test_without_a_preheader_the_standfirst_stands_in_and_then_the_headlines() -> None:
    assert page(edition(3, preheader="")).preheader.startswith("After eleven winters")
    bare = edition(
        3,
        preheader="",
        selection=replace(edition(3).selection, featured=(slot(lead(standfirst="", body=())),)),
    )
    assert page(bare).preheader.startswith("Night ferries return after six winters · ")


def test_a_language_without_words_is_noted() -> None:
    made = page(edition(1, language="nl"))

    assert "words-not-translated" in {finding.code for finding in made.findings}


@pytest.mark.parametrize(
    ("language", "sides"), [("ar", ("rtl", "right", "left", False)), ("zh", ("ltr", "left", "right", False)),
                            ("vi", ("ltr", "left", "right", True))],
)  # fmt: skip
def test_a_page_stands_as_its_script_wants(language: str, sides: tuple[str, str, str, bool]) -> None:
    made = page(edition_in(language))

    assert (made.direction, made.start, made.end, made.slanted) == sides
    assert made.date == MORNING


def test_a_story_that_tells_more_than_readers_have_had_says_so_before_its_section() -> None:
    first, second = (replace(slot(story), updated=True) for story in (lead(section="City"), news(2)))

    made = page(edition(1, selection=Selection(featured=(first, second))))

    assert made.lead is not None
    assert (made.lead.label, made.lead.kicker) == ("Updated", "Updated · City")
    assert made.blocks[0].items[0].label == "Updated"
    assert not any(item.label for block in page(edition(3)).blocks for item in block.items)
