"""Let the database hear what the opt-out file knows and it does not.

Done at start-up, before an import, after a restore, and whenever the file has grown: a no that
was only appended, because the database was busy or the machine died, arrives here. Words that
were heard before change nothing.
"""

from dataclasses import dataclass

from digest.audience.optouts import OptOuts
from digest.model.errors import StoreError
from digest.model.finding import Finding
from digest.store.engine import Store
from digest.store.roster import words

#: Bytes of the file that are taken in at once.
_PIECE = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What a replay found."""

    sayings: int  #: that the database had not read yet
    findings: tuple[Finding, ...] = ()


def replay(store: Store, opt_outs: OptOuts) -> Replayed:
    """Read on in the opt-out file from where this database stopped, to its end.

    Costs one look at the file's size and one query when there is nothing new.

    Raises:
        StoreError: none of our keys is the one that the file was made with, so nobody would be
            recognised in it; sending must not go on.
    """
    if opt_outs.size() == 0:
        return Replayed(sayings=0)
    if opt_outs.key_fits() is False:
        raise StoreError(
            f"{opt_outs.path}: was made with another key: put the newsroom's own key back into secrets.env"
        )
    file, count = opt_outs.identity(), 0
    findings: list[Finding] = []
    with store.read() as connection:
        start = words.replayed(connection, file)
    if start > opt_outs.size():
        start = 0  # a shorter copy was put in its place
    while start < opt_outs.size():
        tail = opt_outs.read(start, most=_PIECE)
        findings.extend(tail.findings)
        if tail.end == start:
            break
        with store.write() as connection:
            words.hear(connection, tail.sayings)
            words.mark_replayed(connection, file, tail.end)
        count += len(tail.sayings)
        start = tail.end
    return Replayed(sayings=count, findings=tuple(findings))
