"""Declarative base of the refurbish service."""

from datetime import datetime

from filiere.database.base import ServiceBase, service_metadata
from filiere.files.tables import add_file_table
from filiere.jobs.tables import add_job_table
from filiere.keys.tables import add_key_tables
from filiere.mail.tables import add_mail_tables
from sqlalchemy import DateTime, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import MappedColumn, mapped_column


class Base(ServiceBase):
    """Every table of this service. Rows are read and written by the repositories' SQL, in sets where it counts."""

    __abstract__ = True
    metadata = service_metadata()


add_mail_tables(Base.metadata)
add_file_table(Base.metadata)
add_key_tables(Base.metadata)
add_job_table(Base.metadata)


def moment(*, index: bool = False) -> "MappedColumn[datetime]":
    """A moment with its time zone, set by the service."""
    return mapped_column(DateTime(timezone=True), index=index)


def maybe_moment() -> "MappedColumn[datetime | None]":
    """A moment that has not come for every row."""
    return mapped_column(DateTime(timezone=True), nullable=True)


def texts() -> "MappedColumn[list[str]]":
    """A list of texts, empty at first."""
    return mapped_column(ARRAY(Text), server_default=text("'{}'"))
