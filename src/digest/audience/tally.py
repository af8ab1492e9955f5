"""What an import will do, or has done: counted while it runs, told in lines for a person or as JSON."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from digest.audience.layout import Layout
from digest.audience.plan import Decision, Verdict
from digest.audience.row import Row
from digest.audience.suspicions import Suspicion
from digest.model.errors import Problem

#: How many problems and examples are kept; all are counted.
KEPT = 1_000
_SHOWN = 3


@dataclass(kw_only=True)
class Tally:
    """A running count; memory is bounded whatever the size of the list."""

    path: str
    layout: Layout
    number: int = 0  #: of the import; 0 while it is only a plan
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    suspicions: Counter[Suspicion] = field(default_factory=Counter)
    unconfirmed: int = 0  #: of the new ones
    errors: int = 0  #: lines that are no row
    warnings: int = 0
    problems: list[Problem] = field(default_factory=list)  #: the first KEPT
    examples: dict[str, list[str]] = field(default_factory=dict)  #: by verdict or suspicion

    def add(self, row: Row, decision: Decision) -> None:
        """Count what was decided about `row`."""
        self.verdicts[decision.verdict] += 1
        if decision.asks:
            self.unconfirmed += 1
        if decision.verdict in (Verdict.LEFT_ALONE, Verdict.SUPPRESSED):
            self._example(decision.verdict, f"{row.address.email}, line {row.line}")
        for suspicion in row.address.warnings:
            self.suspicions[suspicion] += 1
            self._example(suspicion, f"{row.address.email}, line {row.line}")

    def duplicate(self, row: Row, first: int) -> None:
        """Count a row whose address stood on line `first`."""
        self.verdicts[Verdict.DUPLICATE] += 1
        self._example(Verdict.DUPLICATE, f"{row.address.email}, lines {first} and {row.line}")

    def problem(self, problem: Problem) -> None:
        """Count a line that is wrong, or a value that was left out."""
        if problem.level == "error":
            self.errors += 1
        else:
            self.warnings += 1
        if len(self.problems) < KEPT:
            self.problems.append(problem)

    @property
    def changes(self) -> bool:
        """Whether there is anything to apply."""
        return any(self.verdicts[verdict] for verdict in (Verdict.NEW, Verdict.CHANGED, Verdict.LOWERED))

    def counts(self) -> dict[str, int]:
        """Return the counts by name, for the import's record and for JSON."""
        return {
            **{str(verdict): self.verdicts[verdict] for verdict in Verdict},
            "unconfirmed": self.unconfirmed,
            "not usable": self.errors,
            "warnings": self.warnings,
        }

    def as_json(self) -> dict[str, Any]:
        """Return everything, for programs."""
        return {
            "format": 1,
            "file": self.path,
            "import": self.number or None,
            "counts": self.counts(),
            "suspicions": {str(suspicion): count for suspicion, count in self.suspicions.items()},
            "attributes": list(self.layout.kept),
            "left_out": list(self.layout.left_out),
            "problems": [
                {"line": problem.line, "level": problem.level, "message": problem.message}
                for problem in self.problems
            ],
        }

    def _example(self, kind: str, words: str) -> None:
        some = self.examples.setdefault(str(kind), [])
        if len(some) < _SHOWN:
            some.append(words)


_WORDS: tuple[tuple[Verdict, str, str], ...] = (
    (Verdict.LEFT_ALONE, "left alone", "they unsubscribed"),
    (Verdict.SUPPRESSED, "left alone", "their address is suppressed"),
    (Verdict.LOWERED, "will leave", "the file says that they left, bounced or complained"),
    (Verdict.DUPLICATE, "repeated", "the first row of an address counts"),
)
_DOUBTS = {
    Suspicion.ROLE: "role accounts",
    Suspicion.DISPOSABLE: "throw-away addresses",
    Suspicion.MISTYPED: "probably mistyped",
    Suspicion.MIXED_SCRIPTS: "letters that look alike from two alphabets",
    Suspicion.NEEDS_SMTPUTF8: "need a relay with SMTPUTF8",
}


def in_lines(tally: Tally) -> list[str]:
    """Return the plan in lines for a person: what is new first, what needs a look after."""
    counts = tally.verdicts
    head = " · ".join(
        f"{counts[verdict]:,} {words}"
        for verdict, words in (
            (Verdict.NEW, "new"), (Verdict.CHANGED, "changed"), (Verdict.SAME, "the same")
        )
    )  # fmt: skip
    lines = [f"  {head}"]
    for verdict, word, why in _WORDS:
        if counts[verdict]:
            lines.append(
                f"  {counts[verdict]:>6,} {word:<11} {why}{_examples(tally, verdict, counts[verdict])}"
            )
    if tally.errors:
        shown = [str(problem.line) for problem in tally.problems if problem.level == "error"][:5]
        more = ", …" if tally.errors > len(shown) else ""
        where = f"line{'s' * (tally.errors > 1)} {', '.join(shown)}{more}"
        lines.append(f"  {tally.errors:>6,} {'not usable':<11} {where}")
    for suspicion, count in tally.suspicions.most_common():
        lines.append(f"  {count:>6,} to look at  {_DOUBTS[suspicion]}{_examples(tally, suspicion, count)}")
    lines += _notes(tally)
    return lines


def _notes(tally: Tally) -> list[str]:
    notes = []
    if tally.unconfirmed:
        who = "1 new person has" if tally.unconfirmed == 1 else f"{tally.unconfirmed:,} new people have"
        notes.append(f"  {who} no consent_at and consent_source: each gets one letter that asks to confirm.")
    if tally.layout.kept:
        notes.append(f"  kept as attributes: {_listed(tally.layout.kept)}")
    if tally.layout.left_out:
        notes.append(f"  left out: {_listed(tally.layout.left_out)}")
    return notes


def _examples(tally: Tally, kind: str, count: int) -> str:
    some = tally.examples.get(str(kind), [])
    return f" ({'; '.join(some)}{'; …' if count > len(some) else ''})" if some else ""


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
