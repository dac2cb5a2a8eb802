"""Backups of the three databases at one instant of the network, and their restoration.

Why one instant. The services meet only in events: what a consumer has done rests on an event of its producer's outbox.
A set of dumps is sound when every event that a restored inbox has claimed is in a restored outbox; then whatever the
consumers have not claimed yet is sent again and applied, and nothing refers to what never was. Dumps taken one after
the other cannot promise that in any order, for the services form a circle (collect → refurbish → distribute →
refurbish and collect): some consumer is always dumped after one of its producers and may have applied in between what
the producer's dump does not hold.

How. For an instant nobody may claim events: the inbox of every database is locked against writing (`cut`). Once all
locks are held, each claim that exists was committed before, so its event was published before, so it is committed in
its outbox. Now one snapshot is taken in each database, and the locks are given back: consumers have waited for
milliseconds, requests not at all. `pg_dump` then reads from those snapshots for as long as it takes.

After a restore the broker must be empty, or another (it may hold events that happened after the backup and that no
restored outbox knows): every outbox is marked unsent, everything is sent again in order, inboxes drop what they have.
"""

from stack.backup.dump import backup
from stack.backup.places import Place, place
from stack.backup.restore import restore

__all__ = ["Place", "backup", "place", "restore"]
