from dataclasses import fields
from datetime import date, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.model.cadence import Cadence
from digest.model.digest import (
    Approval,
    AtDeadline,
    Audience,
    Digest,
    DkimRules,
    LeadRules,
    Newsroom,
    Preference,
    RelatedKind,
    RelatedRules,
    RelayRules,
    Schedule,
    SectionRules,
    SkipRules,
    Source,
    SourceKind,
    StoryRules,
    Tracking,
    UnknownPolicy,
    WarmUp,
)
from digest.model.errors import FileWrong, Problem
from digest.settings.schedule import Inspected, inspect_schedule, inspect_text, load_schedule
from settings.answers import NOT_YAML, WRONG_FILES, WRONG_LINES
from settings.every_key import EVERY_KEY, MINIMAL

ROOT = Path(__file__).parents[2]


def inspect(text: str) -> Inspected:
    return inspect_text(text)


def schedule(text: str) -> Schedule:
    inspected = inspect(text)
    assert inspected.schedule is not None, inspected.problems
    return inspected.schedule


def errors(text: str) -> list[str]:
    return [str(problem).removeprefix("schedule.yaml:") for problem in inspect(text).errors]


def said(text: str, place: str) -> str:
    """Return what is said about `LINE:COLUMN`."""
    found = [error for error in errors(text) if error.startswith(f"{place}: ")]
    assert len(found) == 1, errors(text)
    return found[0].removeprefix(f"{place}: error: ")


def place(text: str, fragment: str) -> tuple[int, int]:
    """Return line and column of a fragment that stands once in `text`."""
    before, _, after = text.partition(fragment)
    assert fragment not in after
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def minimal(**blocks: str) -> str:
    """Return MINIMAL with a line added under the key `morning` for each block."""
    return MINIMAL + "".join(f"    {key}: {value}\n" for key, value in blocks.items())


def test_every_key_arrives_as_it_was_written() -> None:
    found = schedule(EVERY_KEY)

    assert found.newsroom == Newsroom(
        name="The Tidewater Times",
        website="https://tidewater.example",
        pages="https://news.tidewater.example",
        postal_address="4 Ropewalk, Tidewater",
    )
    assert found.sources[0] == Source(
        id="desk",
        kind=SourceKind.FEED,
        location="https://tidewater.example/desk.rss",
        section="City",
        weight=2.5,
        visit=timedelta(minutes=10),
    )
    assert [source.kind for source in found.sources] == ["feed", "folder", "sitemap", "page", "feed"]
    assert dict(found.source("arts").select) == {"standfirst": ".intro", "caption": "td.caption"}
    assert found.source("intranet").allow_private_address
    assert found.source("wire").language == "en"
    assert found.relays[0] == RelayRules(
        name="main",
        connections=20,
        messages_per_connection=50,
        per_second=12.5,
        per_day=40000,
        weight=3,
        warm_up=WarmUp(begins=date(2026, 11, 1), start=500, double_every=timedelta(days=2)),
        dkim=DkimRules(domain="tidewater.example", selectors=("a2026", "b2026")),
    )


