"""The manifest of a lot on paper: what leaves, for whom, to be signed on the way."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from filiere.calendar import day_of
from filiere.catalogue import Category
from filiere.database import EVERYBODY
from filiere.documents.paper import TO_TICK, Content, Facts, Heading, Signatures, Stamp, Table, Text, paper_pdf
from filiere.jobs.repository import JobRepository
from filiere.jobs.running import JobRefused, Work
from filiere.web.formats import full_day, number

from collect.devices.repository import DeviceRepository
from collect.devices.schemas import DeviceOut
from collect.lots.lot import Lot
from collect.lots.repository import LotRepository
from collect.packing import service as packing

MANIFEST = "manifest"
MOST_ON_PAPER = 5000
_HEADER = ("Étiquette", "Équipement", "N° de série", "N° d'inventaire", "Pointé")
_NONE = "–"


@dataclass(frozen=True, slots=True)
class _Facts:
    lot: Lot
    devices: Sequence[DeviceOut]
    categories: dict[str, int]
    packing: Sequence[str]


async def print_manifest(work: Work) -> None:
    """Draw the manifest of a lot. Whoever asked was allowed to see it. Raises JobRefused."""
    lot_id = UUID(work.claim.input["lot_id"])
    async with work.database.read() as session:
        lot = await LotRepository.from_session(session).get(EVERYBODY, lot_id)
        assert lot is not None  # nothing deletes a lot
        if lot.devices > MOST_ON_PAPER:
            raise JobRefused(f"Un manifeste a au plus {number(MOST_ON_PAPER)} équipements ; le tableau les a tous.")
        devices = DeviceRepository.from_session(session)
        there = await devices.to_print(EVERYBODY, None, lot_id, limit=MOST_ON_PAPER, offset=0)
        facts = _Facts(
            lot,
            [one for one in there if one.surplus_at is None],
            await devices.categories_of_lot(lot_id),
            (await packing.current(session)).french,
        )
    on = day_of(lot.dispatched_at or lot.collected_at)
    stamp = Stamp(lot.code, on, full_day(on), lot.code, work.claim.input["address"], opens="La page du lot :")
    pdf = await paper_pdf(written(facts), stamp)
    async with work.database.unit_of_work() as session:
        await JobRepository.from_session(session).finish(work.claim, pdf)


def written(facts: _Facts) -> Content:
    """What the manifest says."""
    lot = facts.lot
    kinds = ", ".join(Category(name).counted_fr(count) for name, count in facts.categories.items())
    about = [
        ("Lot", lot.code),
        ("Don", f"{lot.donation_reference}, {lot.donor_name}"),
        ("Collecté le", full_day(lot.collected_at)),
        ("Atelier", lot.workshop_name or "à choisir"),
        ("Contenu", f"{number(len(facts.devices))} équipement{'s' if len(facts.devices) > 1 else ''} : {kinds}"),
    ]
    rows = [(one.label, _what(one), one.serial or _NONE, one.asset_tag or _NONE, TO_TICK) for one in facts.devices]
    return Content(
        title="Manifeste de lot",
        lead=f"Ce que le transporteur emporte et que l'atelier pointe : lot {lot.code}.",
        blocks=[
            Facts(about),
            Heading("Ce que le donateur a préparé"),
            *(Text(f"– {one}") for one in facts.packing),
            Heading("Équipements"),
            Table(_HEADER, rows, (1.2, 2.6, 1.6, 1.3, 0.7)),
            Signatures(["Pour le transporteur : nom, date, signature", "Pour l'atelier : nom, date, signature"]),
        ],
        method=["Un équipement sans étiquette, ou en trop, se met de côté : l'atelier l'inscrit dans les écarts."],
    )


def _what(device: DeviceOut) -> str:
    kind = Category(device.category).label_fr
    return f"{kind}, {device.name}" if device.manufacturer or device.model else kind
