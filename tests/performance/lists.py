"""A coordinator's lists and searches, each with the SQL that a bare script would run for the same answer."""

import statistics
import time
from collections.abc import Sequence
from typing import Any, NamedTuple

import asyncpg
from filiere.database.listing import COUNTED
from filiere.identifiers import label_code

_STOCK = """SELECT device_id, label, status, category, grade, manufacturer, model, serial, cosmetic, battery,
    public_body, campaign, workshop_id, workshop_name, relais_id, order_id, line_id, ready_at, updated_at
    FROM stock_item"""
_DEVICE = "SELECT * FROM device"
_SEARCHED = "(label || ' ' || coalesce(serial, '') || ' ' || coalesce(manufacturer, '') || ' ' || coalesce(model, ''))"
_NEWEST = "coalesce(arrived_at, '1970-01-01 00:00:00+00')"
_LOTS = """SELECT l.*, n.* FROM (SELECT * FROM lot ORDER BY id DESC LIMIT 50) l CROSS JOIN LATERAL (
    SELECT count(*), count(*) FILTER (WHERE stage NOT IN ('expected', 'missing')),
           count(*) FILTER (WHERE stage = 'missing'), count(*) FILTER (WHERE stage IN ('ready', 'left', 'withdrawn')),
           count(*) FILTER (WHERE stage IN ('ready', 'left'))
    FROM device d WHERE d.lot_id = l.id) n"""
_DONATIONS = "SELECT d.*, o.name AS donor_name FROM donation d JOIN donor o ON o.id = d.donor_id"
_SEARCHED_DONATION = "(reference || ' ' || coalesce(note, ''))"


def _found(table: str, where: str) -> str:
    return f"SELECT count(*) FROM (SELECT 1 FROM {table} WHERE {where} LIMIT {COUNTED + 1}) found"


class Listed(NamedTuple):
    """What our API is asked for, and the statements of a bare script."""

    path: str
    params: dict[str, str]
    bare: Sequence[str]


_LABEL, _MODEL = label_code(777), "EliteBook"
LISTS: dict[str, dict[str, Listed]] = {
    "distribute": {
        "devices of all": Listed(
            "/devices",
            {},
            (
                f"{_STOCK} ORDER BY ready_at, device_id LIMIT 50",
                "SELECT sum(devices) FROM stock_item_tally",
            ),
        ),
        "devices of a status": Listed(
            "/devices",
            {"status": "available"},
            (
                f"{_STOCK} WHERE status = 'available' ORDER BY ready_at, device_id LIMIT 50",
                "SELECT sum(devices) FROM stock_item_tally WHERE status = 'available'",
            ),
        ),
        "devices searched": Listed(
            "/devices",
            {"q": _LABEL},
            (
                f"{_STOCK} WHERE {_SEARCHED} ILIKE '%{_LABEL}%' ORDER BY ready_at, device_id LIMIT 50",
                _found("stock_item", f"{_SEARCHED} ILIKE '%{_LABEL}%'"),
            ),
        ),
        "devices searched by model": Listed(
            "/devices",
            {"q": _MODEL},
            (
                f"{_STOCK} WHERE {_SEARCHED} ILIKE '%{_MODEL}%' ORDER BY ready_at, device_id LIMIT 50",
                _found("stock_item", f"{_SEARCHED} ILIKE '%{_MODEL}%'"),
            ),
        ),
    },
    "refurbish": {
        "devices of all workshops": Listed(
            "/devices",
            {},
            (f"{_DEVICE} ORDER BY {_NEWEST} DESC, id DESC LIMIT 50", "SELECT sum(devices) FROM device_tally"),
        ),
        "devices searched in all workshops": Listed(
            "/devices",
            {"q": _LABEL},
            (
                f"{_DEVICE} WHERE {_SEARCHED} ILIKE '%{_LABEL}%' ORDER BY {_NEWEST} DESC, id DESC LIMIT 50",
                _found("device", f"{_SEARCHED} ILIKE '%{_LABEL}%'"),
            ),
        ),
        "lots": Listed("/lots", {}, (_LOTS, "SELECT count(*) FROM lot")),
    },
    "collect": {
        "donations": Listed(
            "/donations", {}, (f"{_DONATIONS} ORDER BY d.id DESC LIMIT 50", "SELECT count(*) FROM donation")
        ),
        "donations searched": Listed(
            "/donations",
            {"q": "D-77"},
            (
                f"{_DONATIONS} WHERE {_SEARCHED_DONATION} ILIKE '%D-77%' ORDER BY d.id DESC LIMIT 50",
                _found("donation", f"{_SEARCHED_DONATION} ILIKE '%D-77%'"),
            ),
        ),
    },
}


async def bare_ms(connection: "asyncpg.Connection[Any]", listed: Listed, repeat: int) -> float:
    """Median milliseconds of the statements in one transaction, their rows in Python."""
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        async with connection.transaction():
            for statement in listed.bare:
                await connection.fetch(statement)
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)
