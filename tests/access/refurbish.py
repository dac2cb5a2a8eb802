"""Who may call which route of refurbish."""

import base64
from datetime import date
from typing import Any

from filiere.calendar import now
from filiere.identifiers import label_code, uuid7
from filiere.testing.events import deliver, incoming
from filiere.web import Role
from refurbish.grading.repository import GradingRepository
from refurbish.grading.switches import Switch

from .collect import key_of
from .matrix import matrix
from .world import World, subject

SERIAL = "S29NNXAH146409"
MEDIA = [{"kind": "ssd", "serial": SERIAL, "size_gb": 256}]
REPORT = ("nwipe.log", f"nwipe 0.42\n/dev/sda has serial number {SERIAL}\n".encode(), "text/plain")
ERASURE = {
    "medium_serial": SERIAL,
    "level": "purge",
    "method": "secure erase",
    "tool": "hdparm",
    "tool_version": "9.65",
}
HOW_TO = {"topic": "open", "maker": "HP", "text": "Deux vis sous le pied.", "source": "essayé ici"}


def how_to_of_a(world: World) -> dict[str, str]:
    return {**HOW_TO, "workshop_id": world.ids["workshop_id"]}


ONE_PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
PHOTO = ("a.png", ONE_PIXEL, "image/png")
INSTALLED = {"system": "linux_mint", "office": "libreoffice"}
REPAIR = {"kind": "cleaned", "outcome": "fixed", "minutes": 20}
EXIT = {
    "left_on": "2026-01-05", "code": "16 02 13*", "weight_kg": 2.5, "slip": "BSD-1", "carrier": "Un transporteur",
    "recipient": "Un centre de tri",
}  # fmt: skip

