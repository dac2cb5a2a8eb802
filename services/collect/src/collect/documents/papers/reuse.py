"""The proof of reuse for a public body (décret 2023-266): which share of what it gave found a new use."""

from collections import Counter

from filiere.catalogue import Category
from filiere.documents.paper import Content, Figures, Table, Text
from filiere.web.formats import number

from collect.devices.stage import Stage
from collect.documents.facts import DonationFacts
from collect.documents.kinds import DocumentKind
from collect.documents.papers.words import NONE, counted_fr, destination, headed, of, seen_otherwise, what, when, whom

LAW = (
    "Loi REEN, article 16, et décret n° 2023-266 : l'équipement réformé d'un "
    "organisme public est orienté vers le réemploi pour 25 % en 2023, 35 % en 2024, 50 % à partir de 2025 ; "
    "celui qui le reçoit doit pouvoir prouver le réemploi. Ce document dit ce qui est arrivé à ces "
    "équipements ; il ne calcule pas la part de tout le parc de l'organisme."
)
_HEADER = ("Étiquette", "Équipement", "N° de série", "Données effacées le", "Remis le", "Destination")
_COUNTED = ("Catégorie", "Donnés", "Réemployés", "Non réemployables", "En cours", "Part")


def written(facts: DonationFacts) -> Content:
    reused = [device for device in facts.devices if device.stage is Stage.HANDED_OVER]
    by_category = Counter(device.real_category for device in facts.devices)
    surplus = sum(device.surplus_at is not None for device in facts.devices)
    handed = Counter(device.real_category for device in reused)
    withdrawn = Counter(device.real_category for device in facts.devices if device.stage is Stage.WITHDRAWN)
    table = [
        (
            Category(kind).label_fr.capitalize(),
            number(count),
            number(handed[kind]),
            number(withdrawn[kind]),
            number(count - handed[kind] - withdrawn[kind]),
            f"{number(100 * handed[kind] / count)} %",
        )
        for kind, count in by_category.most_common()
    ]
    given = len(facts.devices)
    changed = Counter((one.category, one.real_category) for one in facts.devices if one.category != one.real_category)
    rows = [
        (
            one.label,
            what(one),
            one.serial or NONE,
            when(one.erased_at) if one.erasures or one.erased_at is None else "sans support",
            when(one.promise_at),
            destination(one),
        )
        for one in reused
    ]
    share = f"{number(100 * len(reused) / given)} %"
    figures = [
        (number(given), counted_fr(given, "équipement donné", "équipements donnés"), _accepted(given, surplus)),
        (number(len(reused)), counted_fr(len(reused), "réemployé", "réemployés"), "remis à leur nouvel usager"),
        (share, "réemployés à ce jour", ""),
    ]
    listed = Table(_HEADER, rows, (1.3, 2.2, 1.7, 1.3, 1.1, 1.5)) if rows else Text("Aucun à ce jour.")
    return Content(
        title=DocumentKind.REUSE.label_fr,
        lead=f"Réemploi des équipements du don {facts.donation.reference} {of(facts.donor.name)}.",
        blocks=[
            whom(facts),
            Figures(figures),
            *headed(
                "Par catégorie",
                [Table(_COUNTED, table, (2, 1, 1, 1.3, 1, 0.8), (False, *[True] * 5)), *seen_otherwise(changed)],
            ),
            *headed("Équipements réemployés", [listed]),
        ],
        method=[
            "« Réemployé » : l'équipement est remis à son nouvel usager, vendu à prix solidaire ou donné. La part est "
            "celle des équipements réemployés parmi ceux qui ont été "
            + ("acceptés, ou trouvés en plus à l'atelier." if surplus else "acceptés."),
            LAW,
        ],
    )


def _accepted(given: int, surplus: int) -> str:
    if not surplus:
        return counted_fr(given, "accepté", "acceptés")
    return f"dont {number(surplus)} {counted_fr(surplus, 'reçu', 'reçus')} en plus de ce qui était accepté"
