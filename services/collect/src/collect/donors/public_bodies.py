"""Whether a registration is probably that of a public body: the ceiling price of its devices is then the law's."""

from typing import Literal

# SIREN that begin so are those of the public sector (fault 39 of the review of November 2026).
_PUBLIC_SIREN = ("1", "2")
# First figure of INSEE's legal category, https://xml.insee.fr/schema/cj-enum.html: 4 « Personne morale de droit public
# soumise au droit commercial », 7 « Personne morale et organisme soumis au droit administratif ».
_PUBLIC_CATEGORIES = ("4", "7")

Sign = Literal["siren", "legal-category"]


def signs_of_public_body(siren: str, legal_category: str | None) -> list[Sign]:
    """What speaks for a public body; empty when nothing does. The coordination decides."""
    found: list[Sign] = []
    if siren.startswith(_PUBLIC_SIREN):
        found.append("siren")
    if legal_category is not None and legal_category.startswith(_PUBLIC_CATEGORIES):
        found.append("legal-category")
    return found
