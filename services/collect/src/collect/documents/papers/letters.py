"""An amount in letters, as a receipt says it: « mille deux cent trente-quatre euros et cinquante centimes ». Pure.

Traditional spelling (hyphens below a hundred), with the agreements of « vingt », « cent » and « million ».
"""

MOST_CENTS = 10**11 - 1  # below a thousand million euros
_UNITS = (
    *("zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze", "treize"),
    *("quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf"),
)
_TENS = {2: "vingt", 3: "trente", 4: "quarante", 5: "cinquante", 6: "soixante", 8: "quatre-vingt"}


def in_letters(cents: int) -> str:
    """« zéro euro », « un million d'euros », « quatre-vingts euros et un centime ». Raises ValueError out of bounds."""
    if not 0 <= cents <= MOST_CENTS:
        raise ValueError(f"{cents} cents are no amount of a receipt.")
    euros, rest = divmod(cents, 100)
    small = f"{_whole(rest)} {'centime' if rest < 2 else 'centimes'}"
    if not euros and rest:
        return small
    # A million is a noun: it is « un million d'euros », but « un million un euros ».
    of = " d'" if euros and euros % 1_000_000 == 0 else " "
    large = f"{_whole(euros)}{of}{'euro' if euros < 2 else 'euros'}"
    return f"{large} et {small}" if rest else large


def _whole(count: int) -> str:
    millions, below = divmod(count, 1_000_000)
    thousands, rest = divmod(below, 1000)
    parts = []
    if millions:
        parts.append(f"{_hundreds(millions, ends=True)} {'million' if millions == 1 else 'millions'}")
    if thousands:
        # « mille » is an adjective: « un » is not said before it, and « vingt » and « cent » do not agree.
        parts.append("mille" if thousands == 1 else f"{_hundreds(thousands, ends=False)} mille")
    if rest or not parts:
        parts.append(_hundreds(rest, ends=True))
    return " ".join(parts)


def _hundreds(count: int, *, ends: bool) -> str:
    """Below a thousand; `ends`: no other numeral follows, so that « cents » and « vingts » agree."""
    hundreds, rest = divmod(count, 100)
    if not hundreds:
        return _below_hundred(rest, ends=ends)
    said = "cent" if hundreds == 1 else f"{_UNITS[hundreds]} cent"
    if not rest:
        return said + ("s" if ends and hundreds > 1 else "")
    return f"{said} {_below_hundred(rest, ends=ends)}"


def _below_hundred(count: int, *, ends: bool) -> str:
    if count < 20:
        return _UNITS[count]
    tens, unit = divmod(count, 10)
    if tens in (7, 9):  # soixante-dix, quatre-vingt-dix
        tens, unit = tens - 1, unit + 10
    if not unit:
        return _TENS[tens] + ("s" if ends and tens == 8 else "")
    joint = " et " if unit in (1, 11) and tens != 8 else "-"
    return f"{_TENS[tens]}{joint}{_UNITS[unit]}"
