"""Where the SQLModel tables begin: our metadata, and Core's view of a model."""

from typing import Any, ClassVar

from sqlalchemy import MetaData, Table
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from digest.store.tables import metadata as ours


class Row(SQLModel, registry=registry(metadata=ours)):
    """A row of one of our tables. A `table=True` model checks nothing: values come from `model`."""

    metadata: ClassVar[MetaData] = ours
    __table__: ClassVar[Table]


def column(kind: Any, **more: Any) -> Any:
    """Return a field with exactly this column type; more options are SQLModel's."""
    return Field(sa_type=kind, **more)
