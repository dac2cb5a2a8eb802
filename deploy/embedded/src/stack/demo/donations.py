"""Two donations: a company's fleet file with its faults, and a public body's few lines; then pickup and dispatch."""

from datetime import timedelta
from importlib.resources import files
from typing import Any

from filiere.calendar import today

from stack.demo.api import Chain
from stack.demo.organisations import Organisations
from stack.people import COORDINATOR, DONORS

FLEET = "parc-volta.csv"
_NOT_FOUND_AT_PICKUP = 1

# What a small community gives by the form: quantities without serials.
_LINES: list[dict[str, Any]] = [
    {"category": "laptop", "quantity": 6, "manufacturer": "HP", "model": "ProBook 640 G4", "year": 2018, "ram_gb": 8},
    {"category": "tablet", "quantity": 8, "manufacturer": "Samsung", "model": "Galaxy Tab A", "year": 2019,
     "ram_gb": 3, "storage_gb": 32},
    {"category": "monitor", "quantity": 5, "manufacturer": "Dell", "model": "P2217H", "year": 2017},
    {"category": "laptop", "quantity": 2, "manufacturer": "Packard Bell", "model": "EasyNote", "year": 2006,
     "ram_gb": 1},
]  # fmt: skip


async def declare(chain: Chain, organisations: Organisations) -> list[str]:
    """Ids of the two donations; the file is first previewed, as a person would."""
    volta, public = DONORS
    api = chain.collect(volta.person.subject)
    content = files("stack.demo").joinpath("data", FLEET).read_bytes()
    preview = await api.post(
        "/donations/imports",
        files={"file": (FLEET, content, "text/csv")},
        data={"donor_id": organisations.donors[volta.key]},
    )
    confirmed = await api.post(f"/donations/imports/{preview['import_id']}/confirm")
    chain.report("Déclaration", 1, 2, f"{FLEET} : {preview['headline']}")
    for rule in preview["by_rule"]:
        chain.report("Déclaration", 1, 2, f"  {rule['count']} × {rule['reason']}")
    api = chain.collect(public.person.subject)
    known = await api.everything("/donations")
    if known:
        by_lines = known[0]["id"]
    else:
        body = {"donor_id": organisations.donors[public.key], "lines": _LINES, "note": "Second étage, ascenseur."}
        by_lines = (await api.post("/donations", body))["id"]
    chain.report(
        "Déclaration", 2, 2, f"{sum(int(str(line['quantity'])) for line in _LINES)} équipements par formulaire"
    )
    return [confirmed["donation_id"], by_lines]


async def leave_work_for_the_coordinator(chain: Chain, organisations: Organisations) -> None:
    """One donation to answer and one to schedule, so that whoever opens the pages finds something to do."""
    donor = DONORS[0]
    api = chain.collect(donor.person.subject)
    known = {donation["note"] for donation in await api.everything("/donations")}
    for note, accepted in (("Second envoi, à valider.", False), ("Troisième envoi, à enlever.", True)):
        if note in known:
            continue
        lines = [{"category": "laptop", "quantity": 4, "manufacturer": "Dell", "model": "Latitude 5400", "year": 2019,
                  "ram_gb": 8, "storage_gb": 256}]  # fmt: skip
        body = {"donor_id": organisations.donors[donor.key], "lines": lines, "note": note}
        donation = await api.post("/donations", body)
        if accepted:
            await chain.collect(COORDINATOR.subject).post(f"/donations/{donation['id']}/accept")


async def collect_and_dispatch(chain: Chain, donations: list[str]) -> list[dict[str, Any]]:
    """Accept, schedule, collect, dispatch to the workshop suggested first. Returns the lots."""
    api = chain.collect(COORDINATOR.subject)
    lots = []
    for number, donation_id in enumerate(donations, start=1):
        donation = await api.get(f"/donations/{donation_id}")
        if donation["status"] == "submitted":
            donation |= await api.post(f"/donations/{donation_id}/accept")
        if donation["status"] == "accepted":
            tomorrow = (today() + timedelta(days=1)).isoformat()
            donation |= await api.post(f"/donations/{donation_id}/pickup", {"on": tomorrow, "word": "Convenu."})
        if donation["status"] == "scheduled":
            devices = await api.everything(f"/donations/{donation_id}/devices")
            absent = [device["label"] for device in devices[-_NOT_FOUND_AT_PICKUP:]] if number == 1 else []
            await api.post(f"/donations/{donation_id}/collect", {"not_found": absent})
        for lot in await api.everything("/lots", donation_id=donation_id):
            if lot["status"] == "sealed":
                suggested = (await api.get(f"/lots/{lot['id']}/suggestions"))[0]
                why = {"untreated_reason": "Convenu avec l'atelier."} if suggested["untreated"] else {}
                await api.post(f"/lots/{lot['id']}/dispatch", {"workshop_id": suggested["workshop_id"], **why})
            lots.append(await api.get(f"/lots/{lot['id']}"))
            summary = f"lot {lots[-1]['code']} : {lots[-1]['devices']} équipements vers {lots[-1]['workshop_name']}"
            chain.report("Collecte", number, len(donations), summary)
    return lots
