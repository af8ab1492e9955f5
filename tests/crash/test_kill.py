"""kill -9, SIGSTOP, refusals in between, two databases: nobody is lost, nobody recorded is mailed twice.

The short form runs with all tests. The long one (`make soak`, or DIGEST_SOAK=20: that many runs of
each kind) sends to 20,000 recipients with 10 crashes a run, and tells at the end what it found.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from crash.judge import Verdict
from crash.newsroom import readers
from crash.runs import Run
from digest.model.digest import UnknownPolicy

pytestmark = pytest.mark.crash

SOAK = int(os.environ.get("DIGEST_SOAK", "0"))
RUNS = SOAK or 1
RECIPIENTS = 20_000 if SOAK else 2_500
CRASHES = 10 if SOAK else 4
WINDOW = 20
MIXED = ("later-1", "never", "later-2", "dataless")
FOUND: dict[str, list[Verdict]] = {}  #: what this process has seen, by kind of run


@pytest.fixture(scope="module", autouse=True)
def told(request: pytest.FixtureRequest) -> Iterator[None]:
    """After the long form, tell what all runs of a kind came to."""
    yield
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        for kind, verdicts in FOUND.items() if SOAK else ():
            print(f"\n{kind}: {summary(verdicts)}")  # noqa: T201


def summary(verdicts: list[Verdict]) -> str:
    crashes = sum(verdict.crashes for verdict in verdicts)
    unknown = sum(len(verdict.unknown) for verdict in verdicts)
    arrived = sum(len(verdict.unknown_but_arrived) for verdict in verdicts)
    twice = sum(len(verdict.twice) for verdict in verdicts)
    words = [
        f"{len(verdicts)} runs of {verdicts[0].recipients:,}, {crashes} crashes",
        f"missed {sum(len(verdict.missed) for verdict in verdicts)}",
        f"sent again though recorded {sum(len(verdict.recorded_again) for verdict in verdicts)}",
        f"accepted twice {twice}, {twice / crashes:.1f} a crash",
        f"unknown {unknown}, {unknown / crashes:.1f} a crash",
    ]
    return ", ".join(words) + (f", {arrived / unknown:.0%} of them accepted" if unknown else "")


def run(folder: Path, number: int, policy: UnknownPolicy, kind: str, **more: object) -> Verdict:
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
    FOUND.setdefault(f"{kind}, {policy}", []).append(verdict)
    print(f"run {number}, {kind}, {policy}: {summary([verdict])}")  # noqa: T201  # seen with -s, or on failure
    assert verdict.recipients == RECIPIENTS
    assert verdict.crashes > 0
    assert verdict.unfinished == 0
    assert verdict.missed == set()
    assert verdict.never_there == set()
    assert verdict.names_differ == set()
    return verdict


@pytest.mark.parametrize("number", range(RUNS))
def test_killed_senders_lose_nobody_and_mail_nobody_twice(tmp_path: Path, number: int) -> None:
    verdict = run(tmp_path, number, UnknownPolicy.HOLD, "kill -9")

    assert verdict.recorded_again == set()
    assert verdict.twice == set()
    assert len(verdict.unknown) <= WINDOW * verdict.crashes


@pytest.mark.parametrize("number", range(RUNS))
def test_with_resend_everybody_gets_it_though_killed_senders_cost_a_few_copies(
    tmp_path: Path, number: int
) -> None:
    verdict = run(tmp_path, number, UnknownPolicy.RESEND, "kill -9")

    assert verdict.recorded_again == set()
    assert verdict.unknown == set()
    assert len(verdict.twice) <= WINDOW * verdict.crashes


@pytest.mark.parametrize("policy", UnknownPolicy)
@pytest.mark.parametrize("number", range(RUNS))
def test_refusals_and_deferrals_in_between_change_nothing_of_that(
    tmp_path: Path, number: int, policy: UnknownPolicy
) -> None:
    mixed = readers(RECIPIENTS, kinds=MIXED)

    verdict = run(tmp_path, number, policy, "kill -9 among refusals", addresses=mixed)

    assert verdict.recorded_again == set()
    assert_within(policy, verdict)


@pytest.mark.parametrize("number", range(RUNS))
def test_a_sender_that_slept_past_its_lease_changes_nothing_any_more(tmp_path: Path, number: int) -> None:
    verdict = run(
        tmp_path, number, UnknownPolicy.HOLD, "SIGSTOP past the lease", lease=0.6, stop_for=1.0, apart=True
    )

    assert len(verdict.recorded_again) <= WINDOW * verdict.crashes
    assert len(verdict.twice) <= WINDOW * verdict.crashes


@pytest.mark.postgres
@pytest.mark.parametrize("policy", UnknownPolicy)
@pytest.mark.parametrize("number", range(RUNS))
def test_it_is_the_same_on_postgresql_with_every_sender_on_a_machine_of_its_own(
    tmp_path: Path, postgres_url: str, number: int, policy: UnknownPolicy
) -> None:
    mixed = readers(RECIPIENTS, kinds=MIXED)

    verdict = run(
        tmp_path, number, policy, "kill -9 on PostgreSQL among refusals",
        addresses=mixed, url=postgres_url, lease=1.0, apart=True,
    )  # fmt: skip

    assert verdict.recorded_again == set()
    assert_within(policy, verdict)


def assert_within(policy: UnknownPolicy, verdict: Verdict) -> None:
    """Check that a crash costs no more than the window: unknown with `hold`, copies with `resend`."""
    most = WINDOW * verdict.crashes
    hold = policy is UnknownPolicy.HOLD
    assert len(verdict.twice) <= (0 if hold else most)
    assert len(verdict.unknown) <= (most if hold else 0)