def test_every_key_of_a_digest_arrives_as_it_was_written() -> None:
    morning = schedule(EVERY_KEY).digest("morning")

    assert morning == Digest(
        id="morning",
        title="The Morning Tide",
        about="What happened overnight, before the first ferry.",
        cadence=morning.cadence,
        language="en-GB",
        timezone=ZoneInfo("Europe/Oslo"),
        sender="Tidewater Times <brief@tidewater.example>",
        reply_to="desk@tidewater.example",
        return_path="bounces@mail.tidewater.example",
        send_through="main",
        build_before=timedelta(minutes=40),
        catch_up=timedelta(minutes=90),
        valid_for=timedelta(hours=5),
        round_up=Cadence(written="sundays at 08:30", times=(time(8, 30),), weekdays=frozenset({6})),
        reading_classes=12,
        skip=SkipRules(
            on_holidays=("NO", "DE-BY"), on_dates=(date(2026, 12, 24), date(2026, 12, 31)), with_fewer_than=4
        ),
        stories=StoryRules(
            sources=("desk", "wire", "arts"),
            no_older_than=timedelta(hours=36),
            never_repeat_within=timedelta(days=10),
        ),
        lead=LeadRules(
            prefer=(
                Preference(kind="tag", value="front-page"),
                Preference(kind="source", value="desk"),
                Preference(kind="section", value="City"),
                Preference(kind="has", value="image"),
            ),
            must_have=("summary", "author"),
        ),
        sections=(
            SectionRules(title="City", take=5, tags=("city", "council")),
            SectionRules(title="Arts", take=3, sources=("arts",)),
            SectionRules(title="One more thing", take=1, tags=("delight",), optional=True),
        ),
        related=RelatedRules(
            at_most=4, within=timedelta(weeks=3), kinds=(RelatedKind.SAME_EVENT, RelatedKind.BACKGROUND)
        ),
        audience=Audience(
            topics=("morning",), language="en", joined_before=date(2026, 6, 1), joined_after=date(2025, 1, 1)
        ),
        approval=Approval(
            editors=2,
            remind=timedelta(minutes=15),
            at_deadline=(AtDeadline.SEND_IF_CLEAN, AtDeadline.SAFE_EDITION, AtDeadline.SKIP),
        ),
        unknown=UnknownPolicy.RESEND,
        keep_replies=timedelta(days=30),
        tracking=Tracking.ANONYMOUS,
    )
    assert (morning.cadence.times, morning.cadence.weekdays) == ((time(7),), frozenset(range(5)))


def test_a_digests_own_key_wins_over_defaults() -> None:
    weekend = schedule(EVERY_KEY).digest("weekend")

    assert (weekend.timezone.key, weekend.relays) == ("Europe/Paris", ("spare", "main"))
    assert (weekend.sender, weekend.return_path) == (
        "Helg <helg@tidewater.example>",
        "retur@tidewater.example",
    )
    assert weekend.valid_for is None
    assert weekend.in_reader_timezone
    assert weekend.round_up is None  # once a week is all there is
    assert weekend.approval == Approval()


def test_what_is_not_said_is_what_the_model_takes_for_granted() -> None:
    morning = schedule(MINIMAL).digest("morning")

    plain = Digest(id="morning", title="t", cadence=morning.cadence, stories=StoryRules())
    differing = [f.name for f in fields(Digest) if getattr(morning, f.name) != getattr(plain, f.name)]
    assert differing == ["title", "sender"]
    assert schedule(MINIMAL).sources[0] == Source(
        id="desk", kind=SourceKind.FEED, location="https://tidewater.example/desk.rss"
    )


def test_a_relay_without_rules_has_those_of_the_model() -> None:
    assert schedule(MINIMAL + "relays: {main: {weight: 1}}\n").relays == (RelayRules(name="main"),)
    assert schedule(MINIMAL + "relays: {main: {per_day: no limit}}\n").relays == (RelayRules(name="main"),)


def test_defaults_take_every_key_that_digests_share() -> None:
    shared = "defaults: {language: sv, template: plain, approval: {needs: 1 editor}, related: {at_most: 0}}\n"

    morning = schedule(MINIMAL + shared).digest("morning")

    assert (morning.language, morning.template) == ("sv", "plain")
    assert (morning.approval.editors, morning.related.at_most) == (1, 0)


def test_a_block_of_a_digest_takes_the_place_of_the_whole_block_in_defaults() -> None:
    text = minimal(skip="{with_fewer_than: 2 stories}") + "defaults: {skip: {on_holidays: [SE]}}\n"

    assert schedule(text).digest("morning").skip == SkipRules(with_fewer_than=2)


def test_keys_of_the_owner_are_free_everywhere() -> None:
    text = minimal(x_ours="[1, {a: b}]", related="{x_why: no}") + "x_more: {deep: [1]}\n"

    assert errors(text) == []


def test_anchors_aliases_and_merged_blocks_are_read() -> None:
    text = (
        minimal(lead="&ours {prefer: [has image]}")
        + "  - <<: {title: Evening, sender: a@b.example, send: daily at 18:00}\n"
        + "    id: evening\n    lead: *ours\n"
    )

    evening = schedule(text).digest("evening")

    assert (evening.title, evening.lead.prefer) == ("Evening", (Preference(kind="has", value="image"),))


