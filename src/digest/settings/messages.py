"""How a wrong file is told to the person who wrote it: words, suggestions, the caret.

Nothing here knows a key of the schedule; it knows how to say that one is wrong.
"""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from digest.model.errors import Problem
from digest.model.text import fold


class Unreadable(ValueError):
    """A value is not written in a way that is understood.

    `message` says what is wrong and what to write instead; `at` is the number of characters
    of the value that stand before the wrong place.
    """

    def __init__(self, message: str, at: int = 0) -> None:
        super().__init__(message)
        self.message, self.at = message, at


def closest(word: str, known: Iterable[str]) -> str | None:
    """Return the one of `known` that was most likely meant by `word`, or None.

    Case, accents, blanks, hyphens and underscores make no difference.
    """
    folded: dict[str, str] = {}
    for name in known:
        folded.setdefault(_bare(name), name)
    bare = _bare(word)
    if bare in folded:
        return folded[bare]
    matches = get_close_matches(bare, folded, n=1, cutoff=0.66)
    return folded[matches[0]] if matches else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `; did you mean "x"?`, or nothing when no known word is near."""
    near = closest(word, known)
    return f'; did you mean "{near}"?' if near is not None else ""


def listed(words: Sequence[str], last: str = "or") -> str:
    """Return `a, b or c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"


def shown(problem: Problem) -> str:
    """Return a problem as a compiler would print it: the place, the line, and a caret below it."""
    if not (problem.excerpt and problem.line):
        return str(problem)
    number = f"{problem.line:>5} | "
    lines = [str(problem), f"{number}{problem.excerpt}"]
    if problem.column:
        before = problem.excerpt[: problem.column - 1]
        blank = "".join(character if character == "\t" else " " for character in before)
        lines.append(f"{' ' * (len(number) - 2)}| {blank}^")
    return "\n".join(lines)


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return problems sorted by file, line and column, without repeats."""
    unique = dict.fromkeys(problems)
    return tuple(sorted(unique, key=lambda p: (p.path, p.line, p.column, p.level, p.message)))


def _bare(word: str) -> str:
    return fold(word).replace("_", "").replace("-", "").replace(" ", "")
