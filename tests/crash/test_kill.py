"""kill -9, SIGSTOP, refusals in between, two databases: nobody is lost, nobody recorded is mailed twice.

The short form runs with all tests; `make soak` (DIGEST_SOAK=1) runs 20 runs of 20,000 recipients
with 10 crashes each and prints what it found.
"""

import os
from pathlib import Path

import pytest

from crash.judge import Verdict
from crash.newsroom import readers
from crash.runs import Run
from digest.model.digest import UnknownPolicy

pytestmark = pytest.mark.crash

SOAK = bool(os.environ.get("DIGEST_SOAK"))
RUNS = 20 if SOAK else 1
RECIPIENTS = 20_000 if SOAK else 2_500
CRASHES = 10 if SOAK else 4
WINDOW = 20
MIXED = ("later-1", "never", "later-2", "dataless")


def run(folder: Path, number: int, policy: UnknownPolicy, **more: object) -> Verdict:
    """Do one run on SQLite, print it, and check what holds for all of them."""
    values: dict[str, object] = {
        "url": f"sqlite:///{folder / 'digest.db'}",
        "folder": folder,
        "addresses": readers(RECIPIENTS),
        "crashes": CRASHES,
        "policy": policy,
        "seed": number,
    }
    verdict = Run(**(values | more)).judged()  # type: ignore[arg-type]  # a test names any field
    report(number, policy, verdict)
    assert verdict.recipients == RECIPIENTS
    assert verdict.crashes > 0
    assert verdict.unfinished == 0
    assert verdict.missed == set()
    assert verdict.never_there == set()
    assert verdict.names_differ == set()
    return verdict


def report(number: int, policy: UnknownPolicy, verdict: Verdict) -> None:
    """Say what a run found; pytest shows it with -s, and always in the long form's log."""
    unknown, arrived = len(verdict.unknown), len(verdict.unknown_but_arrived)
    print(  # noqa: T201
        f"run {number} {policy}: {verdict.recipients} recipients, {verdict.crashes} crashes, "
        f"missed {len(verdict.missed)}, "
        f"recorded and sent again {len(verdict.recorded_again)}, accepted twice {len(verdict.twice)}, "
        f"unknown {unknown}, of them accepted {arrived}"
    )


@pytest.mark.parametrize("number", range(RUNS))
def test_killed_senders_lose_nobody_and_mail_nobody_twice(tmp_path: Path, number: int) -> None:
    verdict = run(tmp_path, number, UnknownPolicy.HOLD)

    assert verdict.recorded_again == set()
    assert verdict.twice == set()
    assert len(verdict.unknown) <= WINDOW * verdict.crashes


@pytest.mark.parametrize("number", range(RUNS))
def test_with_resend_everybody_gets_it_though_killed_senders_cost_a_few_copies(
    tmp_path: Path, number: int
) -> None:
    verdict = run(tmp_path, number, UnknownPolicy.RESEND)

    assert verdict.recorded_again == set()
    assert verdict.unknown == set()
    assert len(verdict.twice) <= WINDOW * verdict.crashes


@pytest.mark.parametrize("number", range(RUNS))
def test_refusals_and_deferrals_in_between_change_nothing_of_that(tmp_path: Path, number: int) -> None:
    verdict = run(tmp_path, number, UnknownPolicy.HOLD, addresses=readers(RECIPIENTS, kinds=MIXED))

    assert verdict.recorded_again == set()
    assert verdict.twice == set()
    assert len(verdict.unknown) <= WINDOW * verdict.crashes


@pytest.mark.parametrize("number", range(RUNS))
def test_a_sender_that_slept_past_its_lease_changes_nothing_any_more(tmp_path: Path, number: int) -> None:
    verdict = run(tmp_path, number, UnknownPolicy.HOLD, lease=0.6, stop_for=1.0, apart=True)

    assert len(verdict.recorded_again) <= WINDOW * verdict.crashes
    assert len(verdict.twice) <= WINDOW * verdict.crashes


@pytest.mark.postgres
@pytest.mark.parametrize("policy", UnknownPolicy)
@pytest.mark.parametrize("number", range(RUNS))
def test_it_is_the_same_on_postgresql_with_every_sender_on_a_machine_of_its_own(
    tmp_path: Path, postgres_url: str, number: int, policy: UnknownPolicy
) -> None:
    verdict = run(tmp_path, number, policy, url=postgres_url, lease=1.0, apart=True)

    assert verdict.recorded_again == set()
    assert len(verdict.twice) <= (0 if policy is UnknownPolicy.HOLD else WINDOW * verdict.crashes)
    assert len(verdict.unknown) <= (WINDOW * verdict.crashes if policy is UnknownPolicy.HOLD else 0)
