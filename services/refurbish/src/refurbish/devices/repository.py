"""Queries of the devices and their media."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import fields
from typing import Any
from uuid import UUID

from filiere.catalogue.categories import Category
from filiere.catalogue.grades import Battery, Cosmetic, Grade, StorageKind
from filiere.catalogue.software import OfficePack, System
from filiere.database import Found, Key, Kind, Listing, Order, Part, Repository, Scope, Tally, Where
from filiere.database.listing import literal
from filiere.loop_turns import in_turns

from refurbish.devices.away import Away
from refurbish.devices.benches import BENCHES, Bench, bench_of
from refurbish.devices.device import Device, Finish, Medium
from refurbish.devices.erasure_levels import WITHOUT
from refurbish.devices.events import MOST_MINUTES
from refurbish.devices.incoming import DeviceReserved
from refurbish.devices.stages import Custody, Stage
from refurbish.devices.withdrawal_reasons import WithdrawalReason

# What a search looks in, as the index has it.
SEARCHED = "(label || ' ' || coalesce(serial, '') || ' ' || coalesce(manufacturer, '') || ' ' || coalesce(model, ''))"

# And whoever searches by an identifier has all of it, or begins with it.
_ALSO_KNOWN = "id = ANY(ARRAY(SELECT device_id FROM alias WHERE value LIKE {} LIMIT 200))"

# Counted on a pallet and labelled: nothing but its category is known.
TO_INVENTORY = "serial IS NULL AND manufacturer IS NULL AND model IS NULL"
_WITHOUT = [category.value for category in WITHOUT]
_NAMES = [field.name for field in fields(Device)]
COLUMNS = ", ".join(_NAMES)
# Withdrawn for there was no such thing: it is in no pile and in no count.
MISCOUNTED = "'{}'".format(WithdrawalReason.MISCOUNTED.sentence.replace("'", "''"))
MINE = "($1::uuid[] IS NULL OR workshop_id = ANY($1))"
# What rules may change; which device it is and where it came from never move.
_CHANGING = (
    "category", "manufacturer", "model",
    "serial", "stage", "custody", "no_storage", "no_storage_by", "tests_passed", "ruleset", "grade", "cosmetic",
    "battery", "reasons", "withdrawn_reason", "arrived_at", "erased_at", "tested_at", "graded_at", "ready_at",
    "closed_at", "cycle", "recall_code", "recall_asked_at", "away",
    "merged_into", "wipe_from", "back_at",
)  # fmt: skip
_SAVE = f"UPDATE device SET {', '.join(f'{name} = ${n}' for n, name in enumerate(_CHANGING, 2))} WHERE id = $1"
_SAVE_ALL = f"""
UPDATE device SET {", ".join(f"{name} = u.{name}" for name in _CHANGING)}
FROM jsonb_populate_recordset(NULL::device, $1::jsonb) AS u WHERE device.id = u.id
"""

# One row per medium with what its latest attempt says; a device has a handful.
_MEDIA = """
SELECT m.id, m.device_id, m.serial, m.kind, m.size_gb, m.origin, m.wiped_by,
       coalesce(w.level = 'destroy', false) AS destroyed,
       coalesce(m.wiped_by IS NULL AND (latest.result = 'failure' OR latest.confirmed = false), false) AS failed,
       coalesce(m.wiped_by IS NULL AND latest.result = 'success' AND NOT latest.verified AND latest.confirmed IS NULL
           AND (latest.level <> 'clear' OR m.kind = 'hdd'), false) AS unverified,
       latest.id AS attempt, w.cycle AS wiped_in, m.gone_by IS NOT NULL AS is_gone
