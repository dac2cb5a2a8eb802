"""Where every accepted device is, by the word of whoever holds it; and whether the three services agree.

Each device has one holder: the donor or the carrier (collect), a workshop (refurbish), the stock or a Relais
(distribute). The holder's own table is the truth about it; what the others believe must agree once nothing is on its
way any more.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import asyncpg
from filiere.calendar import today

from stack.audit.away import AWAY
from stack.audit.bench import BENCH, HAD, OLD_PROOF, RECALLED_READY
from stack.audit.debts import DEBTS
from stack.audit.money import MONEY
from stack.audit.prices import PRICES

# The services are not read at one instant: `settled_audit` looks until nothing is on its way.
_COLLECT = "SELECT id, donation_id, lot_id, label, stage, custody, surplus_at IS NOT NULL AS is_surplus FROM device"
_COLLECT_DONATIONS = """
SELECT id, reference, accepted, status FROM donation WHERE status NOT IN ('draft', 'submitted', 'declined', 'withdrawn')
"""
_COLLECT_LOTS = "SELECT id, code, devices, status, workshop_id FROM lot"
_REFURBISH = "SELECT id, donation_id, lot_id, stage, order_id, away, recall_asked_at, is_surplus FROM device"
_REFURBISH_LOTS = "SELECT id, expected, workshop_id FROM lot"
_SAID_WEEKS = """
SELECT workshop_id, first_day::text AS first_day, last_day::text AS last_day FROM workshop_period
WHERE last_day >= $1
"""
_HEARD_WEEKS = """
SELECT workshop_id, p->>'first_day' AS first_day, p->>'last_day' AS last_day
FROM workshop, jsonb_array_elements(periods::jsonb) p
WHERE (p->>'last_day')::date >= $1
"""
_DISTRIBUTE = "SELECT device_id AS id, donation_id, status, order_id FROM stock_item"

PLACES = (
    "at_donor", "cancelled", "missing", "in_transit", "at_workshop", "withdrawn",
    "in_stock", "reserved", "shipped", "delivered", "lent", "handed_over", "returning", "lost",
)  # fmt: skip
BY_STOCK_STATUS = {
    "available": "in_stock",
    "held": "in_stock",
    "to_check": "in_stock",
    "reserved": "reserved",
    "shipped": "shipped",
    "delivered": "delivered",
    "lent": "lent",
    "handed_over": "handed_over",
    "returning": "returning",
    "lost": "lost",
    "withdrawn": "withdrawn",
}
_LEFT_THE_WORKSHOP = {"shipped", "delivered", "lent", "handed_over", "returning", "lost"}
# What its workshop was told of a device that is neither here nor there.
SAID_AWAY = {"lost": {"lost", "lost_lent"}, "returning": {"found", "damaged", "wrong", "broken", "used", "recalled"}}
# What collect shows, for each place where a device may be; work inside a workshop is checked in `_projection`.
_SHOWN_BY_COLLECT = {
    "cancelled": {"cancelled"},
    "missing": {"missing"},
    "in_transit": {"in_transit"},
    "withdrawn": {"withdrawn"},
    "in_stock": {"ready"},
    "reserved": {"reserved"},
    "shipped": {"shipped"},
    "delivered": {"delivered"},
    "lent": {"delivered"},
    "handed_over": {"handed_over"},
    # A promise of no more, told in a sentence beside the stage: the device is on a road all the same.
    "returning": {"shipped"},
    "lost": {"shipped"},
    "at_donor": {"accepted", "collected"},
    "at_workshop": {"arrived", "erased", "tested", "graded"},
}


@dataclass(frozen=True, slots=True)
class Chain:
    """The three services' tables, by device id."""

    donations: Mapping[Any, Any]
    collect: Mapping[Any, Any]
    refurbish: Mapping[Any, Any]
    distribute: Mapping[Any, Any]
    lots: Mapping[Any, Any]
    expected: Mapping[Any, Any]
    """Lots as the workshops know them."""
    said_weeks: frozenset[tuple[Any, ...]]
    heard_weeks: frozenset[tuple[Any, ...]]
    """Days that are otherwise, as the workshops say them, and as collect has heard."""


