"""Pages of Relais, for coordinators."""

from typing import Annotated
from uuid import UUID

from filiere.calendar import today
from filiere.database import Part, Scope
from filiere.web import (
    Choice,
    Column,
    Conflict,
    Form,
    Principal,
    ReadSession,
    Role,
    Search,
    Table,
    Unprocessable,
    WriteSession,
    allow,
    attempt,
    flash,
    gettext,
    page,
    page_router,
    path,
    read_form,
    redirect,
    told,
)
from starlette.requests import Request
from starlette.responses import Response

from distribute.handovers.repository import HandoversRepository
from distribute.orders import corrections
from distribute.orders.progress import chip
from distribute.orders.repository import OrdersRepository
from distribute.publics import public_label, publics
from distribute.relais import referent, service
from distribute.relais.hours import shown
from distribute.relais.legal_form import LegalForm
from distribute.relais.referent import ReferentIn
from distribute.relais.repository import RelaisRepository
from distribute.relais.schemas import (
    AgreementEndIn,
    AgreementIn,
    ContactIn,
    MemberIn,
    PublicOriginIn,
    RelaisForm,
    RelaisOut,
)
from distribute.relais.structure_repository import StructureRepository
from distribute.tenancy import relais_of

router = page_router("/relais")

Coordinator = Annotated[Principal, allow(Role.COORDINATOR)]
RELAIS = Table(
    columns=(
        Column("name", "Relais"),
        Column("city", "Commune"),
        Column("people", "Personnes suivies", is_number=True),
        Column("agreement", "Convention"),
    ),
    filters=(
        Search("q", "Chercher", "Nom, commune, code postal"),
        Choice("convention", "Convention", {"signed": "Signée", "missing": "À signer"}, "Toutes"),
        Choice("demande", "Demande", {"publics": "Corriger ses publics"}, "Toutes"),
    ),
)


@router.get("", name="relais_list")
async def listing(request: Request, principal: Coordinator, session: ReadSession) -> Response:
    """All Relais and their agreement."""
    view = RELAIS.read(request)
    found = await RelaisRepository.from_session(session).listing(
        relais_of(principal), q=view.q, agreement=view["convention"], asks=bool(view["demande"]), part=view.part
    )
    return page(
        request,
        "screens/templates/relais/listing.html",
        principal=principal,
        view=view.fill(found.rows, found),
        asked=await StructureRepository.from_session(session).unanswered(relais_of(principal)),
        today=today(),
    )


@router.get("/nouveau", name="new_relais")
async def new(request: Request, principal: Coordinator) -> Response:
    """The form of a new Relais."""
    return _new(request, principal, Form({"requested_on": today().isoformat()}))


@router.post("/nouveau", name="new_relais")
async def register(request: Request, principal: Coordinator, session: WriteSession) -> Response:
    """Register a Relais."""
    form = await read_form(request, RelaisForm, lists=["publics"])
    if form.is_valid:
        async with attempt(request, form):
            relais = await service.register(session, principal, form.data.to_relais())
            flash(request, gettext("%(name)s est enregistré.") % {"name": relais.name})
            return redirect(path("relais", relais_id=relais.id))
    return _new(request, principal, form, 422)


@router.get("/{relais_id}", name="relais")
async def one(request: Request, relais_id: UUID, principal: Coordinator, session: ReadSession) -> Response:
    """One Relais: its agreement, its orders, its counts."""
    return await _one(request, relais_id, principal, session, Form({"signed_on": today().isoformat()}), Form())


@router.post("/{relais_id}/convention", name="sign_agreement")
async def sign(request: Request, relais_id: UUID, principal: Coordinator, session: WriteSession) -> Response:
    """Record the signature."""
    form = await read_form(request, AgreementIn)
    if form.is_valid:
        async with attempt(request, form):
            await service.sign(session, principal, relais_id, form.data, today())
            flash(request, gettext("Convention enregistrée : ce Relais peut commander."))
            return redirect(path("relais", relais_id=relais_id))
    return await _one(request, relais_id, principal, session, form, Form(), 422)


@router.get("/{relais_id}/modifier", name="correct_relais")
async def correct(request: Request, relais_id: UUID, principal: Coordinator, session: ReadSession) -> Response:
    """Its facts, to be corrected."""
    relais = await service.get(session, principal, relais_id)
    facts = relais.model_dump(include=set(RelaisForm.model_fields))
    values = {name: str(value) for name, value in facts.items() if value is not None and not isinstance(value, bool)}
    values |= {"may_sell": "true"} if relais.may_sell else {}
    values |= {"may_receive_public_origin": "true" if relais.may_receive_public_origin else "false"}
    return _new(request, principal, Form({**values, "publics": relais.publics}), relais=relais)


@router.post("/{relais_id}/modifier", name="correct_relais")
async def save(request: Request, relais_id: UUID, principal: Coordinator, session: WriteSession) -> Response:
    """Write its facts anew."""
    relais = await service.get(session, principal, relais_id)
    form = await read_form(request, RelaisForm, lists=["publics"])
    if form.is_valid:
        async with attempt(request, form):
            facts = form.data.to_relais()
            if facts.postcode == relais.postcode:  # the commune's code is not on the form
                facts = facts.model_copy(update={"insee": relais.insee})
            await corrections.change(session, principal, relais_id, facts)
            flash(request, gettext("C'est corrigé. La prochaine attribution en tiendra compte."))
            return redirect(path("relais", relais_id=relais_id))
    return _new(request, principal, form, 422, relais=relais)


