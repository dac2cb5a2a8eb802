"""What a short line could have instead, of what nobody takes: a lower grade, another category. Offered, not given."""

from collections.abc import Collection, Mapping, Sequence

from filiere.catalogue import Category, Grade

from distribute.why import LOWER, Instead

# What a person may do the same things with.
ALTERNATIVES: Mapping[Category, Sequence[Category]] = {
    Category.LAPTOP: (Category.DESKTOP, Category.TABLET),
    Category.DESKTOP: (Category.LAPTOP,),
    Category.TABLET: (Category.LAPTOP, Category.SMARTPHONE),
    Category.SMARTPHONE: (Category.BASIC_PHONE, Category.TABLET),
    Category.BASIC_PHONE: (Category.SMARTPHONE,),
    Category.MONITOR: (),
    Category.PRINTER: (),
}
Left = Mapping[tuple[Category, Grade], int]


def offer(category: Category, min_grade: Grade, accepted: Collection[Category], left: Left) -> tuple[Instead, ...]:
    """What is free and how many. `left`: free devices that no line is given, of those that this one may have;
    `accepted`: categories of the line.

    Substitutes that the line accepts already were looked at by the allocation: they are not offered again.
    """
    found: list[Instead] = []
    lower = sum(left.get((category, grade), 0) for grade in Grade if not grade.at_least(min_grade))
    if lower:
        found.append((LOWER, lower))
    for other in ALTERNATIVES[category]:
        count = sum(left.get((other, grade), 0) for grade in Grade)
        if count and other not in accepted:
            found.append((other, count))
    return tuple(found)
