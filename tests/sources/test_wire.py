import pytest

from digest.model.digest import SourceKind
from digest.model.finding import Level
from digest.model.story import Completeness, Dateline, Image, PubStatus, Reading
from digest.sources.wire import read_wire
from sources.making import HERE, NOW, codes, full, partial, source

FILED = {path.stem: path.read_text("utf-8") for path in (HERE / "wire").glob("*.txt")}
STORY = """Floating library opens

A former ferry with 8,000 books will call at six landings a week.

Reedport (NPA) – The first floating library welcomed its readers on Saturday.

Its librarian said the boat would sail until the leaves fall./.

NPA
"""


def read(text: str, language: str = "") -> Reading:
    return read_wire(source(SourceKind.FOLDER, language=language), text, path="in/library.txt", now=NOW)


def test_the_main_story_is_taken_apart_as_it_was_printed() -> None:
    story = full(read(FILED["english"]))

    assert story.headline == "Floating library brings books to river villages"
    assert story.standfirst.startswith("The county’s first floating library, Sedge")
    assert story.dateline == Dateline(place="Reedport", agency="NPA")
    assert story.images == (Image(caption="Librarian Ada Reed", credit="NPA"),)
    assert story.sign_off == "NPA"
    assert len(story.body) == 5
    assert story.body[0].startswith("The county’s first floating library")
    assert story.body[2].endswith("Upper Quay – Lower Quay school.")
    assert story.body[-1].endswith("television crew in April.")
    assert story.language == "en"


def test_no_date_of_the_text_becomes_the_time_of_publication() -> None:
    reading = read(FILED["english"])

    assert full(reading).published is None
    assert full(reading).when == NOW
    assert "no-time" in codes(reading)


def test_see_more_items_are_partial_stories_that_the_story_names_in_their_order() -> None:
    reading = read(FILED["english"])

    items = partial(reading)
    assert [item.headline for item in items] == [
        "Eel smoking in Lower Quay - A craft of three families",
        "Harbour rebuilt in three dimensions",
        "Evening class keeps net making alive",
        "Paintings of the river given to the museum",
        "Reed soup cooked on two continents",
    ]
    assert full(reading).see_more == tuple(item.id for item in items)
    assert [item.standfirst[:11] for item in items] == [
        "Three famil", "The town ha", "Every Tuesd", "The gift in", "The warmest",
    ]  # fmt: skip


def test_a_caption_before_a_headline_is_no_headline_and_keeps_its_credit_apart() -> None:
    items = partial(read(FILED["english"]))

    assert [item.images for item in items] == [
        (),
        (Image(caption="A model of the old harbour stands in the town hall.", credit="NPA"),),
        (
            Image(
                caption="“Mend It Together” evening will take place in the net loft on March 14.",
                credit="courtesy from the organisers",
            ),
        ),
        (Image(caption="At the handover", credit="NPA"),),
        (Image(caption="Guests on the lawn", credit="NPA"),),
    ]


def test_a_line_printed_twice_is_reported_and_read_once() -> None:
    reading = read(FILED["english"])

    assert codes(reading) == ["caption-used-as-alt", "headline-used-as-alt", "no-time"]
    assert {finding.level for finding in reading.findings} == {Level.NOTE}
    assert [finding.where for finding in reading.findings if "alt" in finding.code] == [
        "in/library.txt:22",
        "in/library.txt:5",
    ]


def test_partial_stories_without_url_are_still_told_apart_and_found_again() -> None:
    first, again = read(FILED["english"]), read(FILED["english"].replace("Eel smoking", "EEL  smoking"))

    assert len({story.id for story in first.stories}) == 6
    assert [story.id for story in first.stories] == [story.id for story in again.stories]


