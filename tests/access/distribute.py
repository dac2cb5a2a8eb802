"""Who may call which route of distribute."""

import base64
from datetime import timedelta
from typing import Any
from uuid import UUID

from distribute.handovers.receipt_pages import PURPOSE as RECEIPT
from distribute.instruction_links import PURPOSE
from filiere.calendar import today
from filiere.catalogue import Category, Grade
from filiere.identifiers import label_code, uuid7
from filiere.links.tokens import LinkSigner
from filiere.testing.events import deliver, incoming
from filiere.web import Role

from .matrix import matrix
from .world import World

AGREEMENT = {"signed_on": "2026-11-01", "signed_by": "La directrice"}
ACCEPTED = {"min_grade": "D"}
ONE_PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
PHOTO = ("a.png", ONE_PIXEL, "image/png")
TERMS = {"from_day": "2099-01-01", "basis": "per_order", "percent": 10}
PAYMENT = {"id": "0193a1b2-0000-7000-8000-0000000000f1", "received_on": "2026-11-02", "means": "transfer",
           "amount_cents": 1000}  # fmt: skip
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
# An invoice ends with a day that is over, and the world may be one of processes, whose clock nobody moves.
DUE_YESTERDAY = """
INSERT INTO due (relais_id, day, kind, order_id, line_id, device_id, label, category, grade, base_cents, percent,
                 amount_cents)
SELECT relais_id, day - 1, kind, order_id, line_id, device_id, label, category, grade, base_cents, percent, amount_cents
FROM due WHERE relais_id = $1 AND kind = 'received' LIMIT 1
"""

