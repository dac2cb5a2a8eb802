"""A national network on a day of scarcity, made up but plausible, for the allocation bench.

Localities are in the proportions of the survey of 235 structures (A. Redortier, mémoire, 2020): 133, 46, 39 and 17.
Orders are small and skewed ("trois smartphones, trois PC", says one of them), larger in large structures; a third of
the lines consent to substitutes; a Relais is served by the workshops of the nearest region or two.
"""

import math
import random
from datetime import date, timedelta

from distribute.engine.problem import Acceptance, Device, Line, Place, Problem, Relais, StockClass
from filiere.geography import LocalityClass

TODAY = date(2026, 11, 23)
LOCALITIES = {
    LocalityClass.METROPOLE: 133,
    LocalityClass.VILLE_MOYENNE: 46,
    LocalityClass.PETITE_VILLE: 39,
    LocalityClass.RURAL: 17,
}
# People supported by size class, with the survey's shares, and the bounds we draw from.
SIZES = ((6, 5, 29), (27, 30, 99), (29, 100, 500), (37, 501, 3000))
# Towns that stand for the workshops of a region: name, latitude and longitude in degrees, weight.
REGIONS = {
    "Île-de-France": (48.86, 2.35, 20),
    "Hauts-de-France": (50.63, 3.06, 14),
    "Auvergne-Rhône-Alpes": (45.76, 4.84, 12),
    "Nouvelle-Aquitaine": (44.84, -0.58, 9),
    "Occitanie": (43.60, 1.44, 9),
    "Grand Est": (48.58, 7.75, 8),
    "Provence-Alpes-Côte d'Azur": (43.30, 5.37, 8),
    "Pays de la Loire": (47.22, -1.55, 6),
    "Bretagne": (48.11, -1.68, 5),
    "Normandie": (49.44, 1.10, 5),
    "Bourgogne-Franche-Comté": (47.32, 5.04, 4),
    "Centre-Val de Loire": (47.90, 1.90, 4),
}
CATEGORIES = {"laptop": 40, "smartphone": 25, "desktop": 15, "tablet": 8, "monitor": 7, "basic_phone": 3, "printer": 2}
SUBSTITUTES = {
    "laptop": ("desktop", "tablet"),
    "desktop": ("laptop",),
    "tablet": ("laptop", "smartphone"),
    "smartphone": ("basic_phone", "tablet"),
    "basic_phone": ("smartphone",),
    "monitor": (),
    "printer": (),
}
GRADES = ("PREMIUM", "A", "B", "C", "D")
GRADE_STOCK = (6, 22, 34, 26, 12)
GRADE_ASKED = (1, 7, 22, 40, 30)  # the minimum that a line asks for
COSMETICS = ("A", "B", "C", "D")
PUBLICS = ("seniors", "femmes", "jeunes", "personnes-exilees", "demandeurs-emploi", "familles")


def instance(
    lines: int, *, relais: int = 3000, devices: int = 0, classes: int = 500, whims: bool = False, seed: int = 1
) -> Problem:
    """A problem of about these sizes. By default 2.7 devices a line: two fifths of what is asked.

    With `whims` each line refuses a fifth of what would suit it, at random: hardly two lines accept the same classes.
    """
    draw = random.Random(f"{seed}/{lines}/{relais}/{devices}/{classes}")
    structures, regions, sizes = _relais(draw, relais)
    stock = _stock(draw, devices or round(2.7 * lines), classes)
    acceptances: dict[tuple[tuple[str, ...], ...], Acceptance] = {}
    shops: dict[tuple[str, str], list[StockClass]] = {}
    for one in stock:
        shops.setdefault((one.category, one.region), []).append(one)
    wanted = []
    owners = draw.choices(range(relais), sizes, k=lines)
    for number, owner in enumerate(owners):
        tiers = _tiers(draw, shops, regions[owner])
        if whims:
            tiers = tuple(tuple(name for name in tier if draw.random() < 0.8) or tier for tier in tiers)
        acceptance = acceptances.setdefault(tiers, Acceptance(f"acceptance-{len(acceptances):06}", tiers))
        scale = 1 + math.log10(structures[owner].people_supported)
        placed = TODAY - timedelta(days=int(draw.expovariate(1 / 45)))
        wanted.append(
            Line(
                f"line-{number:07}",
                structures[owner].id,
                acceptance.id,
                max(1, min(150, round(draw.lognormvariate(0.1, 0.95) * scale))),
                placed,
                placed + timedelta(days=draw.randint(7, 90)) if draw.random() < 0.6 else None,
                draw.random() < 0.05,
            )
        )
    return Problem(TODAY, tuple(stock), tuple(acceptances.values()), tuple(wanted), tuple(structures))


