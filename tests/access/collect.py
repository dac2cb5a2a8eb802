"""Who may call which route of collect."""

import asyncio
import re
from datetime import timedelta
from typing import Any
from uuid import UUID

from collect.appeals.schemas import SendAppeal
from collect.appeals.service import send
from collect.jobs import HANDLERS
from collect.news.kinds import COUNT_LINK
from filiere.calendar import today
from filiere.catalogue import Category
from filiere.identifiers import uuid7
from filiere.jobs.running import do_next
from filiere.links.repository import LinkRepository
from filiere.links.tokens import LinkSigner
from filiere.web import Principal, Role

from .matrix import matrix
from .world import World, subject

VALUE = {"amount": "1250.00", "method": "book", "legal_form": "SAS"}


def tomorrow() -> str:
    """Asked each time: a run may begin before midnight in Paris, and go on after it."""
    return (today() + timedelta(days=1)).isoformat()


PERSON = {"name": "Élise", "email": "elise@volta.example"}

MATRIX = matrix(
    """
POST  /api/v1/donors                                     coordinator
GET   /api/v1/donors                                     coordinator donor keys=read|declare
GET   /api/v1/donors/{donor_id}                          coordinator donor keys=read|declare
POST  /api/v1/donors/{donor_id}/sites                    coordinator donor keys=none
POST  /api/v1/donors/{donor_id}/members                  coordinator
POST  /api/v1/donations                                  coordinator donor keys=declare
GET   /api/v1/donations                                  coordinator donor keys=read|declare
GET   /api/v1/donations/{donation_id}                    coordinator donor keys=read|declare
GET   /api/v1/donations/{donation_id}/lines              coordinator donor keys=read|declare
PUT   /api/v1/donations/{donation_id}/lines/{line}/verdict  coordinator
DELETE /api/v1/donations/{donation_id}/lines/{line}/verdict  coordinator
PUT   /api/v1/donations/{donation_id}/lines              coordinator donor keys=declare
POST  /api/v1/donations/{donation_id}/submit             coordinator donor keys=declare
DELETE /api/v1/donations/{donation_id}                   coordinator donor keys=declare
POST  /api/v1/donations/{donation_id}/accept             coordinator
POST  /api/v1/donations/{donation_id}/decline            coordinator
GET   /api/v1/donations/{donation_id}/messages           coordinator donor short keys=read|declare
POST  /api/v1/donations/{donation_id}/messages           coordinator donor keys=declare
GET   /api/v1/donations/{donation_id}/place              coordinator donor keys=read|declare
PUT   /api/v1/donations/{donation_id}/place              coordinator donor keys=declare
POST  /api/v1/donations/{donation_id}/withdraw           donor keys=declare
POST  /api/v1/donations/{donation_id}/cancel             coordinator donor keys=declare
GET   /api/v1/donations/{donation_id}/devices            coordinator donor keys=read
GET   /api/v1/donations/{donation_id}/devices.csv        coordinator donor keys=read
GET   /api/v1/donations/{donation_id}/impact             coordinator donor keys=read
GET   /api/v1/donations/{donation_id}/pickup             coordinator donor keys=read|declare
GET   /api/v1/donations/{donation_id}/pickup.ics         coordinator donor keys=read|declare
PUT   /api/v1/donations/{donation_id}/slots              coordinator donor keys=declare
POST  /api/v1/donations/{donation_id}/pickup             coordinator
POST  /api/v1/donations/{donation_id}/collect            coordinator
POST  /api/v1/donations/imports                          coordinator donor keys=declare
GET   /api/v1/donations/imports/{import_id}              coordinator donor keys=declare
GET   /api/v1/donations/imports/{import_id}/errors.csv   coordinator donor keys=declare
POST  /api/v1/donations/imports/{import_id}/confirm      coordinator donor keys=declare
PUT   /api/v1/donations/imports/{import_id}/columns      coordinator donor keys=declare
DELETE /api/v1/donations/imports/{import_id}/columns     coordinator donor keys=declare
GET   /api/v1/donations/{donation_id}/documents          coordinator donor short keys=documents
POST  /api/v1/donations/{donation_id}/documents          coordinator donor keys=documents
PUT   /api/v1/donations/{donation_id}/valuation          donor keys=none
GET   /api/v1/donors/{donor_id}/years                    coordinator donor short keys=documents
POST  /api/v1/donors/{donor_id}/years                    coordinator donor keys=documents
GET   /api/v1/donations/{donation_id}/links              coordinator donor short keys=none
POST  /api/v1/donations/{donation_id}/links              coordinator donor keys=none
POST  /api/v1/links/{link_id}/revoke                     coordinator donor keys=none
GET   /api/v1/documents/{document_id}.pdf                coordinator donor keys=documents
GET   /api/v1/documents/confirmed/{code}                 public shared
POST  /api/v1/donations/imports/{import_id}/draft        coordinator donor keys=declare
GET   /api/v1/donations/{donation_id}/attachments                     coordinator donor short keys=attachments
POST  /api/v1/donations/{donation_id}/attachments                     coordinator donor keys=attachments
GET   /api/v1/donations/{donation_id}/attachments/{attachment_id}     coordinator donor keys=attachments
DELETE /api/v1/donations/{donation_id}/attachments/{attachment_id}    coordinator donor keys=attachments
GET   /api/v1/passports/{label}                          public shared
GET   /api/v1/donations/{donation_id}/epcis              coordinator donor keys=read
PUT   /api/v1/donors/{donor_id}/wishes                   coordinator donor keys=declare
GET   /api/v1/devices                                    coordinator donor short keys=read
GET   /api/v1/devices/{device_id}                        coordinator donor keys=read
GET   /api/v1/devices/{device_id}/history                coordinator donor short keys=read
POST  /api/v1/devices/{device_id}/found                  coordinator donor keys=declare
DELETE /api/v1/devices/{device_id}/found                 coordinator donor keys=declare
POST  /api/v1/donations/{donation_id}/collect-found      coordinator
POST  /api/v1/lots/{lot_id}/confirm                      donor keys=none
GET   /api/v1/lots                                       coordinator donor keys=read
GET   /api/v1/lots/{lot_id}                              coordinator donor keys=read
GET   /api/v1/lots/{lot_id}/devices                      coordinator donor keys=read
GET   /api/v1/lots/{lot_id}/certificate                  coordinator donor keys=documents
POST  /api/v1/lots/{lot_id}/certificate                  coordinator donor keys=documents
GET   /lots/{lot_id}/certificat                          coordinator donor
POST  /lots/{lot_id}/certificat                          coordinator donor
GET   /api/v1/lots/{lot_id}/suggestions                  coordinator short
GET   /api/v1/lots/{lot_id}/split                        coordinator
POST  /api/v1/lots/{lot_id}/split                        coordinator
POST  /api/v1/lots/{lot_id}/dispatch                     coordinator
GET   /api/v1/packing                                    coordinator donor shared keys=read|declare
PUT   /api/v1/packing                                    coordinator
GET   /consignes                                         coordinator
POST  /consignes                                         coordinator
GET   /api/v1/workshops                                  coordinator short keys=read
GET   /api/v1/inbox                                      coordinator short keys=read
GET   /                                                  anyone shared
GET   /a-faire                                           coordinator
GET   /dons                                              coordinator donor
GET   /dons/liste.csv                                    coordinator donor
GET   /lots/liste.csv                                    coordinator
GET   /donateurs/liste.csv                               coordinator donor
GET   /dons/{donation_id}                                coordinator donor
GET   /dons/{donation_id}/changements                    coordinator donor
GET   /dons/{donation_id}/lignes                         coordinator donor
GET   /dons/{donation_id}/lignes.csv                     coordinator donor
POST  /dons/{donation_id}/lignes/{line}/verdict          coordinator
POST  /dons/{donation_id}/lignes/{line}/retablir         coordinator
GET   /dons/{donation_id}/equipements.csv                coordinator donor
GET   /equipements                                       coordinator donor
GET   /equipements/{label}                               coordinator donor
GET   /dons/{donation_id}/etiquettes                     coordinator donor
POST  /dons/{donation_id}/etiquettes                     coordinator donor
GET   /dons/{donation_id}/etiquettes.pdf                 coordinator donor
GET   /dons/{donation_id}/documents                      coordinator donor
POST  /dons/{donation_id}/documents                      coordinator donor
POST  /dons/{donation_id}/preuve                         coordinator donor
POST  /dons/{donation_id}/valeur                         donor
GET   /donateurs/{donor_id}/annees                       coordinator donor
POST  /donateurs/{donor_id}/annees                       coordinator donor
POST  /dons/{donation_id}/liens                          coordinator donor
POST  /liens/{link_id}/revoquer                          coordinator donor
GET   /documents/{document_id}.pdf                       coordinator donor
GET   /dons/{donation_id}/epcis.jsonld                   coordinator donor
GET   /api/v1/wanted                                     public shared short
GET   /besoins                                           public shared
GET   /api/v1/appeals                                    coordinator
POST  /api/v1/appeals                                    coordinator
GET   /api/v1/appeals/audience                           coordinator
GET   /api/v1/appeals/{appeal_id}                        coordinator
GET   /api/v1/appeals/{appeal_id}/donors                 coordinator
POST  /api/v1/appeals/{appeal_id}/resume                 coordinator
GET   /besoins/appels                                    coordinator
POST  /besoins/appels                                    coordinator
GET   /besoins/appels/nouveau                            coordinator
GET   /besoins/appels/{appeal_id}                        coordinator
POST  /besoins/appels/{appeal_id}/reprendre              coordinator
GET   /besoins/appels/{appeal_id}/donateurs.csv          coordinator
GET   /fiche/{label}                                     public shared
GET   /verifier                                          public shared
GET   /verifier/{code}                                   public shared
GET   /preuve/{token}                                    public shared
GET   /preuve/{token}/{number}.pdf                       public shared
GET   /comptes/{count_token}                             public shared
POST  /comptes/{count_token}                             public shared
POST  /lots/{lot_id}/demander-confirmation               coordinator
POST  /lots/{lot_id}/liens/revoquer                      coordinator donor
POST  /dons/{donation_id}/pieces                         coordinator donor
GET   /dons/{donation_id}/pieces/{attachment_id}         coordinator donor
POST  /dons/{donation_id}/pieces/{attachment_id}/retirer coordinator donor
POST  /dons/{donation_id}/envoyer                        coordinator donor
POST  /dons/{donation_id}/accepter                       coordinator
POST  /dons/{donation_id}/decliner                       coordinator
POST  /dons/{donation_id}/messages                       coordinator donor
POST  /dons/{donation_id}/messages/lus                   coordinator donor
POST  /dons/{donation_id}/lieu                           coordinator donor
POST  /dons/{donation_id}/retirer                        donor
POST  /dons/{donation_id}/annuler                        coordinator donor
POST  /dons/{donation_id}/reprendre                      coordinator donor
POST  /dons/{donation_id}/jours                          coordinator donor
GET   /dons/{donation_id}/collecte.ics                   coordinator donor
POST  /dons/{donation_id}/planifier                      coordinator
POST  /dons/{donation_id}/collecter-retrouves            coordinator
POST  /equipements/{device_id}/retrouver                 coordinator donor
POST  /equipements/{device_id}/toujours-absent           coordinator donor
POST  /lots/{lot_id}/confirmer                           donor
POST  /dons/{donation_id}/collecter                      coordinator
GET   /dons/nouveau                                      coordinator donor
POST  /dons/nouveau                                      coordinator donor
GET   /dons/nouveau/lignes                               coordinator donor
POST  /dons/nouveau/lignes                               coordinator donor
GET   /dons/{donation_id}/modifier                       coordinator donor
POST  /dons/{donation_id}/modifier                       coordinator donor
POST  /dons/{donation_id}/supprimer                      coordinator donor
GET   /dons/{donation_id}/a-revoir.csv                   coordinator donor
POST  /dons/{donation_id}/fichier                        coordinator donor
POST  /imports/{import_id}/brouillon                     coordinator donor
GET   /imports/{import_id}                               coordinator donor
GET   /imports/{import_id}/erreurs.csv                   coordinator donor
POST  /imports/{import_id}/confirmer                     coordinator donor
POST  /imports/{import_id}/colonnes                      coordinator donor
POST  /imports/{import_id}/colonnes/oublier              coordinator donor
GET   /lots                                              coordinator
GET   /lots/{lot_id}                                     coordinator donor
POST  /lots/{lot_id}/manifeste                           coordinator donor
GET   /lots/{lot_id}/manifeste.pdf                       coordinator donor
GET   /equipements/{label}/etiquette                     coordinator donor
POST  /equipements/{label}/etiquette                     coordinator donor
GET   /equipements/{label}/etiquette.pdf                 coordinator donor
GET   /lots/{lot_id}/etiquettes                          coordinator donor
POST  /lots/{lot_id}/etiquettes                          coordinator donor
GET   /lots/{lot_id}/etiquettes.pdf                      coordinator donor
POST  /lots/{lot_id}/partager                            coordinator
POST  /lots/{lot_id}/envoyer                             coordinator
GET   /ateliers                                          coordinator
GET   /ateliers/liste.csv                                coordinator
GET   /donateurs                                         coordinator donor
POST  /api/v1/registrations                              anyone shared keys=none
POST  /api/v1/donors/{donor_id}/confirm                  coordinator
GET   /inscription                                       anyone shared
POST  /inscription                                       anyone shared
POST  /donateurs/{donor_id}/confirmer                    coordinator
GET   /donateurs/nouveau                                 coordinator
POST  /donateurs/nouveau                                 coordinator
GET   /donateurs/{donor_id}                              coordinator donor
PUT   /api/v1/donors/{donor_id}/sites/{site_id}          coordinator donor keys=none
PUT   /api/v1/donors/{donor_id}/name                     coordinator donor keys=none
POST  /api/v1/donors/{donor_id}/contacts                 coordinator donor keys=none
PUT   /api/v1/donors/{donor_id}/contacts/{contact_id}    coordinator donor keys=none
GET   /donateurs/{donor_id}/modifier                     coordinator donor
POST  /donateurs/{donor_id}/nom                          coordinator donor
POST  /donateurs/{donor_id}/lieux/{site_id}              coordinator donor
POST  /donateurs/{donor_id}/contacts                     coordinator donor
POST  /donateurs/{donor_id}/contacts/{contact_id}        coordinator donor
POST  /donateurs/{donor_id}/contacts/{contact_id}/retirer coordinator donor
DELETE /api/v1/donors/{donor_id}/contacts/{contact_id} coordinator donor keys=none
POST  /donateurs/{donor_id}/lieux                        coordinator donor
POST  /donateurs/{donor_id}/souhaits                     coordinator donor
POST  /api/v1/donors/{donor_id}/webhooks                 donor keys=webhooks
GET   /api/v1/donors/{donor_id}/webhooks                 donor short keys=webhooks
POST  /api/v1/webhooks/{webhook_id}/test                donor keys=webhooks
POST  /api/v1/webhooks/{webhook_id}/secret              donor keys=webhooks
POST  /api/v1/webhooks/{webhook_id}/resume              donor keys=webhooks
GET   /api/v1/webhooks/{webhook_id}/deliveries          donor keys=webhooks
POST  /api/v1/webhook-deliveries/{delivery_id}/again     donor keys=webhooks
GET   /donateurs/{donor_id}/webhooks                     donor
POST  /donateurs/{donor_id}/webhooks                     donor
GET   /webhooks/{endpoint_id}                            donor
POST  /webhooks/{endpoint_id}/essayer                    donor
POST  /webhooks/{endpoint_id}/secret                     donor
POST  /webhooks/{endpoint_id}/pause                      donor
POST  /webhooks/{endpoint_id}/reprendre                  donor
POST  /webhooks/{endpoint_id}/messages/{delivery_id}/renvoyer donor
DELETE /api/v1/webhooks/{webhook_id}                    donor keys=webhooks
POST  /webhooks/{endpoint_id}/supprimer                  donor
""",
    {
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
        "POST /dons/{donation_id}/pieces": lambda world: {"files": {"file": ("a.pdf", b"%PDF-1.7", "text/html")}},
        "POST /api/v1/donations/{donation_id}/attachments": lambda world: {
            "files": {"file": ("a.pdf", b"%PDF-1.7", "text/html")}
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
        "POST /donateurs/{donor_id}/confirmer": lambda world: {"public_body": "false"},
        "POST /donateurs/{donor_id}/webhooks": lambda world: endpoint("https://stock.example/page"),
        "POST /cles/{owner}": lambda world: {"id": str(uuid7()), "name": "Inventaire", "scopes": "read"},
    },
    {
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
    },
    team=Role.DONOR,
    gives_keys=True,
    guides=True,
)


async def build(world: World) -> None:
    """Two donors; the first has declared, imported, and handed a lot to the driver."""
    coordinator = await world.coordinator()
    for side, siren, name in (("a", "123456782", "Assurances Volta"), ("b", "200000008", "Communauté du Pays Vert")):
        donor = await coordinator.post("/donors", registration(siren, name))
        world.organisations[Role.DONOR, side] = donor["id"]
    await world.people()
    world.ids["donor_id"] = str(world.organisation(Role.DONOR))
    mine = await coordinator.get(f"/donors/{world.ids['donor_id']}")
    await coordinator.post(f"/donors/{world.ids['donor_id']}/contacts", PERSON)
    world.ids |= {"site_id": mine["sites"][0]["id"], "contact_id": mine["contacts"][0]["id"]}
    giver = await world.caller(Role.DONOR)
    donation = await giver.post("/donations", declaration(world.ids["donor_id"]))
    path = f"/donations/{donation['id']}"
    body = fleet(world.ids["donor_id"])
    # Of the coordination's own, for a donor's file is private until it is sent.
    read = await coordinator.post("/donations/imports", data={"donor_id": body["donor_id"]}, files=body["files"])
    await coordinator.post(f"{path}/accept")
    await coordinator.post(f"{path}/pickup", {"on": tomorrow(), "word": "Convenu."})
    collected = await coordinator.post(f"{path}/collect")
    device = (await giver.get(f"{path}/devices"))["items"][0]
    await giver.post(f"{path}/documents", {"kind": "proof"})
    while await do_next(world.client.database, HANDLERS, asyncio.Event()):
        pass
    # Where a real worker runs, it draws them.
    while (document := (await giver.get(f"{path}/documents"))[0]["newest"]) is None:
        await asyncio.sleep(0.1)
    link = await giver.post(f"{path}/links")
    agreeing = await count_link(world, collected["lots"][0])
    told = await giver.post(f"/donors/{world.ids['donor_id']}/webhooks", endpoint("https://stock.example"))
    other = await giver.post(f"/donors/{world.ids['donor_id']}/webhooks", endpoint("https://other.example"))
    await giver.http.post(f"/api/v1/webhooks/{other['id']}/test")
    key_id, secret = await key_of(world, subject(Role.DONOR), world.ids["donor_id"], "read")
    message = (await giver.get(f"/webhooks/{other['id']}/deliveries"))["items"][0]
    world.ids |= {
        "attachment_id": await attached(world, donation["id"]),
        "donation_id": donation["id"],
        "import_id": read["import_id"],
        "lot_id": collected["lots"][0],
        "device_id": device["id"],
        "label": device["label"],
        "endpoint_id": told["id"],
        "webhook_id": other["id"],
        "delivery_id": message["id"],
        "owner": world.ids["donor_id"],
        "key_id": key_id,
        "document_id": document["id"],
        "code": document["code"],
        "number": document["number"],
        "link_id": link["id"],
        "token": link["address"].rsplit("/", 1)[1],
        "appeal_id": await appealed(world),
    }
    world.secrets |= {*world.ids.values(), told["secret"], donation["reference"], "Assurances Volta"}
    world.shown_once.add(secret)
    world.ids["line"] = "1"  # no secret
    world.ids["count_token"] = agreeing  # told in a letter, on no page


async def count_link(world: World, lot_id: str) -> str:
    """What stands in the address of a link to a lot's count."""
    async with world.client.database.unit_of_work() as session:
        made = await LinkRepository.from_session(session).make(
            COUNT_LINK, world.organisation(Role.DONOR), UUID(lot_id), "", timedelta(days=1)
        )
    return LinkSigner(world.client.settings, "collect", COUNT_LINK).token(made.id)


async def appealed(world: World) -> str:
    """An appeal to past donors; its id."""
    asked = SendAppeal(appeal_id=uuid7(), category=Category.LAPTOP, quiet_months=0)
    async with world.client.database.unit_of_work() as session:
        await send(session, asked, timedelta(days=1), Principal(subject(Role.COORDINATOR)))
    return str(asked.appeal_id)


async def attached(world: World, donation_id: str) -> str:
    """A file on the donation; its id."""
    browser = await world.client.login(subject(Role.DONOR))
    page = f"/dons/{donation_id}"
    token = re.search(r'name="csrf_token" value="([^"]+)"', (await browser.get(page)).text)
    assert token
    file = {"file": ("a.pdf", b"%PDF-1.7", "application/pdf")}
    shown = await browser.post(f"{page}/pieces", data={"csrf_token": token[1]}, files=file)
    found = re.search(rf'href="[^"]*{page}/pieces/([^"]+)"', shown.text)
    assert found, shown.text
    return found[1]


async def key_of(world: World, who: str, owner: str, *scopes: str) -> tuple[str, str]:
    """A key that this person makes on the page; (its id, its secret)."""
    browser = await world.client.login(who)
    page, key_id = f"/cles/{owner}", str(uuid7())
    token = re.search(r'name="csrf_token" value="([^"]+)"', (await browser.get(page)).text)
    assert token
    fields = {"id": key_id, "name": f"Outil {' '.join(scopes)}", "scopes": list(scopes), "csrf_token": token[1]}
    made = await browser.post(page, data=fields)
    shown = re.search(r'id="secret"[^>]*>(filiere_\w+)<', made.text)
    assert shown, made.text
    return key_id, shown[1]


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
