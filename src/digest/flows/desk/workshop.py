"""What it takes to set an edition anew: the schedule, its templates, where pictures are kept."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from digest.flows.compose import Draft, made_of, occasion_named
from digest.model.digest import Schedule
from digest.model.errors import NotFound
from digest.store import editions
from digest.store.compositions import Inputs


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """A newsroom's means of setting editions."""

    schedule: Schedule
    templates: tuple[Path, ...]  #: folders, the newsroom's own first
    nonce: Callable[[str, str], str]  #: (edition, variant) -> what every slot of it starts with
    root: Path  #: the newsroom's folder, against which local pictures are read
    pictures: Path  #: where pictures are stored

    def set_anew(self, connection: Connection, edition: str, inputs: Inputs) -> Draft:
        """Return `edition` as it is chosen from `inputs`; nothing is written.

        Raises:
            NotFound: there is no such edition, or its digest is in the schedule no more.
            RenderError: the template, or a story in it, is wrong.
        """
        digest = self.schedule.digest(editions.edition(connection, edition).digest)
        if inputs.digest.id != digest.id:
            raise NotFound(f"{edition}: it was chosen for {inputs.digest.id}, not for {digest.id}")
        return made_of(
            connection, self.schedule, digest, occasion_named(digest, edition), inputs,
            templates=self.templates, nonce=self.nonce,
        )  # fmt: skip
