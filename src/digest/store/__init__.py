"""What must survive a crash: archive, roster, ledger, occurrences, in one database.

Every module is a set of functions that take a connection first; `engine.Store` hands out
connections, one transaction each. Nothing here reads a clock: `now` is an argument.

::

    with open_store("sqlite:///state/digest.db") as store:      # made or migrated first
        with store.read() as connection: ...                    # one unchanging state
        with store.write() as connection: ...                   # committed at the end, or not at all

    archive      put_stories(connection, stories, now=) -> Put(new, updated, same)
                 candidates(connection, sources=, since=) -> list[Story]   newest versions
                 story(connection, id, fingerprint=None) -> Story          raises NotFound
                 latest(connection, ids) -> dict[id, Story]                what publish checks
                 versions(connection, id) -> list[Version]
    visits       bookmarks(connection, urls) -> dict[url, Bookmark]; set_bookmark(...)
                 record_visit(connection, Visit(...)); last_visits(connection) -> dict[source, Visit]
                 last_good_visits(connection) -> dict[source, datetime]
    pictures     pictures(connection, urls) -> dict[url, StoredPicture]; record_picture(connection, StoredPicture(...))
    editions     create_edition, edition, find_edition, editions, set_state, note, history,
                 choice, set_choice, set_subject
    compositions save_composition(connection, composition, candidates=, rules=, program=, now=) -> int
                 composition(connection, edition) -> Composition; saved(connection, edition) -> Saved
                 carried(connection, digest, since=) -> list[Carried]
    renderings   save_rendering, renderings, approve, approvals
    occurrences  claim, adopt, skip, finish, last_due, occurrences
    codec        Story, Selection, Finding, Choice <-> JSON, exactly

Errors: `StoreError` and `Busy` say what to do, `DatabaseNewer` at opening, `NotFound`, `StepForbidden`
(an edition that was changed meanwhile), `Fenced` (somebody else owns the occurrence now).
"""
