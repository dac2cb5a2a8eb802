"""PostgreSQL: one database per service, one commit at the edge, queries only in repositories."""

from filiere.database.base import ServiceBase, service_metadata
from filiere.database.engine import AsyncReadSession, AsyncSession, Database
from filiere.database.repository import Repository

__all__ = ["AsyncReadSession", "AsyncSession", "Database", "Repository", "ServiceBase", "service_metadata"]
