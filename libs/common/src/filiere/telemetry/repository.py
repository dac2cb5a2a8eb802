"""What a service's database says of itself."""

from typing import get_args

from filiere.database import Repository
from filiere.dead_letter.repository import Reason


class StateRepository(Repository):
    async def open_letters(self, consumer: str) -> dict[str, int]:
        """Open dead letters by reason, 0 for a reason without any. Asks the partial index of open letters."""
        rows = await (await self.driver()).fetch(
            "SELECT reason, count(*) FROM dead_letter WHERE consumer = $1 AND status = 'open' GROUP BY reason", consumer
        )
        return dict.fromkeys(get_args(Reason), 0) | {row[0]: int(row[1]) for row in rows}

    async def size_bytes(self) -> int:
        return int(await (await self.driver()).fetchval("SELECT pg_database_size(current_database())"))
