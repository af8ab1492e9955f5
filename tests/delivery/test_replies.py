"""The rule file holds what it promises, and judges answers as a postmaster would."""

import re
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.audience.provider import _PROVIDER
from digest.delivery.replies import Action, Rule, judge, provider_of, rules
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


def test_only_a_slowed_lane_rests() -> None:
    for rule in rules().rules:
        assert (rule.action is Action.SLOW) == bool(rule.rest), rule.id


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