def test_yaml_1_2_words_stay_words() -> None:
    found = schedule(minimal(tracking="off", skip="{on_holidays: [NO]}")).digest("morning")

    assert (found.tracking, found.skip.on_holidays) == (Tracking.OFF, ("NO",))


@pytest.mark.parametrize(("line", "place", "message"), WRONG_LINES)
def test_a_wrong_line_is_answered_with_its_place_and_what_to_write(
    line: str, place: str, message: str
) -> None:
    text = f"{MINIMAL}    {line}\n"

    assert said(text, place) == message


@pytest.mark.parametrize(("old", "new", "place", "message"), WRONG_FILES)
def test_a_wrong_file_is_answered_with_its_place_and_what_to_write(
    old: str, new: str, place: str, message: str
) -> None:
    text = MINIMAL.replace(old, new, 1)

    assert text != MINIMAL
    assert said(text, place) == message


def test_all_problems_come_at_once_in_the_order_of_lines() -> None:
    text = (
        EVERY_KEY.replace("weekdays at", "weekdys at")
        .replace("take: 3", "take: many")
        .replace("wire, arts", "wyre, arts")
    )
    text = text.replace("Europe/Oslo", "Europe/Olso").replace("    x_note", "    note")

    found = inspect(text).errors

    wrong = ("note: pages", "Europe/Olso", "weekdys", "wyre", "many")
    assert [(p.line, p.column) for p in found] == [place(text, fragment) for fragment in wrong]
    assert all(p.excerpt == text.splitlines()[p.line - 1] for p in found)


def test_two_of_one_name_are_told_where_the_other_is() -> None:
    text = MINIMAL + "  - {id: morning, title: T, sender: a@b.example, send: daily at 9.30}\n"

    assert errors(text) == ['13:10: error: two digests are called "morning"; the other is in line 9']


def test_a_section_cannot_read_what_its_digest_does_not() -> None:
    text = EVERY_KEY.replace("from: [arts]}\n      - {title: One", "from: [pick]}\n      - {title: One")

    line, column = place(text, "pick]}")
    assert said(text, f"{line}:{column}").startswith('this digest does not read "pick"')


def test_a_key_that_stands_twice_is_an_error_with_both_lines() -> None:
    assert errors(minimal(title="Again")) == [
        '13:5: error: "title" stands here a second time; it is in line 10 already'
    ]


def test_a_password_in_the_file_is_refused_and_never_repeated() -> None:
    text = (
        MINIMAL.replace("https://tidewater", "ftp://ada:tiger7@tidewater")
        + "relays:\n  main: {password: tiger7}\n"
    )

    problems = inspect(text).errors

    assert "DIGEST_RELAY_MAIN=smtp://... into secrets.env" in problems[-1].message
    assert len(problems) == 2
    assert "tiger7" not in "".join(problem.excerpt for problem in problems)
    assert "tiger7" not in problems[-1].message


@pytest.mark.parametrize(("text", "message"), NOT_YAML)
def test_what_is_not_yaml_is_said_in_words_of_a_newsroom(text: str, message: str) -> None:
    assert [problem.message for problem in inspect(text).errors] == [message]


def test_a_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(FileWrong, match="digest init") as caught:
        load_schedule(tmp_path)

    assert caught.value.exit_code == 2


def test_a_file_that_is_not_utf_8_says_so_with_the_line(tmp_path: Path) -> None:
    (tmp_path / "schedule.yaml").write_bytes("version: 1\nnewsroom: {name: Öre}\n".encode("latin-1"))

    with pytest.raises(FileWrong, match="2: error: not UTF-8: byte 0xd6"):
        load_schedule(tmp_path)


def test_a_byte_order_mark_and_windows_line_ends_are_no_trouble(tmp_path: Path) -> None:
    (tmp_path / "schedule.yaml").write_bytes(b"\xef\xbb\xbf" + MINIMAL.replace("\n", "\r\n").encode())

    assert load_schedule(tmp_path) == schedule(MINIMAL)


def test_a_folder_in_the_place_of_the_file_says_so(tmp_path: Path) -> None:
    (tmp_path / "schedule.yaml").mkdir()

    with pytest.raises(FileWrong, match="cannot be read"):
        load_schedule(tmp_path)


