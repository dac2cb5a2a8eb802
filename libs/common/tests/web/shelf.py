"""A small service of our own to test the web kit with: workshops put devices on a shelf; a gallery of components."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
from fastapi import UploadFile
from filiere.catalogue import ShownStatus
from filiere.database import AsyncReadSession, AsyncSession
from filiere.database.base import service_metadata
from filiere.duties import Duty
from filiere.service import NavigationItem, Service
from filiere.settings import Settings
from filiere.web import (
    Bar,
    Bead,
    Choice,
    Column,
    Conflict,
    FieldError,
    Form,
    Group,
    GroupedBars,
    NotFound,
    Page,
    Paging,
    Principal,
    ReadSession,
    Role,
    Search,
    StreamSession,
    Table,
    Unprocessable,
    WriteSession,
    allow,
    api_router,
    attempt,
    counted_thread,
    flash,
    gettext,
    page,
    page_router,
    path,
    public,
    raises,
    read_form,
    redirect,
    sheet_response,
)
from filiere.web.request_limits import body_limit
from pydantic import BaseModel, ConfigDict
from pydantic import Field as PydanticField
from sqlalchemy.dialects import postgresql as pg
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

metadata = service_metadata()
DEVICE = sa.Table(
    "device",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("workshop_id", pg.UUID(as_uuid=True), nullable=False),
    sa.Column("label", sa.Text, nullable=False, unique=True),
    sa.Column("weight", sa.Integer, nullable=False),
)


class DeviceNotFound(NotFound):
    def __init__(self, label: str) -> None:
        super().__init__(f"L'équipement {label} n'existe pas, ou n'est pas le vôtre.")


class AlreadyOnShelf(Conflict):
    title = "Cet équipement est déjà sur l'étagère."


class TooHeavy(Unprocessable):
    def __init__(self, weight: int) -> None:
        super().__init__(
            f"{weight} kg : l'étagère porte 50 kg.", errors=[FieldError("weight", "Au plus 50 kg.")], limit=50
        )


class NewDevice(BaseModel):
    model_config = ConfigDict(extra="forbid")
    label: str = PydanticField(min_length=3)
    weight: int = PydanticField(ge=0, le=10_000)


class Pair(BaseModel):
    first: str
    second: str
    weight: int = 1
    then: str = "show"


class DeviceOut(BaseModel):
    label: str
    weight: int


async def put(session: AsyncSession, principal: Principal, new: NewDevice) -> DeviceOut:
    if new.weight > 50:
        raise TooHeavy(new.weight)
    (workshop,) = principal.organisations(Role.WORKSHOP)
    driver = await session.driver()
    statement = (
        "INSERT INTO device (workshop_id, label, weight) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING id"
    )
    if await driver.fetchval(statement, workshop, new.label, new.weight) is None:
        raise AlreadyOnShelf
    return DeviceOut(label=new.label, weight=new.weight)


async def devices_of(session: AsyncReadSession, principal: Principal) -> list[DeviceOut]:
    driver = await session.driver()
    statement = "SELECT label, weight FROM device WHERE workshop_id = ANY($1) ORDER BY label"
    rows = await driver.fetch(statement, list(principal.organisations(Role.WORKSHOP)))
    return [DeviceOut(label=label, weight=weight) for label, weight in rows]


api = api_router("/devices")
Workshop = Annotated[Principal, allow(Role.WORKSHOP)]


@api.post("", status_code=201, responses=raises(AlreadyOnShelf, TooHeavy))
async def create(body: NewDevice, principal: Workshop, session: WriteSession) -> DeviceOut:
    return await put(session, principal, body)


@api.post("/narrow", status_code=201, openapi_extra=body_limit(1000), responses=raises(AlreadyOnShelf, TooHeavy))
async def create_from_little(body: NewDevice, principal: Workshop, session: WriteSession) -> DeviceOut:
    return await put(session, principal, body)


@api.post("/polite", status_code=201)
async def create_and_refuse_without_raising(body: NewDevice, principal: Workshop, session: WriteSession) -> Response:
    await put(session, principal, body)
    return JSONResponse({"title": "Non."}, 409)


@api.post("/crash", status_code=201, responses=raises(AlreadyOnShelf, TooHeavy))
async def create_and_crash(body: NewDevice, principal: Workshop, session: WriteSession) -> DeviceOut:
    await put(session, principal, body)
    raise RuntimeError("secret-detail")


@api.post("/cut", status_code=201, responses=raises(AlreadyOnShelf, TooHeavy))
async def create_and_lose_the_database(body: NewDevice, principal: Workshop, session: WriteSession) -> DeviceOut:
    """As when the database restarts under a request."""
    made = await put(session, principal, body)
    driver = await session.driver()
    await driver.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    return made


@api.post("/file", status_code=201)
async def upload(file: UploadFile, principal: Workshop, session: WriteSession) -> dict[str, int]:
    return {"bytes": len(await file.read())}


@api.get("")
async def listing(principal: Workshop, session: ReadSession, paging: Paging) -> Page[DeviceOut]:
    found = await devices_of(session, principal)
    return paging.of(found[paging.offset : paging.offset + paging.limit], len(found))


@api.get("/{label}", responses=raises(DeviceNotFound))
async def one(label: str, principal: Workshop, session: ReadSession) -> DeviceOut:
    for device in await devices_of(session, principal):
        if device.label == label:
            return device
    raise DeviceNotFound(label)


pages = page_router()


@pages.get("/", name="home")
async def front(request: Request, principal: Annotated[Principal | None, public()]) -> Response:
    return page(request, "empty.html", principal=principal)


@pages.get("/shelf", name="shelf")
async def shelf(request: Request, principal: Workshop, session: ReadSession) -> Response:
    return page(request, "form.html", principal=principal, form=Form(), devices=await devices_of(session, principal))


@pages.get("/till", name="till")
async def till(
    request: Request,
    principal: Annotated[Principal, allow(Role.WORKSHOP, duties=(Duty.LEAD, Duty.TILL))],
    session: ReadSession,
) -> Response:
    return page(request, "form.html", principal=principal, form=Form(), devices=await devices_of(session, principal))


@pages.post("/shelf", name="shelf")
async def put_on_shelf(request: Request, principal: Workshop, session: WriteSession) -> Response:
    form = await read_form(request, NewDevice)
    if form.is_valid:
        async with attempt(request, form, Unprocessable):
            device = await put(session, principal, form.data)
            flash(request, f"{device.label} est sur l'étagère.")
            return redirect(path("shelf"))
    return page(request, "form.html", principal=principal, form=form, devices=[], status=422)


@pages.post("/shelf/pair", name="pair")
async def put_a_pair(request: Request, principal: Workshop, session: WriteSession) -> Response:
    """Two devices at once: the second may be refused when the first is written already."""
    form = await read_form(request, Pair)
    async with attempt(request, form):
        await put(session, principal, NewDevice(label=form.data.first, weight=1))
        await put(session, principal, NewDevice(label=form.data.second, weight=form.data.weight))
        return redirect(path("shelf"))
    if form.data.then == "away":
        flash(request, "Rien n'est posé.", "stop")
        return redirect(path("shelf"))
    if form.data.then == "another":
        await put(session, principal, NewDevice(label="FIL-INSTEAD", weight=1))
        return redirect(path("shelf"))
    return page(request, "form.html", form=form, devices=await devices_of(session, principal), status=422)


@pages.get("/shelf/{label}", name="shelf_device")
async def shelf_device(label: str, principal: Workshop) -> Response:
    raise DeviceNotFound(label)


@pages.post("/shelf/{label}/again", name="again")
async def put_again(label: str, principal: Workshop) -> Response:
    """An address that only takes forms, and refuses them."""
    raise AlreadyOnShelf(f"{AlreadyOnShelf.title} {label}, depuis lundi.")


@pages.get("/shelf.csv", name="shelf_csv")
async def shelf_csv(principal: Workshop, session: StreamSession) -> Response:
    async def rows() -> Any:
        for device in await devices_of(session, principal):
            yield device.label, device.weight

    return sheet_response("étagère.csv", ["Étiquette", "Poids"], rows())


# The gallery ---------------------------------------------------------------------------------------------------

DEVICES = [
    ("Ordinateur portable", "HP EliteBook 840 G5", "5CG8…2QX", ShownStatus.HANDED_OVER, "vendu à Calais", 1.5),
    ("Smartphone", "Samsung Galaxy A52", "35…071", ShownStatus.BEING_DELIVERED, "attribué dans les Hautes-Alpes", 0.2),
    ("Ordinateur portable", "Lenovo T460", "PF0…A3K", ShownStatus.IN_PROCESS, "effacé le 12 novembre, test jeudi", 1.7),
    ("Écran", "Dell P2214H", "CN0…9TT", ShownStatus.NOT_REUSABLE, "dalle fêlée ; recyclé, bordereau BSD-7741", 4.2),
    ("Tablette", "Samsung Tab A7", "R52…1LM", ShownStatus.READY_TO_ORDER, "catégorie B, estimée à 60 €", 0.5),
    ("Smartphone", "Fairphone 3", "A23…88P", ShownStatus.READY_TO_HAND_OVER, "à la Maison des solidarités", 0.2),
    ("Ordinateur fixe", "Dell OptiPlex 7050", "7H2…K31", ShownStatus.TO_PROCESS, "arrivé hier à l'atelier", 7.9),
    ("Imprimante", "Brother HL-L2350", "E78…002", ShownStatus.AFTER_SALES, "bac à papier bloqué, échange proposé", 7.2),
]  # fmt: skip
TABLE = Table(
    columns=(
        Column("device", "Équipement", sortable=True),
        Column("serial", "N° de série"),
        Column("weight", "Poids", sortable=True, is_number=True),
        Column("status", "Où il en est"),
    ),
    filters=(
        Search("q", "Chercher", "modèle, n° de série"),
        Choice("statut", "Statut", {shown.value: shown.label_fr for shown in ShownStatus}),
    ),
    default_sort="device",
    per_page=5,
)


class Declaration(BaseModel):
    name: str = PydanticField(min_length=2)
    siren: str = PydanticField(pattern=r"^\d{9}$")
    quantity: int = PydanticField(ge=1)
    category: str
    how: str
    agreed: bool


@pages.get("/gallery", name="gallery")
async def gallery(request: Request, principal: Annotated[Principal | None, public()]) -> Response:
    view = TABLE.read(request)
    rows = [row for row in DEVICES if view.q.lower() in " ".join(row[:3]).lower() and view["statut"] in ("", row[3])]
    index = {"device": 0, "weight": 5}[view.sort]
    rows.sort(key=lambda row: row[index], reverse=view.descending)
    counts = [160, 143, 142, 142, 96, 71, 38, 12]
    expected = [160, 143, 142, 142, 142, 142, 142, 142]
    names = ["déclarés", "acceptés", "collectés", "effacés", "testés", "prêts", "attribués", "remis"]
    return page(
        request,
        "gallery.html",
        principal=principal,
        eight_words=ShownStatus,
        table=view.fill(rows[view.offset : view.offset + view.limit], len(rows)),
        beads=counted_thread(list(zip(names, counts, expected, strict=True))),
        order=[
            Bead("commandée", "14 nov.", "done"),
            Bead("attribuée", "16 nov.", "done"),
            Bead("départ", "jeudi", "now"),
            Bead("réception", "lundi", "todo"),
            Bead("remise", None, "todo"),
        ],
        events=[
            {"when": datetime.now(UTC) - timedelta(minutes=5), "title": "Lot reçu à l'atelier de Lens"},
            {
                "when": datetime.now(UTC) - timedelta(days=1),
                "title": "Lot parti",
                "detail": "142 équipements",
            },
            {"when": datetime(2026, 3, 3, 14, 30, tzinfo=UTC), "title": "Don déclaré"},
        ],
        shares=GroupedBars(
            ("Proposition n° 7", "Premier arrivé, premier servi"),
            [
                Group("Métropole (plus de 200 000 habitants)", [Bar(0.75, "75 %"), Bar(1, "100 %")]),
                Group("Ville moyenne (de 20 000 à 200 000 habitants)", [Bar(0.75, "75 %"), Bar(0.75, "75 %")]),
                Group("Milieu rural (moins de 5 000 habitants)", [Bar(0, "0 %"), Bar(None, "–")]),
            ],
        ),
        form=Form({"city": "Lens", "category": "laptop"}),
    )


@pages.get("/declare", name="declare")
async def declare_form(request: Request, principal: Annotated[Principal | None, public()]) -> Response:
    return page(request, "declare.html", principal=principal, form=Form())


@pages.post("/declare", name="declare")
async def declare(request: Request, principal: Annotated[Principal | None, public()]) -> Response:
    form = await read_form(request, Declaration)
    return page(request, "declare.html", principal=principal, form=form, status=422)


@pages.get("/workshop", name="workshop")
async def workshop(request: Request, principal: Annotated[Principal | None, public()]) -> Response:
    flash(request, gettext("Enregistrer"))
    return page(
        request,
        "workshop.html",
        principal=principal,
        beads=[
            Bead("", "Arrivé", "done", when="hier, 10 h 12"),
            Bead("", "Effacer", "now"),
            Bead("", "Tester", "todo", when="14 points"),
            Bead("", "Classer", "todo", when="estimé : A"),
            Bead("", "Prêt", "todo"),
        ],
    )


class Shelf(Service[Settings]):
    """Its pages stand beside the tests, in no package of their own."""

    @property
    def root(self) -> Path:
        return Path(__file__).parent / "templates"


SHELF = Shelf(
    name="shelf",
    title="Atelier",
    tables=lambda: metadata,
    topics=[],
    events=[],
    subscriptions=[],
    routers=lambda: [api, pages],
    settings=Settings,
    navigation=[
        NavigationItem("Étagère", "shelf", frozenset({Role.WORKSHOP})),
        NavigationItem("Caisse", "till", frozenset({Role.WORKSHOP}), duties=frozenset({Duty.LEAD, Duty.TILL})),
        NavigationItem("Galerie", "gallery"),
        NavigationItem("Déclarer", "declare"),
    ],
)
LENS = UUID("01930000-0000-7000-8000-000000000001")
LILLE = UUID("01930000-0000-7000-8000-000000000002")
