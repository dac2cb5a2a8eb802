"""A coordinator's lists and searches, each beside a bare route that answers the same with the same indexes.

A page of fifty comes out of PostgreSQL in a quarter of a millisecond, whatever the table holds; no HTTP answer does.
So the bars are of a route: FastAPI, the SQL of a bare script, JSON by pydantic's Rust; no access, no validation of
what comes or goes. The SQL alone is told beside it.
"""

import hashlib
import statistics
import time
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
import httpx
from fastapi import FastAPI, Response
from filiere.database.listing import COUNTED
from filiere.identifiers import label_code
from pydantic_core import to_json

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
_COLLECTED_LOTS = """SELECT l.*, o.name, d.reference, s.postcode, w.name FROM lot l JOIN donor o ON o.id = l.donor_id
    JOIN donation d ON d.id = l.donation_id
    CROSS JOIN LATERAL (SELECT postcode FROM site WHERE donor_id = l.donor_id ORDER BY id LIMIT 1) s
    LEFT JOIN workshop w ON w.workshop_id = l.workshop_id ORDER BY l.id DESC LIMIT 50"""
# The newest of each kind; what became of the devices says which may be had.
_DONATION = UUID(hashlib.md5(b"donation7", usedforsecurity=False).hexdigest())
_DOCUMENTS = (
    f"""SELECT d.*, j.state FROM unnest('{{proof,erasure,slip,impact,receipt,vat}}'::text[]) AS kind
    LEFT JOIN LATERAL (SELECT * FROM document WHERE subject = kind.kind || ':donation:{_DONATION}'
                       ORDER BY issued_at DESC LIMIT 1) d ON true
    LEFT JOIN LATERAL (SELECT state FROM job WHERE job.kind = 'document' AND key = kind.kind || ':donation:{_DONATION}'
                       ORDER BY id DESC LIMIT 1) j ON true""",
    f"""SELECT count(*) FILTER (WHERE erased_at IS NOT NULL) FROM device WHERE donation_id = '{_DONATION}'""",
)


def _of(words: str) -> str:
    """Donations that say this, or whose donor is called so."""
    return f"""((d.reference || ' ' || coalesce(d.note, '')) ILIKE '%{words}%' OR d.donor_id = ANY(ARRAY(
        SELECT id FROM donor WHERE (name || ' ' || siren) ILIKE '%{words}%')))"""


_FOUND_DONATION = _of("D-77")


def _begins(with_: str) -> Sequence[str]:
    """Devices by their label, or by how a serial or an inventory number begins."""
    return (
        f"""{_DEVICE} LEFT JOIN lot ON lot.id = device.lot_id WHERE device.id IN (
            (SELECT id FROM device WHERE label = '{with_}')
            UNION (SELECT id FROM device WHERE serial LIKE '{with_}%' ORDER BY serial USING ~<~ LIMIT 50)
            UNION (SELECT id FROM device WHERE asset_tag LIKE '{with_}%' ORDER BY asset_tag USING ~<~ LIMIT 50)
        ) ORDER BY device.id DESC LIMIT 50""",
        "SELECT 0",
    )


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
        "lots of all workshops": Listed("/lots", {}, (_COLLECTED_LOTS, "SELECT count(*) FROM lot")),
        "devices found by label": Listed("/devices", {"q": _LABEL}, _begins(_LABEL)),
        "devices found by serial": Listed("/devices", {"q": "5CG777"}, _begins("5CG777")),
        "devices found by what all begin with": Listed("/devices", {"q": "5CG"}, _begins("5CG")),
        "devices found by inventory number": Listed("/devices", {"q": "INV-777"}, _begins("INV-777")),
        "donations searched": Listed(
            "/donations",
            {"q": "D-77"},
            (
                f"{_DONATIONS} WHERE {_FOUND_DONATION} ORDER BY d.id DESC LIMIT 50",
                _found("donation d", _FOUND_DONATION),
            ),
        ),
        "donations of a donor by its name": Listed(
            "/donations",
            {"q": "Volta 7"},
            (
                f"{_DONATIONS} WHERE {_of('Volta 7')} ORDER BY d.id DESC LIMIT 50",
                _found("donation d", _of("Volta 7")),
            ),
        ),
        "drafts": Listed(
            "/donations",
            {"status": "draft"},
            (
                f"{_DONATIONS} WHERE d.status = 'draft' AND d.by_network ORDER BY d.id DESC LIMIT 50",
                "SELECT count(*) FROM donation WHERE status = 'draft' AND by_network",
            ),
        ),
        "documents of a donation": Listed(f"/donations/{_DONATION}/documents", {}, _DOCUMENTS),
    },
}


class Cost(NamedTuple):
    """Median milliseconds of a list through our API, through a bare route, and of the bare route's SQL alone."""

    ours: float
    route: float
    sql: float


async def cost(
    api: httpx.AsyncClient, bare: httpx.AsyncClient, pool: "asyncpg.Pool[Any]", one: Listed, repeat: int
) -> Cost:
    """In turns, so that a machine that is busy for a while is so for all three."""
    ours, route, sql = [], [], []
    for _ in range(repeat):
        start = time.perf_counter()
        answer = await api.get(f"/api/v1{one.path}", params=one.params)
        ours.append(time.perf_counter() - start)
        answer.raise_for_status()
        start = time.perf_counter()
        same = await bare.get(one.path, params=one.params)
        route.append(time.perf_counter() - start)
        assert len(_items(same)) == len(_items(answer))
        start = time.perf_counter()
        await _answer(pool, one)
        sql.append(time.perf_counter() - start)
    return Cost(*(statistics.median(times) * 1000 for times in (ours, route, sql)))


def _items(answer: httpx.Response) -> list[Any]:
    found = answer.json()
    return list(found if isinstance(found, list) else found["items"])


def bare_client(pool: "asyncpg.Pool[Any]", lists: Mapping[str, Listed]) -> httpx.AsyncClient:
    """The bare routes of these lists, told apart by path and parameters as ours are."""
    app = FastAPI()
    for path in {one.path for one in lists.values()}:
        _add_route(app, pool, path, [one for one in lists.values() if one.path == path])
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bare")


def _add_route(app: FastAPI, pool: "asyncpg.Pool[Any]", path: str, lists: Sequence[Listed]) -> None:
    by_params = {tuple(one.params.items()): one for one in lists}

    @app.get(path)
    async def answer(q: str = "", status: str = "") -> Response:
        one = by_params[tuple((name, value) for name, value in (("q", q), ("status", status)) if value)]
        return Response(to_json(await _answer(pool, one)), media_type="application/json")


async def _answer(pool: "asyncpg.Pool[Any]", one: Listed) -> dict[str, Any]:
    rows, total = one.bare
    async with pool.acquire() as connection, connection.transaction():
        items = [dict(row) for row in await connection.fetch(rows)]
        return {"items": items, "total": await connection.fetchval(total)}
