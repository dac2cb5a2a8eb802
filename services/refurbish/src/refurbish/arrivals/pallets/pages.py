"""The page on which a pallet is counted."""

from typing import Annotated
from uuid import UUID

from filiere.catalogue.categories import Category
from filiere.web import (
    Form,
    Principal,
    ReadSession,
    WriteSession,
    attempt,
    flash,
    gettext,
    ngettext,
    page,
    page_router,
    path,
    redirect,
)
from filiere.web.formats import number
from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from refurbish.arrivals.errors import LotNotFound
from refurbish.arrivals.pallets import service
from refurbish.arrivals.pallets.schemas import Excess, Pallet, PalletOut
from refurbish.arrivals.repository import ArrivalRepository
from refurbish.tenancy import AT_WORK, workshops_of

router = page_router("/lots")
_CHOICES = {
    Excess.LABEL: "Les recevoir en trop, avec une étiquette chacun",
    Excess.QUEUE: "Les mettre de côté, à régler plus tard",
}


@router.get("/{lot_id}/palette", name="lot_pallet")
async def pallet_page(
    request: Request, lot_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession
) -> Response:
    """How many of each?"""
    return await _page(request, principal, session, lot_id, Form())


@router.post("/{lot_id}/palette", name="lot_pallet")
async def receive_pallet(
    request: Request, lot_id: UUID, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> Response:
    """They have arrived: their labels are to be printed."""
    typed = await request.form()
    values = {category.value: str(typed.get(category.value, "")).strip()[:9] for category in Category}
    counts = {name: "".join(text.split()) for name, text in values.items() if text not in {"", "0"}}
    try:
        pallet = Pallet.model_validate(
            {
                "counts": counts,
                "surplus": str(typed.get("surplus", "")) or Excess.QUEUE,
            }
        )
    except ValidationError as refused:
        wrong = gettext("Écris combien il y en a, de 1 à 2 000, pour une sorte au moins.")
        fields = {str(part) for one in refused.errors() for part in one["loc"] if part in counts} or {""}
        return await _page(request, principal, session, lot_id, Form(values, dict.fromkeys(fields, wrong)), status=422)
    excess = await service.too_many(session, principal, lot_id, pallet)
    if excess and "surplus" not in typed:  # more than is listed is a slip of the finger, or a gift: it is asked first
        return await _page(request, principal, session, lot_id, Form(values), excess, status=422)
    form = Form[BaseModel](values)
    async with attempt(request, form):
        received = await service.receive_pallet(session, principal, lot_id, pallet)
        return _received(request, lot_id, received)
    return await _page(request, principal, session, lot_id, form, excess, status=422)


def _received(request: Request, lot_id: UUID, received: PalletOut) -> Response:
    count = len(received.labels)
    flash(
        request, ngettext("{count} équipement reçu.", "{count} équipements reçus.", count).format(count=number(count))
    )
    if received.surplus_labels:
        said = ngettext(
            "Dont {count} en trop : son étiquette s'imprime avec les autres.",
            "Dont {count} en trop : leurs étiquettes s'impriment avec les autres.",
            len(received.surplus_labels),
        )
        flash(request, said.format(count=number(len(received.surplus_labels))), "wait")
    elif too_much := sum(received.surplus.values()):
        said = gettext("{count} de plus que prévu : à régler dans « À vérifier ».").format(count=number(too_much))
        flash(request, said, "wait")
    return redirect(path("lot_labels", lot_id=lot_id))


async def _page(
    request: Request,
    principal: Principal,
    session: ReadSession | WriteSession,
    lot_id: UUID,
    form: Form[BaseModel],
    excess: dict[Category, int] | None = None,
    *,
    status: int = 200,
) -> Response:
    lots = ArrivalRepository.from_session(session)
    lot = await lots.get(workshops_of(principal), lot_id)
    if lot is None:
        raise LotNotFound(lot_id)
    expected = (await lots.contents(workshops_of(principal), [lot_id])).get(lot_id, {})
    return page(
        request, "arrivals/pallets/templates/pallet.html", principal=principal, lot=lot, form=form, expected=expected,
        excess=excess or {}, choices={one.value: gettext(text) for one, text in _CHOICES.items()},
        categories=sorted(Category, key=lambda one: (-expected.get(one, 0), list(Category).index(one))), status=status,
    )  # fmt: skip
