"""The paper of an invoice."""

from collections.abc import Mapping, Sequence

from filiere.documents.paper import Block, Content, Facts, Heading, Stamp, Table, Text, paper_pdf
from filiere.web import gettext as _
from filiere.web.addresses import whole_path
from filiere.web.formats import day, full_day, money

from distribute.dues.repository import DuesSum
from distribute.dues.schemas import DueOut, InvoiceOut
from distribute.dues.status import thing_fr

_NONE = "–"
# A paper of more lines is read by nobody: it sums them up, and its sheet holds them.
MOST_LINES = 300

Lines = Sequence[DueOut] | Sequence[DuesSum]


async def invoice_pdf(invoice: InvoiceOut, lines: Lines, parties: Mapping[str, str], address: str) -> bytes:
    """Raises ProcessFailed."""
    where = whole_path(address, "invoice", invoice_id=invoice.id)
    stamp = Stamp(
        invoice.number,
        invoice.issued_on,
        full_day(invoice.issued_on),
        invoice.number,
        where,
        opens=_("Cette facture :"),
    )
    return await paper_pdf(content(invoice, lines, parties), stamp)


def content(invoice: InvoiceOut, lines: Lines, parties: Mapping[str, str]) -> Content:
    """What it says: both sides, the period, a line per sale or device, what is to pay until when."""
    facts = [
        (_("De"), _side(parties, "seller")),
        (_("Pour"), _side(parties, "buyer")),
        (_("Période"), f"{full_day(invoice.first_day)} – {full_day(invoice.last_day)}"),
        (_("Total TTC"), money(invoice.total_cents)),
        (_("À payer avant le"), full_day(invoice.due_on)),
    ]
    blocks: list[Block] = [Facts(facts), Heading(_("Détail")), _detail(lines)]
    if any(isinstance(one, DuesSum) for one in lines):
        blocks.append(Text(_("Chaque ligne se lit sur la page de ce document et dans son tableau.")))
    blocks += [Text(parties["note"])] if parties["note"] else []
    blocks += [Text(_("Il manque un SIRET : à compléter avant d'envoyer ce document."))] if lacks(parties) else []
    if invoice.is_carried:
        return _of_before(invoice, facts)
    title = _("Facture %(number)s") if invoice.kind == "invoice" else _("Avoir %(number)s")
    return Content(
        title=title % {"number": invoice.number},
        lead=_("La part due au réseau, selon la convention."),
        blocks=blocks,
        method=[_("Part due = prix TTC × part de la convention, au centime le plus proche, ligne par ligne.")],
    )


def _of_before(invoice: InvoiceOut, facts: list[tuple[str, str]]) -> Content:
    """What was invoiced elsewhere is no invoice of ours: the paper says which one it stands for."""
    said = [
        (_("Référence d'avant"), invoice.reference or _NONE),
        (_("Pour quoi"), invoice.what_for or _NONE),
        *([(_("Pourquoi la correction"), invoice.reason)] if invoice.reason else []),
    ]
    title = _("Dette d'avant %(number)s") if invoice.kind == "invoice" else _("Dette d'avant corrigée %(number)s")
    return Content(
        title=title % {"number": invoice.number},
        lead=_("Ce qui était dû avant Filière. Ce document n'est pas une facture : il dit laquelle reste à payer."),
        blocks=[Facts([*facts[:2], *said, *facts[3:]])],
        method=[],
    )


def lacks(parties: Mapping[str, str]) -> bool:
    """Whether a number is missing that an invoice needs."""
    return not (parties["seller_siret"] and parties["buyer_siret"])


def _detail(lines: Lines) -> Table:
    header = (_("Date"), _("Nature"), _("Pièce"), _("Équipement"), _("Prix TTC"), _("Part"), _("Dû TTC"))
    rows = [
        (
            f"{one.month:%m/%Y}" if isinstance(one, DuesSum) else day(one.day),
            _(one.kind.label_fr),
            f"{one.lines}\u00a0×" if isinstance(one, DuesSum) else one.receipt or one.label,
            _(thing) if (thing := thing_fr(one.kind, one.category)) else _NONE,
            money(one.base_cents),
            f"{one.percent}\u00a0%",
            money(one.amount_cents),
        )
        for one in lines
    ]
    return Table(header, rows, (1, 1.6, 1.2, 1.4, 0.9, 0.6, 0.9), (False, False, False, False, True, True, True))


def _side(parties: Mapping[str, str], side: str) -> str:
    siret = parties[f"{side}_siret"] or _NONE
    return " · ".join(one for one in (parties[side], f"SIRET {siret}", parties[f"{side}_address"]) if one)
