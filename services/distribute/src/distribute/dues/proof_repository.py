"""SQL of the proof that dues, invoices and payments add up: all of them, or what moved since a moment."""

import json
from datetime import datetime
from typing import NamedTuple

from filiere.calendar import day_of
from filiere.database import EVERYBODY, Repository, Scope

from distribute.dues.repository import NUMBER
from distribute.dues.schemas import DuesBreakOut
from distribute.dues.status import CARRIED_YEAR

# What each due must be, from what it comes from: an entry of the till, or the price kept on the order's line.
_EXPECTED = """
SELECT d.relais_id, CASE WHEN d.kind IN ('carried', 'corrected') THEN 'dette d''avant ' || d.label
        ELSE coalesce('reçu ' || d.receipt, 'équipement ' || d.label) END AS what, d.amount_cents AS said,
    CASE d.kind
        WHEN 'sale' THEN ((e.person_cents + e.structure_cents) * d.percent + 50) / 100
        WHEN 'received' THEN (d.base_cents * d.percent + 50) / 100
        WHEN 'carried' THEN c.amount_cents
        WHEN 'corrected' THEN c.amount_cents
        ELSE -least(r.amount_cents, CASE WHEN e.details ? 'part_of'
            THEN (-(e.person_cents + e.structure_cents) * d.percent + 50) / 100 ELSE r.amount_cents END)
    END AS expected
FROM due d
LEFT JOIN till_entry e ON e.relais_id = d.relais_id AND e.sequence = d.sequence
LEFT JOIN due r ON r.id = d.reverses AND r.relais_id = d.relais_id
LEFT JOIN carried_over c ON c.due_id = d.id AND c.relais_id = d.relais_id
WHERE d.at >= $1
"""
_BREAKS = f"""
WITH moved AS (
    SELECT s.invoice_id AS id FROM settlement s WHERE s.at >= $1
    UNION SELECT coalesce(s.payment_id, s.credit_note_id) FROM settlement s WHERE s.at >= $1
    UNION SELECT coalesce(undoes, id) FROM payment WHERE recorded_at >= $1
    UNION SELECT id FROM invoice WHERE issued_on >= $2
), kept AS (
    SELECT n.relais_id, n.id, CASE n.kind WHEN 'invoice' THEN 'facture ' ELSE 'avoir ' END || {NUMBER} AS what,
        abs(n.total_cents) - (SELECT coalesce(sum(s.amount_cents), 0) FROM settlement s
            WHERE s.invoice_id = n.id OR s.credit_note_id = n.id) AS cents
    FROM moved m JOIN invoice n ON n.id = m.id
    UNION ALL
    SELECT p.relais_id, p.id, 'paiement du ' || p.received_on, p.amount_cents
        + (SELECT coalesce(sum(u.amount_cents), 0) FROM payment u WHERE u.undoes = p.id)
        - (SELECT coalesce(sum(s.amount_cents), 0) FROM settlement s WHERE s.payment_id = p.id)
    FROM moved m JOIN payment p ON p.id = m.id
), broken AS (
    SELECT relais_id, what, said, coalesce(expected, 0) AS expected FROM ({_EXPECTED}) e
    WHERE said IS DISTINCT FROM expected
    UNION ALL
    -- A sale under terms of that day has its due.
    SELECT e.relais_id, 'reçu ' || e.receipt, 0, ((e.person_cents + e.structure_cents) * t.percent + 50) / 100
    FROM till_entry e
    CROSS JOIN LATERAL (
        SELECT basis, percent, set_at FROM dues_terms t WHERE t.relais_id = e.relais_id AND t.from_day <= e.day
        ORDER BY from_day DESC LIMIT 1
    ) t
    WHERE e.at >= $1 AND e.kind = 'sale' AND t.basis = 'per_sale' AND t.set_at < e.at
      AND e.person_cents + e.structure_cents > 0
      AND ((e.person_cents + e.structure_cents) * t.percent + 50) / 100 > 0
      AND NOT EXISTS (SELECT 1 FROM due d WHERE d.relais_id = e.relais_id AND d.sequence = e.sequence)
    UNION ALL
    -- A sale that was taken back is credited.
    SELECT e.relais_id, 'reçu ' || e.receipt, d.amount_cents, 0
    FROM till_entry e JOIN due d ON d.relais_id = e.relais_id AND d.sequence = e.undoes
    WHERE e.at >= $1 AND e.kind = 'undo' AND NOT EXISTS (SELECT 1 FROM due u WHERE u.reverses = d.id)
    UNION ALL
    -- What was charged by device is there, or was handed over; or it is credited.
    SELECT d.relais_id, 'équipement ' || d.label, d.amount_cents, 0
    FROM due d LEFT JOIN stock_item i ON i.device_id = d.device_id AND i.relais_id = d.relais_id
    WHERE d.kind = 'received' AND (d.at >= $1 OR coalesce(i.updated_at, now()) >= $1)
      AND NOT EXISTS (SELECT 1 FROM due u WHERE u.reverses = d.id)
      AND coalesce(i.status, 'withdrawn') NOT IN ('delivered', 'lent', 'handed_over')
    UNION ALL
    -- What was carried over is due, and what takes it back is its opposite.
    SELECT c.relais_id, 'dette d''avant ' || coalesce(nullif(c.reference, ''), c.what_for),
        coalesce(d.amount_cents, 0), CASE WHEN o.id IS NULL THEN c.amount_cents ELSE -o.amount_cents END
    FROM carried_over c LEFT JOIN carried_over o ON o.id = c.corrects
    LEFT JOIN due d ON d.id = c.due_id AND d.relais_id = c.relais_id
    WHERE c.stated_at >= $1
      AND (d.id IS NULL OR o.amount_cents <> -c.amount_cents OR o.due_id IS DISTINCT FROM d.reverses
          OR c.due_on IS NOT NULL AND NOT EXISTS (
              SELECT 1 FROM invoice n WHERE n.id = c.id AND n.total_cents = c.amount_cents))
    UNION ALL
    SELECT n.relais_id, 'facture ' || {NUMBER}, n.total_cents, coalesce(sum(d.amount_cents), 0)
    FROM invoice n LEFT JOIN invoice_line x ON x.invoice_id = n.id
    LEFT JOIN due d ON d.id = x.due_id AND d.relais_id = n.relais_id
    WHERE n.issued_on >= $2
    GROUP BY n.id HAVING n.total_cents <> coalesce(sum(d.amount_cents), 0)
    UNION ALL
    SELECT n.relais_id, 'règlement de la facture ' || {NUMBER}, sum(s.amount_cents), n.total_cents
    FROM moved m JOIN invoice n ON n.id = m.id JOIN settlement s ON s.invoice_id = n.id
    GROUP BY n.id HAVING sum(s.amount_cents) NOT BETWEEN 0 AND n.total_cents
    UNION ALL
    SELECT p.relais_id, 'paiement du ' || p.received_on, sum(s.amount_cents),
        CASE WHEN EXISTS (SELECT 1 FROM payment u WHERE u.undoes = p.id) THEN 0 ELSE p.amount_cents END
    FROM moved m JOIN payment p ON p.id = m.id JOIN settlement s ON s.payment_id = p.id
    GROUP BY p.id HAVING sum(s.amount_cents) NOT BETWEEN 0 AND
        CASE WHEN EXISTS (SELECT 1 FROM payment u WHERE u.undoes = p.id) THEN 0 ELSE p.amount_cents END
    UNION ALL
    SELECT n.relais_id, 'avoir ' || {NUMBER}, sum(s.amount_cents), -n.total_cents
    FROM moved m JOIN invoice n ON n.id = m.id JOIN settlement s ON s.credit_note_id = n.id
    GROUP BY n.id HAVING sum(s.amount_cents) NOT BETWEEN 0 AND -n.total_cents
    UNION ALL
    SELECT n.relais_id, 'facture ' || {NUMBER} || ' : le numéro d''avant manque', n.serial, n.place
    FROM (SELECT *, row_number() OVER (PARTITION BY year ORDER BY serial) AS place FROM invoice
        WHERE $2 = '-infinity' OR year >= extract(year FROM nullif($2, '-infinity')) OR year = {CARRIED_YEAR}) n
    WHERE n.serial <> n.place
    UNION ALL
    -- What is kept as left is what is left.
    SELECT k.relais_id, 'reste de ' || k.what, coalesce(l.left_cents, 0), k.cents
    FROM kept k LEFT JOIN money_left l ON l.id = k.id WHERE coalesce(l.left_cents, 0) <> k.cents
)
SELECT relais_id, what, said AS said_cents, expected AS expected_cents FROM broken ORDER BY relais_id, what LIMIT 100
"""


