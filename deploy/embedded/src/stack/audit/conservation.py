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

# One statement per service: read at one instant.
_COLLECT = "SELECT id, donation_id, label, stage, custody FROM device"
_COLLECT_DONATIONS = """
SELECT id, reference, accepted, status FROM donation WHERE status NOT IN ('draft', 'submitted', 'declined', 'withdrawn')
"""
_REFURBISH = "SELECT id, donation_id, stage FROM device"
_DISTRIBUTE = "SELECT device_id AS id, donation_id, status FROM stock_item"

_DOUBLE_PROMISES = """
SELECT device_id, count(*) AS promises FROM reservation WHERE released_at IS NULL GROUP BY device_id HAVING count(*) > 1
"""
_PROMISES_WITHOUT_RESERVATION = """
SELECT s.device_id, s.status FROM stock_item s
LEFT JOIN reservation r ON r.device_id = s.device_id AND r.released_at IS NULL AND r.line_id = s.line_id
WHERE (s.line_id IS NOT NULL) <> (r.id IS NOT NULL)
"""
_HANDED_OVER_TWICE = """
SELECT s.device_id, count(h.id) AS handovers FROM stock_item s
LEFT JOIN handover h ON h.device_id = s.device_id AND h.returned_at IS NULL
GROUP BY s.device_id, s.status HAVING count(h.id) <> (CASE WHEN s.status = 'handed_over' THEN 1 ELSE 0 END)
"""
_LENT_WITHOUT_LOAN = """
SELECT s.device_id, s.status FROM stock_item s
LEFT JOIN loan_item x ON x.device_id = s.device_id AND x.settled_at IS NULL
WHERE (s.status = 'lent') <> (x.loan_id IS NOT NULL)
"""
_MISSED_WITHOUT_ROAD = """
SELECT s.device_id, s.status FROM incident n JOIN stock_item s USING (device_id)
WHERE n.settled_at IS NULL AND s.status <> 'shipped'
"""
# A sale whose device came back has its case, and a case that waits has a sale.
_BROUGHT_BACK_WITHOUT_CASE = """
SELECT coalesce(h.id, c.handover_id) AS id FROM (SELECT id FROM handover WHERE returned_at IS NOT NULL) h
FULL JOIN (
    SELECT handover_id FROM after_sale_case
    WHERE handover_id NOT IN (SELECT coalesce(refunded_id, handover_id) FROM after_sale_case
                              WHERE outcome = 'refunded' AND NOT is_refunded_in_part)
) c ON c.handover_id = h.id
WHERE h.id IS NULL OR c.handover_id IS NULL
"""
# What is kept for a case that waits is promised by its order, and by no other case's; a settled case has one end.
_TWO_CASES_OF_AN_ORDER = """
SELECT order_id AS id, count(*) AS cases FROM after_sale_case WHERE order_id IS NOT NULL
GROUP BY order_id HAVING count(*) > 1
"""
# The till: each entry of a journal stands behind the one before; `distribute till verify` reads the fingerprints too.
_TILL_BROKEN = """
SELECT relais_id, sequence FROM (
    SELECT *, lag(sequence) OVER w AS sequence_before, lag(hash) OVER w AS hash_before,
        lag(total_cents) OVER w AS total_before
    FROM till_entry WINDOW w AS (PARTITION BY relais_id ORDER BY sequence)
) e WHERE sequence <> coalesce(sequence_before, 0) + 1 OR previous <> coalesce(hash_before, repeat('0', 64))
    OR total_cents <> coalesce(total_before, 0) + person_cents + structure_cents
ORDER BY relais_id, sequence LIMIT 20
"""
_TILL_SUMS = """
SELECT r.id, h.cents AS handed, e.cents AS entered FROM relais r
CROSS JOIN LATERAL (
    SELECT coalesce(sum(amount_cents), 0) AS cents FROM handover WHERE relais_id = r.id AND sequence IS NOT NULL) h
CROSS JOIN LATERAL (
    SELECT coalesce(sum(person_cents + structure_cents), 0) AS cents FROM till_entry WHERE relais_id = r.id) e
WHERE h.cents <> e.cents ORDER BY r.id
"""
# The wipe gate, asked again from the evidence itself and not from what was concluded from it.
_READY_UNWIPED = """
SELECT d.id, d.label, m.serial FROM device d JOIN storage_medium m ON m.device_id = d.id
WHERE d.stage IN ('ready', 'left') AND m.gone_by IS NULL AND NOT EXISTS (
    SELECT 1 FROM erasure e WHERE e.medium_id = m.id AND e.medium_serial = m.serial
    AND e.result = 'success'
    AND (e.verified OR EXISTS (SELECT 1 FROM verification v WHERE v.erasure_id = e.id AND v.confirmed))
    AND (m.kind = 'hdd' OR e.level IN ('purge', 'destroy'))
)
"""
_READY_WITHOUT_WORD_ON_STORAGE = """
SELECT d.id, d.label FROM device d
WHERE d.stage IN ('ready', 'left') AND d.category IN ('laptop', 'desktop', 'smartphone', 'tablet') AND NOT d.no_storage
AND NOT EXISTS (SELECT 1 FROM storage_medium m WHERE m.device_id = d.id AND m.gone_by IS NULL)
"""

