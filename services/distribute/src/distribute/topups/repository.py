"""SQL of offers, lots and codes: what there is, where it is, and who moves it."""

import json
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

import asyncpg
from filiere.database import Repository, Scope

from distribute.topups.schemas import AtRelais, CodeOut, LotOut, OfferIn, OfferOut, OfferWords, PriceIn, PriceOut
from distribute.topups.status import CodeStatus, ReturnReason, Unused
from distribute.topups.vault import Sealed

# A scope of everybody counts what all Relais have; the network's own stock is shown to nobody else.
_OFFERS = """
SELECT o.id, o.operator, o.kind, o.name, o.how_to, o.closed_at, p.cents, p.source,
    coalesce(p.is_example, false) AS is_example,
    coalesce(c.in_stock, 0) AS in_stock, coalesce(c.at_relais, 0) AS at_relais, coalesce(c.gone, 0) AS "left",
    coalesce(c.returned, 0) AS returned, coalesce(c.expired, 0) AS expired, c.expires_on
FROM topup_offer o
LEFT JOIN LATERAL (
    SELECT cents, source, is_example FROM topup_price WHERE offer_id = o.id AND valid_from <= $2
    ORDER BY valid_from DESC LIMIT 1
) p ON true
LEFT JOIN (
    SELECT offer_id, count(*) FILTER (WHERE status = 'in_stock' AND works) AS in_stock,
        count(*) FILTER (WHERE status = 'at_relais' AND works) AS at_relais,
        count(*) FILTER (WHERE status = 'left') AS gone, count(*) FILTER (WHERE status = 'returned') AS returned,
        count(*) FILTER (WHERE status IN ('in_stock', 'at_relais') AND NOT works) AS expired,
        min(expires_on) FILTER (WHERE status IN ('in_stock', 'at_relais') AND works) AS expires_on
    FROM (SELECT *, expires_on IS NULL OR expires_on >= $2 AS works FROM topup_code
        WHERE $1::uuid[] IS NULL OR relais_id = ANY($1)) t GROUP BY offer_id
) c ON c.offer_id = o.id
"""
_ADD_CODES = """
INSERT INTO topup_code (id, offer_id, lot_id, key_id, secret, fingerprint, expires_on, status)
SELECT u.id, $2, $3, u.key_id, decode(u.secret, 'hex'), decode(u.fingerprint, 'hex'), u.expires_on, 'in_stock'
FROM jsonb_to_recordset($1::text::jsonb) AS u(id uuid, key_id text, secret text, fingerprint text, expires_on date)
ON CONFLICT (fingerprint) DO NOTHING RETURNING id
"""
# The soonest to expire first, then as they came.
_MOVE = """
UPDATE topup_code c SET {change}, moved_at = now() FROM (
    SELECT id FROM topup_code WHERE offer_id = $1 AND {where}
    ORDER BY expires_on NULLS LAST, number LIMIT $2 FOR UPDATE
) u WHERE c.id = u.id RETURNING c.id
"""


SHOWN = 200
"""Codes that are listed at once: those to use first."""


class NewCode(NamedTuple):
    """A sealed code on its way into the table."""

    id: UUID
    sealed: Sealed
    expires_on: date | None


class KeptCode(NamedTuple):
    """A code as it is kept."""

    id: UUID
    key_id: str
    secret: bytes


