"""Everything that can go wrong and has a name.

::

    DigestError                 the root; `exit_code` is what the command line answers
    ├── FileWrong               a file of the newsroom is wrong: mend the lines it lists      (2)
    ├── AskedWrongly            what was asked for cannot be done like that: ask differently  (2)
    │   ├── NotFound            no digest, edition, story or reader of that name
    │   ├── AddressWrong        what was given is no address that mail could be sent to
    │   └── StepForbidden       the edition or subscription is not in a state that allows it
    ├── SourceError             one source failed: skip it this time and say so               (1)
    │   ├── SourceUnreachable   nothing (useful) came back: try again at the next visit
    │   └── SourceUnreadable    something came back, but not stories: an editor should look
    ├── RenderError             the edition cannot become mail: mend template or story        (1)
    ├── PictureUnusable         this picture cannot be used: lay the story out without it     (1)
    ├── RelayUnusable           the relay cannot be used at all: settings or relay are wrong  (1)
    ├── OutsideMissing          a program that is asked for is not here, or does not answer   (1)
    ├── StoreError              the database cannot be used as asked                          (1)
    │   ├── DatabaseNewer       made by a newer version: upgrade the program
    │   └── Fenced              somebody else owns this work now: drop it, start nothing more
    ├── TokenWrong              a signed link is not ours, or is for something else           (1)
    │   └── TokenExpired        a signed link was ours, but its time is over
    ├── SignInRefused           name, password or code are wrong: one answer for all of it        (1)
    │   └── SignInPaused        too many tries: wait, whether or not there is such an account
    ├── WaitingForPerson        nothing is broken, but a person has to decide                 (4)
    └── Busy                    somebody else is doing it: wait, or stop the other one        (5)

A message reads *which thing: what happened: evidence*, in lower case, without a full stop.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar


class DigestError(Exception):
    """Something went wrong that has a name; the message says which thing, what and why."""

    exit_code: ClassVar[int] = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One wrong place in a file, in the form that compilers and editors understand."""

    path: str  #: as the user would write it, relative to the newsroom's folder
    line: int  #: from 1; 0 when the whole file is meant
    column: int  #: from 1; 0 when the whole line is meant
    message: str  #: what is wrong, and what to write instead
    excerpt: str = ""  #: the line itself, to be shown with a caret
    level: str = "error"  #: error or warning

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.path, self.line, self.column) if part)
        return f"{place}: {self.level}: {self.message}"


class FileWrong(DigestError):
    """A file of the newsroom is wrong: mend the lines it lists, nothing was changed."""

    exit_code = 2

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class AskedWrongly(DigestError):
    """What was asked for cannot be done like that: ask differently."""

    exit_code = 2


class NotFound(AskedWrongly):
    """No digest, edition, story or reader of that name; the message says which ones there are."""


class AddressWrong(AskedWrongly):
    """What was given is no address that mail could be sent to; `why` is fit for the person who typed it."""

    def __init__(self, address: str, why: str) -> None:
        super().__init__(f"{address}: not an address that can be mailed: {why}")
        self.address, self.why = address, why


class StepForbidden(AskedWrongly):
    """The edition or subscription is not in a state from which this step is allowed."""

    def __init__(self, thing: str, old: str, new: str) -> None:
        super().__init__(f"{thing}: cannot become {new}: it is {old}")
        self.thing, self.old, self.new = thing, old, new


class SourceError(DigestError):
    """One source failed: skip it this time, say so, and build the edition from the others."""

    def __init__(self, source: str, location: str, why: str) -> None:
        super().__init__(f"{source}: {self._what}: {location}: {why}")
        self.source, self.location, self.why = source, location, why

    _what: ClassVar[str] = "failed"


class SourceUnreachable(SourceError):
    """Nothing useful came back: try again at the next visit."""

    _what = "not reachable"


class SourceUnreadable(SourceError):
    """A source answered, but not with stories: skip it this time and say so."""

    _what = "not readable"


class RenderError(DigestError):
    """The edition cannot become mail: mend the template or the story that is named."""


class PictureUnusable(DigestError):
    """This picture cannot be used: lay the story out without it, and note why."""


class RelayUnusable(DigestError):
    """The relay cannot be used at all: its settings, its certificate or its login are wrong."""


class OutsideMissing(DigestError):
    """A program outside of this one is not here, or does not answer: go on without it, and say so."""

    def __init__(self, program: str, why: str) -> None:
        super().__init__(f"{program}: cannot be used: {why}")
        self.program, self.why = program, why


class StoreError(DigestError):
    """The database cannot be used as asked."""


class DatabaseNewer(StoreError):
    """The database was made by a newer version of the program: upgrade, nothing was touched."""


class Fenced(StoreError):
    """Somebody else owns this work now: drop its results and start nothing more."""


class TokenWrong(DigestError):
    """A signed link is not ours, is damaged, or is for something else."""


class TokenExpired(TokenWrong):
    """A signed link was ours, but its time is over."""


class SignInRefused(DigestError):
    """Name, password or code are wrong, or the account is shut out: one answer for all of it."""


class SignInPaused(SignInRefused):
    """Too many tries: nothing is looked at before `wait` is over, whether or not there is such an account."""

    def __init__(self, wait: timedelta) -> None:
        minutes = max(1, -(-int(wait.total_seconds()) // 60))
        super().__init__(f"too many tries: wait {minutes} minute{'s' * (minutes != 1)}")
        self.wait = wait


class WaitingForPerson(DigestError):
    """Nothing is broken, but a person has to decide before this can go on."""

    exit_code = 4


class Busy(DigestError):
    """Somebody else is doing it: wait, or stop the other one."""

    exit_code = 5
