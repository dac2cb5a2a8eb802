"""Who has logged in here: their name and address as the identity provider tells them, and when they were last seen."""

from filiere.database import Repository

SEEN_EVERY_S = 900.0  # written no more often


class PersonRepository(Repository):
    async def met(self, subject: str, name: str, address: str | None, language: str) -> None:
        """They logged in, on pages of this language. A provider that tells no address any more takes none away."""
        await (await self.driver()).execute(
            """INSERT INTO person (subject, name, address, language) VALUES ($1, $2, $3, $4)
            ON CONFLICT (subject) DO UPDATE SET name = excluded.name, language = excluded.language,
                address = coalesce(excluded.address, person.address), seen_at = now()""",
            *(subject, name, address, language),
        )

    async def seen(self, subject: str, name: str) -> None:
        """They asked for something, with a session or a token."""
        await (await self.driver()).execute(
            """INSERT INTO person (subject, name) VALUES ($1, $2)
            ON CONFLICT (subject) DO UPDATE SET seen_at = now()""",
            *(subject, name),
        )

    async def reached_at(self, subject: str, name: str, address: str) -> None:
        """They opened a letter that was sent there; what the provider tells counts more."""
        await (await self.driver()).execute(
            """INSERT INTO person (subject, name, address) VALUES ($1, $2, $3)
            ON CONFLICT (subject) DO UPDATE SET address = coalesce(person.address, excluded.address)""",
            *(subject, name, address),
        )

    async def address_of(self, subject: str) -> str | None:
        found: str | None = await (await self.driver()).fetchval(
            "SELECT address FROM person WHERE subject = $1", subject
        )
        return found

    async def name_of(self, subject: str) -> str | None:
        """None for somebody whom this service has never seen."""
        found: str | None = await (await self.driver()).fetchval("SELECT name FROM person WHERE subject = $1", subject)
        return found
