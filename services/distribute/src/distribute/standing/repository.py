"""SQL of where agreements stand."""

from filiere.calendar import day_sql
from filiere.database import Repository

from distribute.standing.events import RelaisChanged

AT_ONCE = 500
# What is new or differs from what was told; a row that another worker tells at this moment is waited for.
_TELL = f"""
WITH standing AS (
    SELECT r.id, r.name, r.city, r.territory,
        CASE WHEN a.id IS NOT NULL THEN 'signed' WHEN s.id IS NOT NULL THEN 'sent'
             WHEN e.ended_on IS NOT NULL THEN 'ended' ELSE 'none' END AS agreement,
        coalesce(a.signed_on, {day_sql("s.sent_at")}, e.ended_on, r.requested_on) AS since
    FROM relais r
    LEFT JOIN agreement a ON a.relais_id = r.id AND a.ended_on IS NULL
    LEFT JOIN signing s ON s.relais_id = r.id AND s.signed_at IS NULL AND s.withdrawn_at IS NULL
        AND NOT EXISTS (SELECT FROM agreement g WHERE g.relais_id = r.id AND g.created_at > s.sent_at)
    LEFT JOIN (SELECT relais_id, max(ended_on) AS ended_on FROM agreement GROUP BY 1) e ON e.relais_id = r.id
)
INSERT INTO relais_told AS t (relais_id, name, city, territory, agreement, since)
SELECT n.* FROM standing n LEFT JOIN relais_told k ON k.relais_id = n.id
WHERE (k.name, k.city, k.territory, k.agreement, k.since)
    IS DISTINCT FROM (n.name, n.city, n.territory, n.agreement, n.since)
ORDER BY n.id LIMIT {AT_ONCE}
ON CONFLICT (relais_id) DO UPDATE SET name = excluded.name, city = excluded.city, territory = excluded.territory,
    agreement = excluded.agreement, since = excluded.since
RETURNING relais_id, name, city, territory, agreement, since
"""


class StandingRepository(Repository):
    # every tenant: the worker, of all Relais
    async def changes(self) -> list[RelaisChanged]:
        """What has not been told yet, said to be told."""
        rows = await (await self.driver()).fetch(_TELL)
        return [RelaisChanged(**dict(row)) for row in rows]
