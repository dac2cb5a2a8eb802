"""Declarative base of a service's tables, and those that every service has: for migrations, not for what runs."""

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

from filiere.database.tables import add_shared_tables

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def service_metadata() -> MetaData:
    """A service's own metadata: predictable constraint names, and the shared tables already in it.

    Each service calls this once: the three metadata stay apart even in a process that loads all services.
    """
    metadata = MetaData(naming_convention=NAMING)
    add_shared_tables(metadata)
    return metadata


class ServiceBase(DeclarativeBase):
    """Base of every service's `Base`, which sets `metadata = service_metadata()`."""

    __abstract__ = True
