"""A lot's lines on paper. A document of work: the invoice itself, its number and its taxes are the accountant's."""

from datetime import date

from filiere.documents.paper import Content, Facts, Heading, Stamp, Table, Text
from filiere.web.formats import full_day, money, number

from refurbish.agreements.schemas import LineOut, LinesOut
from refurbish.agreements.service import Kind
from refurbish.workshops.repository import Workshop

_NONE = "–"
_HEADER = ("Acte", "Équipement", "Quantité", "Prix", "Total", "Depuis")


def stamped(lot: str, kind: Kind, on: date, address: str) -> Stamp:
    """`address`: of the page with the same lines, as they are then."""
    name = f"{kind.value}-{lot}"
    return Stamp(name, on, full_day(on), name, address, opens="La page du lot :")


def written(workshop: Workshop, lot: str, kind: Kind, lines: LinesOut) -> Content:
    """What it says."""
    about = [
        ("Atelier", f"{workshop.name}, {workshop.postcode} {workshop.city}"),
        ("Lot", lot),
        ("Total des lignes qui ont un prix", money(lines.total)),
    ]
    rows = [_row(line) for line in lines.lines]
    unpriced = f"{number(lines.without_price)} {'lignes' if lines.without_price > 1 else 'ligne'}"
    missing = [Text(f"{unpriced} sans prix : l'accord n'en donne pas pour ce jour.")]
    lead = (
        "Ce que coûteraient tous les équipements annoncés, aux prix d'aujourd'hui."
        if kind is Kind.QUOTE
        else "Ce qui a été fait, acte par acte, au prix du jour où c'était fait."
    )
    return Content(
        title=f"{kind.label_fr}, lot {lot}",
        lead=lead,
        blocks=[
            Facts(about),
            Heading("Lignes"),
            *([Table(_HEADER, rows, (3, 2, 1, 1, 1, 1.4), (False, False, True, True, True, True))] if rows else []),
            *([Text("Rien n'est encore fait sur ce lot.")] if not rows else []),
            *(missing if lines.without_price else []),
        ],
        method=[
            "Prix de l'accord entre le réseau et l'atelier, saisis par la coordination avec leur source. Sans taxe.",
            "Un acte compte une fois par équipement ; les réparations comptent chacune.",
        ],
    )


def _row(line: LineOut) -> tuple[str, ...]:
    return (
        line.act.label_fr, line.category.label_fr, number(line.quantity),
        _NONE if line.cents is None else money(line.cents), _NONE if line.total is None else money(line.total),
        line.valid_from.strftime("%d/%m/%Y") if line.valid_from else _NONE,
    )  # fmt: skip
