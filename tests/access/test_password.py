"""Passwords: what is kept, what is refused, and that nobody learns by the clock who has an account."""

import time
import unicodedata
from statistics import median

import pytest
from argon2 import PasswordHasher
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.access.password import LONGEST, SHORTEST, hashed, matches, outdated, weakness

GOOD = "nine herons over the mill"


def test_a_password_opens_what_it_was_kept_as_and_nothing_else_does() -> None:
    stored = hashed(GOOD)

    assert matches(stored, GOOD)
    assert not matches(stored, GOOD + " ")
    assert GOOD not in stored
    assert stored.startswith("$argon2id$")


def test_the_same_password_is_kept_differently_each_time() -> None:
    assert hashed(GOOD) != hashed(GOOD)


def test_a_password_is_the_same_from_every_keyboard() -> None:
    assert matches(hashed("Zwölf Störche am Deich"), "Zwo\u0308lf Sto\u0308rche am Deich")


def test_without_an_account_no_password_is_right() -> None:
    assert not matches("", GOOD)
    assert not matches("", "")


def test_a_hash_of_other_costs_still_opens_and_is_to_be_made_anew() -> None:
    cheap = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(GOOD)

    assert matches(cheap, GOOD)
    assert outdated(cheap)
    assert not outdated(hashed(GOOD))


def test_a_name_that_is_not_there_costs_what_a_wrong_password_costs() -> None:
    stored = hashed(GOOD)

    def cost(kept: str) -> float:
        start = time.thread_time()
        matches(kept, "wrong")
        return time.thread_time() - start

    cost(""), cost(stored)
    pairs = [(cost(""), cost(stored)) for _ in range(9)]

    absent, wrong = median(a for a, _ in pairs), median(b for _, b in pairs)
    assert 0.5 < absent / wrong < 2  # one hash each; without the decoy this would be a thousandth


@pytest.mark.parametrize(
    "obvious",
    [
        "short", "elevenchars", "aaaaaaaaaaaaaaaa", "123456789012345", "passwordpassword", "Password12345",
        "qwertyuiop123", "abcdefghijklmnop", "idaidaidaidaida", "LarkmoorGazette1", "ida@gazette.example",
        "x" * (LONGEST + 1),
    ],
)  # fmt: skip
def test_what_anybody_would_try_first_is_refused(obvious: str) -> None:
    assert weakness(obvious, known=("ida", "ida@gazette.example", "The Larkmoor Gazette"))


@pytest.mark.parametrize(
    "good", [GOOD, "correct horse battery staple", "三只白鹭飞过老磨坊的屋顶上面", "k3#Vq9!tLw2z"]
)
def test_anything_else_of_twelve_characters_will_do(good: str) -> None:
    assert weakness(good, known=("ida", "ida@gazette.example", "The Larkmoor Gazette")) == ""


@given(st.text(max_size=SHORTEST - 1))
def test_nothing_shorter_will_do(text: str) -> None:
    assert weakness(text)


@settings(max_examples=5, deadline=None)
@given(st.text(min_size=1, max_size=60), st.text(min_size=1, max_size=60))
def test_only_the_password_itself_opens(one: str, other: str) -> None:
    same = unicodedata.normalize("NFKC", one) == unicodedata.normalize("NFKC", other)
    assert matches(hashed(one), other) is same
