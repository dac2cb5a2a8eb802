"""JSON API of pallets."""

from typing import Annotated
from uuid import UUID

from filiere.web import Principal, WriteSession, api_router, raises

from refurbish.arrivals.errors import LotNotFound, NotAnnounced
from refurbish.arrivals.pallets import service
from refurbish.arrivals.pallets.schemas import Pallet, PalletOut
from refurbish.tenancy import AT_WORK

router = api_router("/lots")


@router.post("/{lot_id}/pallets", responses=raises(LotNotFound, NotAnnounced))
async def receive_pallet(
    lot_id: UUID, body: Pallet, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> PalletOut:
    """Receive what nobody itemised by counting it; the labels of what arrived are to be printed and stuck.

    More than the lot lists is put aside, or received at once as surplus.
    """
    return await service.receive_pallet(session, principal, lot_id, body)
