"""What a Relais is in law."""

from enum import StrEnum


class LegalForm(StrEnum):
    """What a Relais is in law, as far as its rights to sell and to receive depend on it."""

    ASSOCIATION = "association"
    PUBLIC_BODY = "public_body"
    COOPERATIVE = "cooperative"
    FOUNDATION = "foundation"
    COMPANY = "company"
    OTHER = "other"

    @property
    def label_fr(self) -> str:
        return _LEGAL_FORM_FR[self]

    @property
    def may_receive_public_origin(self) -> bool:
        """Whether the form alone lets it be given what public bodies gave, until the coordination says otherwise.

        Code général de la propriété des personnes publiques, art. L. 3212-2 (and L. 3212-3 for local authorities), up
        to 300 € apiece (décret n° 2022-791): associations and foundations whose means go to assistance (2°); for
        computers (3°), associations of parents, students or school support, of public utility, of general interest
        whose object is to equip, train and support people in precarity, and reuse bodies approved as « entreprise
        solidaire d'utilité sociale ». That approval is no legal form, and public bodies are not named: the
        coordination decides for these. The price at which they sell is capped by décret n° 2022-1413.
        """
        return self in {LegalForm.ASSOCIATION, LegalForm.FOUNDATION}


_LEGAL_FORM_FR = {
    LegalForm.ASSOCIATION: "Association",
    LegalForm.PUBLIC_BODY: "Collectivité ou établissement public",
    LegalForm.COOPERATIVE: "Coopérative",
    LegalForm.FOUNDATION: "Fondation",
    LegalForm.COMPANY: "Entreprise",
    LegalForm.OTHER: "Autre",
}
