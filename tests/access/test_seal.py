"""What is sealed is read with the newsroom's keys only, for its own purpose only."""

import pytest

from digest.access.seal import seal, unseal
from digest.model.errors import TokenWrong

OLD, NEW = b"o" * 32, b"n" * 32


def test_what_is_sealed_can_be_read_after_the_key_has_been_changed() -> None:
    sealed = seal("the secret", purpose="codes", keys=[OLD])

    assert "secret" not in sealed
    assert unseal(sealed, purpose="codes", keys=[NEW, OLD]) == "the secret"


@pytest.mark.parametrize(("purpose", "keys"), [("codes", [NEW]), ("other", [OLD])])
def test_it_is_read_neither_with_another_key_nor_for_another_purpose(purpose: str, keys: list[bytes]) -> None:
    sealed = seal("the secret", purpose="codes", keys=[OLD])

    with pytest.raises(TokenWrong):
        unseal(sealed, purpose=purpose, keys=keys)
