"""The steps from one release's tables to the next, run by Alembic when the program starts.

Until the first release there is one step, `versions/v0001_initial`; after it, a released step
is never edited again: write the next one, and raise `HEAD`.
"""

from pathlib import Path

FOLDER = Path(__file__).parent

#: The newest revision; a constant, so that the usual start needs no Alembic.
HEAD = "0001"
