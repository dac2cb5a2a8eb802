"""Words that a published text may not use of a refurbished device.

Source: décret n° 2022-190 du 17 février 2022 (code de la consommation, R. 122-4 et s.): a used or refurbished product
may not be presented as "état neuf", "comme neuf", "à neuf" or an equivalent mention.
"""

import re
import unicodedata

from filiere.catalogue.errors import ForbiddenClaim

_NEW = r"neu(?:f|fs|ve|ves)\b"
_JOIN = r"[\s\-_'’]+"
# "à neuf heures" and "de huit à neuf postes" are numbers. An unaccented "a neuf" is usually the verb ("il a neuf ans"),
# so it only counts after a word of renovation, as in a text typed in capitals.
_FORBIDDEN = re.compile(
    rf"\b[ée]tats?{_JOIN}(?:quasi{_JOIN})?{_NEW}"
    rf"|\bcomme{_JOIN}(?:d(?:u|es?){_JOIN})?{_NEW}"
    rf"|\b(?:remis|mis|refait|remettre|remise|retap[ée]|r[ée]nov[ée])(?:e?s?)?{_JOIN}[àa]{_JOIN}neuf\b"
    rf"|(?<!\w)à{_JOIN}neuf\b(?!{_JOIN}(?:h\b|heures?|ans?\b|mois\b|jours?\b|euros?\b|personnes?\b|postes?\b|appareils?\b|"
    r"équipements?\b|points?\b|€|%))",
    re.IGNORECASE,
)


def forbidden_claims(text: str) -> tuple[str, ...]:
    """Return the forbidden mentions found in the text, as written, in order; empty when it may be published."""
    return tuple(match.group(0) for match in _FORBIDDEN.finditer(unicodedata.normalize("NFC", text)))


def check_published_text(text: str) -> None:
    """Refuse a text that presents a refurbished device as new. Raises ForbiddenClaim, which quotes the words."""
    claims = forbidden_claims(text)
    if claims:
        raise ForbiddenClaim(claims)
