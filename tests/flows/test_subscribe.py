"""A no is never taken back by a machine: any sequence of steps, with restores of old databases."""

import shutil
import sqlite3
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from audience.builders import digest
from digest.audience.address import normalise
from digest.audience.optouts import OptOuts
from digest.flows.importing import Listing, apply
from digest.flows.sending.means import Heading
from digest.flows.sign_up import Wish, sign_up
from digest.flows.subscribe import come_back, confirm, forget, one_click, stop, unsubscribe
from digest.flows.subscribe_gate import ListeningGate
from digest.flows.subscribe_letters import Letters
from digest.flows.subscribe_replay import replay
from digest.model.consent import refuses, stopped_by, word_on
from digest.model.digest import Newsroom
from digest.model.errors import AskedWrongly, NotFound
from digest.model.subscriber import EVERYTHING, Saying, SuppressionReason, Word
from digest.store.engine import open_store
from digest.store.roster import evidence, people, undoing
from digest.store.roster.audience import audience
from digest.wiring import bundled

PEOPLE = ["ada@post.example", "bob@post.example"]
IDS = ("morning", "film", "weekend", "city", "sport", "helg")
DIGESTS = tuple(map(digest, IDS))
NAMES = st.sampled_from(IDS)
WHO = st.sampled_from([PEOPLE[0], PEOPLE[0], PEOPLE[1]])

SCOPES = st.sampled_from(["morning", EVERYTHING, EVERYTHING])
REASONS = st.sampled_from([SuppressionReason.COMPLAINT, SuppressionReason.HARD_BOUNCE])
STATUS = st.sampled_from(["", "", "", "", "unsubscribed", "bounced"])
ROWS = st.lists(st.tuples(WHO, NAMES, st.booleans(), STATUS), min_size=1, max_size=2)


