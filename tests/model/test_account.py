"""Roles stand in one order: who may more may also less."""

from digest.model.account import Actor, Role


def test_each_role_may_what_the_ones_before_it_may() -> None:
    order = [Role.READER, Role.EDITOR, Role.APPROVER, Role.ADMIN]

    for held, role in enumerate(order):
        assert [need for need in order if role.may(need)] == order[: held + 1]


def test_a_person_may_what_the_role_may() -> None:
    assert Actor(name="ida", role=Role.APPROVER).may(Role.EDITOR)
    assert not Actor(name="ida", role=Role.EDITOR).may(Role.APPROVER)
