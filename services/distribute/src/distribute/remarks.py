"""A word that people write about an order or a parcel, which others read: about nobody in it.

Fewer things are refused than of an alias: a remark is a sentence, and a long number may be a tracking code. What is
plainly somebody is: an address, a telephone number, a name behind « Mme » or « M. ».
"""

import re
from typing import Annotated

from filiere.catalogue.contacts import names_somebody
from filiere.web.bounded_types import Visible
from pydantic import AfterValidator, StringConstraints

_ADDRESS = re.compile(r"[^\s@]@[^\s@]+\.\w|\w\s*\(at\)\s*\w", re.IGNORECASE)
_TELEPHONE = re.compile(r"(?<!\w)(?:(?:\+|00)\s?33[\s.]?(?:\(0\))?|0)[\s.]?[1-9](?:[\s./-]?\d{2}){4}(?!\w)")


def about_nobody(text: str) -> str:
    """The text itself. Raises ValueError with a sentence when it names somebody; never quotes it."""
    if _ADDRESS.search(text) or _TELEPHONE.search(text):
        raise ValueError("Pas d'adresse électronique ni de téléphone ici : d'autres lisent ce mot.")
    if names_somebody(text):
        raise ValueError("Ne nommez personne ici : d'autres lisent ce mot. Gardez le nom chez vous.")
    return text


Remark = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500), Visible, AfterValidator(about_nobody)]
