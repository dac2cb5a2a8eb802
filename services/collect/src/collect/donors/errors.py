"""What donors' requests can be refused for."""

from uuid import UUID

from filiere.web import Conflict, FieldError, NotFound, Unprocessable


class DonorNotFound(NotFound):
    title = "Cette entreprise donatrice n'existe pas, ou n'est pas la vôtre."

    def __init__(self, donor_id: UUID) -> None:
        super().__init__(donor_id=str(donor_id))


class DonorExists(Conflict):
    title = "Cette entreprise est déjà inscrite."

    def __init__(self, siren: str, name: str) -> None:
        super().__init__(f"Le SIREN {siren} est déjà celui de « {name} ».", errors=[FieldError("siren", self.title)])


class SiteNotFound(NotFound):
    title = "Ce lieu n'existe pas, ou n'est pas le vôtre."

    def __init__(self, site_id: UUID) -> None:
        super().__init__(site_id=str(site_id))


class ContactNotFound(NotFound):
    title = "Ce contact n'existe pas, ou n'est pas le vôtre."

    def __init__(self, contact_id: UUID) -> None:
        super().__init__(contact_id=str(contact_id))


class LastContact(Conflict):
    title = "Gardez au moins un contact : ajoutez-en un autre avant de retirer celui-ci."


class SiteUnknown(Unprocessable):
    title = "Ce site n'est pas un site de cette entreprise."

    def __init__(self, site_id: UUID) -> None:
        super().__init__(site_id=str(site_id), errors=[FieldError("site_id", self.title)])