class Roster(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.now = datetime(2026, 1, 1, tzinfo=UTC)
        self.opt_outs = OptOuts(self.folder / "opt-outs.jsonl", [b"k" * 32])
        self.store = open_store(f"sqlite:///{self.folder / 'digest.db'}")
        self.letters = Letters(
            newsroom=Newsroom(name="N", pages="https://n.example"), digests=DIGESTS,
            folders=(bundled() / "templates",), nonce=lambda name: "nabc",
        )  # fmt: skip
        self.asked: dict[tuple[str, str], datetime] = {}
        self.said: dict[str, list[Saying]] = {who: [] for who in PEOPLE}
        self.backups = 0
        self.numbers: list[int] = []
        self.enlisted: list[tuple[str, list[int]]] = []  #: what the ledger holds: digest, readers
        self.saved: list[list[tuple[str, list[int]]]] = []  #: the same, in each backup

    def teardown(self) -> None:
        self.store.close()
        self.opt_outs.close()
        shutil.rmtree(self.folder)

    def tick(self) -> datetime:
        self.now += timedelta(hours=7)
        return self.now

    def id_of(self, who: str) -> int:
        with self.store.read() as connection:
            held = people.find(connection, who)
        return held.subscriber.id if held else 0

    def heard(self, who: str, word: Word, scope: str) -> None:
        self.said[who].append(Saying(at=self.now, who="x", scope=scope, word=word, source=""))

    @initialize(name=NAMES)
    def begin_with_a_reader(self, name: str) -> None:
        self.import_([(PEOPLE[0], name, True, "")], False)

    @rule(who=WHO, name=NAMES)
    def sign_up(self, who: str, name: str) -> None:
        now = self.tick()
        wish = Wish(address=normalise(who), digests=(name,))
        sign_up(self.store, self.opt_outs, self.letters, wish, source="page", now=now)
        with self.store.read() as connection:
            request = evidence.requested(connection, self.id_of(who)).get(name)
        if request is not None:
            self.asked[who, name] = request.at

    @rule(who=WHO, name=NAMES)
    def confirm(self, who: str, name: str) -> None:
        now = self.tick()
        try:
            done = confirm(self.store, self.opt_outs, self.id_of(who), (name,), now=now)
        except NotFound:
            return
        for scope in done.digests:
            last = word_on(scope, self.said[who])
            if last is not None and last.word is Word.NO:
                asked = self.asked.get((who, scope))
                assert asked is not None, ("an old letter is no new yes", who, scope, self.said[who])
                assert asked > last.at, ("an old letter is no new yes", who, scope, self.said[who])
            if not done.before:
                self.heard(who, Word.YES, scope)

    @rule(
        who=WHO,
        scope=st.sampled_from(["morning", EVERYTHING, EVERYTHING]),
        way=st.booleans(),
        late=st.booleans(),
    )
    def leave(self, who: str, scope: str, way: bool, late: bool) -> None:
        now = self.tick()
        if way:
            left: object = one_click(self.store, self.opt_outs, self.id_of(who), scope, now=now)
            if not late:
                replay(self.store, self.opt_outs)
        else:
            left = unsubscribe(self.store, self.opt_outs, self.id_of(who), scope, source="page", now=now)
        if left:
            self.heard(who, Word.NO, scope)

    @rule(who=WHO, scope=st.sampled_from(["morning", EVERYTHING]))
    def undo_leaving(self, who: str, scope: str) -> None:
        now = self.tick()
        replay(self.store, self.opt_outs)
        try:
            for name in come_back(self.store, self.opt_outs, self.id_of(who), scope, source="page", now=now):
                self.heard(who, Word.YES, name)
        except NotFound:
            pass

    @rule(who=st.just(PEOPLE[1]))
    def erase(self, who: str) -> None:
        now = self.tick()
        if forget(self.store, self.opt_outs, self.id_of(who), source="page", now=now):
            self.heard(who, Word.NO, EVERYTHING)
            self.heard(who, Word.NO, "@erased")

    @rule(
        who=st.just(PEOPLE[1]),
        reason=st.sampled_from([SuppressionReason.COMPLAINT, SuppressionReason.HARD_BOUNCE]),
    )
    def bounce(self, who: str, reason: SuppressionReason) -> None:
        stop(self.store, self.opt_outs, who, reason, source="report", now=self.tick())
        self.heard(who, Word.NO, f"@{reason}")

    @rule(rows=ROWS, additions=st.booleans())
    def import_(self, rows: list[tuple[str, str, bool, str]], additions: bool) -> None:
        path = self.folder / "list.csv"
        lines = ["email,digests,consent_at,consent_source,status"]
        lines += [f"{who},{d},{'2025-12-01,paper' if yes else ','},{status}" for who, d, yes, status in rows]
        path.write_text("\n".join(lines))
        listing = Listing(path=path, name="l", digests=DIGESTS, additions_only=additions)
        tally = apply(self.store, self.opt_outs, listing, now=self.tick())
        self.numbers.append(tally.number)

    @rule(data=st.data())
    def undo_import(self, data: st.DataObject) -> None:
        if self.numbers:
            number = data.draw(st.sampled_from(self.numbers))
            try:
                with self.store.write() as connection:
                    undoing.undo(connection, number)
            except AskedWrongly:
                pass

    @rule()
    def publish(self) -> None:
        """Enlist the readers of every digest that has some."""
        with self.store.read() as connection:
            found = [(name, [one for one, _ in audience(connection, name)]) for name in IDS]
        self.enlisted += [(name, ids) for name, ids in found if ids]

    @rule(data=st.data(), leaver=st.sampled_from([None, *PEOPLE]), scope=SCOPES)
    def send(self, data: st.DataObject, leaver: str | None, scope: str) -> None:
        """Send what was enlisted, however long ago, while somebody leaves without the database's knowing."""
        self.publish()
        if not self.enlisted:
            return
        name, ids = data.draw(st.sampled_from(self.enlisted[::-1]))  # the newest first
        gate = ListeningGate(self.opt_outs)
        if leaver and one_click(self.store, self.opt_outs, self.id_of(leaver), scope, now=self.tick()):
            self.heard(leaver, Word.NO, scope)
        with self.store.write() as connection:
            barred = gate(connection, Heading(1, f"{name}/2026-01-01", name, "edition"), ids)
            found = people.get_many(connection, [one for one in ids if one not in barred])
        for reader in found.values():
            assert not refuses(name, self.said[reader.key]), ("mailed", reader.key, name)
            assert stopped_by(self.said[reader.key]) is None, ("mailed", reader.key, name)

    @rule()
    def backup(self) -> None:
        self.backups += 1
        self.saved.append(list(self.enlisted))
        db = sqlite3.connect(self.folder / "digest.db")
        db.execute("VACUUM INTO ?", (str(self.folder / f"backup{self.backups}.db"),))
        db.close()

    @rule(data=st.data())
    def restore(self, data: st.DataObject) -> None:
        if not self.backups:
            return
        number = data.draw(st.integers(1, self.backups))
        self.enlisted = list(self.saved[number - 1])
        self.store.close()
        for suffix in ("-wal", "-shm"):
            (self.folder / f"digest.db{suffix}").unlink(missing_ok=True)
        shutil.copy(self.folder / f"backup{number}.db", self.folder / "digest.db")
        self.store = open_store(f"sqlite:///{self.folder / 'digest.db'}")
        replay(self.store, self.opt_outs)

    @invariant()
    def nobody_whose_newest_own_word_is_no_is_mailed(self) -> None:
        replay(self.store, self.opt_outs)  # what the gate does before each group
        with self.store.read() as connection:
            for name in IDS:
                ids = [subscriber for subscriber, _ in audience(connection, name)]
                mailed = {one.key for one in people.get_many(connection, ids).values()}
                for who in mailed:
                    assert not refuses(name, self.said[who]), (who, name, self.said[who])
                    assert stopped_by(self.said[who]) is None, (who, name, self.said[who])


TestRules = Roster.TestCase
TestRules.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