FROM storage_medium m JOIN device d ON d.id = m.device_id
LEFT JOIN erasure w ON w.id = m.wiped_by
LEFT JOIN LATERAL (
    SELECT e.id, e.result, e.level, e.verified, v.confirmed
    FROM erasure e LEFT JOIN verification v ON v.erasure_id = e.id
    WHERE e.medium_id = m.id AND e.cycle >= d.wipe_from ORDER BY e.id DESC LIMIT 1
) latest ON true
WHERE m.device_id = ANY($1)
"""
_FINISHES = """
SELECT d.id, (SELECT least(sum(minutes), $2)::int FROM repair r WHERE r.device_id = d.id HAVING count(*) > 0)
           AS work_minutes,
       i.system, i.version, i.office, coalesce(i.licence_used, false) AS licence_used, i.battery_percent,
       i.battery_minutes, nullif((g.facts ->> 'ram_gb')::float8, 0) AS memory_gb,
       (SELECT nullif(sum((s ->> 'size_gb')::float8), 0) FROM jsonb_array_elements(g.facts -> 'storage') s)
           AS storage_gb,
       ARRAY(SELECT a.value FROM alias a WHERE a.device_id = d.id AND a.kind IN ('imei', 'serial', 'asset_tag')
             ORDER BY a.id LIMIT 20) AS identifiers,
       (SELECT jsonb_object_agg(kind, pieces) FROM (
            SELECT p.kind, least(sum(r.pieces), 99)::int AS pieces FROM repair r JOIN part p ON p.id = r.part_id
            WHERE r.device_id = d.id AND p.origin = 'bought' GROUP BY p.kind) bought) AS new_parts,
       ARRAY(SELECT m.serial FROM medium_exit x JOIN storage_medium m ON m.id = x.medium_id WHERE x.went_to = d.label
             AND NOT EXISTS (SELECT FROM exit_answer a WHERE a.exit_id = x.id)
             AND NOT EXISTS (SELECT FROM exit_taken_back b WHERE b.exit_id = x.id) ORDER BY x.id LIMIT 20)
           AS awaited_disks
