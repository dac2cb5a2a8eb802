"""JSON API of what moves in: for the tool of `filiere.movein`, a batch at a time."""

from typing import Annotated

from fastapi import Query
from filiere.movein.wire import Moved, Progress, ToRefurbish
from filiere.web import Principal, ReadSession, WriteSession, api_router, raises
from filiere.web.request_limits import MIB, body_limit

from refurbish.devices.errors import DeviceNotHere, Promised, StepsAreMissing
from refurbish.moving_in import service
from refurbish.tenancy import BY_MOVING_KEY

router = api_router("/moving-in")
Mover = Annotated[Principal, BY_MOVING_KEY]
Source = Annotated[str, Query(max_length=80)]


@router.post("", openapi_extra=body_limit(4 * MIB), responses=raises(DeviceNotHere, Promised, StepsAreMissing))
async def move_in(body: ToRefurbish, principal: Mover, session: WriteSession) -> Moved:
    """Workshops, and how far their devices had come; each is put on its bench once collect has sent its lot.

    What is not wiped with a proof arrives to be wiped. The same batch again changes nothing.
    """
    return await service.move_in(session, principal, body)


@router.get("")
async def progress(principal: Mover, session: ReadSession, source: Source = "") -> Progress:
    """How many devices of this source were told of, and how many are on their bench."""
    return await service.progress(session, source)
