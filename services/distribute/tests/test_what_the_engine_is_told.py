"""What demand and stock tell the engine: urgency, dates, campaigns, who may receive what, where things are."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID, uuid4

from distribute.allocation.proposals import service
from distribute.allocation.proposals.snapshot import FreeDevice, OpenLine, Orderer, problem_of
from distribute.engine import QUOTA_DAYS, Lately, Place, Problem, allocate, policy_on
from distribute.engine.policy import weigh
from distribute.engine.transport import kilometres
from filiere.calendar import today
from filiere.catalogue import Category, Grade
from filiere.geography import departements, place_of_departement
from filiere.testing.properties import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from .conftest import World
from .test_campaign_stock import reserve

TODAY = date(2026, 11, 23)
TABLET = {"category": "tablet", "quantity": 1, "min_grade": "C"}
# Workshops named against the alphabet of their distance: an id decides nothing.
NEAR = UUID("0193a1b2-0000-7000-8000-0000000000ff")
FAR = UUID("0193a1b2-0000-7000-8000-000000000001")


async def snapshot(world: World) -> Problem:
    async with world.database.read() as session:
        problem, _ = await service.take_snapshot(session, TODAY)
    return problem


async def from_workshops(world: World) -> dict[str, int]:
    rows = await world.rows("SELECT workshop_name, count(*) AS n FROM stock_item WHERE status = 'reserved' GROUP BY 1")
    return {row["workshop_name"]: row["n"] for row in rows}


async def near_and_far(world: World, count: int) -> None:
    """As many devices in Clermont-Ferrand as in Lille; those of Lille are the older ones."""
    await world.ready(count, workshop_id=FAR, workshop_name="Lille", workshop_territory="59")
    await world.ready(count, workshop_id=NEAR, workshop_name="Clermont", workshop_territory="63")


async def test_what_a_line_says_reaches_the_engine(world: World) -> None:
    relais = await world.relais()
    soon = (today() + timedelta(days=20)).isoformat()
    await world.order(relais, {**TABLET, "urgent": True, "wanted_on": soon}, TABLET)
    lines = (await snapshot(world)).lines
    assert {(one.urgent, str(one.wanted_on), one.campaign) for one in lines} == {
        (True, soon, None),
        (False, "None", None),
    }


async def test_what_was_promised_lately_and_is_kept_reaches_the_engine(
    world: World, campaigns: Callable[[], None]
) -> None:
    relais = await world.relais()
    await world.ready(3)
    await world.ready(2, grade="A")
    await world.ready(1, category="laptop")
    await reserve(world, quantity=1)
    for line in (
        {**TABLET, "quantity": 2, "campaign": "rentree"},
        {**TABLET, "quantity": 2, "campaign": "hiver", "urgent": True},
        {**TABLET, "quantity": 1},
        {**TABLET, "category": "laptop", "urgent": True},
    ):
        order = await world.order(relais, line)
        await world.allocate()
    # Five tablets: one that was set aside for its campaign, two for the other campaign, one for everybody.
    laptops = Lately("laptop", 1, 1, urgent=1)
    assert await lately(world) == (laptops, Lately("tablet", 4, 3, urgent=2, campaigns=(("hiver", 2),)))
    assert await lately(world, days=QUOTA_DAYS) == await lately(world)
    assert await lately(world, days=QUOTA_DAYS + 1) == ()
    # What is taken back was never theirs.
    await world.call(relais["client"], f"/orders/{order['id']}/cancel", status=200)
    assert [one.category for one in await lately(world)] == ["tablet"]


async def lately(world: World, *, days: int = 0) -> tuple[Lately, ...]:
    """As told so many days from now."""
    async with world.database.read() as session:
        problem, _ = await service.take_snapshot(session, today() + timedelta(days=days))
    return problem.lately


async def test_what_is_set_aside_for_a_campaign_that_is_over_counts_as_everybodys(
    world: World, campaigns: Callable[[], None]
) -> None:
    await world.ready(2)
    await reserve(world, quantity=2)
    await world.order(await world.relais(), {**TABLET, "quantity": 2, "campaign": "rentree"})
    await world.allocate()
    assert await lately(world) == (Lately("tablet", 2),)
    campaigns()
    assert await lately(world) == (Lately("tablet", 2, 2, campaigns=(("rentree", 2),)),)


async def test_an_urgent_line_is_served_before_the_better_share_of_another(world: World) -> None:
    patient, pressed = await world.relais("Patient", postcode="48000"), await world.relais("Pressé", postcode="69001")
    await world.order(patient, TABLET)
    order = await world.order(pressed, {**TABLET, "urgent": True})
    await world.ready(1)
    await world.allocate()
    served = await world.read(pressed["client"], f"/orders/{order['id']}")
    assert served["allocated"] == 1


async def test_the_nearer_workshop_serves(world: World) -> None:
    mende = await world.relais("Mende", postcode="48000")
    await near_and_far(world, 2)
    await world.order(mende, {**TABLET, "quantity": 2})
    await world.allocate()
    assert await from_workshops(world) == {"Clermont": 2}


async def test_each_relais_is_served_from_its_side(world: World) -> None:
    mende, arras = await world.relais("Mende"), await world.relais("Arras", postcode="62000")
    await near_and_far(world, 2)
    orders = [await world.order(one, {**TABLET, "quantity": 2}) for one in (mende, arras)]
    await world.allocate()
    rows = await world.rows("SELECT DISTINCT order_id, workshop_name FROM stock_item WHERE status = 'reserved'")
    assert {str(row["order_id"]): row["workshop_name"] for row in rows} == {
        orders[0]["id"]: "Clermont",
        orders[1]["id"]: "Lille",
    }


async def test_one_parcel_is_better_than_two_short_ones(world: World) -> None:
    mende = await world.relais("Mende")
    await world.ready(2, workshop_id=FAR, workshop_name="Lyon", workshop_territory="69")
    await world.ready(1, workshop_id=NEAR, workshop_name="Clermont", workshop_territory="63")
    await world.order(mende, {**TABLET, "quantity": 2})
    await world.allocate()
    assert await from_workshops(world) == {"Lyon": 2}


async def test_what_a_public_body_gave_goes_to_those_who_may_receive_it(world: World) -> None:
    company = await world.relais("La Boutique", legal_form="company")
    association = await world.relais("L'Association")
    for one in (company, association):
        await world.order(one, TABLET)
    await world.ready(2, public_body=True)
    await world.allocate()
    rows = await world.rows("SELECT relais_id FROM stock_item WHERE status = 'reserved'")
    assert [str(row["relais_id"]) for row in rows] == [association["id"]]


async def test_a_device_of_a_workshop_whose_place_was_told_later_is_where_the_workshop_is(world: World) -> None:
    await world.ready(1, grade="A")
    await world.ready(1, workshop_territory="63")
    problem = await snapshot(world)
    assert {one.grade: one.place and (one.place.latitude, one.place.longitude) for one in problem.classes} == {
        "A": place_of_departement("63"),
        "B": place_of_departement("63"),
    }


async def test_nobody_knows_where_a_workshop_of_older_events_is_and_all_goes_on(world: World) -> None:
    relais = await world.relais()
    await world.ready(1)
    await world.ready(1, workshop_territory="00", workshop_id=NEAR)
    await world.order(relais, {**TABLET, "quantity": 2})
    assert {one.place for one in (await snapshot(world)).classes} == {None}
    await world.allocate()
    assert await world.statuses() == {"reserved": 2}


@settings(max_examples=examples(30))
@given(
    home=st.sampled_from(sorted(departements())),
    first=st.sampled_from(sorted(departements())),
    second=st.sampled_from(sorted(departements())),
)
def test_of_two_like_devices_a_relais_never_gets_the_farther_one(home: str, first: str, second: str) -> None:
    relais = uuid4()
    devices, ways = {}, {}
    for territory in (first, second):
        workshop = uuid4()
        devices[str(workshop)] = FreeDevice(
            uuid4(), Category.TABLET, Grade.B, "", "", workshop, False, TODAY, territory=territory
        )
        ways[str(workshop)] = way(home, territory)
    problem = problem_of(
        TODAY,
        list(devices.values()),
        [OpenLine(uuid4(), relais, Category.TABLET, Grade.C, (), 1, TODAY)],
        [Orderer(relais, None, "48000", (), 50, True, 0, home)],
    )
    allocation, _ = allocate(problem, policy_on(TODAY))
    (take,) = allocation.lines[0].takes
    region = {one.id: one.region for one in problem.classes}[take.class_id]
    assert ways[region] == min(ways.values())


def way(home: str, territory: str) -> int:
    """Kilometres as the engine counts them."""
    ends = [Place(*found) if found else None for found in map(place_of_departement, (home, territory))]
    return int(kilometres(ends[:1], ends[1:], policy_on(TODAY).transport.unknown_km)[0, 0])


async def publics_told(world: World) -> dict[str, set[str]]:
    return {one.id: set(one.publics) for one in (await snapshot(world)).relais}


async def test_the_publics_of_an_order_reach_the_engine(world: World) -> None:
    relais = await world.relais(publics=["seniors", "femmes"])
    await world.order(relais, {**TABLET, "publics": ["jeunes"]})
    assert await publics_told(world) == {relais["id"]: {"jeunes"}}, "the order's, not the structure's"
    await world.order(relais, {**TABLET, "publics": ["tous-publics"]})
    assert await publics_told(world) == {relais["id"]: {"jeunes", "seniors", "femmes"}}, "a line that names nobody"


async def test_who_is_under_served_weighs_as_the_policy_says(world: World) -> None:
    """Two alike, and one device: whoever orders for seniors is served, whatever the structures' own publics are."""
    young, old = await world.relais("Jeunes", publics=["seniors"]), await world.relais("Aînés", publics=["jeunes"])
    await world.order(young, {**TABLET, "quantity": 20, "publics": ["jeunes"]})
    order = await world.order(old, {**TABLET, "quantity": 20, "publics": ["seniors"]})
    await world.ready(21)
    await world.allocate()
    assert (await world.read(old["client"], f"/orders/{order['id']}"))["allocated"] == 11
    relais = {one.id: one for one in (await snapshot(world)).relais}
    policy = policy_on(TODAY)
    assert weigh(policy, relais[old["id"]], 0).thousandths > weigh(policy, relais[young["id"]], 0).thousandths
