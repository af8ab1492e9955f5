"""Who works at the desk, and what each may do there."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What an editor may do; each role may do all that the ones before it may."""

    READER = "reader"  #: sees the desk, changes nothing
    EDITOR = "editor"  #: changes editions and sends test copies
    APPROVER = "approver"  #: approves, sends, overrides a blocker
    ADMIN = "admin"  #: looks after accounts and readers

    def may(self, need: "Role") -> bool:
        """Whether this role is enough for what asks for `need`."""
        return _ORDER.index(self) >= _ORDER.index(need)


_ORDER = tuple(Role)


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A person at the desk: the name stands in every history line, the role decides what is allowed."""

    name: str
    role: Role

    def may(self, need: Role) -> bool:
        """Whether this person may do what asks for `need`."""
        return self.role.may(need)
