"""What the routes of distribute are asked with, where a rule of who may is not all that is looked at."""

from datetime import timedelta
from typing import Any

from filiere.calendar import today
from filiere.catalogue import Category, Grade
from filiere.identifiers import label_code, uuid7
from filiere.testing.pictures import PHOTO

from ..matrix import Body
from ..world import World

AGREEMENT = {"signed_on": "2026-11-01", "signed_by": "La directrice"}
ACCEPTED = {"min_grade": "D"}
REFERENT = {"name": "Nadia Ferhat", "phone": "04 66 00 00 00"}
TERMS = {"from_day": "2099-01-01", "basis": "per_order", "percent": 10}
PAYMENT = {"id": "0193a1b2-0000-7000-8000-0000000000f1", "received_on": "2026-11-02", "means": "transfer",
           "amount_cents": 1000}  # fmt: skip
CARRIED = {"id": "0193a1b2-0000-7000-8000-0000000000f2", "day": "2026-06-02", "amount_cents": 1000,
           "what_for": "Dix ordinateurs"}  # fmt: skip
PRICE_LIST = {
    "label": "prix solidaires 2027",
    "valid_from": "2099-01-01",
    "source": ["Décision du comité"],
    "prices": {
        category.value: {tier: {grade.value: 100 for grade in Grade} for tier in ("solidary", "very_solidary")}
        for category in Category
    },
}
KEPT = {"kind": "damaged", "keep": True}
APPLICATION = {
    "name": "CCAS de Florac",
    "number": "W481000123",
    "contact_name": "Nadia Ferhat",
    "contact_email": "nadia@ccas.example",
}


def relais(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "legal_form": "association",
        "address": "8 rue Basse",
        "postcode": "48000",
        "city": "Mende",
        "publics": ["seniors"],
        "people_supported": 120,
        "may_sell": True,
    }


def order(relais_id: str) -> dict[str, Any]:
    return {"relais_id": relais_id, "lines": [{"category": "tablet", "quantity": 2, "min_grade": "D"}], "again": True}


def draft(relais_id: str) -> dict[str, Any]:
    return {"relais_id": relais_id, "lines": [{"category": "tablet", "quantity": 2, "min_grade": "D"}]}


def ready(number: int, workshop_id: str) -> dict[str, Any]:
    """A device as a workshop declares it ready."""
    return {
        "device_id": str(uuid7()),
        "donation_id": str(uuid7()),
        "lot_id": str(uuid7()),
        "workshop_id": workshop_id,
        "workshop_name": "Atelier Second Souffle",
        "label": label_code(number),
        "category": "tablet",
        "grade": "B",
        "manufacturer": "Samsung",
        "model": "Galaxy Tab A8",
        "serial": f"R52T{number:06}",
        "cosmetic": "A",
        "battery": "good",
        "public_body": False,
    }


# Valid, for routes that need one before they look at whose object it is.
PRICE = {"cents": 300, "valid_from": "2099-01-01", "source": "Convention de 2026"}
OFFER = {**PRICE, "operator": "Un opérateur", "kind": "data", "name": "1 Go", "how_to": "Tapez le code."}
WORDS = {"operator": "Un opérateur", "name": "1 Go", "how_to": "Tapez le code."}
ACTIVE = {"activation": "active", "told_by": "person"}


def _topup(world: World) -> dict[str, Any]:
    return {"id": str(uuid7()), "offer_id": world.ids["offer_id"], "kind": "given"}


SLIP = {"wanted": "tablet", "tier": "solidary", "seen_by": "AS-2"}


def _kit(world: World) -> dict[str, Any]:
    said = {"label": world.ids["label"], "offer_id": world.ids["offer_id"], "tier": "gift"}
    return {"id": str(uuid7()), **said}


CAMPAIGN = {"name": "Hiver connecté", "begins_on": "2099-01-01", "ends_on": "2099-03-01", "target_people": 20}

