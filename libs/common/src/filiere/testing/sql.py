"""SQL of a test itself: what it looks at behind the API's back, and what it puts there."""

from typing import Any

import asyncpg

from filiere.database import Database


async def rows(database: Database, statement: str, *arguments: Any) -> "list[asyncpg.Record]":
    """What the statement returns, in a transaction of its own that is kept."""
    async with database.unit_of_work() as session:
        driver = await session.driver()
        return await driver.fetch(statement, *arguments)


async def value(database: Database, statement: str, *arguments: Any) -> Any:
    """The first column of the first row; None without a row."""
    found = await rows(database, statement, *arguments)
    return found[0][0] if found else None
