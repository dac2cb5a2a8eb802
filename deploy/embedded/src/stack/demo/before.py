"""What a Relais owed the network before it came here: a paper long overdue, partly paid, and what none said yet."""

from datetime import timedelta
from uuid import uuid4

from filiere.calendar import today

from stack.demo.api import Chain
from stack.demo.organisations import Organisations
from stack.people import COORDINATOR, RELAIS


async def carry_over(chain: Chain, organisations: Organisations) -> None:
    """The aged balance has something in two columns, and a first invoice is made."""
    coordinator = chain.distribute(COORDINATOR.subject)
    relais = next(one for one in RELAIS if one.may_sell)
    address = f"/relais/{organisations.relais[relais.key]}"
    if (await coordinator.get(f"{address}/carried-over"))["total"]:
        return
    day = today()

    def ago(days: int) -> str:
        return (day - timedelta(days=days)).isoformat()

    paper = {"day": ago(155), "due_on": ago(125), "reference": "FA-2026-041", "what_for": "Douze ordinateurs de juin"}
    kept = await coordinator.post(f"{address}/carried-over", {"id": str(uuid4()), "amount_cents": 144_00, **paper})
    paid = {"received_on": ago(60), "means": "cheque", "reference": "Chèque 0417", "amount_cents": 60_00}
    await coordinator.post(f"{address}/payments", {"id": str(uuid4()), "invoice_id": kept["invoice_id"], **paid})
    unsaid = {"day": ago(40), "amount_cents": 36_00, "what_for": "Trois tablettes d'octobre"}
    await coordinator.post(f"{address}/carried-over", {"id": str(uuid4()), **unsaid})
    await coordinator.post(f"{address}/invoices", {"last": ago(1)})
    chain.report("Dettes", 2, 2, f"{relais.name}, une facture et une dette d'avant en partie payée")