@pytest.mark.parametrize(
    ("name", "language", "place", "agency", "credit", "sign_off", "paragraphs", "items"),
    [
        ("vietnamese", "vi", "Bến Sậy", "BSV", "Minh Anh/BSV", "BSV/Sậy+", 3, 2),
        ("french", "fr", "Port-Clair", "ADL", "Agence du Large", "ADL", 3, 2),
        ("arabic", "ar", "مرسى القصب", "وكالة الضفة", "وكالة الضفة", "وكالة الضفة", 2, 2),
        ("chinese", "zh", "芦湾", "芦湾社", "芦湾社", "芦湾社", 3, 2),
        ("russian", "ru", "КАМЫШИНО", "РИА Новости", "РИА Берег", "", 2, 1),
        ("german", "de", "Schilfhafen", "dpa", "Anna Beck/dpa", "", 2, 1),
        ("japanese", "ja", "芦湾", "共同", "共同", "", 2, 1),
    ],
)
def test_copy_of_other_languages_is_read_by_the_same_rules(
    name: str, language: str, place: str, agency: str, credit: str, sign_off: str, paragraphs: int, items: int
) -> None:
    reading = read(FILED[name])

    story = full(reading)
    assert (story.language, len(story.body), len(partial(reading))) == (language, paragraphs, items)
    assert story.dateline == Dateline(place=place, agency=agency)
    assert [image.credit for image in story.images] == [credit]
    assert story.sign_off == sign_off
    assert story.standfirst
    assert all(item.headline and item.standfirst for item in partial(reading))


def test_a_dateline_with_day_month_and_year_keeps_its_date() -> None:
    story = full(read(FILED["spanish"]))

    assert story.dateline is not None
    assert (story.dateline.place, str(story.dateline.date)) == ("Puerto Junco", "2031-03-12")
    assert story.published is None


def test_an_item_without_caption_comes_before_one_with() -> None:
    with_caption = [bool(item.images) for item in partial(read(FILED["french"]))]

    assert with_caption == [False, True]


@pytest.mark.parametrize("ending", ["\r\n", "\r", "\u2028"])
def test_other_line_endings_make_no_difference(ending: str) -> None:
    assert read(FILED["english"].replace("\n", ending)).stories == read(FILED["english"]).stories


def test_text_without_see_more_is_one_story() -> None:
    reading = read(STORY)

    assert [story.completeness for story in reading.stories] == [Completeness.FULL]
    assert full(reading).see_more == ()
    assert full(reading).body[-1].endswith("until the leaves fall.")


def test_lines_broken_by_hand_are_joined_to_paragraphs() -> None:
    text = """Floating library opens

A former ferry with 8,000 books will call at six landings a week, and
readers may keep a book until the boat comes back.

A young reader on board (Photo: NPA)
A young reader on board (Photo: NPA)

Reedport (NPA) – The first floating library welcomed its readers on
Saturday, when the mayor cut a ribbon that had been tied between two
bollards on the old landing.

Its librarian said the boat would call at six landings every week and
that the books had been given by readers of three closed branches./.
"""

    story = full(read(text))

    assert story.standfirst.endswith("readers may keep a book until the boat comes back.")
    assert [image.caption for image in story.images] == ["A young reader on board"]
    assert len(story.body) == 2


def test_lines_without_empty_lines_between_them_are_units_of_their_own() -> None:
    tight = "\n".join(line for line in FILED["english"].splitlines() if line)

    assert [story.headline for story in read(tight).stories] == [
        story.headline for story in read(FILED["english"]).stories
    ]
    assert full(read(tight)).body == full(read(FILED["english"])).body


def test_a_caption_before_the_headline_is_no_headline() -> None:
    story = full(read("A young reader on board (Photo: NPA)\n\n" + STORY))

    assert story.headline == "Floating library opens"
    assert story.images == (Image(caption="A young reader on board", credit="NPA"),)


def test_a_credit_under_its_caption_belongs_to_it() -> None:
    story = full(
        read(STORY.replace("Reedport", "A young reader on board\nPhoto: Bo Ek / NPA\n\nReedport", 1))
    )

    assert story.images == (Image(caption="A young reader on board", credit="Bo Ek / NPA"),)


