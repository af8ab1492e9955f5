"""Which pictures there are, and which ones could not be had."""

from datetime import timedelta

from digest.store.engine import Store
from digest.store.pictures import StoredPicture, picture_named, pictures, record_pictures
from store.samples import NOW

QUAY = StoredPicture(
    url="https://harbour.example/quay.jpg",
    at=NOW,
    name="9f2c.jpg",
    content_type="image/jpeg",
    width=1200,
    height=800,
    size=90_000,
)
LOST = StoredPicture(url="https://harbour.example/lost.jpg", at=NOW, why="404 not found")


def test_pictures_and_failures_are_remembered(any_store: Store) -> None:
    with any_store.write() as connection:
        record_pictures(connection, [QUAY, LOST])

        found = pictures(connection, [QUAY.url, LOST.url, "https://harbour.example/new.jpg"])

        assert found == {QUAY.url: QUAY, LOST.url: LOST}
        assert [picture.usable for picture in found.values()].count(True) == 1
        assert picture_named(connection, "9f2c.jpg") == QUAY
        assert picture_named(connection, "") is None
        assert picture_named(connection, "../secrets.env") is None


def test_a_failure_does_not_take_away_the_picture_there_is(any_store: Store) -> None:
    later = NOW + timedelta(hours=1)
    with any_store.write() as connection:
        record_pictures(connection, [QUAY, LOST])

        record_pictures(
            connection,
            [
                StoredPicture(url=QUAY.url, at=later, why="timed out"),
                StoredPicture(url=LOST.url, at=later, why="timed out"),
            ],
        )

        found = pictures(connection, [QUAY.url, LOST.url])
        assert found[QUAY.url] == QUAY
        assert (found[LOST.url].why, found[LOST.url].at) == ("timed out", later)


def test_a_picture_that_came_at_last_replaces_the_failure(any_store: Store) -> None:
    with any_store.write() as connection:
        record_pictures(connection, [StoredPicture(url=QUAY.url, at=NOW, why="timed out")])

        record_pictures(connection, [QUAY])

        assert pictures(connection, [QUAY.url]) == {QUAY.url: QUAY}
