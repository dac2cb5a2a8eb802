"""The world of distribute."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from distribute.applications import service as applications
from distribute.applications.repository import ApplicationsRepository
from distribute.applications.schemas import StructureForm
from distribute.handovers.receipt_pages import PURPOSE as RECEIPT
from distribute.instruction_links import PURPOSE
from distribute.news.kinds import APPLICATION_LINK, CAMPAIGN_LINK, CHECK_LINK, REFERRER_LINK, SIGNING_LINK
from distribute.referrals import service as referrals
from distribute.referrals.codes import SlipCodes
from distribute.referrals.schemas import ReferrerForm, SlipIn
from distribute.relais.mode import Mode
from distribute.relais.structure_repository import StructureRepository
from distribute.settings import DistributeSettings
from distribute.signing.repository import SigningRepository
from distribute.topups.repository import NewCode, TopupsRepository
from distribute.topups.vault import Vault
from filiere.calendar import today
from filiere.identifiers import uuid7
from filiere.links.tokens import LinkSigner
from filiere.testing.events import deliver, incoming
from filiere.testing.pictures import PHOTO
from filiere.web import Role

from ..bodies.distribute import (
    AGREEMENT,
    APPLICATION,
    CAMPAIGN,
    CARRIED,
    KEPT,
    OFFER,
    PAYMENT,
    SLIP,
    draft,
    order,
    ready,
    relais,
)
from ..world import Caller, World

# An invoice ends with a day that is over, and the world may be one of processes, whose clock nobody moves.
DUE_YESTERDAY = """
INSERT INTO due (relais_id, day, kind, order_id, line_id, device_id, label, category, grade, base_cents, percent,
                 amount_cents)