def test_doubts_are_warnings_and_the_schedule_is_used() -> None:
    text = minimal(catch_up="6 hours", send_through="mian") + "relays: {main: {}}\n"
    text = text.replace("  postal_address: 4 Ropewalk, Tidewater\n", "")
    text = text.replace("desk.rss\n", "desk.rss\n    select: {body: main}\n")

    inspected = inspect(text)

    assert inspected.schedule is not None
    assert [(p.line, p.level, p.message) for p in inspected.problems] == [
        (2, "warning", "no postal_address: many countries require one in every mail"),
        (7, "warning", "select is for pages: it does nothing for a feed"),
        (13, "warning", "a start that is 6 hours late sends nothing any more: valid_until is 4 hours after"),
        (14, "warning", 'no relay is called "mian"; did you mean "main"?'),
    ]


def test_a_sender_that_the_relays_signature_does_not_cover_is_a_doubt() -> None:
    text = EVERY_KEY.replace("domain: tidewater.example", "domain: other.example")

    warnings = [problem for problem in inspect(text).warnings if "signs for" in problem.message]

    assert [(p.line, p.column) for p in warnings] == [
        place(text, "Tidewater Times <"), place(text, "Helg <")
    ]  # fmt: skip


def test_later_checks_can_point_at_the_same_file() -> None:
    inspected = inspect(EVERY_KEY)

    own = inspected.problem(("digests", 0, "template"), "no such template")
    shared = inspected.problem(("digests", 0, "sender"), "not ours")
    silent = inspected.problem(("digests", 1, "template"), "no such template")

    assert (own.line, own.column) == place(EVERY_KEY, "brief\n    audience")
    assert own.excerpt == "    template: brief"
    assert (shared.line, shared.column) == place(EVERY_KEY, "Tidewater Times <")
    assert (silent.line, silent.column) == place(EVERY_KEY, "id: weekend")


def test_the_demo_newsroom_is_right() -> None:
    inspected = inspect_schedule(ROOT)

    assert inspected.problems == ()
    assert {digest.send_through for digest in load_schedule(ROOT).digests} == {"local"}
    assert not any(source.remote for source in load_schedule(ROOT).sources)


LINES = EVERY_KEY.splitlines()
BITS = (
    "", " ", "- ", ": ", "[", "]", "{", "}", '"', "'", "*a", "&a ", "<<: ", "# ", "|", "\t", "0x1", "~",
    "!!x ", "x_", "é", "2026-02-30",
)  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, len(LINES) - 1), st.integers(0, 60), st.sampled_from(BITS), st.booleans()),
        min_size=1,
        max_size=4,
    )
)
def test_whatever_is_done_to_a_schedule_it_is_read_or_answered(
    changes: list[tuple[int, int, str, bool]],
) -> None:
    lines = list(LINES)
    for number, at, bit, cut in changes:
        line = lines[number]
        lines[number] = line[:at] + bit + ("" if cut else line[at:])

    inspected = inspect("\n".join(lines))

    assert (inspected.schedule is None) == bool(inspected.errors)
    assert all(isinstance(p, Problem) and 0 <= p.line <= len(lines) + 1 for p in inspected.problems)


def test_a_round_up_is_no_more_often_than_weekly() -> None:
    (error,) = errors(minimal(round_up="weekdays at 09:00"))

    assert "a round-up goes out once a week at most: write saturdays at 09:00" in error


NORTH = "segments: {north: {topics: [north], language: nb}}\n"


@pytest.mark.parametrize("written", ["north", "{segment: north}"])
def test_an_audience_may_be_a_segment_by_name(written: str) -> None:
    found = schedule(minimal(audience=written) + NORTH).digest("morning").audience

    assert found == Audience(segment="north", topics=("north",), language="nb")


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("nroth", 'no segment is called "nroth"; did you mean "north"?'),
        ("{segment: south}", 'no segment is called "south": there are north'),
        ("{segment: north, language: sv}", "a segment stands alone"),
        ("North Pole", '"North Pole"'),
    ],
)
def test_a_segment_that_is_not_there_is_told_with_those_there_are(written: str, told: str) -> None:
    found = errors(minimal(audience=written) + NORTH)

    assert any(told in error for error in found), found
