"""What the routes of refurbish are asked with, where a rule of who may is not all that is looked at."""

from typing import Any

from filiere.identifiers import label_code, uuid7
from filiere.testing.pictures import PHOTO

from ..matrix import Body
from ..world import World

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

INSTALLED = {"system": "linux_mint", "office": "libreoffice"}
REPAIR = {"kind": "cleaned", "outcome": "fixed", "minutes": 20}
EXIT = {
    "left_on": "2026-01-05", "code": "16 02 13*", "weight_kg": 2.5, "slip": "BSD-1", "carrier": "Un transporteur",
    "recipient": "Un centre de tri",
}  # fmt: skip


def how_to_of_a(world: World) -> dict[str, str]:
    return {**HOW_TO, "workshop_id": world.ids["workshop_id"]}


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


# Valid, for routes that need one before they look at whose object it is.
BODIES: dict[str, Body] = {
    "POST /api/v1/moving-in": lambda world: {"source": "BOLC"},
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
}
# Well-formed, and refused by a rule, where possible after something was written.
REFUSED: dict[str, Body] = {
    "POST /api/v1/moving-in": lambda world: {"source": ""},
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
}
