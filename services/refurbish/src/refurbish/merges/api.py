"""JSON API of merges."""

from typing import Annotated
from uuid import UUID

from filiere.web import Principal, WriteSession, api_router, raises

from refurbish.devices.errors import DeviceNotFound, DeviceNotHere, NotTheSame, Promised
from refurbish.devices.schemas import DeviceOut
from refurbish.merges import service
from refurbish.merges.errors import AreTwo, DisksOnTheOther, SeemTwo
from refurbish.merges.schemas import Merge
from refurbish.tenancy import AT_WORK

router = api_router("/devices")


@router.post(
    "/{device_id}/merge",
    responses=raises(DeviceNotFound, DeviceNotHere, NotTheSame, Promised, DisksOnTheOther, SeemTwo, AreTwo),
)
async def merge(
    device_id: UUID, body: Merge, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> DeviceOut:
    """This machine was declared twice: the other row is withdrawn as such, and everything that names it finds this one.

    Where both contradict each other it asks first (409, `differences`); with `despite` it is done. Where their audits
    do it is refused, whatever is said (409, `are-two`). Reopening the other row makes them two again.
    """
    return DeviceOut.of(await service.merge(session, principal, device_id, body.other, body.despite))
