"""PostgreSQL: one database per service, one commit at the edge, queries only in repositories."""

from filiere.database.engine import Database
from filiere.database.listing import EVERYTHING, FETCHED, Found, Listing, Part, Tally, Where, listed, literal
from filiere.database.ordering import Key, Kind, Order, UnknownCursor
from filiere.database.repository import Repository
from filiere.database.scope import EVERYBODY, Scope
from filiere.database.session import AsyncReadSession, AsyncSession

__all__ = [
    "EVERYBODY",
    "EVERYTHING",
    "FETCHED",
    "AsyncReadSession",
    "AsyncSession",
    "Database",
    "Found",
    "Key",
    "Kind",
    "Listing",
    "Order",
    "Part",
    "Repository",
    "Scope",
    "Tally",
    "UnknownCursor",
    "Where",
    "listed",
    "literal",
]
