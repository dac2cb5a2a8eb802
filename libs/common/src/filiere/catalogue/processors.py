"""Names of processors as people and tools write them, in one spelling: "CORE I5-8365 U" → "Intel Core i5-8365U".

The letter at the end of a number is worth half of the points or twice as many: it is never lost between two signs.
"""

import re
from functools import lru_cache

_LONGEST = 200
_MARKS = re.compile(r"\((?:R|TM|C)\)|®|™|©", re.IGNORECASE)
_CLOCK = re.compile(r"\s*@?\s*\b\d+[.,]?\d*\s*[GM]Hz\b.*$", re.IGNORECASE)
_FAST = re.compile(r"\b([3-5])[.,](\d{1,2}) ?GHz\b", re.IGNORECASE)
_NOISE = re.compile(
    r"\b(?:CPU|Processor|Processeur|APU|with Radeon.*|w/ Radeon.*|Radeon .*|\d+[- ]?Cores?"
    r"|(?:Dual|Quad|Six|Eight)[- ]Core)\b",
    re.IGNORECASE,
)
_SUFFIX = r"G[1-7]|H[QKX]?|[XQM]M|MQ|MX|M|[UL]M|UE|U|Y|KS|KF|K|F|TE|T|S|P|E|C|R"
# « Core i5-8365U », « COREI5/8365 U », « i5 8365-U »; of the first generation the letter stands before: « i5 M 520 ».
_CORE = re.compile(
    rf"(?<![a-z0-9])(?:intel\W*)?(?:core\W*)?(?P<family>[im][3579])\W*(?:CPU\W*)?"
    rf"(?:(?P<before>[MLUQX]{{1,2}})\W+)?(?P<number>\d{{3,5}})(?:[\s/._-]{{0,2}}(?P<suffix>{_SUFFIX})(?![a-z0-9]))?",
    re.IGNORECASE,
)
# A generation in place of a number: « i5 6th GEN », « 8e génération Core i7 », « i5 gen 10 ».
_ORDINAL = r"(?P<{}>\d{{1,2}})\s*(?:th|st|nd|rd|e|eme|ème|è)?\W*g[eé]n"
_GENERATION = re.compile(
    rf"(?<![a-z0-9])i(?P<family>[3579])(?![a-z0-9])(?:.{{0,12}}?{_ORDINAL.format('after')}|.{{0,6}}?g[eé]n\w*\W*(?P<last>\d{{1,2}})\b)",
    re.IGNORECASE,
)
_GENERATION_FIRST = re.compile(
    rf"(?<!\d){_ORDINAL.format('first')}\w*.{{0,20}}?(?<![a-z0-9])i(?P<family>[3579])(?![a-z0-9])", re.IGNORECASE
)
# A number of a low-power Intel alone: its hundreds say the family.
_BARE = re.compile(r"^\W*(?P<number>(?:[4-9]|10)\d{3})\s?U\b", re.IGNORECASE)
_RYZEN = re.compile(
    r"\bryzen\s*(?P<family>[3579])\s*(?P<pro>pro)?\W*(?P<number>\d{4})\s*(?P<suffix>[A-Z]{1,2}\d?)?\b", re.IGNORECASE
)


@lru_cache(maxsize=4096)
def tidy_cpu(text: str | None) -> str | None:
    """Return a processor's name in its one spelling, as far as it is known; None for an empty text."""
    shown = " ".join(_MARKS.sub(" ", (text or "")[:_LONGEST]).split())
    if not shown:
        return None
    if (found := _CORE.search(shown)) is not None:
        suffix = (found["suffix"] or found["before"] or "").upper()
        name = f"Intel Core {found['family'].lower()}-{found['number']}{suffix}"
        # Without a letter the speed tells a desktop's from a laptop's that lost it.
        clock = _FAST.search(shown) if not suffix else None
        return f"{name} @ {clock[1]}.{clock[2]}GHz" if clock else name
    if (found := _RYZEN.search(shown)) is not None:
        pro = " PRO" if found["pro"] else ""
        return f"AMD Ryzen {found['family']}{pro} {found['number']}{(found['suffix'] or '').upper()}"
    for pattern in (_GENERATION, _GENERATION_FIRST):
        if (found := pattern.search(shown)) is not None:
            groups = found.groupdict()
            number = int(groups.get("after") or groups.get("last") or groups.get("first") or 0)
            if 1 <= number <= 14:
                return f"Intel Core i{found['family']} ({number}e génération)"
    if (found := _BARE.match(shown)) is not None and not re.search(r"amd|ryzen", shown, re.IGNORECASE):
        hundreds = int(found["number"][-3])
        family = "i3" if hundreds < 2 else "i5" if hundreds < 5 else "i7"
        return f"Intel Core {family}-{found['number']}U"
    plain = " ".join(_NOISE.sub(" ", _CLOCK.sub("", shown)).split())
    return plain or shown
