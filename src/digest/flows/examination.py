"""Examine a machine before it sends: what is fine, what is not, and what could not be checked."""

import os
import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from importlib.metadata import version
from pathlib import Path

from digest.delivery.smtp import SmtpTransport
from digest.flows.outfit import Post
from digest.flows.readiness import not_ready
from digest.model.delivery import RelayAddress, RelayKind
from digest.model.digest import Digest, Schedule
from digest.model.errors import DigestError
from digest.model.finding import Finding, Level

#: Below this, an edition with its pictures and a database that grows may not fit.
MIN_FREE = 512 * 1024 * 1024
#: SQLite before this cannot say what an UPDATE has changed (RETURNING).
MIN_SQLITE = (3, 35)

#: DNS look-up: (name, type) -> texts; raises LookupError when nobody answers.
Resolve = Callable[[str, str], Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One thing that was examined."""

    what: str
    told: str
    level: Level | None  #: None: it is fine


def examine(
    schedule: Schedule,
    *,
    folder: Path,
    state: Path,
    environment: Mapping[str, str],
    post_of: Callable[[str], Post],
    resolve: Resolve,
    now: datetime,
) -> Iterator[Result]:
    """Yield the result of each examination as it is made; the network is used for relays and DNS only."""
    yield from _machine(folder, state, environment, now)
    seen: set[str] = set()
    for digest in schedule.digests:
        for relay in digest.relays:
            if relay not in seen:
                seen.add(relay)
                yield _relay(relay, post_of)
        yield from _lawful(schedule, digest, post_of)
    domains = {parseaddr(digest.sender)[1].rpartition("@")[2] for digest in schedule.digests if digest.sender}
    for domain in sorted(domains):
        yield from _names(domain, schedule, resolve)


def _machine(folder: Path, state: Path, environment: Mapping[str, str], now: datetime) -> Iterator[Result]:
    free = shutil.disk_usage(state).free
    level = Level.WARNING if free < MIN_FREE else None
    yield Result(what="disk", told=f"{free / 2**30:.1f} GiB free in {state}", level=level)
    database = state / "digest.db"
    if database.exists() and datetime.fromtimestamp(database.stat().st_mtime, now.tzinfo) > now + timedelta(
        minutes=5
    ):
        yield Result(
            what="clock", told="the database was written in the future: set the clock", level=Level.BLOCKER
        )
    else:
        yield Result(what="clock", told=f"{now:%Y-%m-%d %H:%M:%S} UTC", level=None)
    yield _secrets(folder, environment)
    fine = sqlite3.sqlite_version_info >= MIN_SQLITE
    yield Result(what="sqlite", told=sqlite3.sqlite_version, level=None if fine else Level.BLOCKER)
    yield Result(what="holidays", told=f"data of holidays {version('holidays')}", level=None)


def _secrets(folder: Path, environment: Mapping[str, str]) -> Result:
    path = folder / "secrets.env"
    if environment.get("DIGEST_SECRET"):
        return Result(what="secrets", told="the signing key comes from the environment", level=None)
    if not path.exists():
        return Result(what="secrets", told="no key yet; one is made at the first need", level=Level.NOTE)
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077 and os.name == "posix":
        told = f"secrets.env may be read by others ({mode:o}): chmod 600 secrets.env"
        return Result(what="secrets", told=told, level=Level.BLOCKER)
    return Result(what="secrets", told="secrets.env, for its owner only", level=None)


def _relay(name: str, post_of: Callable[[str], Post]) -> Result:
    what = f"relay {name}"
    try:
        post = post_of(name)
        if post.address.kind is not RelayKind.SMTP:
            return Result(what=what, told=f"{_place(post.address)}: nothing leaves", level=Level.NOTE)
        with SmtpTransport(post.address, post.rules) as transport:
            offers = transport.check()
    except DigestError as error:
        return Result(what=what, told=str(error), level=Level.BLOCKER)
    in_ = "logged in" if post.address.user else "it answers; no login is set"
    return Result(what=what, told=f"{post.address}: {in_}; it offers {offers}", level=None)


def _place(address: RelayAddress) -> str:
    if address.kind is RelayKind.LOCAL:
        return "the built-in inbox of this machine"
    return f"the folder {address.folder}"


def _lawful(schedule: Schedule, digest: Digest, post_of: Callable[[str], Post]) -> Iterator[Result]:
    found: list[Finding] = []
    for relay in digest.relays:
        try:
            found += not_ready(schedule.newsroom, digest, post_of(relay).address)
        except DigestError:
            continue  # the relay's own line has said so
    for finding in dict.fromkeys(found):
        yield Result(what=f"digest {digest.id}", told=finding.message, level=finding.level)


def _names(domain: str, schedule: Schedule, resolve: Resolve) -> Iterator[Result]:
    yield _record(f"SPF of {domain}", domain, "v=spf1", resolve, "publish a TXT record that names your relay")
    yield _record(
        f"DMARC of {domain}",
        f"_dmarc.{domain}",
        "v=DMARC1",
        resolve,
        "publish one, p=none to begin with (RFC 9989)",
    )
    for relay in schedule.relays:
        for selector in relay.dkim.selectors if relay.dkim else ():
            assert relay.dkim is not None
            name = f"{selector}._domainkey.{relay.dkim.domain}"
            yield _record(
                f"DKIM key {selector}", name, "p=", resolve, "publish what `digest doctor dkim` prints"
            )


def _record(what: str, name: str, mark: str, resolve: Resolve, mend: str) -> Result:
    try:
        texts = resolve(name, "TXT")
    except LookupError as error:
        return Result(what=what, told=f"not checked: {error}", level=Level.NOT_CHECKED)
    found = [text for text in texts if mark in text]
    if len(found) == 1:
        return Result(what=what, told=found[0][:100], level=None)
    told = f"{len(found)} records at {name}: there must be one" if found else f"nothing at {name}: {mend}"
    return Result(what=what, told=told, level=Level.WARNING)
