"""Roles stand in one order: who may more may also less."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model.account import Actor, Role, account_name
from digest.model.errors import AskedWrongly


def test_each_role_may_what_the_ones_before_it_may() -> None:
    order = [Role.READER, Role.EDITOR, Role.APPROVER, Role.ADMIN]

    for held, role in enumerate(order):
        assert [need for need in order if role.may(need)] == order[: held + 1]


def test_a_person_may_what_the_role_may() -> None:
    assert Actor(name="ida", role=Role.APPROVER).may(Role.EDITOR)
    assert not Actor(name="ida", role=Role.EDITOR).may(Role.APPROVER)


@given(st.text())
def test_a_name_has_one_spelling_and_nothing_that_could_be_read_as_something_else(text: str) -> None:
    try:
        name = account_name(text)
    except AskedWrongly:
        return

    assert account_name(name) == name
    assert not any(sign.isspace() or sign in "<>&\"'/@" for sign in name)


@pytest.mark.parametrize("name", ["", "x", "x" * 33, "ida b", "-ida", "<b>", "ida@post.example", "\u202eadi"])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(AskedWrongly):
        account_name(name)
