"""What a person or a program may be: said at every route and in every menu, held by memberships."""

from enum import StrEnum


class Role(StrEnum):
    """Donors, workshops and Relais act for one organisation."""

    DONOR = "donor"
    WORKSHOP = "workshop"
    RELAIS = "relais"
    COORDINATOR = "coordinator"
    SERVICE = "service"

    @property
    def label_fr(self) -> str:
        return _FRENCH[self]

    @property
    def needs_organisation(self) -> bool:
        """Whether a membership of this role names an organisation (the database checks the same)."""
        return self not in (Role.COORDINATOR, Role.SERVICE)


_FRENCH = {
    Role.DONOR: "Entreprise donatrice",
    Role.WORKSHOP: "Atelier",
    Role.RELAIS: "Relais Numérique",
    Role.COORDINATOR: "Coordination",
    Role.SERVICE: "Programme",
}
