"""Base of every repository: the only place where queries are written."""

from typing import Any, Self

import asyncpg

from filiere.database.session import AsyncReadSession, AsyncSession


class Repository:
    """Holds a session; methods take domain arguments only, queries of tenant data a `Scope`."""

    def __init__(self, session: AsyncReadSession | AsyncSession) -> None:
        self.session = session

    @classmethod
    def from_session(cls, session: AsyncReadSession | AsyncSession) -> Self:
        return cls(session)

    async def driver(self) -> "asyncpg.Connection[Any]":
        """The asyncpg connection of this transaction: `$1` parameters, `unnest`, COPY."""
        return await self.session.driver()