def test_a_bulleted_list_under_see_more_is_a_list_of_headlines() -> None:
    block = "\nRelated stories:\n\n- Boat race returns\n- Net making lives on\n- Market gets a roof\n"

    reading = read(STORY + block)

    assert [(item.headline, item.standfirst) for item in partial(reading)] == [
        ("Boat race returns", ""), ("Net making lives on", ""), ("Market gets a roof", ""),
    ]  # fmt: skip


def test_a_headline_that_asks_is_no_summary() -> None:
    items = partial(
        read(STORY + "\nSee more\n\nWill the boats be ready?\n\nTwenty-four crews have entered the race.\n")
    )

    assert [(item.headline, item.standfirst) for item in items] == [
        ("Will the boats be ready?", "Twenty-four crews have entered the race.")
    ]


def test_an_address_under_an_item_is_its_address() -> None:
    (item,) = partial(
        read(STORY + "\nSee more\n\nBoat race returns\nhttps://npa.example/race?utm_source=x\n")
    )

    assert item.url == "https://npa.example/race?utm_source=x"


def test_a_heading_that_is_not_known_is_taken_after_the_end_only_and_reported() -> None:
    block = "\nFrom the riverside\n\nRowers (Photo: NPA)\n\nBoat race returns\n\nTwenty-four crews enter.\n"

    reading = read(STORY + block)

    assert [item.headline for item in partial(reading)] == ["Boat race returns"]
    assert "heading-not-known" in codes(reading)


def test_text_after_the_end_is_left_out_and_reported() -> None:
    reading = read(STORY + "\nThis sentence stands after the end of the copy.\n")

    assert len(full(reading).body) == 2
    assert "text-after-end" in codes(reading)


def test_an_embargo_without_a_whole_time_holds_the_story_back() -> None:
    reading = read("EMBARGOED until 06:00 on 14 March\n\n" + STORY)

    assert full(reading).pubstatus is PubStatus.WITHHELD
    assert full(reading).headline == "Floating library opens"
    assert "embargo-unclear" in codes(reading)


def test_an_embargo_with_a_whole_time_is_kept_as_a_time() -> None:
    story = full(read("EMBARGO: 2031-03-14T06:00:00+01:00\n\n" + STORY))

    assert (str(story.embargo), story.pubstatus) == ("2031-03-14 05:00:00+00:00", PubStatus.USABLE)


def test_a_byline_and_a_time_with_its_zone_are_not_the_standfirst() -> None:
    story = full(read(STORY.replace("Reedport", "By Ann Lee\n\n12 March 2031 08:15 GMT\n\nReedport", 1)))

    assert story.byline == ("Ann Lee",)
    assert str(story.published) == "2031-03-12 08:15:00+00:00"
    assert story.standfirst.startswith("A former ferry")


def test_a_time_without_zone_is_reported_not_guessed() -> None:
    reading = read(STORY.replace("Reedport", "12 March 2031 08:15\n\nReedport", 1))

    assert full(reading).published is None
    assert "time-without-zone" in codes(reading)


def test_without_dateline_or_caption_nothing_is_called_a_standfirst() -> None:
    reading = read(
        "Floating library opens\n\nThe boat sailed on Saturday.\n\nIt will sail again on Sunday.\n"
    )

    assert full(reading).standfirst == ""
    assert len(full(reading).body) == 2
    assert "no-dateline" in codes(reading)


def test_a_short_line_between_standfirst_and_text_is_reported() -> None:
    reading = read(STORY.replace("Reedport", "Librarian of the county\n\nReedport", 1))

    assert "line-not-understood" in codes(reading)
    assert full(reading).standfirst.startswith("A former ferry")


@pytest.mark.parametrize("text", ["", " \n\n \r\n", "\ufeff"])
def test_a_file_without_text_is_a_finding(text: str) -> None:
    reading = read(text)

    assert reading.stories == ()
    assert codes(reading) == ["file-empty"]


def test_text_is_escaped_so_that_a_sign_in_it_is_no_markup() -> None:
    story = full(read(STORY.replace("on Saturday", "at <b>8 & 9</b>")))

    assert story.body[0].endswith("at &lt;b&gt;8 &amp; 9&lt;/b&gt;.")