MATRIX = matrix(
    """
POST  /api/v1/relais                                 coordinator
GET   /api/v1/relais                                 coordinator relais
GET   /api/v1/relais/{relais_id}                     coordinator relais
PUT   /api/v1/relais/{relais_id}                     coordinator
POST  /api/v1/relais/{relais_id}/agreement/end       coordinator
POST  /api/v1/relais/{relais_id}/agreement           coordinator
POST  /api/v1/relais/{relais_id}/members             coordinator
PUT   /api/v1/relais/{relais_id}/public-origin       coordinator
PUT   /api/v1/relais/{relais_id}/contact             coordinator relais
POST  /api/v1/workshops/{workshop_id}/members        coordinator
GET   /api/v1/stock                                  coordinator relais service workshop
POST  /api/v1/stock/campaigns/{campaign}/reserve     coordinator
POST  /api/v1/stock/campaigns/{campaign}/release     coordinator
GET   /api/v1/prices                                 coordinator relais service workshop
GET   /api/v1/price-lists                            coordinator relais service workshop short shared
POST  /api/v1/price-lists                            coordinator
GET   /api/v1/price-lists/{list_id}                  coordinator relais service workshop shared
PUT   /api/v1/price-lists/{list_id}                  coordinator
DELETE /api/v1/price-lists/{list_id}                 coordinator
GET   /api/v1/price-lists/{list_id}/comparison       coordinator
POST  /api/v1/price-lists/{list_id}/publish          coordinator
POST  /api/v1/price-lists/{list_id}/withdraw         coordinator
GET   /prix                                          coordinator relais shared
POST  /prix                                          coordinator
GET   /prix/{list_id}                                coordinator relais shared
POST  /prix/{list_id}                                coordinator
GET   /prix/{list_id}/comparer                       coordinator
POST  /prix/{list_id}/publier                        coordinator
POST  /prix/{list_id}/retirer                        coordinator
POST  /prix/{list_id}/supprimer                      coordinator
GET   /api/v1/demand                                 coordinator relais service workshop short
GET   /api/v1/devices                                coordinator relais service workshop
GET   /api/v1/devices/by-label/{label}               coordinator relais service workshop
GET   /api/v1/devices/{device_id}                    coordinator relais service workshop
PUT   /api/v1/relais/{relais_id}/dues-terms          coordinator
GET   /api/v1/relais/{relais_id}/statement           coordinator relais
GET   /api/v1/relais/{relais_id}/dues                coordinator relais
GET   /api/v1/relais/{relais_id}/dues.csv            coordinator relais
POST  /api/v1/relais/{relais_id}/invoices            coordinator
GET   /api/v1/relais/{relais_id}/invoices            coordinator relais
GET   /api/v1/invoices/{invoice_id}                  coordinator relais
POST  /api/v1/relais/{relais_id}/payments            coordinator
GET   /api/v1/relais/{relais_id}/payments            coordinator relais
POST  /api/v1/payments/{payment_id}/undo             coordinator
GET   /api/v1/aged-balance                           coordinator short
POST  /api/v1/aged-balance/reminders                 coordinator
GET   /api/v1/dues/verification                      coordinator short
GET   /relais/{relais_id}/releve                     coordinator relais
GET   /relais/{relais_id}/releve.csv                 coordinator relais
POST  /relais/{relais_id}/releve/conditions          coordinator
POST  /relais/{relais_id}/releve/facturer            coordinator
POST  /relais/{relais_id}/releve/paiements           coordinator
POST  /paiements/{payment_id}/annuler                coordinator
GET   /factures/{invoice_id}                         coordinator relais
GET   /factures/{invoice_id}/facture.pdf             coordinator relais
GET   /balance-agee                                  coordinator
GET   /balance-agee.csv                              coordinator
POST  /balance-agee/rappels                          coordinator
POST  /api/v1/orders                                 coordinator relais
GET   /api/v1/orders                                 coordinator relais
GET   /api/v1/orders/{order_id}                      coordinator relais
POST  /api/v1/orders/{order_id}/approve              coordinator
PUT   /api/v1/orders/{order_id}/lines/{line_id}/accepted relais
POST  /api/v1/orders/{order_id}/cancel               coordinator relais
POST  /api/v1/orders/{order_id}/close                coordinator relais
POST  /api/v1/orders/{order_id}/reorder              coordinator relais
PUT   /api/v1/orders/{order_id}                      relais
PUT   /api/v1/orders/{order_id}/lines/{line_id}/quantity relais
POST  /api/v1/orders/{order_id}/give-up-rest         coordinator relais
POST  /api/v1/drafts                                 relais
GET   /api/v1/drafts                                 relais
GET   /api/v1/drafts/{draft_id}                      relais
PUT   /api/v1/drafts/{draft_id}                      relais
DELETE /api/v1/drafts/{draft_id}                     relais
POST  /api/v1/allocations                            coordinator
GET   /api/v1/allocations                            coordinator
GET   /api/v1/allocations/{run_id}                   coordinator
POST  /api/v1/allocations/{run_id}/undo              coordinator
POST  /api/v1/shipments                              coordinator
GET   /api/v1/shipments                              coordinator relais workshop
GET   /api/v1/shipments/{shipment_id}                coordinator relais workshop
GET   /api/v1/shipments/expected                     relais short
POST  /api/v1/shipments/receive                      relais shared
POST  /api/v1/shipments/{shipment_id}/missing        coordinator relais workshop
POST  /api/v1/shipments/{shipment_id}/devices/{device_id}/report coordinator relais
POST  /api/v1/shipments/{shipment_id}/devices/{device_id}/swap coordinator workshop
POST  /api/v1/devices/{device_id}/checked            coordinator workshop
POST  /stock/equipements/{device_id}/revu            coordinator workshop
PUT   /api/v1/shipments/{shipment_id}/carriage       coordinator workshop
GET   /api/v1/incidents                              coordinator relais workshop
POST  /api/v1/incidents/{incident_id}/settle         coordinator
POST  /api/v1/incidents/{incident_id}/photo          coordinator relais
GET   /api/v1/incidents/{incident_id}/photo          coordinator relais workshop
POST  /api/v1/shipments/{shipment_id}/ship           coordinator workshop
POST  /api/v1/shipments/{shipment_id}/deliver        coordinator relais
POST  /api/v1/aliases/export                         relais
POST  /api/v1/aliases/erase                          relais
POST  /api/v1/handovers                              relais
GET   /api/v1/handovers                              relais
GET   /api/v1/handovers.csv                          relais
GET   /api/v1/handovers/summary                      coordinator relais short
GET   /api/v1/handovers/till/{label}                 relais
GET   /api/v1/handovers/{handover_id}                relais
POST  /api/v1/handovers/{handover_id}/undo           relais
POST  /api/v1/checkouts                              relais
GET   /api/v1/till/entries                           relais
GET   /api/v1/till/verification                      coordinator relais short
GET   /api/v1/till/accounts/{form}.csv               relais shared
GET   /api/v1/till/archive.zip                       relais
GET   /api/v1/till/open                              relais
GET   /api/v1/till/closings                          relais
POST  /api/v1/till/closings/days                     relais
POST  /api/v1/till/closings/months                   relais
POST  /api/v1/till/closings/years                    relais
GET   /caisse/reperes                                relais
POST  /caisse/reperes                                relais
POST  /caisse/reperes/exporter                       relais
POST  /caisse/reperes/effacer                        relais
GET   /                                              anyone
GET   /aujourd-hui                                   relais
POST  /ma-structure/{relais_id}/contact              relais
GET   /ma-structure                                  relais
GET   /catalogue                                     coordinator relais shared
GET   /catalogue/paliers                             coordinator relais shared
POST  /catalogue/paliers                             coordinator relais shared
GET   /commander                                     relais
POST  /commander                                     relais
GET   /mes-commandes                                 relais
GET   /part-servie                                   relais
GET   /commandes                                     coordinator
GET   /commandes.csv                                 coordinator
GET   /mes-commandes.csv                             relais
GET   /relais.csv                                    coordinator
GET   /commandes/{order_id}                          coordinator relais
GET   /commandes/{order_id}/approuver                coordinator
POST  /commandes/{order_id}/approuver                coordinator
POST  /commandes/{order_id}/lignes/{line_id}         relais
POST  /commandes/{order_id}/annuler                  coordinator relais
POST  /commandes/{order_id}/clore                    coordinator relais
POST  /commandes/{order_id}/lignes/{line_id}/quantite relais
POST  /commandes/{order_id}/ne-plus-attendre         coordinator relais
GET   /brouillons                                    relais
POST  /brouillons/{template_id}/supprimer            relais
GET   /stock                                         coordinator
POST  /stock/campagnes/reserver                      coordinator
POST  /stock/campagnes/rendre                        coordinator
GET   /mon-stock                                     relais
GET   /mon-stock.csv                                 relais
GET   /stock.csv                                     coordinator
GET   /stock/equipements/{device_id}                 coordinator relais workshop
POST  /api/v1/proposals                              coordinator
GET   /api/v1/proposals                              coordinator
GET   /api/v1/proposals/{proposal_id}                coordinator
POST  /api/v1/proposals/{proposal_id}/cancel         coordinator
GET   /api/v1/proposals/{proposal_id}/lines          coordinator
GET   /api/v1/proposals/{proposal_id}/comparison     coordinator
PUT   /api/v1/proposals/{proposal_id}/overrides/{line_id} coordinator
DELETE /api/v1/proposals/{proposal_id}/overrides/{line_id} coordinator
POST  /api/v1/proposals/{proposal_id}/replay         coordinator
GET   /attributions                                  coordinator
GET   /attributions.csv                              coordinator
GET   /attributions/regle                            coordinator relais shared
GET   /attributions/propositions                     coordinator
POST  /attributions/propositions                     coordinator
GET   /attributions/propositions.csv                 coordinator
GET   /attributions/propositions/{proposal_id}       coordinator
GET   /attributions/propositions/{proposal_id}/lignes.csv coordinator
GET   /attributions/propositions/{proposal_id}/comparaison coordinator
GET   /attributions/propositions/{proposal_id}/comparaison/{beside} coordinator
GET   /attributions/propositions/{proposal_id}/comparaison/{beside}/relais.csv coordinator
GET   /attributions/propositions/{proposal_id}/lignes/{line_id} coordinator
POST  /attributions/propositions/{proposal_id}/lignes/{line_id} coordinator
POST  /attributions/propositions/{proposal_id}/lignes/{line_id}/retablir coordinator
POST  /attributions/propositions/{proposal_id}/approuver coordinator
POST  /attributions/propositions/{proposal_id}/abandonner coordinator
POST  /attributions/propositions/{proposal_id}/verifier coordinator
GET   /attributions/{run_id}                         coordinator
GET   /attributions/{run_id}/lignes.csv              coordinator
POST  /attributions/{run_id}/envois                  coordinator
POST  /attributions/{run_id}/annuler                 coordinator
GET   /relais                                        coordinator
GET   /relais/nouveau                                coordinator
POST  /relais/nouveau                                coordinator
GET   /relais/{relais_id}                            coordinator
GET   /relais/{relais_id}/modifier                   coordinator
POST  /relais/{relais_id}/modifier                   coordinator
POST  /relais/{relais_id}/convention                 coordinator
POST  /relais/{relais_id}/convention/fin             coordinator
POST  /relais/{relais_id}/membres                    coordinator
POST  /relais/{relais_id}/dons-publics               coordinator
POST  /relais/{relais_id}/contact                    coordinator
GET   /envois                                        coordinator relais workshop
POST  /envois                                        coordinator
GET   /envois/{shipment_id}                          coordinator relais workshop
POST  /envois/{shipment_id}/expedier                 coordinator workshop
POST  /envois/{shipment_id}/recevoir                 coordinator relais
POST  /envois/{shipment_id}/transport                coordinator workshop
POST  /envois/{shipment_id}/equipements/{device_id}/sortir coordinator workshop
GET   /envois/a-prelever                             coordinator workshop
GET   /envois/a-prelever.pdf                         coordinator workshop
GET   /envois/{shipment_id}/bon-de-livraison.pdf     coordinator relais workshop
GET   /envois/{shipment_id}/etiquettes.pdf           coordinator relais workshop
POST  /api/v1/loans                                  relais
GET   /api/v1/loans                                  relais
GET   /api/v1/loans/{loan_id}                        relais
POST  /api/v1/loans/{loan_id}/settle                 relais
GET   /prets                                         relais
POST  /prets                                         relais
GET   /prets/{loan_id}                               relais
POST  /prets/{loan_id}/regler                        relais
GET   /api/v1/handovers/{handover_id}/guarantee      relais
POST  /api/v1/handovers/{handover_id}/after-sale     relais
GET   /api/v1/after-sale                             coordinator relais workshop
GET   /api/v1/after-sale/faults                      coordinator workshop short
GET   /api/v1/after-sale/{case_id}                   coordinator relais workshop
POST  /api/v1/after-sale/{case_id}/settle            relais
POST  /api/v1/after-sale/{case_id}/ask-the-network   coordinator relais
POST  /api/v1/after-sale/{case_id}/send-back         relais
POST  /api/v1/after-sale/{case_id}/payer             coordinator
POST  /api/v1/after-sale/{case_id}/close             relais
POST  /api/v1/recalls/preview                        coordinator
POST  /api/v1/recalls                                coordinator
GET   /api/v1/recalls                                coordinator relais workshop short
GET   /api/v1/recalls/{recall_id}                    coordinator relais workshop
GET   /api/v1/recalls/{recall_id}/devices            coordinator relais workshop short
POST  /api/v1/recalls/{recall_id}/end                coordinator
POST  /api/v1/recalls/{recall_id}/devices/{device_id}/bring-back relais
GET   /rappels                                       coordinator relais workshop
POST  /rappels                                       coordinator
POST  /rappels/apercu                                coordinator
GET   /rappels/{recall_id}                           coordinator relais workshop
POST  /rappels/{recall_id}/terminer                  coordinator
POST  /rappels/{recall_id}/equipements/{device_id}/rapporter relais
GET   /sav                                           coordinator relais workshop
GET   /sav/pannes                                    coordinator workshop
GET   /sav.csv                                       coordinator relais workshop
POST  /sav/chercher                                  relais
GET   /sav/remises/{handover_id}                     relais
POST  /sav/remises/{handover_id}                     relais
GET   /sav/{case_id}                                 coordinator relais workshop
POST  /sav/{case_id}/regler                          relais
POST  /sav/{case_id}/demander                        coordinator relais
POST  /sav/{case_id}/renvoyer                        relais
POST  /sav/{case_id}/qui-paie                        coordinator
POST  /sav/{case_id}/clore                           relais
GET   /sav/{case_id}/bon-de-retour.pdf               coordinator relais workshop
GET   /sav/{case_id}/etiquette.pdf                   coordinator relais workshop
GET   /reception                                     relais
POST  /reception                                     relais shared
POST  /envois/{shipment_id}/manquants                coordinator relais workshop
GET   /envois/{shipment_id}/equipements/{device_id}/signaler coordinator relais
POST  /envois/{shipment_id}/equipements/{device_id}/signaler coordinator relais
GET   /signalements                                  coordinator relais workshop
POST  /signalements/{incident_id}/regler             coordinator
GET   /signalements/{incident_id}/photo              coordinator relais workshop
GET   /caisse                                        relais
POST  /caisse                                        relais
GET   /caisse/remises.csv                            relais
GET   /caisse/equipements/{label}                    relais
GET   /caisse/panier                                 relais
POST  /caisse/panier                                 relais
POST  /caisse/panier/remettre                        relais
GET   /caisse/sans-reseau                            relais
POST  /caisse/envoi                                  relais
POST  /reception/envoi                               relais shared
GET   /hors-ligne                                    public
GET   /service-worker.js                             public
GET   /caisse/recus/{handover_id}                    relais
GET   /etiquettes/{label}                            public
GET   /mode-d-emploi/{device_token}                  public shared
GET   /mode-d-emploi/{device_token}/{code}           public shared
GET   /mode-d-emploi/{device_token}/{code}.pdf       public shared
GET   /equipements/{device_id}/mode-d-emploi         coordinator relais workshop
GET   /equipements/{device_id}/mode-d-emploi.svg     coordinator relais workshop
GET   /envois/{shipment_id}/modes-d-emploi           coordinator relais workshop
GET   /envois/{shipment_id}/modes-d-emploi.pdf       coordinator relais workshop
POST  /caisse/recus/{handover_id}/annuler            relais
GET   /caisse/journal                                relais
GET   /caisse/comptabilite                           relais
GET   /caisse/comptabilite/{form}.csv                relais shared
GET   /caisse/archive.zip                            relais
GET   /caisse/cloture                                relais
POST  /caisse/cloture                                relais
POST  /caisse/cloture/periode                        relais
GET   /caisse/clotures/{sequence}                    relais shared
GET   /recu/{receipt_token}                          public shared
""",
    {
        "POST /api/v1/relais/{relais_id}/agreement": lambda world: AGREEMENT,
        "PUT /api/v1/relais/{relais_id}": lambda world: relais("Maison des solidarités de Mende"),
        "POST /relais/{relais_id}/modifier": lambda world: {"name": "Sans adresse"},
        "POST /api/v1/relais/{relais_id}/agreement/end": lambda world: {"ended_on": "2099-01-01"},
        "POST /relais/{relais_id}/convention/fin": lambda world: {"ended_on": "2099-01-01"},
        "POST /api/v1/relais/{relais_id}/members": lambda world: {"subject": "somebody"},
        "PUT /api/v1/relais/{relais_id}/public-origin": lambda world: {"may_receive": True},
        "PUT /api/v1/relais/{relais_id}/contact": lambda world: {"public_contact": "04 66 00 00 00"},
        "POST /api/v1/workshops/{workshop_id}/members": lambda world: {"subject": "somebody"},
        "POST /api/v1/stock/campaigns/{campaign}/reserve": lambda world: {"category": "tablet", "quantity": 1},
        "POST /stock/campagnes/reserver": lambda world: {"campaign": "rentree", "category": "tablet", "quantity": 1},
        "POST /stock/campagnes/rendre": lambda world: {"campaign": "rentree"},
        "PUT /api/v1/price-lists/{list_id}": lambda world: PRICE_LIST,
        "POST /api/v1/price-lists/{list_id}/publish": lambda world: {"reason": "Prix de 2027"},
        "POST /api/v1/price-lists/{list_id}/withdraw": lambda world: {"reason": "Une erreur"},
        "PUT /api/v1/relais/{relais_id}/dues-terms": lambda world: TERMS,
        "POST /relais/{relais_id}/releve/conditions": lambda world: TERMS,
        "POST /api/v1/relais/{relais_id}/invoices": lambda world: {"last": "2020-01-01"},
        "POST /relais/{relais_id}/releve/facturer": lambda world: {"last": "2020-01-01"},
        "POST /api/v1/relais/{relais_id}/payments": lambda world: PAYMENT,
        "POST /relais/{relais_id}/releve/paiements": lambda world: {**PAYMENT, "amount_cents": "10"},
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
        "POST /api/v1/loans/{loan_id}/settle": lambda world: {"returned": [world.ids["device_id"]]},
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
        "POST /caisse/cloture/periode": lambda world: {"period": "2020", "relais_id": world.ids["relais_id"]},
    },
    {
        "POST /api/v1/relais/{relais_id}/agreement": lambda world: {**AGREEMENT, "signed_on": "2099-01-01"},
        "POST /api/v1/relais/{relais_id}/agreement/end": lambda world: {"ended_on": "2099-01-01"},
        "POST /relais/{relais_id}/convention/fin": lambda world: {"ended_on": "2099-01-01"},
        "POST /api/v1/stock/campaigns/{campaign}/reserve": lambda world: {"category": "tablet", "quantity": 0},
        "POST /stock/campagnes/reserver": lambda world: {"campaign": "unknown", "category": "tablet", "quantity": 1},
        "POST /api/v1/aged-balance/reminders": lambda world: {"relais_id": "all of them"},
        "POST /balance-agee/rappels": lambda world: {"relais_id": "all of them"},
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
    },
    team=Role.RELAIS,
    guides=True,
)


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
    loan = await customer.post("/loans", {"kind": "place", "place": "Un accueil", "labels": [labels[0]]})
    await customer.post(f"/loans/{loan['id']}/settle", {"returned": [device_id]})
    case = await customer.post(f"/handovers/{handover['id']}/after-sale", {"fault": "screen", "way": "repair"})
    # Of the device in stock, alone in its lot; ended, for the till hands over nothing that is recalled.
    recall = await coordinator.post("/recalls", {"label": labels[0], "what": "lot", "reason": "fault"})
    await coordinator.post(f"/recalls/{recall['id']}/end")
    payment = await coordinator.post(f"/relais/{relais_id}/payments", {**PAYMENT, "id": str(uuid7())})
    async with world.client.database.unit_of_work() as session:
        await (await session.driver()).execute(DUE_YESTERDAY, UUID(relais_id))
    yesterday = (today() - timedelta(days=1)).isoformat()
    invoice = await coordinator.post(f"/relais/{relais_id}/invoices", {"last": yesterday})
    (price_list, *_) = await coordinator.get("/price-lists")
    world.ids |= {
        "invoice_id": invoice["id"],
        "payment_id": payment["id"],
        "case_id": case["id"],
        "recall_id": recall["id"],
        "loan_id": loan["id"],
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
    world.ids["sequence"] = str(closing["sequence"])
    world.ids["form"] = "simple"
    world.ids["code"] = "ar"
    world.ids["beside"] = "first_come"
    world.ids["campaign"] = "rentree"
    world.ids["list_id"] = price_list["id"]  # nobody's own


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
