"""What came of the visits to a source, and what makes the next one cheap."""

from datetime import timedelta

from digest.model.finding import Finding, Level
from digest.store.engine import Store
from digest.store.visits import (
    KEPT,
    Bookmark,
    Visit,
    bookmarks,
    last_good_visits,
    last_visits,
    record_visit,
    set_bookmarks,
    visits,
)
from store.samples import NOW

FEED = "https://harbour.example/city.rss"
MINUTE = timedelta(minutes=1)


def test_a_bookmark_is_kept_replaced_and_forgotten(any_store: Store) -> None:
    first = Bookmark(etag='W/"1"', last_modified="Mon, 23 Nov 2026 05:00:00 GMT")
    moved = Bookmark(etag='W/"2"', moved_to="https://harbour.example/feed")
    with any_store.write() as connection:
        set_bookmarks(connection, {FEED: first, FEED + "?2": first}, now=NOW)
        set_bookmarks(connection, {FEED: moved, FEED + "?2": Bookmark()}, now=NOW)

        assert bookmarks(connection, [FEED, FEED + "?2", FEED + "?3"]) == {FEED: moved}


def test_the_last_visit_and_the_last_good_one_are_known_for_each_source(any_store: Store) -> None:
    good = Visit(source="city", at=NOW, ok=True, new=3, updated=1, same=20)
    bad = Visit(
        source="city",
        at=NOW + MINUTE,
        ok=False,
        why="not reachable: 503\0",
        findings=(Finding(level=Level.WARNING, code="no-time", message="no time", where="line 3"),),
    )
    with any_store.write() as connection:
        for visit in (good, bad, Visit(source="wire", at=NOW, ok=False, why="no such folder")):
            record_visit(connection, visit)

        last = last_visits(connection)
        assert set(last) == {"city", "wire"}
        assert (last["city"].ok, last["city"].findings) == (False, bad.findings)
        assert last["city"].why == "not reachable: 503\N{REPLACEMENT CHARACTER}"
        assert last_good_visits(connection) == {"city": NOW}
        assert visits(connection, "city", limit=1) == [last["city"]]
        assert visits(connection, "city")[1] == good


def test_only_the_last_visits_of_a_source_are_kept(store: Store) -> None:
    with store.write() as connection:
        record_visit(connection, Visit(source="wire", at=NOW, ok=True))
        for number in range(KEPT + 3):
            record_visit(connection, Visit(source="city", at=NOW + number * MINUTE, ok=True))

        kept = visits(connection, "city", limit=KEPT + 10)
        assert [kept[0].at, kept[-1].at] == [NOW + (KEPT + 2) * MINUTE, NOW + 3 * MINUTE]
        assert len(visits(connection, "wire")) == 1
