"""Money is an integer of euro cents everywhere; this is how it is written for people."""

from decimal import Decimal

_NO_BREAK_SPACE = "\u00a0"
_NARROW_NO_BREAK_SPACE = "\u202f"


def euros(cents: int) -> str:
    """Write an amount in French: 7000 → "70 €", 1250 → "12,50 €", 123400 → "1 234 €" (spaces that do not break)."""
    sign = "−" if cents < 0 else ""
    whole, rest = divmod(abs(cents), 100)
    grouped = f"{whole:,}".replace(",", _NARROW_NO_BREAK_SPACE)
    return f"{sign}{grouped}{f',{rest:02d}' if rest else ''}{_NO_BREAK_SPACE}€"


def in_euros(cents: int) -> Decimal:
    """Euros for a cell of a sheet, which may be added up there: 2550 → 25.50, always with its cents."""
    return Decimal(cents).scaleb(-2)