class TopupsRepository(Repository):
    async def offers(self, scope: Scope, day: date) -> list[OfferOut]:
        """Every offer with its price of a day, and how many codes the scope has of it."""
        rows = await (await self.driver()).fetch(
            f"{_OFFERS} ORDER BY o.operator, o.kind, p.cents, o.name", scope.ids, day
        )
        return [OfferOut.model_validate(dict(row)) for row in rows]

    async def offer(self, scope: Scope, offer_id: UUID, day: date) -> OfferOut | None:
        row = await (await self.driver()).fetchrow(f"{_OFFERS} WHERE o.id = $3", scope.ids, day, offer_id)
        return OfferOut.model_validate(dict(row)) if row is not None else None

    async def add_offer(self, offer: OfferIn) -> UUID | None:
        """None when the operator has one of this name."""
        made: UUID | None = await (await self.driver()).fetchval(
            "INSERT INTO topup_offer (id, operator, kind, name, how_to) VALUES (gen_random_uuid(), $1, $2, $3, $4)"
            " ON CONFLICT DO NOTHING RETURNING id",
            offer.operator,
            offer.kind.value,
            offer.name,
            offer.how_to,
        )
        return made

    async def correct(self, offer_id: UUID, words: OfferWords) -> bool:
        """Write its words anew; False when the operator has another of this name."""
        try:
            await (await self.driver()).execute(
                "UPDATE topup_offer SET operator = $2, name = $3, how_to = $4 WHERE id = $1",
                offer_id,
                words.operator,
                words.name,
                words.how_to,
            )
        except asyncpg.UniqueViolationError:
            return False
        return True

    async def close(self, offer_id: UUID, at: datetime | None) -> bool:
        """Close it, or open it again at None; False when it is so already."""
        return bool(
            await (await self.driver()).fetchval(
                "UPDATE topup_offer SET closed_at = $2 WHERE id = $1"
                " AND (closed_at IS NULL) = ($2::timestamptz IS NOT NULL) RETURNING true",
                offer_id,
                at,
            )
        )

    async def withdraw_price(self, offer_id: UUID, valid_from: date, day: date) -> int | None:
        """Take a price away that begins after a day: what it was; None when there is none, or it has begun."""
        cents: int | None = await (await self.driver()).fetchval(
            "DELETE FROM topup_price WHERE offer_id = $1 AND valid_from = $2 AND valid_from > $3 RETURNING cents",
            offer_id,
            valid_from,
            day,
        )
        return cents

    async def add_price(self, offer_id: UUID, price: PriceIn) -> bool:
        """False when another price of the offer begins on that day."""
        return bool(
            await (await self.driver()).fetchval(
                "INSERT INTO topup_price (offer_id, valid_from, cents, source, is_example) VALUES ($1, $2, $3, $4, $5)"
                " ON CONFLICT DO NOTHING RETURNING true",
                offer_id,
                price.valid_from,
                price.cents,
                price.source,
                price.is_example,
            )
        )

    async def prices(self, offer_id: UUID) -> list[PriceOut]:
        """All prices of an offer, the latest first."""
        rows = await (await self.driver()).fetch(
            "SELECT offer_id, valid_from, cents, source, is_example FROM topup_price WHERE offer_id = $1"
            " ORDER BY valid_from DESC",
            offer_id,
        )
        return [PriceOut.model_validate(dict(row)) for row in rows]

    # every tenant: a code that any Relais has is known already
    async def known(self, fingerprints: Sequence[bytes]) -> set[bytes]:
        """Those of these keyed hashes that some code has."""
        rows = await (await self.driver()).fetch(
            "SELECT fingerprint FROM topup_code WHERE fingerprint = ANY($1::bytea[])", fingerprints
        )
        return {row[0] for row in rows}

    # every tenant: of keys, whosever the codes are
    async def have_other_keys(self, names: Collection[str]) -> bool:
        """Whether a code was sealed by a key that is none of these: what it says cannot be compared with."""
        found: bool = await (await self.driver()).fetchval(
            "SELECT EXISTS (SELECT 1 FROM topup_code WHERE key_id <> ALL($1::text[]))", list(names)
        )
        return found

    # every tenant: of keys, whosever the codes are
    async def numbers_of(self, fingerprints: Sequence[bytes], codes: Sequence[UUID]) -> list[int]:
        """Numbers of the codes that have one of these keyed hashes, and of these codes."""
        rows = await (await self.driver()).fetch(
            "SELECT number FROM topup_code WHERE fingerprint = ANY($1::bytea[]) OR id = ANY($2::uuid[])"
            " ORDER BY number",
            fingerprints,
            codes,
        )
        return [row[0] for row in rows]

    async def add_lot(self, offer_id: UUID, lot_id: UUID, name: str, refused: int) -> None:
        await (await self.driver()).execute(
            "INSERT INTO topup_lot (id, offer_id, name, imported, refused) VALUES ($1, $2, $3, 0, $4)",
            lot_id,
            offer_id,
            name,
            refused,
        )

    # every tenant: codes that no Relais has yet
    async def add_codes(self, offer_id: UUID, lot_id: UUID, codes: Sequence[NewCode]) -> set[UUID]:
        """Those that were taken in; what somebody else took in meanwhile is left out."""
        rows = await (await self.driver()).fetch(
            _ADD_CODES,
            json.dumps(
                [
                    {
                        "id": str(one.id),
                        "key_id": one.sealed.key_id,
                        "secret": one.sealed.secret.hex(),
                        "fingerprint": one.sealed.fingerprint.hex(),
                        "expires_on": one.expires_on.isoformat() if one.expires_on else None,
                    }
                    for one in codes
                ]
            ),
            offer_id,
            lot_id,
        )
        return {row[0] for row in rows}

    async def count_lot(self, lot_id: UUID, imported: int, refused: int) -> None:
        await (await self.driver()).execute(
            "UPDATE topup_lot SET imported = $2, refused = $3 WHERE id = $1", lot_id, imported, refused
        )

    # every tenant: files of the network, whosever their codes are by now
    async def lots(self, offer_id: UUID) -> list[LotOut]:
        """The last files of an offer, the newest first."""
        rows = await (await self.driver()).fetch(
            "SELECT l.id, l.name, l.imported, l.refused, l.imported_at, l.withdrawn_at, l.withdrawn_at IS NULL"
            " AND NOT EXISTS (SELECT 1 FROM topup_code c WHERE c.lot_id = l.id AND (c.status <> 'in_stock'"
            " OR c.was_shown OR EXISTS (SELECT 1 FROM topup_sale s WHERE s.code_id = c.id))) AS may_be_withdrawn"
            " FROM topup_lot l WHERE l.offer_id = $1"
            " ORDER BY l.imported_at DESC, l.id DESC LIMIT 20",
            offer_id,
        )
        return [LotOut.model_validate(dict(row)) for row in rows]

    # every tenant: codes that no Relais has
    async def withdraw_lot(self, offer_id: UUID, lot_id: UUID, at: datetime) -> tuple[int, int] | None:
        """(codes taken away, codes that stay for somebody had or saw them); None when there is no such lot."""
        driver = await self.driver()
        imported: int | None = await driver.fetchval(
            "UPDATE topup_lot SET withdrawn_at = $3 WHERE id = $2 AND offer_id = $1 AND withdrawn_at IS NULL"
            " RETURNING imported",
            offer_id,
            lot_id,
            at,
        )
        if imported is None:
            return None
        gone = await driver.fetch(
            "DELETE FROM topup_code c WHERE c.lot_id = $1 AND c.status = 'in_stock' AND NOT c.was_shown"
            " AND NOT EXISTS (SELECT 1 FROM topup_sale s WHERE s.code_id = c.id) RETURNING id",
            lot_id,
        )
        return len(gone), imported - len(gone)

    async def by_relais(self, scope: Scope, offer_id: UUID, day: date) -> list[AtRelais]:
        """How many codes of an offer that work on a day each Relais has, those that have none but had some too."""
        rows = await (await self.driver()).fetch(
            "SELECT r.id AS relais_id, r.name AS relais_name,"
            " count(*) FILTER (WHERE c.status = 'at_relais' AND (c.expires_on IS NULL OR c.expires_on >= $3))"
            " AS at_relais,"
            " count(*) FILTER (WHERE c.status = 'left') AS \"left\""
            " FROM topup_code c JOIN relais r ON r.id = c.relais_id"
            " WHERE c.offer_id = $2 AND ($1::uuid[] IS NULL OR c.relais_id = ANY($1))"
            " GROUP BY r.id, r.name ORDER BY 3, r.name LIMIT 200",
            scope.ids,
            offer_id,
            day,
        )
        return [AtRelais.model_validate(dict(row)) for row in rows]

    async def lock_offer(self, offer_id: UUID) -> None:
        """Be the only one who moves the network's codes of an offer until the transaction ends."""
        await (await self.driver()).execute("SELECT 1 FROM topup_offer WHERE id = $1 FOR NO KEY UPDATE", offer_id)

    # every tenant: codes that no Relais has
    async def working(self, offer_id: UUID, day: date) -> int:
        """How many codes of the network still work on a day."""
        return int(
            await (await self.driver()).fetchval(
                "SELECT count(*) FROM topup_code WHERE offer_id = $1 AND status = 'in_stock'"
                " AND (expires_on IS NULL OR expires_on >= $2)",
                offer_id,
                day,
            )
        )

    # every tenant: the coordination chooses whose they become
    async def send(self, offer_id: UUID, relais_id: UUID, codes: int, day: date) -> int:
        """Move codes of the network that still work on a day to a Relais; how many there were."""
        return len(
            await (await self.driver()).fetch(
                _MOVE.format(
                    change="status = 'at_relais', relais_id = $3",
                    where="status = 'in_stock' AND (expires_on IS NULL OR expires_on >= $4)",
                ),
                offer_id,
                codes,
                relais_id,
                day,
            )
        )

    async def codes(self, scope: Scope, offer_id: UUID, status: CodeStatus) -> list[CodeOut]:
        """Codes of an offer that are somewhere, by number, those to use first at the top. Never what they say."""
        rows = await (await self.driver()).fetch(
            "SELECT c.number, c.status, c.relais_id, r.name AS relais_name, c.expires_on, c.was_shown, c.returned_why,"
            " c.moved_at FROM topup_code c LEFT JOIN relais r ON r.id = c.relais_id WHERE c.offer_id = $2"
            " AND c.status = $3 AND ($1::uuid[] IS NULL OR c.relais_id = ANY($1))"
            " ORDER BY c.expires_on NULLS LAST, c.number LIMIT $4",
            scope.ids,
            offer_id,
            status.value,
            SHOWN,
        )
        return [CodeOut.model_validate(dict(row)) for row in rows]

    async def give_these_back(
        self, scope: Scope, offer_id: UUID, numbers: Sequence[int], why: ReturnReason
    ) -> Counter[UUID]:
        """Unsold codes of the caller's, by number, wait for the coordination; how many there were of each Relais."""
        rows = await (await self.driver()).fetch(
            "UPDATE topup_code SET status = 'returned', returned_why = $4, moved_at = now() WHERE id IN ("
            "SELECT id FROM topup_code WHERE offer_id = $1 AND number = ANY($2::bigint[]) AND status = 'at_relais'"
            " AND relais_id = ANY($3::uuid[]) ORDER BY id FOR UPDATE) RETURNING relais_id",
            offer_id,
            numbers,
            scope.ids,
            why.value,
        )
        return Counter(row[0] for row in rows)

    async def give_back(self, scope: Scope, offer_id: UUID, codes: int, why: ReturnReason) -> int:
        """Unsold codes of the caller's Relais wait for the coordination; how many there were."""
        return len(
            await (await self.driver()).fetch(
                _MOVE.format(
                    change="status = 'returned', returned_why = $4",
                    where="status = 'at_relais' AND relais_id = ANY($3::uuid[])",
                ),
                offer_id,
                codes,
                scope.ids,
                why.value,
            )
        )

    # every tenant: what came back is the coordination's to look at
    async def returned_for_update(self, offer_id: UUID, numbers: Sequence[int], day: date) -> list[tuple[UUID, bool]]:
        """(code, somebody has read it) of those that came back, work on a day and were not refused by their operator.

        Held until the transaction ends.
        """
        rows = await (await self.driver()).fetch(
            "SELECT id, was_shown FROM topup_code WHERE offer_id = $1 AND number = ANY($2::bigint[])"
            " AND status = 'returned' AND returned_why <> 'refused' AND (expires_on IS NULL OR expires_on >= $3)"
            " ORDER BY id FOR UPDATE",
            offer_id,
            numbers,
            day,
        )
        return [(row[0], row[1]) for row in rows]

    # every tenant: what came back is the coordination's to look at
    async def restock(self, codes: Sequence[UUID]) -> None:
        """Into the network's stock again."""
        await (await self.driver()).execute(
            "UPDATE topup_code SET status = 'in_stock', relais_id = NULL, returned_why = NULL, moved_at = now()"
            " WHERE id = ANY($1::uuid[])",
            codes,
        )

    # every tenant: keys are changed for all alike
    async def sealed_otherwise_for_update(self, key_id: str, most: int) -> list[KeptCode]:
        """Codes that another key has sealed."""
        rows = await (await self.driver()).fetch(
            "SELECT id, key_id, secret FROM topup_code WHERE key_id <> $1 ORDER BY id LIMIT $2 FOR UPDATE", key_id, most
        )
        return [KeptCode(*row) for row in rows]

    # every tenant: keys are changed for all alike
    async def reseal(self, codes: Sequence[tuple[UUID, Sealed]]) -> None:
        await (await self.driver()).execute(
            "UPDATE topup_code c SET key_id = u.key_id, secret = u.secret, fingerprint = u.fingerprint"
            " FROM unnest($1::uuid[], $2::text[], $3::bytea[], $4::bytea[]) AS u(id, key_id, secret, fingerprint)"
            " WHERE c.id = u.id",
            [one for one, _ in codes],
            [sealed.key_id for _, sealed in codes],
            [sealed.secret for _, sealed in codes],
            [sealed.fingerprint for _, sealed in codes],
        )

    # every tenant: of a code that the caller holds
    async def come_back(self, code_id: UUID, unused: Unused | None) -> None:
        """An undone handover: unseen it is the Relais' again; seen, the network's to check."""
        status, why = ("returned", unused.value) if unused is not None else ("at_relais", None)
        await (await self.driver()).execute(
            "UPDATE topup_code SET status = $2, returned_why = $3, moved_at = now() WHERE id = $1", code_id, status, why
        )
