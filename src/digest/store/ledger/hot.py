"""Statements that run for every group: handed to the driver as they are.

SQLAlchemy's share of a statement is some 20 µs, the database's 2; at ten messages a group the
difference decides what sending costs. The transaction around them is SQLAlchemy's as always.
"""

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

_NAME = re.compile(r":([a-z_]+)")


class Hot:
    """One statement with parameters written `:name`, for both drivers; it may hold no other colon."""

    def __init__(self, sqlite: str, postgres: str = "") -> None:
        self._spelt = {"sqlite": sqlite, "postgresql": _NAME.sub(r"%(\1)s", postgres or sqlite)}

    def run(self, connection: Connection, values: Mapping[str, object]) -> Any:
        """Run it in the transaction of `connection`; return the driver's cursor.

        Raises:
            DBAPIError: as SQLAlchemy raises it.
        """
        statement = self._spelt[connection.dialect.name]
        driver: Any = connection.connection.driver_connection
        errors = connection.dialect.loaded_dbapi.Error
        try:
            return driver.execute(statement, values)
        except errors as error:
            raise DBAPIError.instance(statement, None, error, errors, dialect=connection.dialect) from error
