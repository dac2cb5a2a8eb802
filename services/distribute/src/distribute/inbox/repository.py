"""SQL of the inbox: one statement, whatever there is."""

from datetime import date, datetime
from typing import NamedTuple

from filiere.calendar import day_sql
from filiere.database import Repository

from distribute.applications.status import WAITING
from distribute.shipments.lateness import IS_LATE
from distribute.statuses import OrderStatus, StockStatus

_COUNTS = f"""
SELECT 'to-approve', count(*), min({day_sql("placed_at")}) FROM relais_order WHERE status = '{OrderStatus.PLACED}'
UNION ALL SELECT 'proposals', count(*), min({day_sql("created_at")}) FROM allocation_proposal WHERE status = 'proposed'
UNION ALL SELECT 'incidents', count(*), min({day_sql("said_at")}) FROM incident WHERE settled_at IS NULL
UNION ALL SELECT 'applications', count(*), min({day_sql("sent_at")}) FROM application
    WHERE status IN ({", ".join(f"'{one}'" for one in WAITING)})
UNION ALL SELECT 'topups', count(*), min({day_sql("asked_at")}) FROM topup_request WHERE closed_at IS NULL
UNION ALL SELECT 'publics', count(*), min({day_sql("asked_at")}) FROM publics_asked WHERE decided_at IS NULL
UNION ALL SELECT 'agreements', count(*), min(requested_on) FROM relais r
    WHERE NOT EXISTS (SELECT 1 FROM agreement a WHERE a.relais_id = r.id AND a.ended_on IS NULL)
UNION ALL SELECT 'parcels-late', count(*), min({day_sql("shipped_at")}) FROM shipment s WHERE {IS_LATE.format("$2")}
UNION ALL SELECT 'invoices-overdue', count(*), min(n.due_on) FROM money_left l JOIN invoice n ON n.id = l.id
    WHERE l.is_invoice AND l.left_cents > 0 AND n.due_on < $1
UNION ALL SELECT 'cases', count(*), min({day_sql("opened_at")}) FROM after_sale_case WHERE outcome IS NULL
UNION ALL SELECT 'recalls', count(*), min({day_sql("started_at")}) FROM recall WHERE ended_at IS NULL
UNION ALL SELECT 'returning', count(*), min({day_sql("updated_at")}) FROM stock_item
    WHERE status = '{StockStatus.RETURNING}'
"""


class Counted(NamedTuple):
    """How many of a kind, and the day since when the oldest waits."""

    kind: str
    number: int
    since: date | None


class InboxRepository(Repository):
    # every tenant: the coordination looks after all
    async def counts(self, today: date, late_since: datetime) -> list[Counted]:
        """Of every kind. A parcel that left before `late_since` is late."""
        return [Counted(*row) for row in await (await self.driver()).fetch(_COUNTS, today, late_since)]
