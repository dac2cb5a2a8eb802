"""The board: every device of the workshop, found by filters that live in the address."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import TypedDict
from uuid import UUID

from filiere.catalogue.categories import Category
from filiere.web import Choice, Column, Search, Table
from filiere.web import gettext as _
from filiere.web.tables import TableView

from refurbish.devices.benches import Bench
from refurbish.devices.device import Device
from refurbish.devices.stages import Stage

WORK = "work"  # one filter for "everything that is on the benches"

STAGES = {
    WORK: "À l'atelier, en cours",
    Bench.TO_ERASE.value: "À effacer",
    Bench.TO_TEST.value: "À tester",
    Bench.TO_INVENTORY.value: "Inventaire à finir",
    **{stage.value: stage.label_fr for stage in Stage},
}
COLUMNS = (
    Column("label", "Étiquette", sortable=True),
    Column("name", "Équipement", sortable=True),
    Column("stage", "Où il en est", sortable=True),
    Column("todo", "À faire"),
    Column("grade", "Catégorie"),
    Column("arrived", "Arrivé"),
    Column("serial", "Numéro de série", is_hidden=True),
)


def board(lots: Mapping[str, str]) -> Table:
    """The board with its filters; `lots`: id → name of those to choose from."""
    return Table(
        columns=COLUMNS,
        filters=(
            Search("q", "Chercher", "étiquette, série, modèle"),
            Choice("statut", "Étape", STAGES, everything="Toutes"),
            Choice("categorie", "Équipement", {category.value: category.label_fr for category in Category}),
            Choice("lot", "Lot", lots),
            Choice("ordre", "Ordre", {"wanted": "D'abord ce qui est attendu"}, everything="Les plus récents"),
        ),
    )


class Asked(TypedDict):
    """The filters of the board, as the repository takes them."""

    stages: Sequence[Stage]
    bench: Bench | None
    q: str
    lot_id: UUID | None
    category: Category | None
    order: str


def asked(view: TableView) -> Asked:
    """What the address asks for; the view has thrown out what is no known value."""
    status = view["statut"]
    is_bench = status in {Bench.TO_ERASE, Bench.TO_TEST, Bench.TO_INVENTORY}
    return Asked(
        stages=() if is_bench else stages_asked(status),
        bench=Bench(status) if is_bench else None,
        q=view.q,
        lot_id=UUID(view["lot"]) if view["lot"] else None,
        category=Category(view["categorie"]) if view["categorie"] else None,
        order=order_asked(view),
    )


def stages_asked(status: str) -> Sequence[Stage]:
    """The stages of the filter; none means all."""
    if status == WORK:
        return [stage for stage in Stage if stage.is_present]
    return [Stage(status)] if status else []


def order_asked(view: TableView) -> str:
    if view.sort:
        return f"-{view.sort}" if view.descending else view.sort
    return view["ordre"] or "newest"


CSV_HEADER = (
    "Étiquette", "Catégorie d'équipement", "Marque", "Modèle", "Numéro de série", "Étape", "Lot", "Arrivé", "Effacé",
    "Testé", "Catégorie", "Aspect", "Batterie", "Prêt", "Motif de retrait",
)  # fmt: skip


async def csv_rows(devices: AsyncIterator[Device]) -> AsyncIterator[Sequence[object]]:
    """The board for a spreadsheet."""
    async for device in devices:
        yield (
            device.label,
            _(device.category.label_fr),
            device.manufacturer,
            device.model,
            device.serial,
            _(device.stage.label_fr),
            device.lot_id,
            device.arrived_at,
            device.erased_at,
            device.tested_at,
            device.grade,
            device.cosmetic,
            _(device.battery.label_fr) if device.battery else None,
            device.ready_at,
            f"{_(device.withdrawn_reason.removesuffix('.'))}." if device.withdrawn_reason else None,
        )
