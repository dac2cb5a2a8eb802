"""What requests about documents and links can be refused for."""

from uuid import UUID

from filiere.web import Conflict, NotFound, gettext, told

from collect.documents.kinds import DocumentKind


class DocumentNotFound(NotFound):
    title = "Ce document n'existe pas, ou n'est pas le vôtre."

    def __init__(self, document_id: UUID | str) -> None:
        super().__init__(document_id=str(document_id))


class CodeUnknown(NotFound):
    title = "Aucun document de ce réseau ne porte ce code."


class DocumentTooEarly(Conflict):
    title = "Ce document ne peut pas encore être établi."

    def __init__(self, kind: DocumentKind, waits_for: str) -> None:
        super().__init__(
            gettext("%(document)s : %(why)s.") % {"document": gettext(kind.label_fr), "why": told(waits_for)}
        )


class LinkNotFound(NotFound):
    title = "Ce lien n'existe pas, ou n'est pas le vôtre."

    def __init__(self, link_id: UUID) -> None:
        super().__init__(link_id=str(link_id))


class LinkClosed(NotFound):
    """Revoked or expired: nothing more is said, for whoever has it may be anybody."""

    title = "Ce lien n'ouvre plus rien."

    def __init__(self) -> None:
        super().__init__("Ce lien n'ouvre plus rien. Demandez-en un nouveau à la personne qui vous l'a donné.")


class TooManyLinks(Conflict):
    title = "Ce don a déjà beaucoup de liens ouverts : révoquez-en un d'abord."


class NothingToValue(Conflict):
    title = "Une valeur se donne une fois les équipements collectés, et par une entreprise seulement."
