"""Base of the service's models, and the column types they share."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from filiere.database.base import ServiceBase, service_metadata
from filiere.files.tables import add_file_table
from filiere.identifiers import uuid7
from filiere.mail.tables import add_mail_tables
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import mapped_column

NOW = sa.text("now()")


class Base(ServiceBase):
    """Every table of this service; tenant tables lead with the Relais they belong to."""

    __abstract__ = True
    metadata = service_metadata()


add_mail_tables(Base.metadata)
add_file_table(Base.metadata)


Id = Annotated[UUID, mapped_column(pg.UUID(as_uuid=True), default=uuid7)]
Moment = Annotated[datetime, mapped_column(sa.DateTime(timezone=True))]
Created = Annotated[datetime, mapped_column(sa.DateTime(timezone=True), server_default=NOW)]
Words = Annotated[list[str], mapped_column(pg.ARRAY(sa.Text))]


def one_of(column: str, values: type) -> str:
    """SQL condition: the column holds a value of an enumeration."""
    listed = ", ".join(f"'{member.value}'" for member in values)  # type: ignore[attr-defined]
    return f"{column} IN ({listed})"
