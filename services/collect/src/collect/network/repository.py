"""SQL of the chain: one statement for each question, whatever the network holds."""

from collections.abc import AsyncIterator, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from filiere.calendar import start_sql
from filiere.database import Found, Key, Kind, Listing, Order, Part, Repository, Tally, Where, listed

from collect.devices.repository import DEVICE_COLUMNS, DEVICE_FROM
from collect.devices.schemas import DeviceOut
from collect.devices.stage import is_waiting_sql, since_sql
from collect.network.schemas import Actor, Standing, Waiting, Who
from collect.network.stages import Age

_SINCE = since_sql("v.")
_COUNTS = """
SELECT stage, coalesce(sum(n) FILTER (WHERE day >= $2), 0)::int,
    coalesce(sum(n) FILTER (WHERE day < $2 AND day >= $1), 0)::int,
    coalesce(sum(n) FILTER (WHERE day < $1), 0)::int, min(day)
FROM (SELECT stage, day, sum(devices) AS n FROM device_waiting_tally GROUP BY 1, 2 HAVING sum(devices) > 0) AS d
GROUP BY stage
"""
_DEVICES = Listing(
    f"{DEVICE_COLUMNS}, {_SINCE} AS since, o.name AS donor_name",
    f"{DEVICE_FROM} JOIN donor o ON o.id = v.donor_id",
    {"since": Order(Key(_SINCE, Kind.INSTANT), Key("v.id", Kind.ID))},
    counted="device v",
)
# A donor is heard of when it sends a donation or writes a word. What everybody did is read in one go, never once for
# each; only the newest of a workshop's devices, and of a Relais' days, is one step into an index.
_ACTORS = f"""(
    SELECT d.id, '{Who.DONOR}' AS who, d.name,
        (SELECT city FROM site WHERE donor_id = d.id ORDER BY id LIMIT 1) AS city,
        d.created_at AS known_at, NULL AS agreement, NULL::date AS agreement_on, greatest(sent.at, wrote.at) AS heard_at
    FROM donor d
    LEFT JOIN (SELECT donor_id, max(submitted_at) AS at FROM donation GROUP BY donor_id) sent ON sent.donor_id = d.id
    LEFT JOIN (SELECT donor_id, max(created_at) AS at FROM donation_message WHERE side = 'donor' GROUP BY donor_id)
        wrote ON wrote.donor_id = d.id
    WHERE d.refused_at IS NULL
    UNION ALL
    SELECT w.workshop_id, '{Who.WORKSHOP}', w.name, w.city, w.changed_at, NULL, NULL,
        greatest((SELECT max(work_at) FROM device WHERE workshop_id = w.workshop_id AND work_at IS NOT NULL), lots.at)
    FROM workshop w
    LEFT JOIN (SELECT workshop_id, max(greatest(arrived_at, reconciled_at)) AS at FROM lot GROUP BY workshop_id)
        lots ON lots.workshop_id = w.workshop_id
    UNION ALL
    SELECT r.relais_id, '{Who.RELAIS}', r.name, r.city, r.first_told_at, r.agreement,
        r.agreement_since,
        {start_sql("SELECT max(day) FROM relais_heard WHERE relais_id = r.relais_id")}
    FROM relais r
) AS a"""
_LAST = "coalesce(a.heard_at, a.known_at)"
_LISTED = Listing(
    "a.id, a.who, a.name, a.city, a.heard_at, a.known_at, a.agreement, a.agreement_on",
    _ACTORS,
    {
        "silent": Order(Key(_LAST, Kind.INSTANT), Key("a.id", Kind.ID)),
    },
)


class Counted(NamedTuple):
    """Devices of one stage by age, and since when the one that has waited longest."""

    stage: str
    waiting: int
    late: int
    stuck: int
    since: date