class Proven(NamedTuple):
    """When dues were last held against what they come from, and what did not add up."""

    at: datetime
    breaks: list[DuesBreakOut]


class ProofRepository(Repository):
    async def totals(self, scope: Scope = EVERYBODY) -> tuple[int, int, int, int]:
        """(dues, their sum in cents, invoices, payments)."""
        row = await (await self.driver()).fetchrow(
            "SELECT count(*), coalesce(sum(amount_cents), 0),"
            " (SELECT count(*) FROM invoice WHERE $1::uuid[] IS NULL OR relais_id = ANY($1)),"
            " (SELECT count(*) FROM payment WHERE $1::uuid[] IS NULL OR relais_id = ANY($1))"
            " FROM due WHERE $1::uuid[] IS NULL OR relais_id = ANY($1)",
            scope.ids,
        )
        assert row is not None
        return int(row[0]), int(row[1]), int(row[2]), int(row[3])

    # every tenant: the coordination and the operator hold all amounts against what they come from
    async def breaks(self, since: datetime | None = None) -> list[DuesBreakOut]:
        """The first hundred amounts that do not add up, of what moved since then; of all when not said."""
        query = _BREAKS.replace("$1", "$1::timestamptz").replace("$2", "$2::date")
        if since is None:
            query = _BREAKS.replace("$1", "'-infinity'::timestamptz").replace("$2", "'-infinity'::date")
        rows = await (await self.driver()).fetch(query, *(() if since is None else (since, day_of(since))))
        return [DuesBreakOut.model_validate(dict(row)) for row in rows]

    async def last(self) -> Proven | None:
        """The last proof; None before the first."""
        row = await (await self.driver()).fetchrow("SELECT at, breaks::text FROM dues_proof ORDER BY id DESC LIMIT 1")
        if row is None:
            return None
        return Proven(row[0], [DuesBreakOut.model_validate(one) for one in json.loads(row[1])])

    async def last_that_held(self) -> datetime | None:
        found: datetime | None = await (await self.driver()).fetchval(
            "SELECT at FROM dues_proof WHERE breaks = '[]' ORDER BY id DESC LIMIT 1"
        )
        return found

    async def keep(self, since: datetime | None, breaks: list[DuesBreakOut]) -> None:
        """Instead of those before it, of which only the last that held still says something."""
        said = json.dumps([one.model_dump(mode="json") for one in breaks])
        await (await self.driver()).execute(
            "WITH over AS (DELETE FROM dues_proof WHERE breaks <> '[]' OR $2::text = '[]')"
            " INSERT INTO dues_proof (since, breaks) VALUES ($1, $2::text::jsonb)",
            since,
            said,
        )
