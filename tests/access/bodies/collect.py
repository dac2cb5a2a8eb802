"""What the routes of collect are asked with, where a rule of who may is not all that is looked at."""

from datetime import timedelta
from typing import Any

from filiere.calendar import today
from filiere.identifiers import uuid7
from filiere.testing.pdfs import pdf

from ..matrix import Body

VALUE = {"amount": "1250.00", "method": "book", "legal_form": "SAS"}


def tomorrow() -> str:
    """Asked each time: a run may begin before midnight in Paris, and go on after it."""
    return (today() + timedelta(days=1)).isoformat()


PERSON = {"name": "Élise", "email": "elise@volta.example"}


def registration(siren: str, name: str) -> dict[str, Any]:
    contact = {"name": "Hugo", "email": "hugo@volta.example"}
    return {"siren": siren, "name": name, "site": site("Siège"), "contact": contact}


def endpoint(url: str) -> dict[str, Any]:
    return {"url": url, "kinds": ["donation.closed"]}


def site(label: str) -> dict[str, Any]:
    return {"label": label, "address": "12 rue du Port", "postcode": "63000", "city": "Clermont-Ferrand"}


def declaration(donor_id: str) -> dict[str, Any]:
    line = {"category": "laptop", "quantity": 2, "manufacturer": "HP", "model": "EliteBook 840 G5", "year": 2022}
    return {"donor_id": donor_id, "lines": [{**line, "ram_gb": 16, "storage_gb": 256}]}


def parts(workshop_id: str) -> dict[str, Any]:
    return {"parts": [{"workshop_id": workshop_id, "devices": {"laptop": 1}}]}


def fleet(donor_id: str) -> dict[str, Any]:
    rows = "Type;Marque;Modèle;N° de série;Année;RAM (Go)\nPortable;HP;EliteBook 840 G5;5CG8411ABC;2022;16\n"
    return {"donor_id": donor_id, "files": {"file": ("parc.csv", rows.encode(), "text/csv")}}


def broken_fleet(donor_id: str) -> dict[str, Any]:
    """A quote that nobody closes, seen when what follows is too long for one cell: 2,000 rows were kept by then."""
    head = "Type;Marque;Modèle;N° de série;Année;RAM (Go)\n"
    rows = "".join(f"Portable;HP;EliteBook 840 G5;5CG8{number:06};2022;16\n" for number in range(2500))
    text = f'{head}{rows}Portable;"HP;{"x" * 140_000}'
    return {"donor_id": donor_id, "files": {"file": ("parc.csv", text.encode(), "text/csv")}}


