"""The signed address of a device's instructions: what receipts and pages lead to, known below the slice that shows it.

The device's id and 128 bits under a key of its own purpose. Nothing is kept, none expires.
"""

from uuid import UUID

from filiere.links.tokens import LinkSigner
from filiere.web import path
from filiere.web.addresses import whole_path
from filiere.web.app_state import app_state
from starlette.requests import Request

PURPOSE = "instructions"


def signer(request: Request) -> LinkSigner:
    state = app_state(request)
    return LinkSigner(state.settings, state.service.name, PURPOSE)


def page_of(request: Request, device_id: UUID) -> str:
    """The page, for a link."""
    return path("instructions", device_token=signer(request).token(device_id))


def address_of(request: Request, device_id: UUID) -> str:
    """The whole address, for a QR code: the reader's telephone chooses the language."""
    token = signer(request).token(device_id)
    return whole_path(app_state(request).settings.public_url, "instructions", device_token=token)