FROM device d LEFT JOIN device_grading g ON g.device_id = d.id LEFT JOIN LATERAL (
    SELECT * FROM install WHERE device_id = d.id AND cycle = d.cycle ORDER BY id DESC LIMIT 1
) i ON true
WHERE d.id = ANY($1::uuid[])
"""


_ID = Key("id", Kind.ID)
_NEWEST = Key("coalesce(arrived_at, '1970-01-01 00:00:00+00')", Kind.INSTANT)
_LISTED = Listing(
    COLUMNS,
    "device",
    {
        "newest": Order(_NEWEST, _ID, down=True),
        "label": Order(Key("label")),
        "stage": Order(Key("stage"), _NEWEST, _ID),
        "name": Order(Key("coalesce(manufacturer, '')"), Key("coalesce(model, '')"), _ID),
        # Unserved demand for the category weighs first; then whoever has waited longest on the shelf.
        "wanted": Order(
            loose="(SELECT coalesce(sum(wanted), 0) FROM demand WHERE demand.category = device.category) DESC,"
            " arrived_at NULLS LAST, id"
        ),
    },
)


class DeviceRepository(Repository):
    async def get(self, scope: Scope, device_id: UUID, *, for_update: bool = False) -> Device | None:
        """One device of the caller's workshops; `lock` before changing it or appending its events."""
        row = await (await self.driver()).fetchrow(
            f"SELECT {COLUMNS} FROM device WHERE {MINE} AND id = $2{' FOR NO KEY UPDATE' if for_update else ''}",
            scope.ids,
            device_id,
        )
        return device_of(row) if row is not None else None

    async def by_label(self, scope: Scope, label: str) -> Device | None:
        row = await (await self.driver()).fetchrow(
            f"SELECT {COLUMNS} FROM device WHERE {MINE} AND label = $2", scope.ids, label
        )
        return device_of(row) if row is not None else None

    async def by_labels(self, scope: Scope, labels: Sequence[str]) -> list[Device]:
        rows = await (await self.driver()).fetch(
            f"SELECT {COLUMNS} FROM device WHERE {MINE} AND label = ANY($2::text[]) ORDER BY id", scope.ids, labels
        )
        return [device_of(row) for row in rows]

    async def media(self, device_id: UUID) -> list[Medium]:
        """Every medium that is in a device, as they were declared. Lock the device first when deciding by them."""
        return (await self.media_of([device_id])).get(device_id, [])

    async def media_and_gone(self, device_id: UUID) -> tuple[list[Medium], list[Medium]]:
        """The same, and the media that were taken out or were never there: the gate does not ask for them."""
        media, gone = await self.media_and_gone_of([device_id])
        return media.get(device_id, []), gone.get(device_id, [])

    # every tenant: of devices that the caller has found
    async def media_and_gone_of(
        self, device_ids: Sequence[UUID]
    ) -> tuple[dict[UUID, list[Medium]], dict[UUID, list[Medium]]]:
        """The same of many, by device."""
        there: dict[UUID, list[Medium]] = {}
        gone: dict[UUID, list[Medium]] = {}
        for row in await (await self.driver()).fetch(f"{_MEDIA} ORDER BY m.id", device_ids):
            (gone if row["is_gone"] else there).setdefault(row["device_id"], []).append(_medium(row))
        return there, gone

    # every tenant: of devices that the caller has found
    async def media_of(self, device_ids: Sequence[UUID]) -> dict[UUID, list[Medium]]:
        found: dict[UUID, list[Medium]] = {}
        for row in await (await self.driver()).fetch(f"{_MEDIA} AND m.gone_by IS NULL ORDER BY m.id", device_ids):
            found.setdefault(row["device_id"], []).append(_medium(row))
        return found

    async def finish(self, device: Device) -> Finish:
        """What slices above noted of it: the minutes of all its repairs, what is installed in this cycle, its sizes."""
        return (await self.finishes([device.id]))[device.id]

    # every tenant: of devices that the caller has locked
    async def finishes(self, device_ids: Sequence[UUID]) -> dict[UUID, Finish]:
        rows = await (await self.driver()).fetch(_FINISHES, device_ids, MOST_MINUTES)
        return {row["id"]: _finish({name: value for name, value in row.items() if name != "id"}) for row in rows}

    # every tenant: of a device that the caller has locked
    async def save(self, device: Device) -> None:
        """Write what rules changed; the caller holds the lock."""
        values = [getattr(device, name) for name in _CHANGING]
        await (await self.driver()).execute(
            _SAVE, device.id, *(list(value) if isinstance(value, tuple) else value for value in values)
        )

    # every tenant: of devices that the caller has locked
    async def save_all(self, devices: Sequence[Device]) -> None:
        """Write what rules changed of many, in one statement; the caller holds their locks."""
        values = [{"id": one.id, **{name: getattr(one, name) for name in _CHANGING}} async for one in in_turns(devices)]
        await asyncio.sleep(0)  # the text of five hundred is a turn of its own
        await (await self.driver()).execute(_SAVE_ALL, json.dumps(values, default=str))

    async def found_for_update(self, scope: Scope, device_ids: Sequence[UUID]) -> list[Device]:
        """Those of the caller's workshops, locked in the order of their ids."""
        rows = await (await self.driver()).fetch(
            f"SELECT {COLUMNS} FROM device WHERE {MINE} AND id = ANY($2::uuid[]) ORDER BY id FOR NO KEY UPDATE",
            *(scope.ids, device_ids),
        )
        return [device_of(row) async for row in in_turns(rows)]

    async def found(self, scope: Scope, device_ids: Sequence[UUID]) -> list[Device]:
        """Those of the caller's workshops, to look at."""
        rows = await (await self.driver()).fetch(
            f"SELECT {COLUMNS} FROM device WHERE {MINE} AND id = ANY($2::uuid[]) ORDER BY id",
            *(scope.ids, device_ids),
        )
        return [device_of(row) async for row in in_turns(rows)]

    async def listing(
        self,
        scope: Scope,
        *,
        stages: Sequence[Stage] = (),
        bench: Bench | None = None,
        q: str = "",
        lot_id: UUID | None = None,
        category: Category | None = None,
        order: str = "newest",
        part: Part,
    ) -> Found[Device]:
        """Devices under filters. `q` looks in label, serial, maker and model.

        order: newest, label, stage, name, wanted (first what people wait for, then the oldest); `-` in front turns it.
        """
        wanted = _wanted(scope, stages, bench, q, lot_id, category)
        # Everybody's devices are a million in the end: how many is kept. Those of a workshop or a lot are few.
        is_tallied = scope.is_everybody and lot_id is None and bench is not Bench.TO_INVENTORY
        tallied = _tallied(stages, bench, category) if is_tallied else None
        return (await _LISTED.page(await self.driver(), wanted, part, order, tally=tallied)).of(device_of)

    async def each(
        self,
        scope: Scope,
        *,
        stages: Sequence[Stage] = (),
        bench: Bench | None = None,
        q: str = "",
        lot_id: UUID | None = None,
        category: Category | None = None,
        order: str = "newest",
    ) -> AsyncIterator[Device]:
        """All that `listing` finds, while it is read."""
        wanted = _wanted(scope, stages, bench, q, lot_id, category)
        async for row in _LISTED.each(await self.driver(), wanted, order):
            yield device_of(row)

    async def counts(self, scope: Scope) -> dict[Bench, int]:
        """Devices per bench in the caller's workshops."""
        driver, workshops = await self.driver(), scope.ids
        if workshops is None:
            rows = await driver.fetch(
                "SELECT stage, category = ANY($1::text[]) AS without, sum(devices)::bigint AS n FROM device_tally "
                "GROUP BY 1, 2",
                _WITHOUT,
            )
        else:
            rows = await driver.fetch(
                "SELECT stage, category = ANY($2::text[]) AS without, count(*) AS n FROM device "
                "WHERE workshop_id = ANY($1) GROUP BY 1, 2",
                *(workshops, _WITHOUT),
            )
        found: Counter[Bench] = Counter()
        for row in rows:
            found[bench_of(Stage(row["stage"]), without=row["without"])] += row["n"]
        return found

    # every tenant: events act for no caller
    async def promise(self, reserved: Sequence[DeviceReserved]) -> None:
        """Note where devices are promised, and for which parcel; into another one they are packed anew."""
        await (await self.driver()).execute(
            "UPDATE device d SET order_id = u.o, relais_id = u.r, territory = u.t, order_reference = u.reference, "
            "relais_name = u.name, promised_at = u.at, "
            "packed_at = CASE WHEN d.order_id = u.o THEN d.packed_at END "
            "FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::timestamptz[]) "
            "AS u(id, o, r, t, reference, name, at) WHERE d.id = u.id",
            [event.device_id for event in reserved],
            [event.order_id for event in reserved],
            [event.relais_id for event in reserved],
            [event.territory for event in reserved],
            [event.order_reference for event in reserved],
            [event.relais_name for event in reserved],
            [event.occurred_at for event in reserved],
        )

    # every tenant: events act for no caller
    async def release(self, device_ids: Sequence[UUID]) -> None:
        await (await self.driver()).execute(
            "UPDATE device SET order_id = NULL, relais_id = NULL, territory = NULL, order_reference = NULL, "
            "relais_name = NULL, promised_at = NULL, packed_at = NULL WHERE id = ANY($1::uuid[])",
            device_ids,
        )

    # every tenant: events act for no caller
    async def each_for_update(self, device_ids: Sequence[UUID]) -> list[Device]:
        """Lock devices in the order of their ids; those that do not exist are left out."""
        rows = await (await self.driver()).fetch(
            f"SELECT {COLUMNS} FROM device WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE", device_ids
        )
        return [device_of(row) for row in rows]

    # every tenant: events act for no caller
    async def say_away(self, words: Mapping[UUID, Away | None]) -> None:
        """Keep what is said of devices since they left; None: no more than that."""
        await (await self.driver()).execute(
            "UPDATE device d SET away = u.word FROM unnest($1::uuid[], $2::text[]) AS u(id, word)"
            " WHERE d.id = u.id AND d.stage = 'left'",
            list(words),
            list(words.values()),
        )

    # every tenant: events act for no caller
    async def say_used(self, device_ids: Sequence[UUID]) -> None:
        """Somebody has had these since they left: what was wiped before counts no more. Told again, nothing changes."""
        await (await self.driver()).execute(
            "UPDATE device SET wipe_from = cycle + 1"
            " WHERE id = ANY($1::uuid[]) AND stage = 'left' AND wipe_from <= cycle",
            device_ids,
        )

    # every tenant: events act for no caller
    async def leave(self, device_ids: Sequence[UUID], moments: Sequence[Any]) -> None:
        """Ready devices are shipped; those that have left already stay as they are."""
        await (await self.driver()).execute(
            "UPDATE device d SET stage = 'left', custody = 'shipped', closed_at = u.at, away = NULL "
            "FROM unnest($1::uuid[], $2::timestamptz[]) AS u(id, at) WHERE d.id = u.id AND d.stage = 'ready'",
            device_ids,
            moments,
        )


