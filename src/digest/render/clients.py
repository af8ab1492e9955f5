"""What mail programs can show, by the data of caniemail.com, which is bundled in a reduced form.

`caniemail.json` holds, for each feature of HTML and CSS, one letter a mail program, of its newest
version that was tested: `y` yes, `a` in part, `n` no, `u` tried without a result, `-` never tried. Its
`about` says where the data came from, when, and under which licence (`caniemail.LICENSE`);
`python -m digest.flows.clients_refresh` makes it from the original file.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

DATA = Path(__file__).with_name("caniemail.json")

#: How much each family counts. No freely licensed measure of mail programs is known: published figures
#: are commercial counts of opens, which Apple's privacy protection distorts. So the large families and
#: "all the others together" count alike, and the programs of a family alike among themselves.
FAMILIES: Mapping[str, str] = {
    "gmail": "Gmail", "outlook": "Outlook", "apple-mail": "Apple Mail", "yahoo": "Yahoo and AOL",
    "aol": "Yahoo and AOL", "samsung-email": "Samsung Email",
}  # fmt: skip
OTHERS = "others"


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """How far mail programs show one feature."""

    title: str  #: `display:flex`
    address: str  #: of the page that tells more
    lacking: tuple[str, ...]  #: programs without it, by name, the heaviest first
    partly: tuple[str, ...]  #: programs with a part of it
    lacking_share: float  #: 0 to 1, by `weights`
    partly_share: float
    unknown_share: float  #: of programs that nobody has tried


@dataclass(frozen=True, slots=True)
class ClientData:
    """The bundled data."""

    about: Mapping[str, str]
    clients: tuple[str, ...]  #: `gmail.ios`
    names: Mapping[str, str]  #: `gmail.ios` -> `Gmail (iOS)`
    features: Mapping[str, tuple[str, str]]  #: slug -> title, a letter a client
    baseline: frozenset[str]  #: slugs that compiled MJML and the bundled templates use themselves

    def support(self, slug: str) -> Support:
        """Return how far programs show the feature `slug`, or raise KeyError."""
        title, letters = self.features[slug]
        weight = weights(self.clients)
        states: dict[str, list[str]] = {letter: [] for letter in "yanu-"}
        for client, letter in zip(self.clients, letters, strict=True):
            states[letter].append(client)

        def share(*kinds: str) -> float:
            return sum(weight[client] for kind in kinds for client in states[kind])

        def told(kind: str) -> tuple[str, ...]:
            heavy = sorted(states[kind], key=lambda client: (-weight[client], client))
            return tuple(self.names[client] for client in heavy)

        return Support(
            title=title,
            address=f"https://www.caniemail.com/features/{slug}/",
            lacking=told("n"),
            partly=told("a"),
            lacking_share=share("n"),
            partly_share=share("a"),
            unknown_share=share("u", "-"),
        )


@lru_cache(maxsize=1)
def client_data() -> ClientData:
    """Return the bundled data, read once."""
    plain = json.loads(DATA.read_text("utf-8"))
    return ClientData(
        about=plain["about"],
        clients=tuple(plain["clients"]),
        names=plain["clients"],
        features={slug: (title, letters) for slug, (title, letters) in plain["features"].items()},
        baseline=frozenset(plain["baseline"]),
    )


@lru_cache(maxsize=4)
def weights(clients: tuple[str, ...]) -> Mapping[str, float]:
    """Return the share of each client; they sum to 1. See FAMILIES."""
    groups: dict[str, list[str]] = {}
    for client in clients:
        groups.setdefault(FAMILIES.get(client.partition(".")[0], OTHERS), []).append(client)
    return {client: 1 / len(groups) / len(group) for group in groups.values() for client in group}
