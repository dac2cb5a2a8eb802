"""Queries of memberships and ended sessions. Hand-written SQL, for the first is on every request's path."""

from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from filiere.database import Found, Key, Kind, Listing, Order, Part, Repository, Where, listed


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a subject: (role, organisation id, duty) in a stable order; which sessions count no more.

    ended_at: all that began until then, in seconds since 1970; ended: single ones.
    """

    memberships: tuple[tuple[str, UUID | None, str], ...]
    ended_at: float
    ended: frozenset[str]


@dataclass(frozen=True, slots=True)
class Member:
    """One membership as it is listed."""

    subject: str
    role: str
    organisation_id: UUID | None
    duty: str
    since: datetime
    name: str = ""  # empty: never seen here
    address: str | None = None
    seen_at: datetime | None = None
    organisation: str | None = None  # its name, where it was asked for


_WORDS = "concat_ws(' ', m.subject, p.name, p.address, o.name)"
_MOST_WORDS = 8


def _searched(table: str | None) -> Listing:
    """Memberships with the names of their organisations; `table` is the service's own word for where these are."""
    organisation = f'"{table}"' if table else "(SELECT NULL::uuid AS id, NULL::text AS name)"
    return Listing(
        "m.subject, m.role, m.organisation_id, m.duty, m.created_at AS since, coalesce(p.name, '') AS name, p.address,"
        " p.seen_at, o.name AS organisation",
        f"""membership m LEFT JOIN person p ON p.subject = m.subject
        LEFT JOIN {organisation} o ON o.id = m.organisation_id""",
        {"subject": Order(Key("m.subject"), Key("m.id", Kind.NUMBER))},
    )


def _saying(q: str) -> Where:
    """Each word of the text stands in the identifier, the name, the address or the organisation's name."""
    wanted = Where()
    for word in q.split()[:_MOST_WORDS]:
        wanted.contains(_WORDS, word)
    return wanted