def _medium(row: Any) -> Medium:
    values = {name: value for name, value in row.items() if name != "is_gone"}
    return Medium(**{**values, "kind": StorageKind(row["kind"])})  # the driver gives plain text


def _wanted(
    scope: Scope,
    stages: Sequence[Stage],
    bench: Bench | None,
    q: str,
    lot_id: UUID | None,
    category: Category | None,
) -> Where:
    wanted = _on(scope.where("workshop_id"), stages, bench)
    if lot_id is not None:
        wanted.add("lot_id = {}", lot_id)
    if category is not None:
        wanted.add("category = {}", category.value)
    return wanted.contains(SEARCHED, q, exactly=(_ALSO_KNOWN, f"{literal(q.strip().upper())}%"))


def _on(wanted: Where, stages: Sequence[Stage], bench: Bench | None) -> Where:
    """At these stages, and on this bench."""
    if bench is not None:
        stages = BENCHES[bench]
    if stages:
        wanted.add("stage = ANY({}::text[])", [stage.value for stage in stages])
    if bench is Bench.TO_ERASE:
        wanted.add("stage <> 'arrived' OR category <> ALL({}::text[])", _WITHOUT)
    if bench is Bench.TO_INVENTORY:
        wanted.add(TO_INVENTORY)
    if bench is Bench.TO_TEST:
        wanted.add("stage <> 'arrived' OR category = ANY({}::text[])", _WITHOUT)
    return wanted