async def conservation(databases: Mapping[str, str]) -> tuple[dict[str, int], list[str]]:
    """(devices by place, one sentence per broken promise). `databases`: URL by service name."""
    pools = dict(zip(databases, await asyncio.gather(*(_connect(url) for url in databases.values())), strict=True))
    try:
        collect, refurbish, distribute = pools["collect"], pools["refurbish"], pools["distribute"]
        chain = Chain(
            {row["id"]: row for row in await collect.fetch(_COLLECT_DONATIONS)},
            {row["id"]: row for row in await collect.fetch(_COLLECT)},
            {row["id"]: row for row in await refurbish.fetch(_REFURBISH)},
            {row["id"]: row for row in await distribute.fetch(_DISTRIBUTE)},
            {row["id"]: row for row in await collect.fetch(_COLLECT_LOTS)},
            {row["id"]: row for row in await refurbish.fetch(_REFURBISH_LOTS)},
            frozenset(tuple(row) for row in await refurbish.fetch(_SAID_WEEKS, today())),
            frozenset(tuple(row) for row in await collect.fetch(_HEARD_WEEKS, today())),
        )
        broken = [
            *_strangers(chain),
            *_disagreements(chain),
            *_counts(chain),
            *_cancelled(chain),
            *_beliefs(chain),
            *_lots(chain),
            *_beside_the_lots(chain),
            *_weeks(chain),
            *await _recalled_and_used(refurbish, distribute),
            *[
                law.sentence.format_map(row)
                for law in (*BENCH, *AWAY, *MONEY, *DEBTS, *PRICES)
                for row in await pools[law.service].fetch(law.rows)
            ],
        ]
    finally:
        await asyncio.gather(*(pool.close() for pool in pools.values()))
    counted = Counter(place(chain, id_) for id_ in chain.collect)
    return {name: counted[name] for name in PLACES if counted[name]}, broken


async def _recalled_and_used(refurbish: Any, distribute: Any) -> list[str]:
    """What came back recalled, after somebody had had it, and is ready with the proof from before."""
    ready = await refurbish.fetch(RECALLED_READY)
    had: dict[Any, list[Any]] = {}
    for row in await distribute.fetch(HAD, sorted({row["id"] for row in ready})):
        had.setdefault(row["device_id"], []).append(row["at"])
    used = {
        row["label"]
        for row in ready
        if any(
            (row["left_at"] is None or row["left_at"] <= at) and at <= row["ended_at"] for at in had.get(row["id"], ())
        )
    }
    return [OLD_PROOF.format(label=label) for label in sorted(used)]


def place(chain: Chain, device_id: Any) -> str:
    """Where a device is, by the word of its holder: one of PLACES."""
    item = chain.distribute.get(device_id)
    if item is not None and item["status"] != "withdrawn":
        return BY_STOCK_STATUS[item["status"]]
    worked_on = chain.refurbish.get(device_id)
    if worked_on is not None and worked_on["stage"] not in ("expected",):
        if worked_on["stage"] in ("missing", "withdrawn"):
            return str(worked_on["stage"])
        return "at_workshop"
    custody = chain.collect[device_id]["custody"]
    if custody in ("accepted", "collected"):
        return "at_donor"
    return custody if custody in ("missing", "cancelled") else "in_transit"


def _strangers(chain: Chain) -> Iterator[str]:
    """Devices that one service has and its neighbour upstream does not know, or in another donation."""
    for name, table, upstream in (
        ("refurbish", chain.refurbish, chain.collect),
        ("distribute", chain.distribute, chain.refurbish),
    ):
        for id_, row in table.items():
            origin = upstream.get(id_)
            if origin is None:
                yield f"L'équipement {id_} est connu de {name} mais pas du service d'avant."
            elif origin["donation_id"] != row["donation_id"]:
                yield f"L'équipement {id_} a changé de don dans {name}."


