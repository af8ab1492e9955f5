"""The rule file holds what it promises, and judges answers as a postmaster would."""

import re
import tomllib
from collections.abc import Iterator
from datetime import timedelta
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.audience.provider import _PROVIDER
from digest.delivery.replies import Action, Rule, _rule, judge, provider_of, rules
from digest.model.delivery import Phase, Reply


def reply(line: str) -> Reply:
    """Read `phase code enhanced text`, as the examples in the file are written."""
    phase, code, enhanced, text = line.split(" ", 3)
    return Reply(phase=Phase(phase), code=int(code), enhanced="" if enhanced == "-" else enhanced, text=text)


def examples() -> Iterator[tuple[Rule, str]]:
    for rule in rules().rules:
        for line in rule.examples:
            yield rule, line


@pytest.mark.parametrize(("rule", "line"), list(examples()), ids=lambda value: getattr(value, "id", None))
def test_every_example_is_judged_by_its_own_rule(rule: Rule, line: str) -> None:
    provider = min(rule.providers, default="other")

    assert judge(reply(line), provider=provider).rule == rule.id


def test_every_rule_has_examples_and_a_name_of_its_own() -> None:
    book = rules()

    assert all(rule.examples for rule in book.rules)
    assert len({rule.id for rule in book.rules}) == len(book.rules)
    assert all(re.fullmatch(r"[a-z0-9-]+", rule.id) for rule in book.rules)


def test_rules_name_only_providers_that_exist() -> None:
    book = rules()

    assert {name for rule in book.rules for name in rule.providers} <= set(book.providers)
    assert set(_PROVIDER.values()) == set(book.providers)


def test_what_slows_down_says_for_how_long_and_what_of_it() -> None:
    raw = tomllib.loads(files("digest.delivery").joinpath("replies.toml").read_text(encoding="utf-8"))

    for rule in raw["rule"]:
        slow = rule["action"] == "slow"
        assert ("scope" in rule) == slow, rule["id"]
        assert "rest" in rule if slow else "rest" not in rule or rule["action"] == "later", rule["id"]
        if "providers" in rule and slow:
            assert rule["scope"] == "lane", rule["id"]


def test_every_rule_can_be_reached() -> None:
    """One that states no more than an earlier one would never decide anything."""
    for number, rule in enumerate(rules().rules):
        for earlier in rules().rules[:number]:
            wider = (
                (not earlier.codes or (rule.codes and rule.codes <= earlier.codes))
                and (not earlier.providers or (rule.providers and rule.providers <= earlier.providers))
                and (not earlier.phases or (rule.phases and rule.phases <= earlier.phases))
                and (not earlier.enhanced or set(rule.enhanced) <= set(earlier.enhanced) != set())
                and (not earlier.enhanced or rule.enhanced)
                and (earlier.text is None or earlier.text == rule.text)
                and not earlier.unless_veto
            )
            assert not wider, (rule.id, "never after", earlier.id)


def test_codes_and_enhanced_codes_are_well_formed() -> None:
    for rule in rules().rules:
        assert all(code == 0 or 400 <= code <= 599 for code in rule.codes), rule.id
        assert all(re.fullmatch(r"[45]\.[0-9]{1,3}\.([0-9]{1,3})?", code) for code in rule.enhanced), rule.id


def test_a_mistyped_key_is_an_error() -> None:
    with pytest.raises(ValueError, match="r: unknown keys: provider"):
        _rule({"id": "r", "cause": "c", "action": "later", "provider": ["google"]})


@pytest.mark.parametrize(
    ("line", "minutes"),
    [
        ("rcpt 450 4.2.0 Greylisted, please come back in 00:08:30", 8.5),
        ("rcpt 451 4.7.1 Please try again in 600 seconds", 10),
        ("dot 421 4.3.2 closing, retry after 15 minutes", 15),
        ("rcpt 450 4.7.1 try again later, greylisted for 300 s", 5),
        ("rcpt 450 4.7.1 try again in 9 h", 240),
        ("rcpt 450 4.7.1 try again in 1 second", 0.5),
        ("rcpt 450 4.7.1 greylisted, try again in 60 s", 1),
        ("rcpt 451 4.7.1 greylisting in action", 5),
        ("rcpt 451 4.3.0 local error 30 minutes ago", 0),
        ("dot 554 5.7.1 spam, do not try again within 30 minutes", 0),
    ],
)
def test_a_receiver_that_says_when_to_come_back_is_obeyed(line: str, minutes: float) -> None:
    assert judge(reply(line)).rest == timedelta(minutes=minutes)


