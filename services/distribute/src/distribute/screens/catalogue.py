"""The catalogue, and what opens a tier: for whoever orders, and for whoever sits across the table."""

from typing import Annotated

from filiere.calendar import today
from filiere.catalogue import Tier
from filiere.web import Form, Principal, ReadSession, Role, allow, page, page_router, read_form
from filiere.web.app_state import app_state
from filiere.web.downloads import attached
from starlette.requests import Request
from starlette.responses import Response

from distribute.relais.means import MeansIn, reckon
from distribute.screens.attestation import attestation_form
from distribute.stock import catalogue

router = page_router("/catalogue")

Reader = Annotated[Principal, allow(Role.RELAIS, Role.COORDINATOR)]


@router.get("", name="catalogue")
async def shelves(request: Request, principal: Reader, session: ReadSession) -> Response:
    """What is free now by category, grade and battery, what it is good for, and what it costs."""
    return page(
        request,
        "screens/templates/stock/catalogue.html",
        principal=principal,
        shelves=await catalogue.shelves(session, today()),
        tiers=[tier for tier in Tier if tier is not Tier.GIFT],
        today=today(),
    )


@router.get("/paliers", name="tiers")
async def criteria(request: Request, principal: Reader) -> Response:
    """What opens a tier, and a calculator."""
    return _criteria(request, principal, Form({"adults": "1", "children": "0", "disabled": "0"}))


@router.post("/paliers", name="tiers")
async def calculate(request: Request, principal: Reader) -> Response:
    """Reckon and forget: nothing of it is kept, nor written into an address."""
    form = await read_form(request, MeansIn)
    return _criteria(request, principal, form, 200 if form.is_valid else 422)


@router.get("/paliers/attestation.pdf", name="attestation_form")
async def form_to_print(request: Request, principal: Reader) -> Response:
    """The blank attestation, to print: nothing is asked, nothing is kept."""
    pdf = await attestation_form(app_state(request).settings.public_url)
    return Response(pdf, media_type="application/pdf", headers=attached("attestation-prix-solidaire.pdf"))


def _criteria(request: Request, principal: Principal, form: Form[MeansIn], status: int = 200) -> Response:
    return page(
        request,
        "screens/templates/stock/tiers.html",
        principal=principal,
        status=status,
        form=form,
        means=reckon(form.data) if request.method == "POST" and form.is_valid else None,
        tiers=list(Tier),
    )
