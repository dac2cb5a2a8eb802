"""Which network somebody is in, as a keyed hash: many from one place keep nobody else out, and nobody is kept by it."""

import hmac
from ipaddress import ip_address, ip_network

from filiere.web.app_state import app_state
from starlette.requests import Request

_BITS = {4: 24, 6: 48}
_KEPT = 24


def network_of(request: Request) -> str | None:
    """None where the address is our own proxy's, or nobody's: it says nothing of who asks."""
    secret = app_state(request).settings.session_secret.get_secret_value()
    return hashed_network(request.client.host if request.client else "", secret)


def hashed_network(host: str, secret: str) -> str | None:
    """Of the network of an address; None of one that is not of the internet. Pure."""
    try:
        address = ip_address(host)
    except ValueError:
        return None
    if not address.is_global:
        return None
    network = ip_network((address, _BITS[address.version]), strict=False)
    return hmac.digest(secret.encode(), f"network {network}".encode(), "sha256").hex()[:_KEPT]
