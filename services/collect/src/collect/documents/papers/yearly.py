"""One year of a donor on paper; for a public body with the table of reuse that décret 2023-266 asks it to prove."""

from filiere.documents.paper import Block, Content, Facts, Figures, Table, Text
from filiere.web.formats import number

from collect.documents.kinds import DocumentKind
from collect.documents.papers.reuse import LAW
from collect.documents.papers.words import (
    counted_fr,
    headed,
    impact_blocks,
    impact_method,
    of,
    seen_otherwise,
    spaced,
    when,
)
from collect.documents.year import YearFacts

_DONATIONS = ("Don", "Accepté le", "Acceptés", "Effacés", "Sans support", "Remis", "Non réemployables", "Absents")
_WIDTHS = (1.2, 1.3, 1, 1, 1, 1, 1.4, 1)
_CATEGORIES = ("Catégorie", "Acceptés", "Réemployés", "Non réemployables", "En cours", "Part réemployée")
_DOCUMENTS = ("Document", "Numéro", "Code", "Établi le", "SHA-256")

_SURPLUS = (
    "« 2 + 1 » : deux équipements acceptés, et un de plus trouvé à l'atelier, qu'aucune ligne du don n'annonçait ; "
    "il est suivi comme les autres."
)


def _accepted(accepted: int, surplus: int) -> str:
    return f"{number(accepted)} + {number(surplus)}" if surplus else number(accepted)


def _extra(surplus: int) -> str:
    return f"et {number(surplus)} {counted_fr(surplus, 'reçu', 'reçus')} en plus" if surplus else ""


def written(facts: YearFacts) -> Content:
    donor, year = facts.donor, facts.year
    accepted = sum(one.accepted for one in facts.donations)
    handed_over = sum(one.handed_over for one in facts.donations)
    wiped = sum(one.wiped for one in facts.donations)
    surplus = sum(one.surplus for one in facts.donations)
    followed = accepted + surplus
    share = f"{number(100 * handed_over / followed)} %" if followed else "—"
    body = ", organisme public" if donor.public_body else ""
    figures = [
        (number(accepted), counted_fr(accepted, "équipement accepté", "équipements acceptés"), _extra(surplus)),
        (number(wiped), counted_fr(wiped, "équipement effacé", "équipements effacés"), ""),
        (number(handed_over), counted_fr(handed_over, "équipement remis", "équipements remis"), ""),
        (
            share,
            "réemployés à ce jour",
            "parmi les équipements suivis" if surplus else "parmi les équipements acceptés",
        ),
    ]
    donations = [
        (
            one.reference,
            f"{one.accepted_on:%d/%m/%Y}",
            _accepted(one.accepted, one.surplus),
            *(number(count) for count in one[3:8]),
        )
        for one in facts.donations
    ]
    categories = [
        (
            one.category.label_fr.capitalize(),
            _accepted(one.accepted, one.surplus),
            number(one.handed_over),
            number(one.withdrawn),
            number(one.followed - one.handed_over - one.withdrawn),
            f"{number(100 * one.handed_over / one.followed)} %",
        )
        for one in facts.categories
    ]
    title = f"Réemploi de l'année {year} (décret n° 2023-266)" if donor.public_body else "Par catégorie"
    counts = (False, *[True] * 5)
    blocks: list[Block] = [
        Facts([("Donateur", f"{donor.name}, SIREN {spaced(donor.siren)}{body}"), ("Année", str(year))]),
        Figures(figures),
        *headed(
            "Dons de l'année", [Table(_DONATIONS, donations, (1.2, 1.3, 1, 1, 1, 1, 1.4, 1), (False, *[True] * 7))]
        ),
        *headed(
            title,
            [Table(_CATEGORIES, categories, (2, 1, 1.1, 1.5, 1, 1.3), counts), *seen_otherwise(facts.seen_otherwise)],
        ),
        *headed("Ce que le réemploi évite", impact_blocks(facts.impact)),
    ]
    if facts.documents:
        rows = [
            (one.kind.label_fr, one.number, one.code, when(one.issued_at), f"{one.sha256[:16]}…")
            for one in facts.documents
        ]
        blocks += headed("Documents de ces dons", [Table(_DOCUMENTS, rows, (2, 1.5, 1.6, 1.1, 1.6))])
    else:
        blocks += headed("Documents de ces dons", [Text("Aucun n'est établi.")])
    return Content(
        title=DocumentKind.YEAR.label_fr,
        lead=f"Dons {of(donor.name)} acceptés en {year}, et ce qu'ils sont devenus.",
        blocks=blocks,
        method=[
            "Un don compte dans l'année où il est accepté. Les nombres disent où en est chaque équipement le jour où "
            "ce document est établi.",
            *([_SURPLUS] if surplus else []),
            *([LAW] if donor.public_body else []),
            *impact_method(facts.impact),
        ],
    )
