"""What every command is given: the folder, how to print, and the house when it is needed."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from digest.wiring import House


@dataclass(kw_only=True)
class Context:
    """The command line's surroundings; `house()` opens the newsroom's folder at first use."""

    folder: Path = field(default_factory=Path.cwd)
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    debug: bool = False
    quiet: bool = False
    _house: "House | None" = None

    def house(self) -> "House":
        """Return the newsroom in `folder`, opened once."""
        if self._house is None:
            from digest.wiring import open_house

            self._house = open_house(self.folder, self.environment)
        return self._house

    def close(self) -> None:
        """Let go of the database, if it was opened."""
        if self._house is not None:
            self._house.close()

    @property
    def interactive(self) -> bool:
        """Whether a person sits at a terminal and can be asked."""
        return sys.stdin.isatty() and sys.stderr.isatty()
