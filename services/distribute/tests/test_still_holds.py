"""Whether a shown proposal still holds is answered from what was found before while nothing has changed: the answer is
that of a query which looks at each device, line, Relais and agreement every time.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from distribute.allocation.apply import still
from distribute.allocation.plan import Plan
from distribute.allocation.proposals.lines import decided, plan_of
from distribute.engine import policy_on
from distribute.reservations.repository import MAY_BE_PROMISED
from distribute.statuses import IS_OPEN
from filiere.calendar import today
from filiere.catalogue import Grade
from filiere.testing.properties import examples
from filiere.testing.sql import statements
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from .conftest import World
from .test_approval import propose

TABLET = {"category": "tablet", "quantity": 2, "min_grade": "C"}
# As it was asked before: of each device by itself.
_EACH = f"""
WITH lines AS MATERIALIZED (
    SELECT p.place, p.line_id, p.wanted, p.planned,
           CASE WHEN o.{IS_OPEN} THEN l.quantity - l.allocated ELSE 0 END AS missing,
           l.id IS NULL OR EXISTS (SELECT 1 FROM agreement a WHERE a.relais_id = l.relais_id AND a.ended_on IS NULL)
               AS has_agreement
    FROM unnest($1::text::uuid[], $2::text::int[], $3::text::int[])
         WITH ORDINALITY AS p(line_id, wanted, planned, place)
    LEFT JOIN order_line l ON l.id = p.line_id LEFT JOIN relais_order o ON o.id = l.order_id
), chosen AS (
    SELECT p.place, p.rank, p.device_id, k.category, k.grade, k.campaign
    FROM unnest($4::text::int[], $5::text::int[], $6::text::int[], $7::text::uuid[]) AS p(place, rank, kind, device_id)
    JOIN unnest($8::text[], $9::text[], $10::text[]) WITH ORDINALITY AS k(category, grade, campaign, kind)
        ON k.kind = p.kind
), got AS (
    SELECT u.place, count(*) AS devices
    FROM lines n JOIN chosen u ON u.place = n.place JOIN stock_item i ON i.device_id = u.device_id
    JOIN order_line own ON own.id = n.line_id JOIN relais whose ON whose.id = own.relais_id
    WHERE n.has_agreement AND u.rank <= n.missing AND {MAY_BE_PROMISED.format(campaigns="$11", grades="$12")}
    GROUP BY u.place
)
SELECT coalesce(sum(g.devices), 0)::bigint,
       count(*) FILTER (WHERE n.missing <> n.wanted OR NOT n.has_agreement OR coalesce(g.devices, 0) < n.planned)
FROM lines n LEFT JOIN got g ON g.place = n.place
"""
# One thing of one row, the n-th by its id.
_ONE = "(SELECT {id} FROM {table} ORDER BY {id} LIMIT 1 OFFSET {n} % (SELECT greatest(count(*), 1) FROM {table}))"
CHANGES: Sequence[tuple[str, str, str]] = [
    *(("stock_item", "device_id", one) for one in (
        "status = CASE status WHEN 'available' THEN 'withdrawn' ELSE 'available' END",
        "grade = CASE grade WHEN 'C' THEN 'D' ELSE 'C' END",
        "category = CASE category WHEN 'tablet' THEN 'laptop' ELSE 'tablet' END",
        "public_body = NOT public_body",
        "campaign = CASE WHEN campaign IS NULL THEN 'rentree' END",
    )),
    *(("order_line", "id", one) for one in (
        "quantity = CASE quantity WHEN 2 THEN 1 ELSE 2 END",
        "min_grade = CASE min_grade WHEN 'C' THEN 'B' ELSE 'C' END",
        # No line takes instead of its category the same one.
        "category = CASE category WHEN 'tablet' THEN 'laptop' ELSE 'tablet' END, substitutes = '{}'",
        "substitutes = CASE WHEN substitutes = '{}' AND category = 'tablet' THEN '{laptop}'::text[] ELSE '{}' END",
    )),
    ("relais_order", "id", "status = CASE status WHEN 'approved' THEN 'cancelled' ELSE 'approved' END,"
     " cancelled_at = CASE status WHEN 'approved' THEN now() END"),
    ("agreement", "id", "ended_on = CASE WHEN ended_on IS NULL THEN signed_on END"),
    ("relais", "id", "may_receive_public_origin = NOT may_receive_public_origin"),
]  # fmt: skip


async def each(world: World, plan: Plan) -> tuple[int, int]:
    async with world.database.read() as session:
        row = await (await session.driver()).fetchrow(
            _EACH,
            *(plan.line_ids, plan.wanted, plan.planned, plan.lines, plan.ranks, plan.kinds, plan.device_ids),
            *(list(column) for column in zip(*plan.known, strict=True)),
            sorted(policy_on(today()).campaigns),
            list(Grade),
        )
    assert row is not None
    return row[0], row[1]


async def told(world: World, plan: Plan) -> tuple[int, int]:
    async with world.database.read() as session:
        return await still(session, plan)


async def a_plan(world: World, relais: int = 3) -> Plan:
    for number in range(relais):
        await world.order(await world.relais(f"Relais {number}"), TABLET)
    await world.ready(2 * relais, public_body=True)
    proposal = await propose(world)
    async with world.database.read() as session:
        return await plan_of(await decided(session, UUID(proposal)))


@settings(max_examples=examples(15), deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.sampled_from(CHANGES), st.integers(0, 11)), min_size=1, max_size=8))
async def test_it_is_what_looking_at_each_says(world: World, changes: list[tuple[tuple[str, str, str], int]]) -> None:
    plan = await a_plan(world)
    assert (await told(world, plan))[0] > 0
    assert await told(world, plan) == await each(world, plan)
    for (table, id_, change), n in changes:
        one = _ONE.format(table=table, id=id_, n=n)
        await world.rows(f"UPDATE {table} SET {change} WHERE {id_} = {one}")
        assert await told(world, plan) == await each(world, plan), change
        assert await told(world, plan) == await each(world, plan), "asked again"


async def test_while_nothing_changes_no_device_is_looked_at_again(world: World, monkeypatch: Any) -> None:
    plan = await a_plan(world, 1)
    assert await told(world, plan) == (2, 0)
    asked = statements(monkeypatch)
    assert await told(world, plan) == (2, 0)
    assert len([query for query in asked if "stock_item" in query]) == 1
    await world.ready(1)
    asked.clear()
    assert await told(world, plan) == (2, 0)
    assert len([query for query in asked if "stock_item" in query]) == 2


async def test_a_line_that_was_written_anew_is_told(world: World) -> None:
    plan = await a_plan(world)
    (line,) = await world.rows("SELECT id FROM order_line ORDER BY id LIMIT 1")
    await world.rows(f"DELETE FROM allocation_result WHERE line_id = '{line['id']}'")
    await world.rows(f"DELETE FROM order_line WHERE id = '{line['id']}'")
    assert await told(world, plan) == await each(world, plan) == (4, 1)
