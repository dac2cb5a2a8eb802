"""What may be written about a person: a local alias that means nothing outside the Relais.

Source: CNIL, référentiel du 11 mars 2021 (suivi social): data strictly limited to the mission. The receipt, the stock
and the accounts need no identity, so none is taken; these checks stop the most common slips, kindly.
"""

import re

MAX_ALIAS = 30
_HINT = "Écrivez un repère qui n'a de sens que chez vous, par exemple « A-17 » ou « Awa D. »."
_MAIL = re.compile(r"@|\bwww\.|https?:", re.IGNORECASE)
# Six digits in a row, spaces and dots aside: a phone number, a date of birth, a social security number.
_DIGITS = re.compile(r"(?:\d[\s./-]?){6,}")
_TITLE = re.compile(r"^(?:m\.|mr|mme|mlle|monsieur|madame|mademoiselle)\s", re.IGNORECASE)
_NAME_WORD = re.compile(r"^(?:[^\W\d_]['’])?[^\W\d_]{2,}(?:['’-][^\W\d_]+)*$")


def alias(value: str) -> str:
    """The alias, trimmed. Raises ValueError with a sentence when it looks like an identity; never quotes it."""
    text = " ".join(value.split())
    if len(text) > MAX_ALIAS:
        raise ValueError(f"Ce repère est trop long ({MAX_ALIAS} caractères au plus). {_HINT}")
    no_contact(text)
    words = text.split(" ")
    capitalised = [word for word in words if _NAME_WORD.match(word) and word[0].isupper()]
    if _TITLE.match(text) or len(capitalised) >= 2:
        raise ValueError(f"Cela ressemble à un nom complet. {_HINT}")
    return text


def no_contact(text: str) -> str:
    """The text itself. Raises ValueError when it holds an address, a telephone or another long number."""
    if _MAIL.search(text):
        raise ValueError(f"Pas d'adresse électronique ni de site ici. {_HINT}")
    if _DIGITS.search(text):
        raise ValueError(f"Pas de téléphone, de date de naissance ni de long numéro ici. {_HINT}")
    return text