MATRIX = matrix(
    """
POST  /api/v1/workshops                              coordinator
GET   /api/v1/workshops                              coordinator workshop short
GET   /api/v1/workshops/{workshop_id}                coordinator workshop
PUT   /api/v1/workshops/{workshop_id}/capacity       coordinator workshop
GET   /api/v1/workshops/{workshop_id}/periods         coordinator workshop short
POST  /api/v1/workshops/{workshop_id}/periods         coordinator workshop
DELETE /api/v1/workshops/{workshop_id}/periods/{period_id} coordinator workshop
GET   /ateliers/{workshop_id}/periodes                coordinator workshop
POST  /ateliers/{workshop_id}/periodes                coordinator workshop
POST  /ateliers/{workshop_id}/periodes/{period_id}/retirer coordinator workshop
POST  /api/v1/workshops/{workshop_id}/members        coordinator
GET   /api/v1/how-tos                                coordinator workshop short
POST  /api/v1/how-tos                                coordinator workshop shared
PUT   /api/v1/how-tos/{how_to_id}                    coordinator workshop
DELETE /api/v1/how-tos/{how_to_id}                   coordinator workshop
GET   /api/v1/lots                                   coordinator workshop
GET   /api/v1/lots/{lot_id}                          coordinator workshop
POST  /api/v1/lots/{lot_id}/arrive                   coordinator workshop
POST  /api/v1/lots/{lot_id}/reconcile                coordinator workshop
POST  /api/v1/scan                                   coordinator workshop shared
GET   /api/v1/mismatches                             coordinator workshop short
POST  /api/v1/mismatches/{mismatch_id}/attach        coordinator workshop
POST  /api/v1/mismatches/{mismatch_id}/receive       coordinator workshop
POST  /api/v1/mismatches/{mismatch_id}/dismiss       coordinator workshop
POST  /api/v1/mismatches/{mismatch_id}/reopen        coordinator workshop
GET   /api/v1/devices                                coordinator workshop
GET   /api/v1/devices/{device_id}/aliases            coordinator workshop short
POST  /api/v1/devices/{device_id}/aliases            coordinator workshop
DELETE /api/v1/devices/{device_id}/aliases/{alias_id} coordinator workshop
GET   /api/v1/devices/{device_id}/prints/{document}  coordinator workshop
GET   /api/v1/lots/{lot_id}/labels                   coordinator workshop
POST  /api/v1/lots/{lot_id}/pallets                  coordinator workshop
GET   /equipements/{device_id}/etiquette             coordinator workshop
GET   /equipements/{device_id}/{document}.pdf        coordinator workshop
GET   /lots/{lot_id}/etiquettes                      coordinator workshop
GET   /lots/{lot_id}/etiquettes.pdf                  coordinator workshop
GET   /lots/{lot_id}/palette                         coordinator workshop
POST  /lots/{lot_id}/palette                         coordinator workshop
GET   /api/v1/devices/{device_id}/remarks            coordinator workshop
PUT   /api/v1/devices/{device_id}/remarks            coordinator workshop
POST  /api/v1/devices/{device_id}/corrections        coordinator workshop
POST  /api/v1/devices/{device_id}/not-arrived        coordinator workshop
GET   /api/v1/devices/by-label/{label}               coordinator workshop
GET   /api/v1/devices/{device_id}                    coordinator workshop
POST  /api/v1/devices/{device_id}/ready              coordinator workshop
POST  /api/v1/devices/{device_id}/withdraw           coordinator workshop
POST  /api/v1/devices/{device_id}/recall             coordinator workshop
POST  /api/v1/devices/{device_id}/merge              coordinator workshop
GET   /equipements/{device_id}/meme-machine          coordinator workshop
POST  /equipements/{device_id}/meme-machine          coordinator workshop
POST  /api/v1/devices/{device_id}/reopen             coordinator workshop
POST  /api/v1/devices/{device_id}/still-here         coordinator workshop
POST  /api/v1/devices/{device_id}/media              coordinator workshop
GET   /api/v1/devices/{device_id}/media              coordinator workshop short
POST  /api/v1/devices/{device_id}/erasures           coordinator workshop
GET   /api/v1/devices/{device_id}/erasures           coordinator workshop short
POST  /api/v1/devices/{device_id}/erasure-reports    coordinator workshop
GET   /api/v1/devices/{device_id}/erasure-reports/{report_id} coordinator workshop
GET   /api/v1/devices/{device_id}/erasure-reports/{report_id}/file coordinator workshop
POST  /api/v1/devices/{device_id}/audits             coordinator workshop raw
POST  /api/v1/devices/{device_id}/audits             coordinator workshop raw keys=audits
POST  /api/v1/audits                                 coordinator workshop raw shared keys=audits
GET   /api/v1/devices/{device_id}/facts              coordinator workshop
POST  /api/v1/devices/{device_id}/audits/{audit_id}/answer   coordinator workshop
POST  /api/v1/devices/{device_id}/audits/{audit_id}/withdraw coordinator workshop
GET   /api/v1/devices/{device_id}/audits             coordinator workshop short
GET   /api/v1/devices/{device_id}/tests              coordinator workshop
POST  /api/v1/devices/{device_id}/tests              coordinator workshop
GET   /api/v1/devices/{device_id}/repairs            coordinator workshop short
POST  /api/v1/devices/{device_id}/repairs            coordinator workshop
DELETE /api/v1/devices/{device_id}/repairs/{repair_id} coordinator workshop
GET   /api/v1/devices/{device_id}/software           coordinator workshop
POST  /api/v1/devices/{device_id}/software           coordinator workshop
GET   /equipements/{device_id}/logiciels             coordinator workshop
POST  /equipements/{device_id}/logiciels             coordinator workshop
GET   /api/v1/devices/{device_id}/look               coordinator workshop
POST  /api/v1/devices/{device_id}/look               coordinator workshop
GET   /equipements/{device_id}/regarder              coordinator workshop
POST  /equipements/{device_id}/regarder              coordinator workshop
GET   /api/v1/devices/{device_id}/photos             coordinator workshop short
POST  /api/v1/devices/{device_id}/photos             coordinator workshop
GET   /api/v1/devices/{device_id}/photos/{photo_id}  coordinator workshop
DELETE /api/v1/devices/{device_id}/photos/{photo_id} coordinator workshop
POST  /equipements/{device_id}/photos                coordinator workshop
GET   /equipements/{device_id}/photos/{photo_id}     coordinator workshop
POST  /equipements/{device_id}/photos/{photo_id}/retirer coordinator workshop
GET   /api/v1/repairs/lots                           coordinator workshop short
GET   /api/v1/parts                                  coordinator workshop
POST  /api/v1/parts                                  coordinator workshop shared
POST  /api/v1/parts/{part_id}/take-off               coordinator workshop
GET   /api/v1/devices/{device_id}/parts              coordinator workshop short
POST  /api/v1/devices/{device_id}/parts              coordinator workshop
POST  /api/v1/devices/{device_id}/grade              coordinator workshop
POST  /api/v1/devices/{device_id}/ungrade            coordinator workshop
POST  /api/v1/bulks                                  coordinator workshop shared
GET   /api/v1/bulks/{bulk_id}                        coordinator workshop
POST  /api/v1/bulks/{bulk_id}/do                     coordinator workshop
GET   /api/v1/bulks/{bulk_id}/labels                 coordinator workshop
GET   /ensemble                                      coordinator workshop
GET   /ensemble/choisir                              coordinator workshop
POST  /ensemble/choisir                              coordinator workshop
GET   /ensemble/{bulk_id}                            coordinator workshop
POST  /ensemble/{bulk_id}                            coordinator workshop
GET   /ensemble/{bulk_id}/liste.csv                  coordinator workshop
GET   /ensemble/{bulk_id}/etiquettes.pdf             coordinator workshop
GET   /api/v1/waste-exits                            coordinator workshop short
POST  /api/v1/waste-exits                            coordinator workshop shared
GET   /api/v1/waste-exits/{waste_id}                  coordinator workshop
GET   /api/v1/waste-exits/{waste_id}/trackdechets     coordinator workshop
POST  /api/v1/waste-exits/{waste_id}/undo             coordinator workshop
GET   /api/v1/rulesets                               coordinator short
POST  /api/v1/rulesets/{name}/comparison             coordinator shared
GET   /api/v1/rulesets/{name}/comparison             coordinator shared
POST  /api/v1/rulesets/{name}/switch                 coordinator shared
POST  /api/v1/rulesets/switches/{switch_id}/undo     coordinator shared
GET   /api/v1/verifications                          coordinator workshop
POST  /api/v1/verifications/{erasure_id}             coordinator workshop
POST  /api/v1/devices/{device_id}/media-exits        coordinator workshop
GET   /api/v1/devices/{device_id}/media-exits        coordinator workshop short
GET   /api/v1/media-exits                            coordinator workshop
POST  /api/v1/media-exits/{exit_id}                  coordinator workshop
POST  /api/v1/media-exits/{exit_id}/take-back        coordinator workshop
POST  /a-verifier/sorties/{exit_id}/reprendre        coordinator workshop
GET   /equipements/{device_id}/supports/{serial}/sortir coordinator workshop
POST  /equipements/{device_id}/supports/{serial}/sortir coordinator workshop
GET   /a-verifier/sorties/{exit_id}                  coordinator workshop
POST  /a-verifier/sorties/{exit_id}                  coordinator workshop
GET   /a-verifier                                    coordinator workshop
GET   /a-verifier/{erasure_id}                       coordinator workshop
POST  /a-verifier/{erasure_id}                       coordinator workshop
GET   /api/v1/demand                                 coordinator workshop short
GET   /                                              coordinator workshop
GET   /hors-ligne                                    public
GET   /service-worker.js                             public
GET   /scanner                                       coordinator workshop
POST  /scanner                                       coordinator workshop shared
POST  /scanner/envoi                                 coordinator workshop shared
GET   /lots                                          coordinator workshop
GET   /lots/{lot_id}                                 coordinator workshop
GET   /lots/{lot_id}/changements                     coordinator workshop
POST  /lots/{lot_id}/scanner                         coordinator workshop
POST  /lots/{lot_id}/recevoir                        coordinator workshop
POST  /lots/{lot_id}/mettre-de-cote                  coordinator workshop
POST  /lots/{lot_id}/pointer                         coordinator workshop
GET   /equipements                                   coordinator workshop
GET   /equipements.csv                               coordinator workshop
GET   /equipements/etiquettes/{label}                public
GET   /devices/by-label/{label}                      public
GET   /equipements/{device_id}                       coordinator workshop
GET   /equipements/{device_id}/aide                  coordinator workshop
POST  /equipements/{device_id}/recevoir              coordinator workshop
POST  /equipements/{device_id}/terminer              coordinator workshop
GET   /equipements/{device_id}/retirer               coordinator workshop
POST  /equipements/{device_id}/retirer               coordinator workshop
GET   /equipements/{device_id}/reprendre             coordinator workshop
POST  /equipements/{device_id}/reprendre             coordinator workshop
GET   /equipements/{device_id}/rouvrir               coordinator workshop
GET   /equipements/{device_id}/encore-la             coordinator workshop
POST  /equipements/{device_id}/encore-la             coordinator workshop
POST  /equipements/{device_id}/rouvrir               coordinator workshop
GET   /equipements/{device_id}/supports              coordinator workshop
POST  /equipements/{device_id}/supports              coordinator workshop
GET   /equipements/{device_id}/effacer/{serial}      coordinator workshop
POST  /equipements/{device_id}/effacer/{serial}      coordinator workshop
GET   /equipements/{device_id}/certificat            coordinator workshop
GET   /equipements/{device_id}/effacements/{erasure_id}.txt coordinator workshop
GET   /equipements/{device_id}/certificat/{serial}.pdf coordinator workshop
GET   /equipements/{device_id}/rapports/{report_id}  coordinator workshop
GET   /equipements/{device_id}/inventaires           coordinator workshop
POST  /equipements/{device_id}/inventaires           coordinator workshop
POST  /equipements/{device_id}/inventaires/{audit_id}/repondre coordinator workshop
GET   /equipements/{device_id}/inventaires/{audit_id}/retirer  coordinator workshop
POST  /equipements/{device_id}/inventaires/{audit_id}/retirer  coordinator workshop
GET   /equipements/{device_id}/inventaires/{audit_id}/copie    coordinator workshop
GET   /equipements/{device_id}/tester                coordinator workshop
POST  /equipements/{device_id}/tester                coordinator workshop
POST  /equipements/{device_id}/tester/point          coordinator workshop
GET   /equipements/{device_id}/tester/suivi          coordinator workshop
GET   /equipements/{device_id}/reparer               coordinator workshop
POST  /equipements/{device_id}/reparer               coordinator workshop
POST  /equipements/{device_id}/reparations/{repair_id}/annuler coordinator workshop
GET   /equipements/{device_id}/pieces                coordinator workshop
POST  /equipements/{device_id}/pieces                coordinator workshop
GET   /pieces                                        coordinator workshop
GET   /pieces.csv                                    coordinator workshop
GET   /pieces/nouvelles                              coordinator workshop
POST  /pieces/nouvelles                              coordinator workshop shared
POST  /pieces/{part_id}/sortir                       coordinator workshop
GET   /reparations                                   coordinator workshop
GET   /reparations.csv                               coordinator workshop
GET   /reparations/lots.csv                          coordinator workshop
GET   /equipements/{device_id}/classer               coordinator workshop
POST  /equipements/{device_id}/classer               coordinator workshop
GET   /equipements/{device_id}/identifiants          coordinator workshop
POST  /equipements/{device_id}/identifiants          coordinator workshop
POST  /equipements/{device_id}/identifiants/{alias_id}/retirer coordinator workshop
POST  /equipements/{device_id}/pas-arrive            coordinator workshop
GET   /equipements/{device_id}/remarques             coordinator workshop
POST  /equipements/{device_id}/remarques             coordinator workshop
GET   /equipements/{device_id}/corriger              coordinator workshop
POST  /equipements/{device_id}/corriger              coordinator workshop
POST  /equipements/{device_id}/declasser             coordinator workshop
GET   /ecarts                                        coordinator workshop
GET   /ecarts/regles                                 coordinator workshop
POST  /ecarts/{mismatch_id}/rouvrir                  coordinator workshop
POST  /ecarts/{mismatch_id}/rattacher                coordinator workshop
POST  /ecarts/{mismatch_id}/recevoir                 coordinator workshop
POST  /ecarts/{mismatch_id}/classer                  coordinator workshop
GET   /besoins                                       coordinator workshop
GET   /aujourd-hui                                   workshop shared
GET   /a-expedier                                    coordinator workshop
GET   /a-expedier/{workshop_id}/{order_id}           coordinator workshop
POST  /a-expedier/{workshop_id}/{order_id}/scanner   coordinator workshop
POST  /a-expedier/{workshop_id}/{order_id}/sortir/{device_id}  coordinator workshop
GET   /modes-d-emploi                                coordinator workshop
GET   /modes-d-emploi/ajouter                        coordinator workshop
POST  /modes-d-emploi/ajouter                        coordinator workshop shared
GET   /modes-d-emploi/{how_to_id}                    coordinator workshop
POST  /modes-d-emploi/{how_to_id}                    coordinator workshop
POST  /modes-d-emploi/{how_to_id}/retirer            coordinator workshop
POST  /modes-d-emploi/{how_to_id}/remettre           coordinator workshop
GET   /dechets                                       coordinator workshop
GET   /dechets.csv                                   coordinator workshop
GET   /dechets/nouvelle                              coordinator workshop
POST  /dechets/nouvelle                              coordinator workshop shared
GET   /dechets/{waste_id}                             coordinator workshop
GET   /dechets/{waste_id}/trackdechets.json           coordinator workshop
POST  /dechets/{waste_id}/annuler                     coordinator workshop
GET   /baremes                                       coordinator
GET   /baremes/{name}                                coordinator shared
POST  /baremes/{name}/comparer                       coordinator shared
GET   /baremes/{name}/comparaison.csv                coordinator shared
POST  /baremes/{name}/activer                        coordinator shared
POST  /baremes/activations/{switch_id}/annuler       coordinator shared
POST  /baremes/suivre                                coordinator shared
GET   /ateliers                                      coordinator
GET   /ateliers/nouveau                              coordinator
POST  /ateliers/nouveau                              coordinator
GET   /ateliers/{workshop_id}                        coordinator workshop
POST  /ateliers/{workshop_id}/capacite               coordinator workshop
GET   /ateliers/{workshop_id}/accord                 coordinator workshop
POST  /ateliers/{workshop_id}/accord/prix            coordinator
POST  /ateliers/{workshop_id}/accord/limite          coordinator
GET   /lots/{lot_id}/actes                           coordinator workshop
GET   /lots/{lot_id}/actes.csv                       coordinator workshop
GET   /lots/{lot_id}/actes.pdf                       coordinator workshop
GET   /pilotage                                      coordinator workshop
GET   /pilotage/etapes.csv                           coordinator workshop
POST  /ateliers/{workshop_id}/membres                coordinator
""",
    {
        "POST /api/v1/workshops/{workshop_id}/periods": lambda world: {
            "first_day": "2027-08-02",
            "last_day": "2027-08-08",
            "is_closed": True,
        },
        "POST /ateliers/{workshop_id}/periodes": lambda world: {
            "first_day": "2027-08-09",
            "last_day": "2027-08-15",
            "laptop": "5",
        },
        "PUT /api/v1/workshops/{workshop_id}/capacity": lambda world: {"capacity": {"laptop": 5}},
        "POST /api/v1/workshops/{workshop_id}/members": lambda world: {"subject": "somebody"},
        "POST /api/v1/lots/{lot_id}/arrive": lambda world: {"labels": [world.ids["label"]]},
        "POST /api/v1/scan": lambda world: {"label": world.ids["label"]},
        "POST /api/v1/mismatches/{mismatch_id}/attach": lambda world: {"label": world.ids["expected"]},
        "POST /api/v1/mismatches/{mismatch_id}/receive": lambda world: {"category": "laptop"},
        "POST /api/v1/mismatches/{mismatch_id}/dismiss": lambda world: {"reason": "Un chargeur."},
        "POST /api/v1/lots/{lot_id}/pallets": lambda world: {"counts": {"printer": 1}},
        "POST /lots/{lot_id}/palette": lambda world: {"printer": "1"},
        "PUT /api/v1/devices/{device_id}/remarks": lambda world: {"remarks": ["damaged"]},
        "POST /api/v1/devices/{device_id}/corrections": lambda world: {"reason": "misread", "model": "EliteBook 850"},
        "POST /equipements/{device_id}/corriger": lambda world: {"reason": "misread", "category": "laptop"},
        "POST /api/v1/devices/{device_id}/aliases": lambda world: {"kind": "own", "value": "LIPC24-0001"},
        "POST /equipements/{device_id}/identifiants": lambda world: {"kind": "own", "value": "LIPC24-0001"},
        "POST /api/v1/devices/{device_id}/withdraw": lambda world: {"reason": "screen"},
        "POST /api/v1/devices/{device_id}/merge": lambda world: {"other": world.ids["expected"]},
        "POST /equipements/{device_id}/meme-machine": lambda world: {"other": world.ids["expected"]},
        "POST /api/v1/bulks": lambda world: {"act": "labels", "devices": [world.ids["device_id"]]},
        "POST /ensemble/choisir": lambda world: {"act": "labels", "devices": world.ids["device_id"]},
        "POST /api/v1/devices/{device_id}/recall": lambda world: {"reason": "fault"},
        "POST /api/v1/devices/{device_id}/media": lambda world: MEDIA,
        "POST /api/v1/devices/{device_id}/erasures": lambda world: {**ERASURE, "result": "failure"},
        "POST /api/v1/devices/{device_id}/erasure-reports": lambda world: {"files": {"file": REPORT}},
        "POST /api/v1/devices/{device_id}/audits": lambda world: {"id": "machine", "class": "system"},
        "POST /api/v1/audits": lambda world: {"class": "system", "serial": world.ids["machine"]},
        "POST /api/v1/devices/{device_id}/audits/{audit_id}/answer": lambda world: {"answer": "here"},
        "POST /api/v1/devices/{device_id}/audits/{audit_id}/withdraw": lambda world: {"reason": "wrong"},
        "POST /equipements/{device_id}/inventaires/{audit_id}/repondre": lambda world: {"answer": "here"},
        "POST /equipements/{device_id}/inventaires/{audit_id}/retirer": lambda world: {"reason": "wrong"},
        "POST /api/v1/devices/{device_id}/tests": lambda world: {"results": [{"test": "screen", "passed": True}]},
        "POST /api/v1/devices/{device_id}/look": lambda world: {"seen": {"screen": "B"}},
        "POST /equipements/{device_id}/regarder": lambda world: {"zone": "screen", "cosmetic": "B"},
        "POST /api/v1/devices/{device_id}/photos": lambda world: {"files": {"file": PHOTO}},
        "POST /equipements/{device_id}/photos": lambda world: {"files": {"photo": PHOTO}},
        "POST /api/v1/devices/{device_id}/software": lambda world: INSTALLED,
        "POST /equipements/{device_id}/logiciels": lambda world: INSTALLED,
        "POST /api/v1/devices/{device_id}/repairs": lambda world: REPAIR,
        "POST /api/v1/parts": lambda world: {"kind": "fan", "fits": "840 G5", "workshop_id": world.ids["workshop_id"]},
        "POST /pieces/nouvelles": lambda world: {
            "kind": "fan",
            "fits": "840 G5",
            "workshop_id": world.ids["workshop_id"],
        },
        "POST /api/v1/devices/{device_id}/parts": lambda world: {"kind": "fan", "fits": "840 G5"},
        "POST /equipements/{device_id}/reparer": lambda world: REPAIR,
        "POST /equipements/{device_id}/pieces": lambda world: {"kind": "fan", "fits": "840 G5"},
        "POST /api/v1/devices/{device_id}/grade": lambda world: {"ram_gb": 8},
        "POST /api/v1/waste-exits": lambda world: {**EXIT, "devices": [str(uuid7())]},
        "POST /dechets/nouvelle": lambda world: {**EXIT, "devices": str(uuid7())},
        "POST /api/v1/rulesets/{name}/switch": lambda world: {"starts_on": "2026-01-01"},
        "POST /baremes/{name}/activer": lambda world: {"starts_on": "2026-01-01", "confirmed": "true"},
        "POST /api/v1/verifications/{erasure_id}": lambda world: {"confirmed": False, "reason": "Un autre disque."},
        "POST /api/v1/devices/{device_id}/media-exits": lambda world: {"medium_serial": SERIAL, "reason": "kept"},
        "POST /api/v1/media-exits/{exit_id}": lambda world: {"confirmed": False, "why": "Il y est."},
        "POST /equipements/{device_id}/supports/{serial}/sortir": lambda world: {"reason": "kept"},
        "POST /a-verifier/sorties/{exit_id}": lambda world: {"confirmed": "false", "why": "Il y est."},
        "POST /a-verifier/{erasure_id}": lambda world: {"confirmed": "false", "reason": "Un autre disque."},
        "POST /scanner": lambda world: {"label": world.ids["label"]},
        "POST /scanner/envoi": lambda world: {"label": world.ids["label"]},
        "POST /lots/{lot_id}/scanner": lambda world: {"label": world.ids["label"]},
        "POST /lots/{lot_id}/recevoir": lambda world: {"labels": world.ids["label"]},
        "POST /lots/{lot_id}/mettre-de-cote": lambda world: {"text": "Un chargeur."},
        "POST /ecarts/{mismatch_id}/rattacher": lambda world: {"label": world.ids["expected"]},
        "POST /ecarts/{mismatch_id}/recevoir": lambda world: {"category": "laptop"},
        "POST /ecarts/{mismatch_id}/classer": lambda world: {"reason": "Un chargeur."},
        "POST /api/v1/how-tos": how_to_of_a,
        "PUT /api/v1/how-tos/{how_to_id}": lambda world: HOW_TO,
        "POST /modes-d-emploi/ajouter": how_to_of_a,
        "POST /a-expedier/{workshop_id}/{order_id}/scanner": lambda world: {"label": world.ids["label"]},
        "POST /modes-d-emploi/{how_to_id}": lambda world: HOW_TO,
        "POST /ateliers/{workshop_id}/capacite": lambda world: {"laptop": "5"},
        "POST /ateliers/{workshop_id}/accord/prix": lambda world: {
            "act": "test",
            "euros": "4.50",
            "valid_from": "2026-01-01",
            "source": "Accord, article 3",
        },
        "POST /ateliers/{workshop_id}/accord/limite": lambda world: {"percent": "5", "source": "Accord, article 9"},
        "POST /equipements/{device_id}/retirer": lambda world: {"reason": "screen"},
        "POST /equipements/{device_id}/reprendre": lambda world: {"reason": "fault"},
    },
    {
        "POST /api/v1/mismatches/{mismatch_id}/attach": lambda world: {"label": label_code(998)},
        "POST /api/v1/devices/{device_id}/media": lambda world: [
            {"kind": "ssd", "serial": "KEPT-NOT", "size_gb": 256},
            {"kind": "none"},
        ],
        "POST /api/v1/devices/{device_id}/erasures": lambda world: {**ERASURE, "medium_serial": "UNSEEN"},
        "POST /api/v1/devices/{device_id}/audits": lambda world: {"neither": "lshw", "nor": "glpi"},
        "POST /api/v1/audits": lambda world: {"class": "system", "serial": "ZORG123456"},
        "POST /ecarts/{mismatch_id}/rattacher": lambda world: {"label": label_code(998)},
        "POST /equipements/{device_id}/supports": lambda world: {"kind": "none"},
        "POST /equipements/{device_id}/inventaires": lambda world: {
            "files": {"file": ("a.json", b"{]", "application/json")}
        },
        "POST /equipements/{device_id}/classer": lambda world: {"cosmetic": "A"},
    },
    team=Role.WORKSHOP,
    gives_keys=True,
    keys="none",
    guides=True,
)


