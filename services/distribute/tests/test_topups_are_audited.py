"""The audit's laws of top-ups hold over what the till does, and name what somebody changed behind its back."""

from filiere.testing.sql import rows
from stack.audit.money import MONEY

from .conftest import World
from .topping_up import sale, stocked


async def broken(world: World) -> list[str]:
    return [law.sentence for law in MONEY if await rows(world.database, law.rows)]


async def changed(world: World, *statements: str) -> None:
    """Behind the till's back."""
    async with world.database.unit_of_work() as session:
        driver = await session.driver()
        for statement in statements:
            await driver.execute(statement)


async def test_what_was_taken_in_is_somewhere_and_what_left_was_entered(world: World) -> None:
    relais, offer_id = await stocked(world, 4)
    _, (label,) = await world.delivered(relais)
    await world.call(relais["client"], "/handovers", {"label": label, "kind": "given"}, status=201)
    await world.call(relais["client"], "/topups/sales", sale(offer_id), status=201)
    gone = await world.call(relais["client"], "/topups/sales", sale(offer_id), status=201)
    await world.call(relais["client"], f"/topups/sales/{gone['id']}/undo", {"reason": "trial"})
    assert await broken(world) == []

    await changed(world, "UPDATE topup_lot SET imported = 5")
    (lot,) = await broken(world)
    assert "lot de recharges" in lot
    await changed(world, "UPDATE topup_lot SET imported = 4", "ALTER TABLE topup_code DISABLE TRIGGER USER")
    await changed(world, "UPDATE topup_code SET status = 'at_relais' WHERE status = 'left'")
    assert await broken(world) == [lot]
    await changed(
        world,
        "UPDATE topup_code c SET status = 'left' FROM topup_sale s WHERE s.code_id = c.id AND s.undone_at IS NULL",
        "UPDATE topup_sale SET amount_cents = 1 WHERE undone_at IS NULL",
    )
    (sold,) = await broken(world)
    assert "La recharge du reçu" in sold


async def test_the_ten_thousandth_receipt_accuses_nobody(world: World) -> None:
    relais = await world.relais()
    made = []
    for _ in range(3):
        _, (label,) = await world.delivered(relais)
        made.append(await world.call(relais["client"], "/handovers", {"label": label, "kind": "given"}, status=201))
        await world.rows("UPDATE receipt_counter SET last = greatest(last, 9998) RETURNING last")
    assert [one["receipt"].split("-")[1] for one in made] == ["0001", "9999", "10000"]
    (of_the_jump,) = await broken(world)  # nine thousand receipts are not there, and that alone is said
    assert "reçu" in of_the_jump