# every tenant: the coordination sees all, and nobody else comes here
class NetworkRepository(Repository):
    async def stages(self, stuck: date | None, late: date | None) -> list[Counted]:
        """Of every stage at which something waits: late since before `late`, stuck since before `stuck`."""
        return [Counted(*row) for row in await (await self.driver()).fetch(_COUNTS, stuck, late)]

    async def waiting(self, stage: str, age: Age | None, part: Part) -> Found[Waiting]:
        """Devices that wait, those first that have waited longest."""
        tally = Tally("device_waiting_tally", "devices", _tallied(stage, age))
        found = await _DEVICES.page(await self.driver(), _wanted(stage, age), part, "since", tally=tally)
        return found.of(lambda row: _waiting(listed(row)))

    async def each_waiting(self, stage: str, age: Age | None) -> AsyncIterator[Waiting]:
        """All that `waiting` finds, while it is read."""
        async for row in _DEVICES.each(await self.driver(), _wanted(stage, age), "since"):
            yield _waiting(dict(row))

    async def actors(
        self, who: Who | None, before: Mapping[Who, datetime] | None, agreement: Standing | None, part: Part
    ) -> Found[Actor]:
        """Those first of whom nothing was heard for longest; `before`: of whom nothing was heard since."""
        found = await _LISTED.page(await self.driver(), _of(who, before, agreement), part, "silent")
        return found.of(lambda row: Actor(**listed(row)))

    async def each_actor(
        self, who: Who | None, before: Mapping[Who, datetime] | None, agreement: Standing | None
    ) -> AsyncIterator[Actor]:
        async for row in _LISTED.each(await self.driver(), _of(who, before, agreement), "silent"):
            yield Actor(**dict(row))

    async def silent(self, before: Mapping[Who, datetime]) -> dict[str, tuple[int, datetime]]:
        """Who → (of how many nothing was heard since, since when of the first)."""
        rows = await (await self.driver()).fetch(
            f"""SELECT a.who, count(*)::int, min({_LAST}) FROM {_ACTORS}
            JOIN unnest($1::text[], $2::timestamptz[]) AS b(who, at) ON b.who = a.who
            WHERE {_LAST} < b.at GROUP BY a.who""",
            *(list(before), list(before.values())),
        )
        return {row[0]: (row[1], row[2]) for row in rows}

    async def signing(self) -> tuple[int, date | None]:
        """Agreements that were sent and are not signed, and since when the first of them."""
        row = await (await self.driver()).fetchrow(
            f"""SELECT count(*)::int, min(agreement_since)
            FROM relais WHERE agreement = '{Standing.SENT}'"""
        )
        assert row is not None  # an aggregate without GROUP BY always answers
        return row[0], row[1]


def _wanted(stage: str, age: Age | None) -> Where:
    wanted = Where(is_waiting_sql("v."))
    if stage:
        wanted.add("v.stage = {}", stage)
    if age is not None:
        since, until = age.between()
        if since is not None:
            wanted.add(f"{_SINCE} >= {{}}", since)
        if until is not None:
            wanted.add(f"{_SINCE} < {{}}", until)
    return wanted


def _tallied(stage: str, age: Age | None) -> Where:
    wanted = Where()
    if stage:
        wanted.add("stage = {}", stage)
    since, until = age.days() if age is not None else (None, None)
    if since is not None:
        wanted.add("day >= {}", since)
    if until is not None:
        wanted.add("day < {}", until)
    return wanted


def _of(who: Who | None, before: Mapping[Who, datetime] | None, agreement: Standing | None) -> Where:
    wanted = Where()
    if who is not None:
        wanted.add("a.who = {}", who.value)
    if before is not None:
        some = list(before.items())
        each = " OR ".join(f"a.who = '{one}' AND {_LAST} < {{}}" for one, _ in some)
        wanted.add(f"({each})", *(at for _, at in some))
    if agreement is not None:
        wanted.add("a.agreement = {}", agreement.value)
    return wanted


def _waiting(row: dict[str, Any]) -> Waiting:
    since, donor = row.pop("since"), row.pop("donor_name")
    return Waiting(DeviceOut(**row), since, donor)