def _tallied(stages: Sequence[Stage], bench: Bench | None, category: Category | None) -> Tally:
    wanted = _on(Where(), stages, bench)
    if category is not None:
        wanted.add("category = {}", category.value)
    return Tally("device_tally", "devices", wanted)


def _finish(said: dict[str, Any]) -> Finish:
    said["system"] = System(said["system"]) if said["system"] is not None else None
    said["office"] = OfficePack(said["office"]) if said["office"] is not None else None
    new_parts = tuple((said["new_parts"] or {}).items())
    rows = {name: tuple(said[name]) for name in ("identifiers", "awaited_disks")}
    return Finish(**{**said, **rows, "new_parts": new_parts})


def device_of(row: Any) -> Device:
    """The device of a row; what else the row holds is its query's."""
    values = {name: row[name] for name in _NAMES}
    values["category"] = Category(values["category"])
    values["stage"] = Stage(values["stage"])
    values["custody"] = Custody(values["custody"])
    values["reasons"] = tuple(values["reasons"])
    for name, kind in (("grade", Grade), ("cosmetic", Cosmetic), ("battery", Battery)):
        values[name] = kind(values[name]) if values[name] is not None else None
    # A word of a later release, which runs beside this one while it rolls out, says nothing here.
    values["away"] = Away(values["away"]) if values["away"] in set(Away) else None
    return Device(**values)
