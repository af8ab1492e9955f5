"""What it costs to sign in, and to be signed in: Argon2id beside OWASP's least, and the session's look-up.

    python bench/signing_in.py [--json]

The least disturbed of several rounds counts; CPU time, one core.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from argon2 import PasswordHasher

from digest.access.password import hashed, matches
from digest.flows import accounts
from digest.flows.signing_in import Browser, sign_in, who_is
from digest.store.engine import open_store

PASSWORD = "nine herons over the mill"
NOW = datetime(2026, 11, 23, 6, 40, tzinfo=UTC)


def least(act: Callable[[], object], *, rounds: int, times: int = 1) -> float:
    """Return the CPU milliseconds of one `act` in the least disturbed round."""
    best = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        for _ in range(times):
            act()
        best = min(best, (time.process_time() - start) / times)
    return best * 1000


def measure() -> dict[str, float]:
    """Return the milliseconds of each, by name."""
    owasp = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
    lowest, ours = owasp.hash(PASSWORD), hashed(PASSWORD)
    with tempfile.TemporaryDirectory() as folder:
        with open_store(f"sqlite:///{Path(folder) / 'digest.db'}", now=NOW) as store:
            keys, browser = [b"k" * 32], Browser(address="192.0.2.7")
            accounts.add(store, name="ida", email="", role=None, who="bench", now=NOW)
            accounts.set_password(
                store, "ida", password=PASSWORD, newsroom="", who="bench", keys=keys, now=NOW
            )

            def enter() -> str:
                ticket = sign_in(store, name="ida", password=PASSWORD, browser=browser, keys=keys, now=NOW)
                return ticket.token

            token = enter()
            return {
                "OWASP's least (19 MiB, 2 passes)": least(lambda: owasp.verify(lowest, PASSWORD), rounds=9),
                "a password of ours (32 MiB, 2 passes)": least(lambda: matches(ours, PASSWORD), rounds=9),
                "a name that is not there": least(lambda: matches("", PASSWORD), rounds=9),
                "signing in, with everything": least(enter, rounds=9),
                "being signed in, each request": least(
                    lambda: who_is(store, token, now=NOW), rounds=9, times=200
                ),
            }


def main() -> None:
    """Print the table, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    found = measure()
    if parser.parse_args().json:
        print(json.dumps(found, indent=2))
        return
    for name, milliseconds in found.items():
        print(f"{name:<40} {milliseconds:8.2f} ms CPU")


if __name__ == "__main__":
    main()