# Valid, for routes that need one before they look at whose object it is.
BODIES: dict[str, Body] = {
    "POST /api/v1/moving-in": lambda world: {"source": "BOLC"},
    "PUT /api/v1/packing": lambda world: {"based_on": 0, "french": ["Collez."], "english": ["Stick."]},
    "GET /api/v1/appeals/audience": lambda world: {"category": "laptop"},
    "POST /api/v1/appeals": lambda world: {"appeal_id": world.ids["appeal_id"], "category": "laptop"},
    "POST /besoins/appels": lambda world: {"appeal_id": world.ids["appeal_id"], "category": "laptop"},
    "POST /api/v1/donors/{donor_id}/sites": lambda world: site("Second site"),
    "POST /api/v1/donors/{donor_id}/members": lambda world: {"subject": "somebody"},
    "POST /api/v1/donations": lambda world: declaration(world.ids["donor_id"]),
    "PUT /api/v1/donations/{donation_id}/lines": lambda world: declaration(world.ids["donor_id"]),
    "PUT /api/v1/donations/{donation_id}/lines/{line}/verdict": lambda world: {"accepted": False, "reason": "Vu."},
    "POST /dons/{donation_id}/lignes/{line}/verdict": lambda world: {"reason": "Vu ensemble."},
    "POST /api/v1/donations/{donation_id}/messages": lambda world: {"text": "Le quai est derrière."},
    "PUT /api/v1/donations/{donation_id}/place": lambda world: {"floor": "2e, avec ascenseur"},
    "POST /api/v1/donations/{donation_id}/cancel": lambda world: {"reason": "Déménagement."},
    "POST /api/v1/donations/{donation_id}/decline": lambda world: {"reason": "Trop loin."},
    "PUT /api/v1/donations/{donation_id}/slots": lambda world: {"slots": [{"on": tomorrow(), "word": "Convenu."}]},
    "POST /api/v1/donations/{donation_id}/pickup": lambda world: {"on": tomorrow(), "word": "Convenu."},
    "POST /api/v1/donations/imports": lambda world: fleet(world.ids["donor_id"]),
    "PUT /api/v1/donations/imports/{import_id}/columns": lambda world: {"columns": [{"column": 0, "field": None}]},
    "POST /imports/{import_id}/colonnes": lambda world: {"column-0": "category"},
    "POST /api/v1/donations/{donation_id}/documents": lambda world: {"kind": "slip"},
    "POST /dons/{donation_id}/documents": lambda world: {"kind": "slip"},
    "PUT /api/v1/donations/{donation_id}/valuation": lambda world: VALUE,
    "POST /dons/{donation_id}/valeur": lambda world: VALUE,
    "POST /api/v1/donors/{donor_id}/years": lambda world: {"year": today().year},
    "POST /donateurs/{donor_id}/annees": lambda world: {"year": str(today().year)},
    "POST /api/v1/lots/{lot_id}/dispatch": lambda world: {"workshop_id": world.ids["lot_id"]},
    "POST /api/v1/lots/{lot_id}/split": lambda world: parts(world.ids["lot_id"]),
    "POST /dons/nouveau": lambda world: fleet(world.ids["donor_id"]),
    "POST /dons/nouveau/lignes": lambda world: {
        "donor_id": world.ids["donor_id"],
        "count": "1",
        "category-1": "laptop",
        "year-1": "2022",
        "note": "Cour au fond",
    },
    "POST /dons/{donation_id}/fichier": lambda world: fleet(world.ids["donor_id"]),
    "POST /donateurs/{donor_id}/lieux": lambda world: site("Third site"),
    "POST /dons/{donation_id}/pieces": lambda world: {"files": {"file": ("a.pdf", pdf(), "text/html")}},
    "POST /api/v1/donations/{donation_id}/attachments": lambda world: {
        "files": {"file": ("a.pdf", pdf(), "text/html")}
    },
    "POST /api/v1/donors/{donor_id}/webhooks": lambda world: endpoint("https://stock.example/api"),
    "PUT /api/v1/donors/{donor_id}/sites/{site_id}": lambda world: site("Siège"),
    "PUT /api/v1/donors/{donor_id}/name": lambda world: {"name": "Assurances Volta"},
    "POST /api/v1/donors/{donor_id}/contacts": lambda world: PERSON,
    "PUT /api/v1/donors/{donor_id}/contacts/{contact_id}": lambda world: PERSON,
    "POST /donateurs/{donor_id}/nom": lambda world: {"name": "Assurances Volta"},
    "POST /donateurs/{donor_id}/lieux/{site_id}": lambda world: site("Siège"),
    "POST /donateurs/{donor_id}/contacts": lambda world: PERSON,
    "POST /donateurs/{donor_id}/contacts/{contact_id}": lambda world: PERSON,
    "POST /api/v1/registrations": lambda world: registration("552100554", "Verreries d'exemple"),
    "POST /api/v1/donors/{donor_id}/confirm": lambda world: {"public_body": False},
    "POST /api/v1/donors/{donor_id}/refuse": lambda world: {"reason": "Inconnue du registre."},
    "POST /api/v1/donors/{donor_id}/reopen": lambda world: {"reason": "La mairie vous connaît."},
    "POST /donateurs/{donor_id}/rouvrir": lambda world: {"reason": "La mairie vous connaît."},
    "POST /donateurs/{donor_id}/confirmer": lambda world: {"public_body": "false"},
    "POST /donateurs/{donor_id}/refuser": lambda world: {"reason": "Inconnue du registre."},
    "POST /donateurs/{donor_id}/webhooks": lambda world: endpoint("https://stock.example/page"),
    "POST /cles/{owner}": lambda world: {"id": str(uuid7()), "name": "Inventaire", "scopes": "read"},
}
# Well-formed, and refused by a rule, where possible after something was written.
REFUSED: dict[str, Body] = {
    "POST /api/v1/moving-in": lambda world: {
        "source": "BOLC",
        "lots": [
            {
                "key": "L-0048",
                "siren": "552100554",
                "workshop_id": "0198c0de-0000-7000-8000-00000000dead",
                "collected_on": "2024-01-01",
                "devices": [{"key": "M-1", "category": "laptop"}],
            }
        ],
    },
    "POST /api/v1/donors": lambda world: registration("123456782", "Assurances Volta"),
    "POST /api/v1/donations/{donation_id}/pickup": lambda world: {"on": "2020-01-01"},
    "POST /api/v1/donations/{donation_id}/collect": lambda world: {"not_found": ["FIL-0000-0000"]},
    "POST /api/v1/donations/imports": lambda world: broken_fleet(world.ids["donor_id"]),
    "POST /api/v1/donations/{donation_id}/documents": lambda world: {"kind": "impact"},
    "POST /dons/{donation_id}/documents": lambda world: {"kind": "impact"},
    "POST /api/v1/lots/{lot_id}/dispatch": lambda world: {"workshop_id": world.ids["lot_id"]},
    "POST /dons/{donation_id}/planifier": lambda world: {"on": "2020-01-01"},
    "POST /dons/{donation_id}/collecter": lambda world: {"not_found": "FIL-0000-0000"},
    "POST /dons/nouveau": lambda world: broken_fleet(world.ids["donor_id"]),
    "POST /dons/nouveau/lignes": lambda world: {"donor_id": world.ids["donor_id"], "count": "1", "year-1": "moon"},
    "POST /lots/{lot_id}/envoyer": lambda world: {"workshop_id": world.ids["lot_id"]},
    "POST /donateurs/nouveau": lambda world: {
        "siren": "123456782",
        "name": "Assurances Volta",
        "contact_name": "Hugo",
        "contact_email": "hugo@volta.example",
        **{"site_label" if name == "label" else name: value for name, value in site("Siège").items()},
    },
}
