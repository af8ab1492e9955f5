"""What a test needs beyond Python: asked for here, so that a skip is always told and can be forbidden.

`DIGEST_TEST_REQUIRE=all` (or a list of names, joined by commas) turns a skip for want of that
thing into a failure: a run that must prove everything can't pass by not looking.
"""

import os
import shutil

import pytest


def require(name: str, *, present: bool | None = None, how: str = "") -> str:
    """Go on if `name` is there; otherwise skip the test, or fail where the environment forbids skipping.

    Args:
        name: what is needed: a program that is looked for on the path, or any name.
        present: whether it is there, where that is no question of the path.
        how: how to get it, for the message.

    Returns:
        the program's path; `name` itself when `present` was given.
    """
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin:/usr/lib/postfix/sbin")
    if present if present is not None else found:
        return name if present is not None else str(found)
    message = f"needs {name}, which is not here: {how or f'apt install {name}'}"
    wanted = {word.strip() for word in os.environ.get("DIGEST_TEST_REQUIRE", "").split(",")}
    if wanted & {"all", name}:
        pytest.fail(f"{message} (DIGEST_TEST_REQUIRE forbids to skip)", pytrace=False)
    pytest.skip(message)