def _relais(draw: random.Random, count: int) -> tuple[list[Relais], list[list[str]], list[float]]:
    """The structures, the regions that serve each (nearest first), and how much each orders."""
    structures, regions, sizes = [], [], []
    for number in range(count):
        locality = draw.choices(list(LOCALITIES), list(LOCALITIES.values()))[0]
        _, low, high = draw.choices(SIZES, [one[0] for one in SIZES])[0]
        if locality in {LocalityClass.PETITE_VILLE, LocalityClass.RURAL}:
            low, high = low // 3 + 1, high // 3 + 1
        people = draw.randint(low, high)
        near = draw.choices(list(REGIONS), [one[2] for one in REGIONS.values()])[0]
        spread = 0.15 if locality is LocalityClass.METROPOLE else 1.0
        latitude = REGIONS[near][0] + draw.uniform(-spread, spread)
        longitude = REGIONS[near][1] + draw.uniform(-spread, spread)
        order = sorted(REGIONS, key=lambda name: math.dist(REGIONS[name][:2], (latitude, longitude)))
        asked = int(draw.expovariate(1 / (5 + people**0.6)))
        # Who is far from everything was served less.
        habit = 0.25 if locality is LocalityClass.RURAL else 0.45
        structures.append(
            Relais(
                f"relais-{number:05}",
                locality,
                frozenset(draw.sample(PUBLICS, draw.randint(1, 3))),
                people,
                asked,
                sum(draw.random() < habit for _ in range(asked)),
                place=Place(round(latitude * 1e6), round(longitude * 1e6)),
                may_receive_public_origin=draw.random() < 0.9,
            )
        )
        regions.append(order[: draw.randint(1, 2)])
        sizes.append(0.3 + people**0.5)
    return structures, regions, sizes


def _stock(draw: random.Random, devices: int, classes: int) -> list[StockClass]:
    cells: dict[tuple[str, str, str, str, bool], float] = {}
    while len(cells) < classes:
        cell = (
            draw.choices(list(CATEGORIES), list(CATEGORIES.values()))[0],
            draw.choices(GRADES, GRADE_STOCK)[0],
            draw.choices(COSMETICS, (20, 45, 25, 10))[0],
            draw.choices(list(REGIONS), [one[2] for one in REGIONS.values()])[0],
            draw.random() < 0.2,
        )
        cells.setdefault(cell, draw.lognormvariate(0, 0.8))
    held: list[list[Device]] = [[] for _ in cells]
    for number, place in enumerate(draw.choices(range(classes), list(cells.values()), k=devices)):
        held[place].append(Device(f"device-{number:07}", TODAY - timedelta(days=int(draw.expovariate(1 / 20)))))
    return [
        StockClass(
            f"class-{number:04}",
            category,
            grade,
            cosmetic,
            "good",
            region,
            Place(round(REGIONS[region][0] * 1e6), round(REGIONS[region][1] * 1e6)),
            None,
            public,
            tuple(held[number]),
        )
        for number, (category, grade, cosmetic, region, public) in enumerate(cells)
    ]


def _tiers(
    draw: random.Random, shops: dict[tuple[str, str], list[StockClass]], regions: list[str]
) -> tuple[tuple[str, ...], ...]:
    category = draw.choices(list(CATEGORIES), list(CATEGORIES.values()))[0]
    grade = GRADES.index(draw.choices(GRADES, GRADE_ASKED)[0])
    # Some want no marked case: they show the device to employers, they say.
    cosmetics = COSMETICS[:3] if draw.random() < 0.15 else COSMETICS
    substitutes = SUBSTITUTES[category] if draw.random() < 1 / 3 else ()
    tiers = []
    for one in (category, *substitutes):
        fitting = [
            found.id
            for region in regions
            for found in shops.get((one, region), ())
            if GRADES.index(found.grade) <= grade and found.cosmetic in cosmetics
        ]
        if fitting:
            tiers.append(tuple(sorted(fitting)))
    return tuple(tiers)
