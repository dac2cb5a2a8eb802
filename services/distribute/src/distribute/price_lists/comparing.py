"""What a list would change against the one it follows. Pure."""

from collections.abc import Mapping

from filiere.catalogue import Category, Grade, Tier

from distribute.price_lists.schemas import PAYING, AllCells, ChangeOut


def changes(before: AllCells, after: AllCells, free: Mapping[tuple[Category, Grade], int]) -> list[ChangeOut]:
    """Every price that would not stay, in the order in which people read a list."""
    found = []
    for category in Category:
        for tier in PAYING:
            for grade in Grade:
                old, new = before.of(category, grade, tier), after.of(category, grade, tier)
                if old == new:
                    continue
                found.append(
                    ChangeOut(
                        category=category,
                        grade=grade,
                        tier=tier,
                        before_cents=old,
                        after_cents=new,
                        difference_cents=new - old,
                        percent=round(100 * (new - old) / old, 1) if old else None,
                        free=free.get((category, grade), 0),
                    )
                )
    return found


def of_the_stock(found: list[ChangeOut]) -> dict[Tier, int]:
    """What all free devices together would cost more, or less, in each tier."""
    return {tier: sum(one.difference_cents * one.free for one in found if one.tier is tier) for tier in PAYING}
