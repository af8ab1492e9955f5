"""Lanes keep every limit in every span, slow down when told, and come back step by step."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.delivery.alarm import Alarm
from digest.delivery.lanes import Lanes, Wait, warm_up_cap
from digest.delivery.pace import LONGEST, QUIET, Pace
from digest.delivery.replies import Action, Verdict, judge
from digest.delivery.windows import Window
from digest.model.delivery import Phase, Reply
from digest.model.digest import RelayRules, WarmUp

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
UNUSUAL_RATE = Reply(code=421, enhanced="4.7.28", text="unusual rate", phase=Phase.DOT)
REFUSED = Reply(code=0, text="Connection refused", phase=Phase.CONNECT)
TOO_FAST = Reply(code=450, enhanced="4.7.1", text="You are sending too fast, slow down", phase=Phase.MAIL)
GOOD = Reply(code=250, text="ok", phase=Phase.DOT)


def relay(name: str = "main", **rules: object) -> RelayRules:
    return RelayRules(name=name, **rules)  # type: ignore[arg-type]  # the keys are the fields


def ask(lanes: Lanes, now: datetime, wanted: int = 1, provider: str = "other") -> tuple[str, int] | Wait:
    """Ask, and start as many of `wanted` as may."""
    relay = lanes.choose(provider, now)
    if not isinstance(relay, str):
        assert relay is not None
        return relay
    room = lanes.room(relay, provider, now)
    assert isinstance(room, int)
    lanes.count(relay, min(wanted, room), now)
    return relay, min(wanted, room)


def granted(answer: tuple[str, int] | Wait) -> tuple[str, int]:
    assert not isinstance(answer, Wait)
    return answer


def waiting(answer: tuple[str, int] | Wait) -> Wait:
    assert isinstance(answer, Wait)
    return answer


@given(
    limit=st.integers(1, 20),
    steps=st.lists(st.tuples(st.integers(0, 40), st.integers(1, 8)), min_size=1, max_size=60),
)
@settings(max_examples=100, deadline=None)
def test_no_span_of_time_holds_more_than_its_limit(limit: int, steps: list[tuple[int, int]]) -> None:
    window, now, sent = Window(MINUTE), NOW, []

    for seconds, wanted in steps:
        now += timedelta(seconds=seconds)
        number = max(0, min(wanted, limit - window.used(now)))
        window.count(number, now)
        sent += [now] * number

    for end in sent:
        assert len([at for at in sent if end - MINUTE < at <= end]) <= limit
    free = window.free_at(limit, now)
    assert window.used(free) < limit
    assert free <= now + MINUTE + MINUTE / 32


@pytest.mark.parametrize("rate", [0.2, 1, 1.5, 7, 55, 200])
def test_a_rate_is_kept_in_every_second_and_used_up(rate: float) -> None:
    lanes, now, sent = Lanes([relay(per_second=rate)]), NOW, list[datetime]()

    while now < NOW + timedelta(seconds=20):
        answer = ask(lanes, now, wanted=50)
        if isinstance(answer, Wait):
            assert answer.until > now
            assert "a second" in answer.why
            now = answer.until
        else:
            sent += [now] * answer[1]

    second = timedelta(seconds=max(1, 1 / rate))
    for end in sent:
        assert len([at for at in sent if end - second < at <= end]) <= max(1, -(-rate // 1))
    assert len(sent) >= 0.85 * rate * 20 - 1


def test_senders_that_share_a_relay_keep_its_rate_and_its_connections_together() -> None:
    several, now, sent = [Lanes([relay(per_second=8, connections=9)]) for _ in range(2)], NOW, 0
    assert granted(ask(several[0], now, wanted=50)) == ("main", 8)
    for lanes in several:
        lanes.relays["main"].share(2)

    while now < NOW + timedelta(seconds=20):
        for lanes in several:
            answer = ask(lanes, now, wanted=50)
            sent += 0 if isinstance(answer, Wait) else answer[1]
        now += timedelta(milliseconds=50)

    assert 0.8 * 8 * 20 <= sent <= 8 * 20 + 8
    assert [lanes.connections("main", now) for lanes in several] == [4, 4]


def test_a_day_holds_no_more_than_allowed() -> None:
    lanes = Lanes([relay(per_day=1000)])
    lanes.relays["main"].know([(NOW - timedelta(hours=20), 900)])

    assert granted(ask(lanes, NOW, wanted=500)) == ("main", 100)

    wait = waiting(ask(lanes, NOW))
    assert "main: 1,000 a day are used up" in wait.why
    assert timedelta(hours=4) <= wait.until - NOW <= timedelta(hours=4.5)
    assert granted(ask(lanes, wait.until, wanted=5000)) == ("main", 900)


def test_messages_that_never_began_do_not_count() -> None:
    lanes = Lanes([relay(per_day=10)])
    ask(lanes, NOW, wanted=10)

    lanes.count("main", -4, NOW + MINUTE)

    assert granted(ask(lanes, NOW + MINUTE, wanted=10)) == ("main", 4)


def test_a_new_relay_is_warmed_up() -> None:
    warm_up = WarmUp(begins=date(2026, 11, 21), start=500, double_every=timedelta(days=2))
    lanes = Lanes([relay(warm_up=warm_up)])

    caps = [warm_up_cap(warm_up, date(2026, 11, day)) for day in (20, 21, 22, 23, 25, 27)]

    assert caps == [500, 500, 500, 1000, 2000, 4000]
    assert granted(ask(lanes, NOW, wanted=5000)) == ("main", 1000)
    assert "warming up: 1,000 a day" in waiting(ask(lanes, NOW)).why


def test_gmails_unusual_rate_means_ten_minutes_then_one_connection_then_one_more_at_a_time() -> None:
    lanes = Lanes([relay(connections=4)])

    lanes.heard("main", "google", UNUSUAL_RATE, judge(UNUSUAL_RATE, provider="google"), NOW)

    wait = waiting(ask(lanes, NOW, provider="google"))
    assert wait.until == NOW + 10 * MINUTE
    assert "main to google: more mail from us than Gmail expects" in wait.why
    assert lanes.in_flight("main", "yahoo", NOW) == 8
    assert lanes.connections("main", NOW) == 4
    assert [lanes.in_flight("main", "google", wait.until + QUIET * spell) for spell in range(5)] == [
        1, 2, 3, 8, 8
    ]  # fmt: skip


def test_a_relay_that_finds_us_too_fast_slows_all_of_its_lanes() -> None:
    lanes = Lanes([relay(connections=4)])

    lanes.heard("main", "google", TOO_FAST, judge(TOO_FAST), NOW)

    assert waiting(ask(lanes, NOW, provider="yahoo")).until == NOW + 5 * MINUTE
    assert lanes.connections("main", NOW) == 0
    assert lanes.connections("main", NOW + 5 * MINUTE) == 1
    assert lanes.in_flight("main", "yahoo", NOW + 5 * MINUTE) == 2


def test_a_short_rest_is_followed_by_short_steps() -> None:
    lanes, reply = Lanes([relay(connections=3)]), Reply(code=454, text="Maximum sending rate exceeded")

    lanes.heard("main", "other", reply, judge(reply), NOW)

    seconds = [lanes.connections("main", NOW + timedelta(seconds=each)) for each in (4, 5, 10, 15)]
    assert seconds == [0, 1, 2, 3]


def test_a_lane_told_again_while_it_recovers_rests_longer_each_time() -> None:
    pace, verdict = Pace(10), judge(UNUSUAL_RATE, provider="google")
    now, rests = NOW, []

    for _ in range(7):
        assert pace.heard(verdict, now)
        assert not pace.heard(verdict, now + timedelta(seconds=1))  # what was under way already
        assert pace.rest is not None
        rests.append(pace.rest.until - now)
        now = pace.rest.until

    assert rests == [10 * MINUTE * 2**times for times in range(5)] + [160 * MINUTE + 80 * MINUTE, LONGEST]


def test_a_lane_that_has_recovered_begins_anew() -> None:
    pace, verdict = Pace(2), judge(UNUSUAL_RATE, provider="google")
    pace.heard(verdict, NOW)

    later = NOW + timedelta(hours=1)
    assert pace.connections(later) == 2
    assert pace.recovered(later)
    assert not pace.recovered(later)
    pace.heard(verdict, later)

    assert pace.rest is not None
    assert pace.rest.until == later + 10 * MINUTE


def test_other_verdicts_do_not_slow_a_lane() -> None:
    pace = Pace(5)

    for action in set(Action) - {Action.SLOW}:
        pace.heard(Verdict(rule="x", cause="x", action=action, again=True), NOW)

    assert pace.connections(NOW) == 5


def test_what_one_sender_learns_of_a_lane_the_others_do_too() -> None:
    one, other = Lanes([relay(connections=2)]), Lanes([relay(connections=2)])

    one.heard("main", "google", UNUSUAL_RATE, judge(UNUSUAL_RATE, provider="google"), NOW)
    learnt = one.changed(NOW)
    other.recall({lane: rest for lane, rest in learnt.items() if rest is not None})

    assert one.changed(NOW) == {}
    assert other.room("main", "google", NOW) == one.room("main", "google", NOW)
    assert waiting(ask(other, NOW, provider="google")).until == NOW + 10 * MINUTE
    assert one.changed(NOW + timedelta(hours=1)) == {("main", "google"): None}
    other.recall({})
    assert granted(ask(other, NOW, provider="google")) == ("main", 1)


def test_relays_share_the_work_by_weight() -> None:
    lanes, shares = Lanes([relay("a", weight=3), relay("b")]), Counter[str]()

    for number in range(400):
        shares[granted(ask(lanes, NOW + timedelta(seconds=number)))[0]] += 1

    assert shares == {"a": 300, "b": 100}


def test_a_relay_without_weight_only_stands_in() -> None:
    lanes = Lanes([relay("spare", weight=0), relay("main", per_day=3)])

    used = [granted(ask(lanes, NOW))[0] for _ in range(5)]

    assert used == ["main"] * 3 + ["spare"] * 2


def test_a_relay_with_enough_to_do_is_passed_over() -> None:
    lanes = Lanes([relay("a", weight=9), relay("b")])

    assert lanes.choose("other", NOW, full=["a"]) == "b"
    assert lanes.choose("other", NOW, full=["a", "b"]) is None


def test_a_relay_that_cannot_be_reached_is_stood_in_for_and_tried_again() -> None:
    lanes = Lanes([relay("a", weight=100), relay("b")])

    lanes.heard("a", "other", REFUSED, judge(REFUSED), NOW)

    assert {granted(ask(lanes, NOW, wanted=5))[0] for _ in range(10)} == {"b"}
    assert lanes.silent_since() is None
    assert lanes.choose("other", NOW + MINUTE) == "a"


def test_a_relay_that_stays_away_is_asked_ever_less_often() -> None:
    lanes, now, waits = Lanes([relay()]), NOW, []

    for _ in range(11):
        lanes.heard("main", "other", REFUSED, judge(REFUSED), now)
        wait = waiting(ask(lanes, now))
        waits.append((wait.until - now).total_seconds())
        now = wait.until

    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]
    assert "main: the relay does not let us in: Connection refused" in wait.why
    assert lanes.silent_since() == NOW
    lanes.heard("main", "other", GOOD, None, now)
    assert lanes.silent_since() is None
    lanes.heard("main", "other", REFUSED, judge(REFUSED), now)
    assert waiting(ask(lanes, now)).until == now + timedelta(seconds=2)


def test_a_login_that_is_refused_again_and_again_needs_a_person() -> None:
    lanes, now = Lanes([relay("a"), relay("b")]), NOW
    refused = Reply(code=535, enhanced="5.7.8", text="bad password", phase=Phase.AUTH)

    for name in ("a", "b"):
        for _ in range(3):
            assert lanes.locked_out() == ""
            lanes.heard(name, "other", refused, judge(refused), now)
            now += MINUTE

    assert "b: the relay does not accept our login: 535 5.7.8 bad password" in lanes.locked_out()
    lanes.heard("b", "other", GOOD, None, now)
    assert lanes.locked_out() == ""


def test_a_login_that_fails_for_now_does_not() -> None:
    lanes = Lanes([relay()])
    for number in range(9):
        reply = Reply(code=454, enhanced="4.7.0", text="temporary failure", phase=Phase.AUTH)
        lanes.heard("main", "other", reply, judge(reply), NOW + number * timedelta(hours=1))

    assert lanes.locked_out() == ""


def test_a_full_relay_makes_way_for_one_with_room() -> None:
    lanes = Lanes([relay("a", per_day=10, weight=1000), relay("b", per_day=5)])

    used = [granted(ask(lanes, NOW, wanted=10)) for _ in range(2)]

    assert used == [("a", 10), ("b", 5)]
    assert waiting(ask(lanes, NOW)).until > NOW + timedelta(hours=23)


def test_without_a_relay_there_are_no_lanes() -> None:
    with pytest.raises(ValueError, match="no relay"):
        Lanes([])


PAUSE = judge(Reply(code=550, enhanced="5.7.26", text="unauthenticated", phase=Phase.DOT), provider="google")
DEAD = judge(Reply(code=550, enhanced="5.1.1", text="no such user", phase=Phase.RCPT))


SPAM = judge(Reply(code=554, enhanced="5.7.1", text="rejected as spam", phase=Phase.DOT))


def test_one_strict_receiver_does_not_pause_an_edition_and_many_do() -> None:
    alarm = Alarm()
    alarm.good("other", 1000, NOW)
    for _ in range(10):
        alarm.heard("google", PAUSE, NOW)
    assert alarm.why_to_pause(NOW) == ""

    alarm.heard("google", PAUSE, NOW)

    assert alarm.why_to_pause(NOW) == PAUSE.cause
    assert alarm.why_to_pause(NOW + timedelta(minutes=6)) == ""


def test_the_first_three_answers_about_us_pause_at_once() -> None:
    alarm = Alarm()

    for _ in range(3):
        assert not alarm.why_to_pause(NOW)
        alarm.heard("google", PAUSE, NOW)

    assert alarm.why_to_pause(NOW)


def test_refusals_for_spam_everywhere_pause_an_edition() -> None:
    alarm = Alarm()
    alarm.good("other", 170, NOW)
    for _ in range(8):
        alarm.heard("other", SPAM, NOW)
    assert not alarm.why_to_pause(NOW)

    for _ in range(2):
        alarm.heard("google", SPAM, NOW)

    assert alarm.why_to_pause(NOW) == (
        "10 of the last 180 were refused: the receiver takes the message for spam"
    )


def test_a_list_of_which_every_fourth_is_refused_pauses_an_edition() -> None:
    alarm = Alarm()
    for number in range(196):
        if number % 4:
            alarm.good("other", 1, NOW)
        else:
            alarm.heard("other", DEAD, NOW)
    assert not alarm.why_to_pause(NOW)

    alarm.heard("other", DEAD, NOW)

    assert alarm.why_to_pause(NOW) == "50 of the last 197 were refused"


def test_a_burst_of_dead_addresses_at_one_provider_looks_like_a_block() -> None:
    alarm = Alarm()
    for number in range(100):
        for provider, each in (("google", 4), ("yahoo", 20), ("other", 2)):
            if number % each:
                alarm.good(provider, 1, NOW)
            else:
                alarm.heard(provider, DEAD, NOW)

    assert alarm.blocked("google", NOW)
    assert not alarm.blocked("yahoo", NOW)
    assert not alarm.blocked("other", NOW), "that is no single provider"
    assert not alarm.blocked("google", NOW + DAY)