class MembershipRepository(Repository):
    async def of_subject(self, subject: str) -> Known:
        """Everything a request needs to know of its caller, in one round trip."""
        rows = await (await self.driver()).fetch(
            "SELECT role, organisation_id, duty, NULL AS session, NULL::float8 AS ended_at, id FROM membership"
            " WHERE subject = $1 UNION ALL"
            " SELECT NULL, NULL, NULL, session, extract(epoch FROM ended_at)::float8, NULL FROM session_end"
            " WHERE subject IN ($1, '') ORDER BY id",
            subject,
        )
        return Known(
            tuple((row["role"], row["organisation_id"], row["duty"]) for row in rows if row["role"] is not None),
            max((row["ended_at"] for row in rows if row["session"] == ""), default=0.0),
            frozenset(row["session"] for row in rows if row["session"]),
        )

    async def listing(
        self, subject: str | None, organisation_id: UUID | None, limit: int, offset: int
    ) -> tuple[list[Member], int]:
        """Memberships, of one subject or organisation when named, in the order of subjects; and how many there are."""
        driver = await self.driver()
        which = "($1::text IS NULL OR m.subject = $1) AND ($2::uuid IS NULL OR m.organisation_id = $2)"
        total = await driver.fetchval(f"SELECT count(*) FROM membership m WHERE {which}", subject, organisation_id)
        rows = await driver.fetch(
            f"""SELECT m.subject, m.role, m.organisation_id, m.duty, m.created_at AS since,
                coalesce(p.name, '') AS name, p.address, p.seen_at
            FROM membership m LEFT JOIN person p ON p.subject = m.subject WHERE {which}
            ORDER BY m.subject, m.id LIMIT $3 OFFSET $4""",
            subject,
            organisation_id,
            limit,
            offset,
        )
        return [Member(**row) for row in rows], total

    async def search(self, q: str, table: str | None, part: Part) -> Found[Member]:
        """Memberships that these words find, in the order of subjects."""
        found = await _searched(table).page(await self.driver(), _saying(q), part)
        return found.of(lambda row: Member(**listed(row)))

    async def each(self, q: str, table: str | None) -> AsyncIterator[Member]:
        """All that `search` finds, while they are read."""
        async for row in _searched(table).each(await self.driver(), _saying(q)):
            yield Member(**dict(row))

    async def names(self, table: str, ids: Collection[UUID]) -> dict[UUID, str]:
        """Names of organisations by id; `table` is the service's own word for where they are."""
        rows = await (await self.driver()).fetch(
            f'SELECT id, name FROM "{table}" WHERE id = ANY($1)',
            list(ids),
        )
        return {row["id"]: row["name"] for row in rows}

    async def is_closed(self, table: str, column: str, organisation_id: UUID) -> bool:
        """Whether nobody may act for an organisation: this column of it is filled in."""
        found: bool | None = await (await self.driver()).fetchval(
            f'SELECT "{column}" IS NOT NULL FROM "{table}" WHERE id = $1', organisation_id
        )
        return bool(found)

    async def revoke_all(self, subject: str) -> int:
        """Take everything away that the subject may be; how many memberships that was."""
        status = await (await self.driver()).execute("DELETE FROM membership WHERE subject = $1", subject)
        return int(status.split()[-1])

    async def grant(self, subject: str, role: str, organisation_id: UUID | None, duty: str = "lead") -> bool:
        """Add a membership; False when it was there already, which keeps its duty."""
        row = await (await self.driver()).fetchrow(
            "INSERT INTO membership (subject, role, organisation_id, duty) VALUES ($1, $2, $3, $4)"
            " ON CONFLICT DO NOTHING RETURNING id",
            subject,
            role,
            organisation_id,
            duty,
        )
        return row is not None

    async def duties_for_update(self, role: str, organisation_id: UUID) -> dict[str, str]:
        """Duty of each who acts for an organisation, held until the transaction ends: a team changes one at a time."""
        rows = await (await self.driver()).fetch(
            """SELECT subject, duty FROM membership WHERE role = $1 AND organisation_id = $2
            ORDER BY id FOR UPDATE""",
            *(role, organisation_id),
        )
        return {row["subject"]: row["duty"] for row in rows}

    async def set_duty(self, subject: str, role: str, organisation_id: UUID, duty: str) -> None:
        await (await self.driver()).execute(
            "UPDATE membership SET duty = $4 WHERE subject = $1 AND role = $2 AND organisation_id = $3",
            *(subject, role, organisation_id, duty),
        )

    async def revoke(self, subject: str, role: str, organisation_id: UUID | None) -> bool:
        """Take a membership away; False when there was none."""
        row = await (await self.driver()).fetchrow(
            "DELETE FROM membership WHERE subject = $1 AND role = $2 AND organisation_id IS NOT DISTINCT FROM $3"
            " RETURNING id",
            subject,
            role,
            organisation_id,
        )
        return row is not None

    async def moment(self) -> float:
        """Seconds since 1970 by the database's clock: the one that says when sessions ended."""
        return float(await (await self.driver()).fetchval("SELECT extract(epoch FROM clock_timestamp())"))

    async def end_session(self, subject: str, session: str) -> None:
        """This one counts no more."""
        await self._end("VALUES ($1, $2, clock_timestamp())", subject, session)

    async def end_sessions(self, subject: str) -> None:
        """None that this person has now counts any more; an empty subject is everybody."""
        await self._end("VALUES ($1, '', clock_timestamp())", subject)

    async def end_sessions_of_organisation(self, organisation_id: UUID) -> list[str]:
        """The same for all who act for an organisation; their subjects."""
        return await self._end(
            "SELECT DISTINCT subject, '', clock_timestamp() FROM membership WHERE organisation_id = $1 ORDER BY 1",
            organisation_id,
        )

    async def _end(self, rows: str, *values: Any) -> list[str]:
        ended = await (await self.driver()).fetch(
            f"INSERT INTO session_end (subject, session, ended_at) {rows}"
            " ON CONFLICT (subject, session) DO UPDATE SET ended_at = excluded.ended_at RETURNING subject",
            *values,
        )
        return [row["subject"] for row in ended]

    async def forget_ends(self, older_than_s: float) -> None:
        """Drop ends so old that no session from before them can live."""
        await (await self.driver()).execute(
            "DELETE FROM session_end WHERE ended_at < clock_timestamp() - make_interval(secs => $1)", older_than_s
        )
