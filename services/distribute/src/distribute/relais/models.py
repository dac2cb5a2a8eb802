"""Tables of the Relais slice."""

from datetime import date
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from distribute.models import NOW, Base, Created, Id, Words, one_of


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


class RelaisRow(Base):
    """A social structure that orders equipment and hands it over."""

    __tablename__ = "relais"

    id: Mapped[Id] = mapped_column(primary_key=True)
    name: Mapped[str]
    legal_form: Mapped[str]
    siret: Mapped[str | None]
    address: Mapped[str]
    postcode: Mapped[str]
    city: Mapped[str]
    insee: Mapped[str | None]
    # Code of the département: the `territory` of events.
    territory: Mapped[str]
    publics: Mapped[Words]
    people_supported: Mapped[int]
    may_sell: Mapped[bool]
    # May be given what public bodies gave (CG3P, art. L. 3212-2).
    may_receive_public_origin: Mapped[bool] = mapped_column(server_default=sa.true())
    # When the agreement was asked for: the start of the clock of the known pain (five months to sign).
    requested_on: Mapped[date] = mapped_column()
    created_at: Mapped[Created]

    __table_args__ = (
        sa.CheckConstraint(one_of("legal_form", LegalForm), name="legal_form_known"),
        sa.CheckConstraint("people_supported >= 0", name="people_not_negative"),
        # One structure registers once; those without a number yet are told apart by people.
        sa.Index("uq_relais_siret", "siret", unique=True, postgresql_where=sa.text("siret IS NOT NULL")),
    )


class AgreementRow(Base):
    """A signed agreement (convention). A Relais may order while one is in force."""

    __tablename__ = "agreement"

    relais_id: Mapped[Id] = mapped_column(sa.ForeignKey("relais.id"))
    id: Mapped[Id] = mapped_column(primary_key=True)
    signed_on: Mapped[date]
    signed_by: Mapped[str]
    ended_on: Mapped[date | None]
    created_at: Mapped[Created] = mapped_column(server_default=NOW)

    __table_args__ = (
        sa.CheckConstraint("ended_on >= signed_on", name="ends_after_signature"),
        # One agreement in force at a time.
        sa.Index("uq_agreement_in_force", "relais_id", unique=True, postgresql_where=sa.text("ended_on IS NULL")),
    )