SELECT relais_id, day - 1, kind, order_id, line_id, device_id, label, category, grade, base_cents, percent, amount_cents
FROM due WHERE relais_id = $1 AND kind = 'received' LIMIT 1
"""


async def build(world: World) -> None:
    """Two Relais with their agreement; the first has received what it ordered and handed one device over."""
    coordinator = await world.coordinator()
    for side, name in (("a", "Maison des solidarités de Mende"), ("b", "Espace Numérique d'Issoire")):
        made = await coordinator.post("/relais", relais(name))
        world.organisations[Role.RELAIS, side] = made["id"]
        await coordinator.post(f"/relais/{made['id']}/agreement", AGREEMENT)
    await world.people()
    relais_id, workshop_id = (str(world.organisation(role)) for role in (Role.RELAIS, Role.WORKSHOP))
    devices = [ready(number, workshop_id) for number in (1, 2)]
    topic, type_ = "refurbish.devices", "org.filiere.refurbish.device-ready.v1"
    events = [incoming(topic, type_, device["device_id"], device) for device in devices]
    await deliver(world.client.database, world.service, events)

    customer = await world.caller(Role.RELAIS)
    ordered = await customer.post("/orders", order(relais_id))
    order_id = ordered["id"]
    await coordinator.post(f"/orders/{order_id}/approve")
    # Of the first, as its agreement says; the second owes nothing.
    terms = {"from_day": today().isoformat(), "basis": "per_order", "percent": 100}
    answer = await coordinator.http.put(f"/api/v1/relais/{relais_id}/dues-terms", json=terms)
    assert answer.is_success, answer.text
    run = await coordinator.post("/allocations")
    shipment = (await coordinator.post("/shipments", {"order_id": order_id}))[0]
    await coordinator.post(f"/shipments/{shipment['id']}/ship")
    labels = [device["label"] for device in devices]
    await customer.post(f"/shipments/{shipment['id']}/deliver", {"labels": labels})
    handover = await customer.post("/handovers", {"label": labels[1], "kind": "given", "person_alias": "A-17"})
    device_id = devices[0]["device_id"]
    incident = await customer.post(f"/shipments/{shipment['id']}/devices/{device_id}/report", KEPT)
    await customer.post(f"/incidents/{incident['id']}/photo", None, files={"file": PHOTO})
    closing = await customer.post("/till/closings/days", {"counted_cents": 0})
    loan = await customer.post("/loans", {"kind": "street", "place": "Tournée du mardi", "labels": [labels[0]]})
    await customer.post(f"/loans/{loan['id']}/settle", {"returned": [device_id]})
    case = await customer.post(f"/handovers/{handover['id']}/after-sale", {"fault": "screen", "way": "repair"})
    # Of the device in stock, alone in its lot; ended, for the till hands over nothing that is recalled.
    recall = await coordinator.post("/recalls", {"label": labels[0], "what": "lot", "reason": "fault"})
    await coordinator.post(f"/recalls/{recall['id']}/end")
    payment = await coordinator.post(f"/relais/{relais_id}/payments", {**PAYMENT, "id": str(uuid7())})
    carried = await coordinator.post(f"/relais/{relais_id}/carried-over", {**CARRIED, "id": str(uuid7())})
    async with world.client.database.unit_of_work() as session:
        await (await session.driver()).execute(DUE_YESTERDAY, UUID(relais_id))
    yesterday = (today() - timedelta(days=1)).isoformat()
    invoice = await coordinator.post(f"/relais/{relais_id}/invoices", {"last": yesterday})
    async with world.client.database.unit_of_work() as session:
        asked = await StructureRepository.from_session(session).ask(UUID(relais_id), ["femmes"], "Une erreur")
    async with world.client.database.unit_of_work() as session:
        application, _ = await applications.begin(session, StructureForm.model_validate(APPLICATION))
        signing = uuid7()
        unsigned = SigningRepository.from_session(session)
        await unsigned.send(signing, UUID(relais_id), Mode.GIVE, "direction@relais.example", b"%PDF of nobody")
    slip, other_slip = [await customer.post("/referral-slips", SLIP) for _ in range(2)]
    codes = SlipCodes(world.client.settings)
    async with world.client.database.unit_of_work() as session:
        await referrals.ask(session, ReferrerForm(address="nadia@ccas.example", structure="CCAS de Florac"))
        referrer_id = await (await session.driver()).fetchval("SELECT id FROM referrer")
        by_link = await referrals.opened(session, referrer_id)
        own_slip = await referrals.make_by_link(session, by_link, codes, SlipIn.model_validate(SLIP))
    campaign = await coordinator.post("/campaigns", CAMPAIGN)
    await coordinator.post(f"/campaigns/{campaign['id']}/publish", {"reason": "Le froid arrive"})
    await customer.post(f"/campaigns/{campaign['id']}/join", {"relais_id": relais_id})
    (price_list, *_) = await coordinator.get("/price-lists")
    topup, offer_id, lot_id = await topups(world, coordinator, customer, relais_id)
    world.ids |= {
        "invoice_id": invoice["id"],
        "sale_id": topup["id"],
        "payment_id": payment["id"],
        "carried_id": carried["id"],
        "asked_id": str(asked),
        "case_id": case["id"],
        "recall_id": recall["id"],
        "loan_id": loan["id"],
        "slip_id": slip["id"],
        "own_slip_id": str(own_slip),
        "incident_id": incident["id"],
        "relais_id": relais_id,
        "workshop_id": workshop_id,
        "device_id": devices[0]["device_id"],
        "label": labels[0],
        "order_id": order_id,
        "line_id": ordered["lines"][0]["id"],
        "run_id": run["id"],
        "proposal_id": run["proposal_id"],
        "shipment_id": shipment["id"],
        "handover_id": handover["id"],
        "template_id": (await customer.post("/drafts", draft(relais_id) | {"is_template": True}))["id"],
        "draft_id": (await customer.post("/drafts", draft(relais_id)))["id"],
    }
    world.secrets |= {*world.ids.values(), *labels, "Maison des solidarités de Mende"}
    signer = LinkSigner(world.client.settings, "distribute", PURPOSE)
    world.ids["device_token"] = signer.token(UUID(devices[0]["device_id"]))
    receipts = LinkSigner(world.client.settings, "distribute", RECEIPT)
    world.ids["receipt_token"] = receipts.token(UUID(handover["id"]))
    followed = LinkSigner(world.client.settings, "distribute", APPLICATION_LINK)
    world.ids["application_token"] = followed.token(application)
    async with world.client.database.read() as session:
        check_id = await ApplicationsRepository.from_session(session).check_id(application)
    world.ids["check_token"] = LinkSigner(world.client.settings, "distribute", CHECK_LINK).token(check_id)
    world.ids["signing_token"] = LinkSigner(world.client.settings, "distribute", SIGNING_LINK).token(signing)
    referrers = LinkSigner(world.client.settings, "distribute", REFERRER_LINK)
    world.ids["referrer_token"] = referrers.token(referrer_id)
    world.ids["slip_code"] = codes.code(UUID(other_slip["id"]))
    world.ids["application_id"] = str(application)
    world.ids["step"] = "lieu"
    world.ids["sequence"] = str(closing["sequence"])
    world.ids["form"] = "simple"
    world.ids["code"] = "ar"
    world.ids["beside"] = "first_come"
    world.ids["campaign"] = "rentree"
    world.ids["campaign_id"] = campaign["id"]  # nobody's own
    world.ids["campaign_token"] = LinkSigner(world.client.settings, "distribute", CAMPAIGN_LINK).token(
        UUID(campaign["id"])
    )
    world.ids["invitation_id"] = str(uuid7())  # of nobody
    world.ids["wish_id"] = str(uuid7())  # of nothing that was set aside
    world.ids["list_id"] = price_list["id"]  # nobody's own
    world.ids["offer_id"] = str(offer_id)  # nobody's own
    world.ids["lot_id"] = str(lot_id)
    world.ids["valid_from"] = "2099-01-01"  # of a price that is not there


async def topups(world: World, coordinator: Caller, customer: Caller, relais_id: str) -> tuple[Any, UUID, UUID]:
    """(a top-up that the first Relais has given, its offer, the file that its code came from)."""
    offer = await coordinator.post("/topups/offers", OFFER | {"name": "2 Go", "valid_from": "2026-01-01"})
    offer_id, lot_id = UUID(offer["id"]), uuid7()
    settings = world.client.settings
    assert isinstance(settings, DistributeSettings)
    vault = Vault.of(settings.topup_keys)
    codes = [NewCode(code_id, vault.seal(code_id, f"77889900{code_id.hex}"), None) for code_id in (uuid7(), uuid7())]
    async with world.client.database.unit_of_work() as session:
        repository = TopupsRepository.from_session(session)
        await repository.add_lot(offer_id, lot_id, "essai", 0)
        await repository.add_codes(offer_id, lot_id, codes)
        await repository.send(offer_id, UUID(relais_id), 2, today())
    body = {"id": str(uuid7()), "offer_id": offer["id"], "kind": "given", "person_alias": "A-17"}
    return await customer.post("/topups/sales", body), offer_id, lot_id
