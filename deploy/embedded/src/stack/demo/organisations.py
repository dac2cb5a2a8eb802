"""Donors, workshops and Relais, registered by the coordinator, with the people who act for them."""

from dataclasses import dataclass
from datetime import timedelta

from filiere.calendar import today

from stack.demo.api import Chain
from stack.people import COORDINATOR, DONORS, RELAIS, WORKSHOPS


@dataclass(frozen=True, slots=True)
class Organisations:
    """Ids by the keys of `stack.people`."""

    donors: dict[str, str]
    workshops: dict[str, str]
    relais: dict[str, str]


async def register(chain: Chain) -> Organisations:
    """Find or create every organisation, and let its people in."""
    donors = {donor.key: await _donor(chain, donor.key) for donor in DONORS}
    chain.report("Organisations", 1, 3, f"{len(donors)} entreprises donatrices")
    workshops = {workshop.key: await _workshop(chain, workshop.key) for workshop in WORKSHOPS}
    chain.report("Organisations", 2, 3, f"{len(workshops)} ateliers")
    relais = {one.key: await _relais(chain, one.key) for one in RELAIS}

    async def known() -> bool:
        return len(await chain.collect(COORDINATOR.subject).get("/workshops")) >= len(workshops)

    await chain.until("les ateliers, vus depuis la collecte", known)
    chain.report("Organisations", 3, 3, f"{len(relais)} Relais Numériques, convention signée")
    return Organisations(donors, workshops, relais)


async def _donor(chain: Chain, key: str) -> str:
    donor = next(one for one in DONORS if one.key == key)
    api = chain.collect(COORDINATOR.subject)
    found = await api.everything("/donors", q=donor.siren)
    site = donor.site
    made = found[0] if found else await api.post(
        "/donors",
        {
            "siren": donor.siren,
            "name": donor.name,
            "public_body": donor.public_body,
            "site": {"label": "Siège", "address": site.address, "postcode": site.postcode, "city": site.city},
            "contact": {"name": donor.person.name, "email": donor.person.email},
        },
    )  # fmt: skip
    await chain.collect(donor.person.subject).get("/me")
    await api.post(f"/donors/{made['id']}/members", {"subject": donor.person.subject, "role": "donor"})
    return str(made["id"])


async def _workshop(chain: Chain, key: str) -> str:
    workshop = next(one for one in WORKSHOPS if one.key == key)
    api = chain.refurbish(COORDINATOR.subject)
    found = [one for one in await api.get("/workshops") if one["name"] == workshop.name]
    made = found[0] if found else await api.post(
        "/workshops",
        {
            "name": workshop.name,
            "city": workshop.city,
            "postcode": workshop.postcode,
            "capacity": workshop.capacity,
            "competences": list(workshop.capacity),
        },
    )  # fmt: skip
    if key == WORKSHOPS[0].key and not await api.get(f"/workshops/{made['id']}/periods"):
        # Holidays far enough away to move no lot of the demonstration.
        first, last = today() + timedelta(days=120), today() + timedelta(days=133)
        closed = {"first_day": first.isoformat(), "last_day": last.isoformat(), "is_closed": True}
        await api.post(f"/workshops/{made['id']}/periods", closed)
    for person in workshop.technicians:
        await chain.refurbish(person.subject).get("/me")
        await chain.distribute(person.subject).get("/me")
        await api.post(f"/workshops/{made['id']}/members", {"subject": person.subject})
        await chain.distribute(COORDINATOR.subject).post(
            f"/workshops/{made['id']}/members", {"subject": person.subject}
        )
    return str(made["id"])


async def _relais(chain: Chain, key: str) -> str:
    relais = next(one for one in RELAIS if one.key == key)
    api = chain.distribute(COORDINATOR.subject)
    found = [one for one in await api.everything("/relais", q=relais.name) if one["name"] == relais.name]
    place = relais.place
    made = found[0] if found else await api.post(
        "/relais",
        {
            "name": relais.name,
            "legal_form": relais.legal_form,
            "address": place.address,
            "postcode": place.postcode,
            "city": place.city,
            "insee": place.insee,
            "publics": list(relais.publics),
            "people_supported": relais.people_supported,
            "may_sell": relais.may_sell,
            # Mende's is a public body, which the law does not name: the coordination let it.
            "may_receive_public_origin": True,
            "requested_on": "2026-06-15",
        },
    )  # fmt: skip
    if made.get("signed_on") is None:
        agreement = {"signed_on": "2026-09-01", "signed_by": relais.person.name}
        await api.post(f"/relais/{made['id']}/agreement", agreement)
        if relais.may_sell:  # a figure of the demonstration's, nobody's tariff
            terms = {"from_day": today().isoformat(), "basis": "per_sale", "percent": 20, "days_to_pay": 30}
            await api.put(f"/relais/{made['id']}/dues-terms", terms)
    await chain.distribute(relais.person.subject).get("/me")
    await api.post(f"/relais/{made['id']}/members", {"subject": relais.person.subject})
    # Of the numbers that are kept for fiction.
    await api.put(f"/relais/{made['id']}/contact", {"public_contact": "Accueil : 04 65 71 00 10"})
    if relais.may_sell:
        own = chain.distribute(relais.person.subject)
        how = {"welcome": "everybody", "how_to_come": "Entrée par la cour, rez-de-chaussée"}
        await own.put(f"/relais/{made['id']}/public-listing", how)
    return str(made["id"])
