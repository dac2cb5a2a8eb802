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
