"""Disks put into a device before anybody was asked for their number: nothing there says that they are wiped."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from filiere.database import Repository, Scope


class UnseenDisk(NamedTuple):
    """A device into which a disk went that it does not declare. `serial`: when it is known, of the one it came from."""

    device_id: UUID
    label: str
    is_here: bool
    serial: str | None
    since: datetime


MOST = 200
# Moved by two people's word, and of no medium of the other; or disks of the stock in repairs that named none, more than
# the device declared since, but for what other repairs named. What has left as waste is nobody's any more.
_UNSEEN = """
SELECT d.id, d.label, d.stage <> 'left' AS is_here, m.serial, a.answered_at AS since
FROM medium_exit x JOIN exit_answer a ON a.exit_id = x.id AND a.confirmed
JOIN storage_medium m ON m.id = x.medium_id JOIN device d ON d.label = x.went_to AND d.workshop_id = x.workshop_id
WHERE ($1::uuid[] IS NULL OR x.workshop_id = ANY($1)) AND x.reason = 'reused'
    AND NOT EXISTS (SELECT FROM storage_medium t WHERE t.device_id = d.id AND t.serial = m.serial)
    AND NOT EXISTS (SELECT FROM waste_exit_device w WHERE w.device_id = d.id)
UNION ALL
SELECT d.id, d.label, d.stage <> 'left', NULL, r.repaired_at
FROM part p JOIN repair r ON r.part_id = p.id JOIN device d ON d.id = r.device_id
WHERE ($1::uuid[] IS NULL OR p.workshop_id = ANY($1)) AND p.kind IN ('ssd', 'hdd', 'storage')
    AND r.disk_serial IS NULL
    AND (SELECT sum(o.pieces) FROM repair o JOIN part q ON q.id = o.part_id
        WHERE o.device_id = d.id AND o.disk_serial IS NULL AND q.kind IN ('ssd', 'hdd', 'storage')
            AND o.repaired_at >= r.repaired_at)
    > (SELECT count(*) FROM storage_medium t WHERE t.device_id = d.id AND t.declared_at >= r.repaired_at
        AND NOT EXISTS (SELECT FROM repair o WHERE o.device_id = d.id AND o.disk_serial = t.serial))
    AND NOT EXISTS (SELECT FROM waste_exit_device w WHERE w.device_id = d.id)
ORDER BY 2, 5 LIMIT $2
"""


class UnseenDiskRepository(Repository):
    async def all(self, scope: Scope) -> list[UnseenDisk]:
        """The devices to look into, by label: MOST, and one more when there are more."""
        return [UnseenDisk(*row) for row in await (await self.driver()).fetch(_UNSEEN, scope.ids, MOST + 1)]
