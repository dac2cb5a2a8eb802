"""Who a visitor can be, and where each of them begins."""

from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlencode

from filiere.embedded.people import Person

from stack.people import COORDINATOR, DONORS, RELAIS, WORKSHOPS


class Addresses(Protocol):
    """Knows where people open `home`, `collect`, `refurbish` and `distribute`."""

    def public_url(self, service: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Way:
    """One link: a person of the demonstration, logged in at a service, or a page that needs nobody."""

    label: str
    detail: str
    href: str


@dataclass(frozen=True, slots=True)
class RoleCard:
    """A role as the front door shows it."""

    title: str
    text: str
    ways: tuple[Way, ...]


def roles(addresses: Addresses) -> list[RoleCard]:
    """In the order of the thread: donor, workshop, Relais; the coordinator sees all three."""

    def way(person: Person, service: str, label: str, detail: str) -> Way:
        query = urlencode({"hint": person.subject, "next": "/"})
        return Way(label, detail, f"{addresses.public_url(service)}/login?{query}")

    return [
        RoleCard(
            "Donateur",
            "Déclarer un parc, suivre chaque appareil jusqu'à sa nouvelle vie.",
            tuple(way(donor.person, "collect", donor.person.name, donor.name) for donor in DONORS),
        ),
        RoleCard(
            "Atelier",
            "Recevoir un lot, effacer, tester, classer : l'étape suivante est toujours dite.",
            tuple(
                way(person, "refurbish", person.name, f"{workshop.name}, {workshop.city}")
                for workshop in WORKSHOPS
                for person in workshop.technicians
            ),
        ),
        RoleCard(
            "Relais",
            "Commander au prix solidaire, recevoir, remettre à la personne.",
            tuple(way(relais.person, "distribute", relais.person.name, relais.name) for relais in RELAIS),
        ),
        RoleCard(
            "Coordination",
            "Accepter les dons, répartir, veiller à l'équité.",
            (
                way(COORDINATOR, "collect", "Collecte", f"avec {COORDINATOR.name}"),
                way(COORDINATOR, "refurbish", "Reconditionnement", f"avec {COORDINATOR.name}"),
                way(COORDINATOR, "distribute", "Distribution", f"avec {COORDINATOR.name}"),
            ),
        ),
        RoleCard(
            "Sans compte",
            "Ce que tout le monde ouvre.",
            (
                Way(
                    "Trouver un équipement", "le Relais le plus proche", f"{addresses.public_url('distribute')}/trouver"
                ),
                Way(
                    "Devenir Relais", "une structure se propose", f"{addresses.public_url('distribute')}/devenir-relais"
                ),
            ),
        ),
    ]