@router.post("/{relais_id}/convention/fin", name="end_agreement")
async def end(request: Request, relais_id: UUID, principal: Coordinator, session: WriteSession) -> Response:
    """End the agreement."""
    form = await read_form(request, AgreementEndIn)
    async with attempt(request, None, Conflict, Unprocessable) as tried:
        if not form.is_valid:
            raise Unprocessable(next(iter(form.errors.values())))
        await service.end_agreement(session, principal, relais_id, form.data.ended_on, today())
        flash(request, gettext("Convention terminée : ce Relais ne commande plus."))
        return redirect(path("relais", relais_id=relais_id))
    flash(request, told(tried.refusal.sentence), "stop")
    return redirect(path("relais", relais_id=relais_id))


@router.post("/{relais_id}/dons-publics", name="public_origin")
async def decide_public_origin(
    request: Request, relais_id: UUID, principal: Coordinator, session: WriteSession
) -> Response:
    """Say whether it may be given what public bodies gave; nothing chosen changes nothing."""
    form = await read_form(request, PublicOriginIn)
    if form.is_valid:
        relais = await service.decide_public_origin(session, principal, relais_id, form.data.may_receive)
        flash(
            request,
            gettext("Ce Relais peut recevoir des équipements donnés par une collectivité.")
            if relais.may_receive_public_origin
            else gettext("Ce Relais ne reçoit plus d'équipements donnés par une collectivité."),
        )
    return redirect(path("relais", relais_id=relais_id))


@router.post("/{relais_id}/contact", name="relais_contact")
async def set_contact(request: Request, relais_id: UUID, principal: Coordinator, session: WriteSession) -> Response:
    """Say how anybody reaches it."""
    form = await read_form(request, ContactIn)
    if form.is_valid:
        await service.set_contact(session, principal, relais_id, form.data.public_contact)
        flash(request, gettext("Contact enregistré : il est écrit sur les modes d'emploi."))
        return redirect(path("relais", relais_id=relais_id))
    return await _one(request, relais_id, principal, session, Form(), Form(), 422, contact=form)


@router.post("/{relais_id}/referent", name="name_network_referent")
async def name_referent(request: Request, relais_id: UUID, principal: Coordinator, session: WriteSession) -> Response:
    """Say whom this Relais telephones at the coordination."""
    form = await read_form(request, ReferentIn)
    if form.is_valid:
        await referent.name_for_network(session, principal, relais_id, form.data)
        flash(request, gettext("Enregistré : ce Relais sait qui appeler."))
        return redirect(path("relais", relais_id=relais_id))
    return await _one(request, relais_id, principal, session, Form(), Form(), 422, whom=form)


@router.post("/{relais_id}/membres", name="relais_members")
async def add_member(request: Request, relais_id: UUID, principal: Coordinator, session: WriteSession) -> Response:
    """Let a person act for the Relais."""
    form = await read_form(request, MemberIn)
    if form.is_valid:
        await service.add_member(session, principal, relais_id, form.data.subject)
        flash(request, gettext("Cette personne peut agir pour le Relais."))
        return redirect(path("relais", relais_id=relais_id))
    return await _one(request, relais_id, principal, session, Form(), form, 422)


def _new(
    request: Request, principal: Principal, form: Form[RelaisForm], status: int = 200, relais: RelaisOut | None = None
) -> Response:
    return page(
        request,
        "screens/templates/relais/new.html",
        principal=principal,
        status=status,
        form=form,
        relais=relais,
        legal_forms={one.value: one.label_fr for one in LegalForm},
        publics=publics(),
    )


async def _one(
    request: Request,
    relais_id: UUID,
    principal: Principal,
    session: ReadSession | WriteSession,
    agreement: Form[AgreementIn],
    member: Form[MemberIn],
    status: int = 200,
    contact: Form[ContactIn] | None = None,
    whom: Form[ReferentIn] | None = None,
) -> Response:
    relais = await service.get(session, principal, relais_id)
    referents = await referent.of_one(session, principal, relais_id)
    network = referents.network
    orders = await OrdersRepository.from_session(session).listing(
        relais_of(principal), relais_id=relais_id, part=Part(5)
    )
    months = await HandoversRepository.from_session(session).summary(Scope((relais_id,)))
    return page(
        request,
        "screens/templates/relais/relais.html",
        principal=principal,
        status=status,
        relais=relais,
        agreement=agreement,
        member=member,
        contact=contact or Form[ContactIn]({"public_contact": relais.public_contact or ""}),
        referents=referents,
        whom=whom or Form[ReferentIn](network.model_dump() if network is not None else {}),
        orders=orders.rows,
        orders_total=orders.total,
        chip=chip,
        months=months,
        public_label=public_label,
        asked=(await StructureRepository.from_session(session).of_relais(Scope((relais_id,)))).get(relais_id),
        week=shown(relais.opening_hours),
        waiting_days=(today() - relais.requested_on).days,
        today=today(),
    )