async def build(world: World) -> None:
    """Two workshops; a lot of two devices has come to the first, one of them is scanned, and a stranger too."""
    coordinator = await world.coordinator()
    for side, name in (("a", "Atelier Second Souffle"), ("b", "Atelier du Gier")):
        body = {"name": name, "city": "Thiers", "postcode": "63300", "capacity": {"laptop": 40}}
        world.organisations[Role.WORKSHOP, side] = (await coordinator.post("/workshops", body))["id"]
    await world.people()
    workshop, lot = str(world.organisation(Role.WORKSHOP)), str(uuid7())
    scanned, expected = (device(number) for number in (1, 2))
    said = {"lot_id": lot, "workshop_id": workshop, "donation_id": str(uuid7())}
    prefix = "org.filiere.collect.lot"
    await deliver(
        world.client.database,
        world.service,
        [
            incoming("collect.lots", f"{prefix}-dispatched.v1", lot, {**said, "code": "L-00048", "devices": 2}),
            incoming("collect.lots", f"{prefix}-manifest.v1", lot, {**said, "devices": [scanned, expected]}),
        ],
    )
    order = str(uuid7())
    promise = {"device_id": scanned["device_id"], "order_id": order, "relais_id": str(uuid7()), "territory": "63"}
    reserved = "org.filiere.distribute.device-reserved.v1"
    await deliver(
        world.client.database,
        world.service,
        [incoming("distribute.devices", reserved, scanned["device_id"], promise)],
    )
    technician = await world.caller(Role.WORKSHOP)
    await technician.post(f"/lots/{lot}/arrive", {"labels": [scanned["label"], label_code(999)]})
    stranger = (await technician.get("/mismatches"))[0]
    bench = f"/devices/{scanned['device_id']}"
    await technician.post(f"{bench}/media", MEDIA)
    await technician.post(f"{bench}/erasures", {**ERASURE, "result": "success", "evidence": f"Serial Number: {SERIAL}"})
    sent = await technician.post(f"{bench}/erasure-reports", files={"file": REPORT})
    gone = await technician.post(f"{bench}/media-exits", {"medium_serial": SERIAL, "reason": "kept"})
    erasure = (await technician.get(f"{bench}/erasures"))[0]
    machine = {"class": "system", "vendor": "LENOVO", "serial": "PF1A2B3C", "children": []}
    audit = await technician.post(f"{bench}/audits", machine)
    who = subject(Role.WORKSHOP)
    key_id, secret = await key_of(world, who, workshop, "audits")
    alias = (await technician.post(f"{bench}/aliases", {"kind": "asset_tag", "value": "INV-00042"}))[0]
    repair = await technician.post(f"{bench}/repairs", REPAIR)
    photo = await technician.post(f"{bench}/photos", None, files={"file": PHOTO})
    part = await technician.post("/parts", {"kind": "fan", "fits": "840 G5", "quantity": 5, "unit_cents": 900})
    scrap = device(7077)
    await deliver(
        world.client.database,
        world.service,
        [incoming("collect.lots", f"{prefix}-manifest.v1", lot, {**said, "chunk": 2, "chunks": 2, "devices": [scrap]})],
    )
    await technician.post(f"/lots/{lot}/arrive", {"labels": [scrap["label"]]})
    await technician.post(f"/devices/{scrap['device_id']}/withdraw", {"reason": "board"})
    exit_ = await technician.post("/waste-exits", {**EXIT, "devices": [scrap["device_id"]]})
    closed = {"first_day": "2027-12-24", "last_day": "2027-12-31", "is_closed": True}
    period = await technician.post(f"/workshops/{workshop}/periods", closed)
    bulk = await technician.post("/bulks", {"act": "labels", "devices": [scanned["device_id"]]})
    switch = Switch(uuid7(), "smartphone_2026", date(2100, 1, 1), now(), "Camille")
    async with world.client.database.unit_of_work() as session:
        await GradingRepository.from_session(session).add_switch(switch)
    world.ids |= {
        "workshop_id": workshop,
        "lot_id": lot,
        "device_id": scanned["device_id"],
        "label": scanned["label"],
        "expected": expected["label"],
        "mismatch_id": stranger["id"],
        "serial": SERIAL,
        "erasure_id": erasure["id"],
        "order_id": order,
        "audit_id": audit["id"],
        "owner": workshop,
        "key_id": key_id,
        "how_to_id": (await technician.post("/how-tos", HOW_TO))["id"],
        "alias_id": alias["id"],
        "repair_id": repair["id"],
        "part_id": part["id"],
        "period_id": period["id"],
        "photo_id": photo["id"],
        "report_id": sent["id"],
        "name": "pc_2026",
        "waste_id": exit_["id"],
        "switch_id": str(switch.id),
        "exit_id": gone["id"],
        "bulk_id": bulk["id"],
    }
    world.shown_once.add(secret)
    world.secrets |= {*world.ids.values(), label_code(999), "Atelier Second Souffle"}
    world.ids["document"] = "label"  # a word of addresses, and no secret
    world.ids["machine"] = str(scanned["serial"])  # said by whoever asks


def device(number: int) -> dict[str, Any]:
    """One line of a manifest."""
    return {
        "device_id": str(uuid7()),
        "label": label_code(number),
        "category": "laptop",
        "manufacturer": "HP",
        "model": "EliteBook 840 G5",
        "serial": f"5CG84110{number:02}",
        "donation_id": str(uuid7()),
        "public_body": False,
    }
