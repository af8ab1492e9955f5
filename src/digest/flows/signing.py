"""DKIM keys: made once, for their owner's eyes only, and the DNS records that publish them."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from digest.delivery.keys import load_key, new_key, zone_line
from digest.flows.outfit import read_key
from digest.model.digest import DkimRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A key that is there now."""

    selector: str
    new: bool
    zone_line: str  #: the TXT record, as a zone file wants it


def make_keys(rules: Sequence[DkimRules], secrets: Path) -> Iterator[Made]:
    """Make every key that is not there yet, and yield all of them.

    Raises:
        RelayUnusable: a key that is there cannot be read.
    """
    secrets.mkdir(mode=0o700, exist_ok=True)
    for rule in rules:
        for number, selector in enumerate(rule.selectors):
            path = secrets / f"{selector}.pem"
            new = not path.exists()
            if new:
                half = path.with_suffix(".half")
                handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
                with os.fdopen(handle, "wb") as file:
                    file.write(new_key("rsa" if number == 0 else "ed25519"))
                half.replace(path)
            key = load_key(rule.domain, selector, read_key(secrets, selector))
            yield Made(selector=selector, new=new, zone_line=zone_line(key))
