"""Papers of a departure: what to take from the shelves, what a parcel holds, the label on its box."""

from collections.abc import Sequence
from itertools import groupby

from filiere.calendar import day_of, now
from filiere.documents.labels import labels_pdf
from filiere.documents.paper import TO_TICK, Block, Content, Facts, Heading, Signatures, Stamp, Table, Text, paper_pdf
from filiere.web import gettext as _
from filiere.web import ngettext
from filiere.web.addresses import whole_path
from filiere.web.formats import full_day, number

from distribute.shipments.schemas import ShelfDevice, ShipmentOut

_NONE = "–"


async def delivery_note(shipment: ShipmentOut, address: str) -> bytes:
    """The PDF that travels in the box. Raises ProcessFailed."""
    on = day_of(shipment.shipped_at or now())
    where = _page_of(shipment, address)
    stamp = Stamp(shipment.reference, on, full_day(on), shipment.reference, where, opens=_("La page de l'envoi :"))
    return await paper_pdf(note_of(shipment), stamp)


def note_of(shipment: ShipmentOut) -> Content:
    """What the delivery note says: whence, whither, by whom, each device; nobody's name."""
    facts = [
        (_("Envoi"), shipment.reference),
        (_("Commande"), shipment.order_reference),
        (_("De"), shipment.workshop_name),
        (_("Pour"), f"{shipment.relais_name}, {shipment.city}"),
        (_("Parti le"), full_day(day_of(shipment.shipped_at)) if shipment.shipped_at else _("pas encore parti")),
        (_("Transporteur"), shipment.carrier or _NONE),
        (_("Numéro de suivi"), shipment.tracking or _NONE),
        (_("Contenu"), ngettext("%(num)s équipement", "%(num)s équipements", shipment.devices)
         % {"num": number(shipment.devices)}),
    ]  # fmt: skip
    header = (_("Étiquette"), _("Équipement"), _("N° de série"), _("Catégorie"), _("Reçu"))
    rows = [(one.label, one.name, one.serial or _NONE, one.grade.value.capitalize(), TO_TICK) for one in shipment.items]
    return Content(
        title=_("Bon de livraison"),
        lead=_("À garder dans le colis : le Relais pointe ce qu'il reçoit."),
        blocks=[
            Facts(facts),
            Heading(_("Équipements")),
            Table(header, rows, (1.2, 2.6, 1.6, 0.9, 0.6)),
            Text(_("Il manque quelque chose, ou c'est abîmé ? Dites-le sur la page de l'envoi : le code l'ouvre.")),
            Signatures([_("Pour l'atelier : nom, date, signature"), _("Pour le Relais : nom, date, signature")]),
        ],
    )


async def parcel_labels(shipment: ShipmentOut, address: str, *, tape: bool, boxes: int) -> bytes:
    """One label per box. Raises ProcessFailed."""
    to = f"{shipment.relais_name}, {shipment.city}"
    labels = []
    for box in range(1, boxes + 1):
        of = _("carton {box} sur {boxes}").format(box=box, boxes=boxes)
        words = " · ".join([to, of, _("de {workshop}").format(workshop=shipment.workshop_name)])
        labels.append((shipment.reference, _page_of(shipment, address), words))
    return await labels_pdf(labels, tape=tape)


async def pick_list(devices: Sequence[ShelfDevice], address: str) -> bytes:
    """What to take from the shelves, workshop by workshop and shelf by shelf. Raises ProcessFailed."""
    on = day_of(now())
    stamp = Stamp(
        _("Prélèvement"), on, full_day(on), _("Prélèvement"), whole_path(address, "pick_list"),
        opens=_("La liste du moment :"),
    )  # fmt: skip
    return await paper_pdf(picks_of(devices), stamp)


def picks_of(devices: Sequence[ShelfDevice]) -> Content:
    """The pick list: a shelf is a type and a category, as workshops put away what is ready."""
    header = (_("Étiquette"), _("Équipement"), _("N° de série"), _("Colis"), _("Pris"))
    blocks: list[Block] = []
    for workshop, of_workshop in groupby(devices, lambda one: one.workshop_name):
        blocks.append(Heading(workshop))
        for shelf, on_it in groupby(of_workshop, lambda one: one.shelf):
            rows = [
                (one.label, one.name, one.serial or _NONE, f"{one.reference} · {one.relais_name}", TO_TICK)
                for one in on_it
            ]
            blocks += [Text(shelf), Table(header, rows, (1.2, 2.2, 1.5, 2.2, 0.6))]
    return Content(
        title=_("Liste de prélèvement"),
        lead=_("Étagère par étagère, ce qui part dans les colis en préparation."),
        blocks=blocks or [Text(_("Rien à prélever."))],
    )


def _page_of(shipment: ShipmentOut, address: str) -> str:
    return whole_path(address, "shipment", shipment_id=shipment.id)