BODIES: dict[str, Body] = {
    "POST /api/v1/moving-in": lambda world: {"source": "BOLC"},
    "POST /api/v1/referral-slips": lambda world: SLIP,
    "POST /api/v1/referral-slips/read": lambda world: {"code": world.ids["slip_code"]},
    "POST /bons": lambda world: SLIP,
    "POST /api/v1/relais/{relais_id}/agreement": lambda world: AGREEMENT,
    "PUT /api/v1/relais/{relais_id}": lambda world: relais("Maison des solidarités de Mende"),
    "POST /relais/{relais_id}/modifier": lambda world: {"name": "Sans adresse"},
    "POST /api/v1/relais/{relais_id}/agreement/end": lambda world: {"ended_on": "2099-01-01"},
    "POST /relais/{relais_id}/convention/fin": lambda world: {"ended_on": "2099-01-01"},
    "POST /api/v1/relais/{relais_id}/members": lambda world: {"subject": "somebody"},
    "PUT /api/v1/relais/{relais_id}/public-origin": lambda world: {"may_receive": True},
    "PUT /api/v1/relais/{relais_id}/contact": lambda world: {"public_contact": "04 66 00 00 00"},
    "PUT /api/v1/relais/{relais_id}/referents/network": lambda world: REFERENT,
    "PUT /api/v1/relais/{relais_id}/referents/relais": lambda world: REFERENT,
    "POST /relais/{relais_id}/referent": lambda world: REFERENT,
    "POST /ma-structure/{relais_id}/referent": lambda world: REFERENT,
    "PUT /api/v1/relais/{relais_id}/public-listing": lambda world: {"welcome": "everybody", "how_to_come": "Bus 4"},
    "POST /ma-structure/{relais_id}/fiche-publique": lambda world: {"welcome": "referred"},
    "POST /api/v1/workshops/{workshop_id}/members": lambda world: {"subject": "somebody"},
    "POST /api/v1/stock/campaigns/{campaign}/reserve": lambda world: {"category": "tablet", "quantity": 1},
    "POST /stock/campagnes/reserver": lambda world: {"campaign": "rentree", "category": "tablet", "quantity": 1},
    "POST /stock/campagnes/rendre": lambda world: {"campaign": "rentree"},
    "POST /api/v1/campaigns": lambda world: {**CAMPAIGN, "name": "Une autre"},
    "PUT /api/v1/campaigns/{campaign_id}": lambda world: CAMPAIGN,
    "POST /api/v1/campaigns/{campaign_id}/publish": lambda world: {"reason": "Le froid arrive"},
    "POST /api/v1/campaigns/{campaign_id}/cancel": lambda world: {"reason": "Une erreur"},
    "POST /api/v1/campaigns/{campaign_id}/close": lambda world: {"reason": "Objectif atteint"},
    "POST /api/v1/campaigns/{campaign_id}/join": lambda world: {"relais_id": world.ids["relais_id"]},
    "POST /api/v1/campaigns/{campaign_id}/leave": lambda world: {"relais_id": world.ids["relais_id"]},
    "POST /campagnes/{campaign_id}/stock": lambda world: {"category": "tablet", "quantity": 1},
    "PUT /api/v1/price-lists/{list_id}": lambda world: PRICE_LIST,
    "POST /api/v1/price-lists/{list_id}/publish": lambda world: {"reason": "Prix de 2027"},
    "POST /api/v1/price-lists/{list_id}/withdraw": lambda world: {"reason": "Une erreur"},
    "PUT /api/v1/relais/{relais_id}/dues-terms": lambda world: TERMS,
    "POST /relais/{relais_id}/releve/conditions": lambda world: TERMS,
    "POST /api/v1/relais/{relais_id}/invoices": lambda world: {"last": "2020-01-01"},
    "POST /relais/{relais_id}/releve/facturer": lambda world: {"last": "2020-01-01"},
    "POST /api/v1/relais/{relais_id}/payments": lambda world: PAYMENT,
    "POST /relais/{relais_id}/releve/paiements": lambda world: {**PAYMENT, "amount_cents": "10"},
    "POST /api/v1/relais/{relais_id}/carried-over": lambda world: CARRIED,
    "POST /relais/{relais_id}/releve/dettes-d-avant": lambda world: {**CARRIED, "amount_cents": "10"},
    "POST /api/v1/carried-over/{carried_id}/correct": lambda world: {"reason": "Une erreur"},
    "POST /dettes-d-avant/{carried_id}/corriger": lambda world: {"reason": "Une erreur"},
    "POST /api/v1/payments/{payment_id}/undo": lambda world: {"reason": "Chèque refusé"},
    "POST /paiements/{payment_id}/annuler": lambda world: {"reason": "Chèque refusé"},
    "POST /api/v1/orders": lambda world: order(world.ids["relais_id"]),
    "PUT /api/v1/orders/{order_id}/lines/{line_id}/accepted": lambda world: ACCEPTED,
    "PUT /api/v1/orders/{order_id}": lambda world: order(world.ids["relais_id"]),
    "PUT /api/v1/orders/{order_id}/lines/{line_id}/quantity": lambda world: {"quantity": 2},
    "POST /commandes/{order_id}/lignes/{line_id}/quantite": lambda world: {"quantity": 2},
    "POST /api/v1/drafts": lambda world: draft(world.ids["relais_id"]),
    "PUT /api/v1/drafts/{draft_id}": lambda world: draft(world.ids["relais_id"]),
    "POST /commandes/{order_id}/lignes/{line_id}": lambda world: ACCEPTED,
    "POST /api/v1/aliases/export": lambda world: {"alias": "A-17"},
    "POST /api/v1/aliases/erase": lambda world: {"alias": "A-17"},
    "POST /caisse/reperes": lambda world: {"alias": "A-17"},
    "POST /caisse/reperes/exporter": lambda world: {"alias": "A-17"},
    "POST /caisse/reperes/effacer": lambda world: {"alias": "C-4"},
    "POST /api/v1/shipments": lambda world: {"order_id": world.ids["order_id"]},
    "POST /api/v1/shipments/{shipment_id}/deliver": lambda world: {"labels": [world.ids["label"]]},
    "POST /api/v1/shipments/receive": lambda world: {"scanned": [world.ids["label"]]},
    "POST /api/v1/shipments/{shipment_id}/missing": lambda world: {},
    "POST /api/v1/shipments/{shipment_id}/devices/{device_id}/report": lambda world: KEPT,
    "POST /api/v1/shipments/{shipment_id}/devices/{device_id}/swap": lambda world: {"reason": "damaged"},
    "POST /envois/{shipment_id}/equipements/{device_id}/sortir": lambda world: {"reason": "damaged"},
    "PUT /api/v1/shipments/{shipment_id}/carriage": lambda world: {"carrier": "Un transporteur"},
    "POST /api/v1/incidents/{incident_id}/settle": lambda world: {"outcome": "lost"},
    "POST /api/v1/incidents/{incident_id}/photo": lambda world: {"files": {"file": PHOTO}},
    "POST /api/v1/loans": lambda world: {"kind": "street", "place": "Tournée", "labels": [world.ids["label"]]},
    "POST /prets": lambda world: {"kind": "street", "place": "Tournée", "labels": [world.ids["label"]]},
    "POST /api/v1/loans/{loan_id}/extend": lambda world: {"due_on": (today() + timedelta(days=30)).isoformat()},
    "POST /api/v1/loans/{loan_id}/settle": lambda world: {"returned": [world.ids["device_id"]]},
    "POST /prets/{loan_id}/prolonger": lambda world: {"due_on": (today() + timedelta(days=30)).isoformat()},
    "POST /prets/{loan_id}/regler": lambda world: {"returned": [world.ids["device_id"]]},
    "POST /api/v1/handovers/{handover_id}/after-sale": lambda world: {"fault": "screen", "way": "repair"},
    "POST /sav/remises/{handover_id}": lambda world: {"fault": "screen", "way": "repair"},
    "POST /sav/chercher": lambda world: {"code": world.ids["label"]},
    "POST /api/v1/after-sale/{case_id}/settle": lambda world: {"way": "refund"},
    "POST /api/v1/after-sale/{case_id}/send-back": lambda world: {},
    "POST /api/v1/after-sale/{case_id}/payer": lambda world: {"payer": "workshop"},
    "POST /sav/{case_id}/regler": lambda world: {"way": "refund"},
    "POST /api/v1/recalls/preview": lambda world: {"label": world.ids["label"], "what": "lot"},
    "POST /api/v1/recalls": lambda world: {"label": world.ids["label"], "what": "lot", "reason": "fault"},
    "POST /rappels": lambda world: {"label": world.ids["label"], "what": "lot", "reason": "fault"},
    "POST /rappels/apercu": lambda world: {"label": world.ids["label"], "what": "lot"},
    "POST /sav/{case_id}/renvoyer": lambda world: {"carrier": "La Poste"},
    "POST /sav/{case_id}/qui-paie": lambda world: {"payer": "workshop"},
    "POST /reception": lambda world: {"label": world.ids["label"]},
    "POST /envois/{shipment_id}/equipements/{device_id}/signaler": lambda world: KEPT,
    "POST /signalements/{incident_id}/regler": lambda world: {"outcome": "lost"},
    "PUT /api/v1/proposals/{proposal_id}/overrides/{line_id}": lambda world: {"given": 0, "reason": "Besoin."},
    "POST /relais/{relais_id}/membres": lambda world: {"subject": "somebody"},
    "POST /relais/{relais_id}/convention": lambda world: AGREEMENT,
    "POST /relais/{relais_id}/dons-publics": lambda world: {"may_receive": "true"},
    "POST /envois": lambda world: {"order_id": world.ids["order_id"]},
    "POST /envois/{shipment_id}/recevoir": lambda world: {"label": world.ids["label"]},
    "POST /caisse": lambda world: {"label": world.ids["label"]},
    "POST /caisse/panier": lambda world: {"label": world.ids["label"]},
    "POST /caisse/envoi": lambda world: {"devices": [{"label": world.ids["label"]}], "kind": "given"},
    "POST /reception/envoi": lambda world: {"scanned": world.ids["label"]},
    "POST /caisse/panier/remettre": lambda world: {
        "id": str(uuid7()),
        "e": world.ids["label"],
        "tier": "gift",
    },
    "POST /api/v1/handovers": lambda world: {"label": world.ids["label"], "kind": "given", "tier": "gift"},
    "POST /api/v1/checkouts": lambda world: {"devices": [{"label": world.ids["label"]}], "kind": "given"},
    "POST /api/v1/handovers/{handover_id}/undo": lambda world: {"reason": "trial"},
    "POST /caisse/recus/{handover_id}/annuler": lambda world: {"reason": "trial"},
    "POST /api/v1/till/closings/days": lambda world: {"counted_cents": 0, "relais_id": world.ids["relais_id"]},
    "POST /api/v1/till/closings/months": lambda world: {"month": "2020-01", "relais_id": world.ids["relais_id"]},
    "POST /api/v1/till/closings/years": lambda world: {"year": 2020, "relais_id": world.ids["relais_id"]},
    "POST /caisse/cloture": lambda world: {
        "counted_cents": "0",
        "until": "2026-01-01",
        "relais_id": world.ids["relais_id"],
    },
    "POST /api/v1/topups/offers": lambda world: OFFER,
    "POST /api/v1/topups/offers/{offer_id}/prices": lambda world: PRICE,
    "POST /api/v1/topups/offers/{offer_id}/codes": lambda world: {
        "files": {"file": ("codes.csv", b"1122", "text/csv")}
    },
    "POST /api/v1/topups/offers/{offer_id}/send": lambda world: {"relais_id": world.ids["relais_id"], "codes": 1},
    "POST /api/v1/topups/offers/{offer_id}/give-back": lambda world: {"codes": 1, "reason": "expires"},
    "POST /api/v1/topups/sales": lambda world: _topup(world),
    "POST /api/v1/topups/sales/{sale_id}/undo": lambda world: {"reason": "trial"},
    "POST /api/v1/topups/sales/{sale_id}/activation": lambda world: ACTIVE,
    "POST /recharges/vendre/{offer_id}": lambda world: _topup(world),
    "POST /recharges/remises/{sale_id}/code": lambda world: {"again": "misread"},
    "POST /recharges/remises/{sale_id}/annuler": lambda world: {"reason": "trial"},
    "POST /recharges/remises/{sale_id}/activation": lambda world: ACTIVE,
    "POST /api/v1/topups/offers/{offer_id}/ask": lambda world: {"codes": 3},
    "POST /recharges/kit": lambda world: _kit(world),
    "POST /api/v1/topups/kits": lambda world: _kit(world) | {"kind": "given"},
    "POST /recharges/demander": lambda world: {
        "line": f"{world.ids['relais_id']} {world.ids['offer_id']}",
        "codes": "3",
        "shown": "",
    },
    "POST /recharges/rendre/{offer_id}": lambda world: {"codes": 1, "reason": "expires"},
    "POST /api/v1/topups/requests": lambda world: {
        "lines": [{"relais_id": world.ids["relais_id"], "offer_id": world.ids["offer_id"], "codes": 3}]
    },
    "PUT /api/v1/topups/offers/{offer_id}": lambda world: WORDS,
    "POST /api/v1/topups/offers/{offer_id}/restock": lambda world: {"numbers": [1]},
    "POST /reseau-recharges": lambda world: OFFER,
    "POST /reseau-recharges/{offer_id}/prix": lambda world: PRICE,
    "POST /reseau-recharges/{offer_id}/codes": lambda world: {
        "files": {"file": ("codes.csv", b"4455667788", "text/csv")}
    },
    "POST /reseau-recharges/{offer_id}/envoyer": lambda world: {"relais_id": world.ids["relais_id"], "codes": 1},
    "POST /reseau-recharges/{offer_id}/rendus": lambda world: {"numbers": "1"},
    "POST /reseau-recharges/{offer_id}/corriger": lambda world: WORDS,
    "POST /reseau-recharges/{offer_id}/prix/retirer": lambda world: {"valid_from": "2099-01-01"},
    "POST /reseau-recharges/{offer_id}/lots/retirer": lambda world: {"lot_id": world.ids["lot_id"]},
    "POST /caisse/cloture/periode": lambda world: {"period": "2020", "relais_id": world.ids["relais_id"]},
}
# Well-formed, and refused by a rule, where possible after something was written.
REFUSED: dict[str, Body] = {
    "POST /api/v1/moving-in": lambda world: {"source": ""},
    "POST /api/v1/relais/{relais_id}/agreement": lambda world: {**AGREEMENT, "signed_on": "2099-01-01"},
    "POST /api/v1/relais/{relais_id}/agreement/end": lambda world: {"ended_on": "2099-01-01"},
    "POST /relais/{relais_id}/convention/fin": lambda world: {"ended_on": "2099-01-01"},
    "POST /api/v1/stock/campaigns/{campaign}/reserve": lambda world: {"category": "tablet", "quantity": 0},
    "POST /stock/campagnes/reserver": lambda world: {"campaign": "unknown", "category": "tablet", "quantity": 1},
    "POST /api/v1/aged-balance/reminders": lambda world: {"relais_id": "all of them"},
    "POST /balance-agee/rappels": lambda world: {"relais_id": "all of them"},
    "POST /api/v1/campaigns": lambda world: {**CAMPAIGN, "ends_on": "2098-01-01"},
    "POST /api/v1/price-lists": lambda world: {"based_on": "the last one"},
    "POST /prix": lambda world: {"based_on": "the last one"},
    "POST /api/v1/orders": lambda world: {"relais_id": world.ids["relais_id"], "lines": []},
    "POST /api/v1/drafts": lambda world: {"relais_id": world.ids["relais_id"], "lines": []},
    "POST /api/v1/handovers": lambda world: {"label": world.ids["label"], "kind": "sold", "tier": "gift"},
    "POST /api/v1/checkouts": lambda world: {"devices": [{"label": world.ids["label"]}], "kind": "sold"},
    "POST /api/v1/handovers/{handover_id}/undo": lambda world: {"reason": "unknown"},
    "POST /caisse/recus/{handover_id}/annuler": lambda world: {"reason": "unknown"},
    "POST /api/v1/till/closings/days": lambda world: {"counted_cents": -1},
    "POST /api/v1/till/closings/months": lambda world: {"month": "2020-13"},
    "POST /api/v1/till/closings/years": lambda world: {"year": 1},
    "POST /caisse/cloture": lambda world: {"counted_cents": "beaucoup", "until": "2026-01-01"},
    "POST /caisse/cloture/periode": lambda world: {"period": "hiver"},
    "PUT /api/v1/proposals/{proposal_id}/overrides/{line_id}": lambda world: {"given": 500, "reason": "Besoin."},
    "POST /relais/{relais_id}/convention": lambda world: {**AGREEMENT, "signed_on": "2099-01-01"},
    "POST /attributions/propositions/{proposal_id}/lignes/{line_id}": lambda world: {
        "given": 500,
        "reason": "Besoin.",
    },
    "POST /commander": lambda world: {"relais": world.ids["relais_id"], "order": "1"},
    "POST /caisse/panier/remettre": lambda world: {"e": world.ids["label"], "tier": "unknown"},
}