# Rows that no service's tables should have: where they are asked for, and what is said of each.
_BROKEN_PROMISES = (
    ("distribute", _DOUBLE_PROMISES, "L'équipement {device_id} est promis {promises} fois."),
    (
        "distribute",
        _PROMISES_WITHOUT_RESERVATION,
        "L'équipement {device_id} ({status}) et sa réservation ne concordent pas.",
    ),
    ("distribute", _HANDED_OVER_TWICE, "L'équipement {device_id} a {handovers} remises."),
    ("distribute", _LENT_WITHOUT_LOAN, "L'équipement {device_id} ({status}) et son prêt ne concordent pas."),
    ("distribute", _MISSED_WITHOUT_ROAD, "L'équipement {device_id} ({status}) est encore signalé manquant."),
    (
        "distribute",
        _BROUGHT_BACK_WITHOUT_CASE,
        "La remise {id} et son dossier de service après-vente ne concordent pas.",
    ),
    ("distribute", _TWO_CASES_OF_AN_ORDER, "La commande {id} est gardée pour {cases} dossiers de service après-vente."),
    ("distribute", _TILL_BROKEN, "L'écriture {sequence} de la caisse {relais_id} ne suit pas celle d'avant."),
    ("distribute", _TILL_SUMS, "La caisse {id} a {handed} centimes de remises et {entered} au journal."),
    ("refurbish", _READY_UNWIPED, "L'équipement {label} est prêt sans effacement prouvé du support {serial}."),
    (
        "refurbish",
        _READY_WITHOUT_WORD_ON_STORAGE,
        "L'équipement {label} est prêt et personne n'a rien dit de ses supports.",
    ),
)

PLACES = (
    "at_donor", "cancelled", "missing", "in_transit", "at_workshop", "withdrawn",
    "in_stock", "reserved", "shipped", "delivered", "lent", "handed_over", "returning", "lost",
)  # fmt: skip
_BY_STOCK_STATUS = {
    "available": "in_stock",
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
        )
        broken = [
            *_strangers(chain),
            *_disagreements(chain),
            *_counts(chain),
            *_cancelled(chain),
            *[
                sentence.format_map(row)
                for service, query, sentence in _BROKEN_PROMISES
                for row in await pools[service].fetch(query)
            ],
        ]
    finally:
        await asyncio.gather(*(pool.close() for pool in pools.values()))
    counted = Counter(place(chain, id_) for id_ in chain.collect)
    return {name: counted[name] for name in PLACES if counted[name]}, broken


def place(chain: Chain, device_id: Any) -> str:
    """Where a device is, by the word of its holder: one of PLACES."""
    item = chain.distribute.get(device_id)
    if item is not None and item["status"] != "withdrawn":
        return _BY_STOCK_STATUS[item["status"]]
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
    """Accepted by the donation's own count = devices in all places."""
    found = Counter(row["donation_id"] for row in chain.collect.values())
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


async def _connect(url: str) -> Any:
    return await asyncpg.connect(url, timeout=10)
