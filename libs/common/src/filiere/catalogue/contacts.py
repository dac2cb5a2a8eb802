"""Where somebody can be reached, found in texts that should only name a thing."""

import re

_MAIL = re.compile(r"\S@\S")
TELEPHONE = re.compile(
    r"(?<![\w+])(?:\+33|0033|0)[ .-]?[1-9](?:[ .-]\d\d){4}(?!\w)|(?<!\w)(?:\+33|0033|0)[67]\d{8}(?!\w)"
)
"""French numbers as people write them; ten digits in a row only when they are those of a mobile."""


def without_contacts(text: str) -> str:
    """The text itself. Raises ValueError, with a sentence that does not repeat it, for a telephone or an e-mail."""
    if _MAIL.search(text) or TELEPHONE.search(text):
        raise ValueError("N'écris ici ni adresse électronique ni téléphone : ce texte sort de l'atelier.")
    return text


_TITLED = re.compile(
    r"\b(?:[Mm]me|[Mm]lle|[Mm]r|M\.?|MM\.|[Mm]onsieur|[Mm]adame|[Mm]ademoiselle|MME|MLLE|MONSIEUR|MADAME)\s+"
    r"(?:[^\W\d_]['’])?[A-ZÀ-ÖØ-Þ][^\W\d_]"
)


def names_somebody(text: str) -> bool:
    """Whether a name stands in it behind « Mme » or « M. »."""
    return _TITLED.search(text) is not None


def about_nobody(text: str) -> str:
    """The text itself, a word of the bench about a thing. Raises ValueError when somebody is named or can be reached,
    with a sentence that does not repeat it.
    """
    if _MAIL.search(text) or TELEPHONE.search(text) or names_somebody(text):
        raise ValueError("Écris sur l'équipement, jamais sur une personne : ni nom, ni téléphone, ni adresse.")
    return text
