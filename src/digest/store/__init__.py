"""What must survive a crash: archive, roster, ledger, occurrences, in one database.

Every module is a set of functions that take a connection first; `engine.Store` hands out
connections, one transaction each. Nothing here reads a clock: `now` is an argument.

::

    with open_store("sqlite:///state/digest.db") as store:      # made or migrated first
        with store.read() as connection: ...                    # one unchanging state, cannot write
        with store.write() as connection: ...                   # committed at the end, or not at all

    archive       put_stories(connection, stories, now=) -> Put(new, updated, same)
                  candidates(connection, sources=, since=) -> list[Story]     newest versions, newest first
                  latest(connection, ids) -> dict[id, Story]                  see_more; what publish checks
                  story(connection, id, fingerprint=None), versions(connection, id)
    visits        bookmarks(connection, urls) -> dict[url, Bookmark], set_bookmarks, forget_bookmarks
                  record_visit(connection, Visit(...)), last_visits, last_good_visits, visits
    pictures      pictures(connection, urls) -> dict[url, StoredPicture], record_pictures, picture_named
    editions      open_edition, edition, editions, set_state(connection, id, old, new, who=, now=, why=),
                  note, history, set_choice, note_change, versions, lock
    compositions  save_composition(connection, composition, now=, program=, inputs=Inputs(...)) -> version
                  composition(connection, edition) -> Composition, saved(connection, edition) -> Saved
                  carried(connection, digest, since=) -> list[Carried]        what was published, only
    renderings    save_rendering(connection, edition, variant, rendering, now=, version=1) -> hash
                  renderings(connection, edition) -> dict[variant, Rendering], hash_of(renderings)
                  approve(connection, edition, hash, who=, now=, needed=1) -> bool, approved_renderings
    occurrences   enter, skip, claim, adopt, renew, finish, give_back, last_due, occurrences
    codec         to_json, from_json: any value of `model`, exactly

Errors: `StoreError` and `Busy` say what to do, `DatabaseNewer` at opening, `NotFound`, `StepForbidden`
(an edition that was changed meanwhile), `Fenced` (somebody else owns the occurrence now).
"""