def _disagreements(chain: Chain) -> Iterator[str]:
    """What one service believes of a device, against the word of its holder."""
    for id_, device in chain.collect.items():
        where, label = place(chain, id_), device["label"]
        worked_on, item = chain.refurbish.get(id_), chain.distribute.get(id_)
        if device["custody"] == "in_transit" and worked_on is None:
            yield f"L'équipement {label} est parti vers un atelier qui ne l'attend pas."
        if device["stage"] not in _SHOWN_BY_COLLECT[where]:
            yield f"L'équipement {label} est « {where} », mais la collecte montre « {device['stage']} »."
        if worked_on is None:
            continue
        if worked_on["stage"] in ("ready", "left") and item is None:
            yield f"L'équipement {label} est prêt à l'atelier mais n'est pas en stock."
        if (worked_on["stage"] == "left") != (where in _LEFT_THE_WORKSHOP):
            yield f"L'équipement {label} est « {where} », mais l'atelier le dit « {worked_on['stage']} »."
        if where in ("in_stock", "reserved") and worked_on["stage"] != "ready":
            yield f"L'équipement {label} est en stock, mais l'atelier le dit « {worked_on['stage']} »."


def _counts(chain: Chain) -> Iterator[str]:
    """Accepted by the donation's own count = devices in all places; what no manifest lists was accepted by nobody."""
    found = Counter(row["donation_id"] for row in chain.collect.values() if not row["is_surplus"])
    for id_, donation in chain.donations.items():
        if found[id_] != donation["accepted"]:
            yield (
                f"Le don {donation['reference']} a {donation['accepted']} équipements acceptés, "
                f"mais {found[id_]} sont quelque part."
            )


def _cancelled(chain: Chain) -> Iterator[str]:
    """Nobody waits for a device of a cancelled donation, and no other device is given up."""
    for id_, device in chain.collect.items():
        donation = chain.donations.get(device["donation_id"])
        is_cancelled = donation is not None and donation["status"] == "cancelled"
        if is_cancelled != (place(chain, id_) == "cancelled"):
            yield f"L'équipement {device['label']} et son don ne sont pas annulés ensemble."


def _beliefs(chain: Chain) -> Iterator[str]:
    """What a workshop believes of a device that distribute holds: to whom it is promised, and what became of it."""
    for id_, worked_on in chain.refurbish.items():
        label = chain.collect[id_]["label"] if id_ in chain.collect else id_
        if worked_on["recall_asked_at"] is not None:
            yield f"L'équipement {label} est redemandé, et personne n'a répondu à l'atelier."
        item = chain.distribute.get(id_)
        if item is not None and item["order_id"] != worked_on["order_id"]:
            yield f"L'équipement {label} est promis à {item['order_id']}, l'atelier le croit à {worked_on['order_id']}."
        if item is not None and item["status"] in SAID_AWAY and worked_on["away"] not in SAID_AWAY[item["status"]]:
            yield f"L'équipement {label} est « {item['status']} », l'atelier le croit « {worked_on['away']} »."


def _lots(chain: Chain) -> Iterator[str]:
    """A lot holds what it says, beside what its workshop found in addition, and its workshop expects just these."""
    held = Counter(device["lot_id"] for device in chain.collect.values() if not device["is_surplus"])
    for id_, lot in chain.lots.items():
        if held[id_] != lot["devices"]:
            yield f"Le lot {lot['code']} dit {lot['devices']} équipements et en contient {held[id_]}."
        there = chain.expected.get(id_)
        known = (there["expected"], there["workshop_id"]) if there is not None else (0, None)
        if lot["status"] != "sealed" and known != (lot["devices"], lot["workshop_id"]):
            yield f"Le lot {lot['code']} est parti, et son atelier en attend {known[0]} sur {lot['devices']}."
    for id_, worked_on in chain.refurbish.items():
        if id_ in chain.collect and chain.collect[id_]["lot_id"] != worked_on["lot_id"]:
            yield f"L'équipement {chain.collect[id_]['label']} est dans un autre lot à l'atelier."


def _beside_the_lots(chain: Chain) -> Iterator[str]:
    """What no manifest lists is surplus in both services, or in none."""
    for id_, worked_on in chain.refurbish.items():
        device = chain.collect.get(id_)
        if device is not None and device["is_surplus"] != worked_on["is_surplus"]:
            yield f"L'équipement {device['label']} n'est en trop que pour l'un de l'atelier et de la collecte."


def _weeks(chain: Chain) -> Iterator[str]:
    """Collect reckons with just the days that a workshop said to be otherwise."""
    for workshop, first, last in sorted(chain.said_weeks ^ chain.heard_weeks, key=str):
        yield f"Du {first} au {last}, l'atelier {workshop} et la collecte ne disent pas la même capacité."


async def _connect(url: str) -> Any:
    return await asyncpg.connect(url, timeout=10)