def test_an_address_is_suppressed_by_no_temporary_answer() -> None:
    for rule in rules().rules:
        if rule.action is Action.SUPPRESS:
            for code in rule.codes or {450}:
                verdict = judge(Reply(code=450, text="user unknown", phase=Phase.RCPT))
                assert verdict.action is not Action.SUPPRESS, (rule.id, code)


@pytest.mark.parametrize(
    ("line", "provider", "action"),
    [
        ("rcpt 550 5.1.1 No such user", "other", Action.SUPPRESS),
        ("rcpt 450 5.1.1 No such user", "other", Action.SCORE),
        ("rcpt 450 4.1.1 No such user", "other", Action.SCORE),
        ("rcpt 550 5.1.1 User unknown; rejected by Spamhaus", "other", Action.PAUSE),
        ("rcpt 550 5.1.1 Recipient rejected: temporarily deferred", "other", Action.SCORE),
        ("rcpt 550 - mailbox unknown or over quota", "other", Action.SCORE),
        ("dot 421 4.7.28 unusual rate of mail", "google", Action.SLOW),
        ("dot 550 5.2.1 The user is receiving mail too quickly", "google", Action.LATER),
        ("dot 550 5.7.1 Our system detected DKIM failed", "other", Action.PAUSE),
        ("dot 550 5.7.515 Access denied", "microsoft", Action.PAUSE),
        ("dot 550 5.7.515 Access denied", "other", Action.GIVE_UP),
        ("dot 999 - what", "other", Action.GIVE_UP),
    ],
)
def test_answers_seen_in_the_wild(line: str, provider: str, action: Action) -> None:
    assert judge(reply(line), provider=provider).action is action


def test_gmail_wants_ten_minutes_of_rest() -> None:
    verdict = judge(reply("dot 421 4.7.28 unusual rate"), provider="google")

    assert (verdict.rest.total_seconds(), verdict.again, verdict.our_fault) == (600, True, True)


@given(
    code=st.one_of(st.just(0), st.integers(200, 599)),
    enhanced=st.from_regex(r"([245]\.[0-9]{1,3}\.[0-9]{1,3})?", fullmatch=True),
    text=st.text(max_size=200),
    phase=st.sampled_from(list(Phase)),
    provider=st.sampled_from([*rules().providers, "other", ""]),
)
@settings(max_examples=200, deadline=None)
def test_every_failure_gets_a_verdict(
    code: int, enhanced: str, text: str, phase: Phase, provider: str
) -> None:
    verdict = judge(Reply(code=code, enhanced=enhanced, text=text, phase=phase), provider=provider)

    if verdict.action is Action.SUPPRESS:
        assert code >= 500
        assert not verdict.again
    if code < 500 and verdict.action is not Action.GIVE_UP:
        assert verdict.again


@pytest.mark.parametrize("text", ["a" * 1000, "user " * 200, "sending limit " * 70, "spf " * 250])
def test_text_made_to_make_patterns_backtrack_is_judged_like_any_other(text: str) -> None:
    assert judge(Reply(code=550, text=text, phase=Phase.DOT), provider="google").cause


@pytest.mark.parametrize(
    ("server", "provider"),
    [
        ("gmail-smtp-in.l.google.com.", "google"),
        ("harbour-example.mail.protection.outlook.com", "microsoft"),
        ("mta5.am0.yahoodns.net", "yahoo"),
        ("notgoogle.com", ""),
        ("mx.lighthouse.example", ""),
    ],
)
def test_a_provider_is_known_by_its_mail_server(server: str, provider: str) -> None:
    assert provider_of(server) == provider
