"""PostgreSQL: one database per service, one commit at the edge, queries only in repositories."""

from filiere.database.base import ServiceBase, service_metadata
from filiere.database.engine import Database
from filiere.database.repository import Repository
from filiere.database.session import AsyncReadSession, AsyncSession

__all__ = ["AsyncReadSession", "AsyncSession", "Database", "Repository", "ServiceBase", "service_metadata"]
