"""SQL of referral slips. A code is in no statement: its keyed hash is."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from filiere.calendar import now
from filiere.database import Found, Key, Kind, Listing, Order, Part, Repository, Scope, Where, listed

from distribute.referrals.schemas import ReadSlip, ReferrerForm, ReferrerOut, SlipIn, SlipOut

if TYPE_CHECKING:
    import asyncpg

_COLUMNS = (
    "s.id, s.wanted, s.tier, s.public, s.seen_by, coalesce(r.name, f.structure) AS structure,"
    " split_part(f.address, '@', 2) AS domain, s.made_at, s.expires_at, s.used_at, s.revoked_at"
)
_FROM = "referral_slip s LEFT JOIN relais r ON r.id = s.relais_id LEFT JOIN referrer f ON f.id = s.referrer_id"
_LISTED = Listing(
    _COLUMNS, _FROM, {"newest": Order(Key("s.id", Kind.ID), down=True)}, counted="referral_slip s LEFT JOIN referrer f"
    " ON f.id = s.referrer_id",
)  # fmt: skip
_IS_OPEN = "used_at IS NULL AND revoked_at IS NULL AND expires_at > now()"
# One try more of this hour, unless there were enough; who tries at the same time waits here.
_TRY = """
INSERT INTO slip_guess (by, hour, wrong) VALUES ($1, $3, 1)
ON CONFLICT (by, hour) DO UPDATE SET wrong = slip_guess.wrong + 1 WHERE slip_guess.wrong < $2
RETURNING wrong
"""


class ReferralsRepository(Repository):
    # every tenant: of a worker that the caller has found
    async def add(
        self,
        slip_id: UUID,
        fingerprint: bytes,
        said: SlipIn,
        valid: timedelta,
        *,
        relais_id: UUID | None,
        referrer_id: UUID | None,
    ) -> None:
        await (await self.driver()).execute(
            "INSERT INTO referral_slip (relais_id, referrer_id, id, fingerprint, wanted, tier, public, seen_by,"
            " expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, now() + $9)",
            *(relais_id, referrer_id, slip_id, fingerprint, said.wanted.value, said.tier.value, said.public),
            *(said.seen_by, valid),
        )

    # every tenant: who makes slips takes turns, and no row of theirs is told
    async def lock_and_count(self, maker: str, relais_id: UUID | None, address: str | None) -> int:
        """Slips of a Relais, or of an address, in the last day; its makers take turns."""
        driver = await self.driver()
        await driver.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"slips {maker}")
        made: int = await driver.fetchval(
            "SELECT count(*) FROM referral_slip s LEFT JOIN referrer f ON f.id = s.referrer_id"
            " WHERE s.made_at > now() - interval '1 day' AND (s.relais_id = $1 OR f.address = $2)",
            *(relais_id, address),
        )
        return made

    async def listing(self, scope: Scope, part: Part) -> Found[SlipOut]:
        """Those of the caller's structures, the newest first."""
        found = await _LISTED.page(await self.driver(), scope.where("s.relais_id"), part)
        return found.of(lambda row: SlipOut.model_validate(_plain(listed(row))))

    # every tenant: of whoever reads mail at the address
    async def of_address(self, address: str, part: Part) -> Found[SlipOut]:
        """Those that were made by links to an address, the newest first."""
        wanted = Where().add("f.address = {}", address)
        found = await _LISTED.page(await self.driver(), wanted, part)
        return found.of(lambda row: SlipOut.model_validate(_plain(listed(row))))

    async def get(self, scope: Scope, slip_id: UUID) -> SlipOut | None:
        row = await (await self.driver()).fetchrow(
            f"SELECT {_COLUMNS} FROM {_FROM} WHERE s.relais_id = ANY($1::uuid[]) AND s.id = $2", scope.ids, slip_id
        )
        return SlipOut.model_validate(_plain(dict(row))) if row is not None else None

    # every tenant: of whoever reads mail at the address
    async def get_of_address(self, address: str, slip_id: UUID) -> SlipOut | None:
        row = await (await self.driver()).fetchrow(
            f"SELECT {_COLUMNS} FROM {_FROM} WHERE f.address = $1 AND s.id = $2", address, slip_id
        )
        return SlipOut.model_validate(_plain(dict(row))) if row is not None else None

    # every tenant: whoever holds its code
    async def read(self, fingerprint: bytes) -> tuple[ReadSlip | None, UUID | None]:
        """(the slip, the sale that took it)."""
        row = await (await self.driver()).fetchrow(
            f"SELECT {_COLUMNS}, s.used_for FROM {_FROM} WHERE s.fingerprint = $1", fingerprint
        )
        return (ReadSlip.model_validate(_plain(dict(row))), row["used_for"]) if row is not None else (None, None)

    # every tenant: of a slip that the caller has found
    async def revoke(self, slip_id: UUID) -> bool:
        """Whether it was open until now."""
        done = await (await self.driver()).fetchval(
            f"UPDATE referral_slip SET revoked_at = now() WHERE id = $1 AND {_IS_OPEN} RETURNING true", slip_id
        )
        return done is not None

    # every tenant: whoever holds its code
    async def take(self, slip_id: UUID, used_for: UUID) -> bool:
        """Whether it is taken by this sale: of all that ask at once, one is told so."""
        done = await (await self.driver()).fetchval(
            f"UPDATE referral_slip SET used_at = now(), used_for = $2 WHERE id = $1 AND {_IS_OPEN} RETURNING true",
            *(slip_id, used_for),
        )
        return done is not None

    # every tenant: of a sale that the caller has taken back
    async def give_back(self, used_for: UUID, wanted: str) -> UUID | None:
        """The slip that a sale had taken for this kind of thing, once none of it is left; open again, until its day."""
        found: UUID | None = await (await self.driver()).fetchval(
            "UPDATE referral_slip SET used_at = NULL, used_for = NULL WHERE used_for = $1 AND wanted = $2"
            " AND NOT EXISTS (SELECT FROM handover h JOIN stock_item i USING (device_id) WHERE h.checkout_id = $1"
            " AND i.category = $2) RETURNING id",
            *(used_for, wanted),
        )
        return found

    async def one_try_more(self, by: str, most: int) -> bool:
        """Whether somebody may try a code: counted as wrong until `was_right`."""
        return await (await self.driver()).fetchval(_TRY, by, most, this_hour()) is not None

    async def was_right(self, by: str) -> None:
        await (await self.driver()).execute(
            "UPDATE slip_guess SET wrong = wrong - 1 WHERE by = $1 AND hour = $2", by, this_hour()
        )

    async def lock_asking(self) -> None:
        """One link is asked for at a time: what is looked at before it stays true."""
        await (await self.driver()).execute("SELECT pg_advisory_xact_lock(hashtextextended('referrers', 0))")

    async def asked_lately(self, address: str, network: str | None) -> tuple[int, int, int]:
        """(in the last hour, in it of this network or of all that are not known, for this address in the last day)."""
        row = await (await self.driver()).fetchrow(
            "SELECT count(*) FILTER (WHERE asked_at > now() - interval '1 hour'),"
            " count(*) FILTER (WHERE asked_at > now() - interval '1 hour' AND network IS NOT DISTINCT FROM $2),"
            " count(*) FILTER (WHERE address = $1) FROM referrer WHERE asked_at > now() - interval '1 day'",
            *(address, network),
        )
        assert row is not None  # counts
        return row[0], row[1], row[2]

    async def ask(self, referrer_id: UUID, said: ReferrerForm, network: str | None, valid: timedelta) -> None:
        wanted = said.wanted.value if said.wanted else None
        await (await self.driver()).execute(
            "INSERT INTO referrer (id, address, structure, wanted, network, expires_at)"
            " VALUES ($1, $2, $3, $4, $5, now() + $6)",
            *(referrer_id, said.address, said.structure, wanted, network, valid),
        )

    async def referrer(self, referrer_id: UUID) -> ReferrerOut | None:
        """Whoever has the signed link of a letter, while it opens."""
        row = await (await self.driver()).fetchrow(
            "SELECT id, address, structure, wanted FROM referrer WHERE id = $1 AND expires_at > now()", referrer_id
        )
        return ReferrerOut.model_validate(dict(row)) if row is not None else None

    # every tenant: the time is over for all alike
    async def forget_old(self, used_before: datetime, over_before: datetime, most: int) -> int:
        """Slips that were used before a moment, or over without use before another, and who made none that is left;
        how many.
        """
        driver = await self.driver()
        rows = await driver.fetch(
            "DELETE FROM referral_slip WHERE id IN (SELECT id FROM referral_slip"
            " WHERE used_at < $1 OR (used_at IS NULL AND least(expires_at, revoked_at) < $2)"
            " ORDER BY id LIMIT $3 FOR UPDATE SKIP LOCKED) RETURNING id",
            *(used_before, over_before, most),
        )
        await driver.execute(
            "UPDATE referrer SET network = NULL WHERE network IS NOT NULL AND asked_at < now() - interval '1 day'"
        )
        await driver.execute("DELETE FROM slip_guess WHERE hour < now() - interval '1 day'")
        await driver.execute(
            "DELETE FROM referrer f WHERE f.expires_at < now() - interval '30 days'"
            " AND NOT EXISTS (SELECT FROM referral_slip s WHERE s.referrer_id = f.id)"
        )
        return len(rows)


def this_hour() -> datetime:
    return now().replace(minute=0, second=0, microsecond=0)


def _plain(row: "Mapping[str, Any] | asyncpg.Record") -> dict[str, Any]:
    return {**row, "domain": row["domain"] or None}
