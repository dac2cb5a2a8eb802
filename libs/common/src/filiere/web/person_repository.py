"""Who has logged in here: their name and address as the identity provider tells them, and when they were last seen."""

from dataclasses import dataclass
from datetime import datetime

from filiere.database import Repository

SEEN_EVERY_S = 900.0  # written no more often


@dataclass(frozen=True, slots=True)
class Person:
    subject: str
    name: str
    address: str | None
    seen_at: datetime


class PersonRepository(Repository):
    async def met(self, subject: str, name: str, address: str | None) -> None:
        """They logged in. A provider that tells no address any more takes none away."""
        await (await self.driver()).execute(
            """INSERT INTO person (subject, name, address) VALUES ($1, $2, $3)
            ON CONFLICT (subject) DO UPDATE SET name = excluded.name,
                address = coalesce(excluded.address, person.address), seen_at = now()""",
            *(subject, name, address),
        )

    async def address_of(self, subject: str) -> str | None:
        found: str | None = await (await self.driver()).fetchval(
            "SELECT address FROM person WHERE subject = $1", subject
        )
        return found
