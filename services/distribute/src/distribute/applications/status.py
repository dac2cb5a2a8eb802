"""Where an application stands, and the screens that it is filled on."""

from enum import StrEnum


class ApplicationStatus(StrEnum):
    STARTED = "started"
    TO_CHECK = "to_check"
    SENT = "sent"
    TAKEN_UP = "taken_up"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    GIVEN_UP = "given_up"

    @property
    def label_fr(self) -> str:
        return _STATUS_FR[self]

    @property
    def is_open(self) -> bool:
        """Whether its applicant may still correct it."""
        return self in (ApplicationStatus.STARTED, ApplicationStatus.TO_CHECK, ApplicationStatus.SENT)

    @property
    def waits(self) -> bool:
        """Whether the coordination is to answer it."""
        return self in WAITING


WAITING = (ApplicationStatus.SENT, ApplicationStatus.TAKEN_UP)
_STATUS_FR = {
    ApplicationStatus.STARTED: "Commencée",
    ApplicationStatus.TO_CHECK: "Adresse à confirmer",
    ApplicationStatus.SENT: "Envoyée",
    ApplicationStatus.TAKEN_UP: "À l'étude",
    ApplicationStatus.ACCEPTED: "Acceptée",
    ApplicationStatus.REFUSED: "Refusée",
    ApplicationStatus.GIVEN_UP: "Abandonnée",
}


class Step(StrEnum):
    """One screen of the application; the value stands in its address."""

    STRUCTURE = "structure"
    PLACE = "lieu"
    PUBLICS = "publics"
    DIAGNOSIS = "diagnostic"
    NEEDS = "besoins"

    @property
    def title_fr(self) -> str:
        return _STEP_FR[self]


_STEP_FR = {
    Step.STRUCTURE: "Votre structure",
    Step.PLACE: "Où êtes-vous ?",
    Step.PUBLICS: "Qui accompagnez-vous ?",
    Step.DIAGNOSIS: "Huit questions pour bien commencer",
    Step.NEEDS: "De quoi avez-vous besoin ?",
}
STEPS = tuple(Step)
