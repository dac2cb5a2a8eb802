"""Which orders are the same one sent twice: same Relais, same lines, same note, minutes apart."""

import hashlib
import json

from distribute.orders.schemas import OrderIn

MINUTES = 10


def content_of(order: OrderIn) -> str:
    """A word for what is asked for: the same for the same wish, whatever the order of its lines."""
    lines = sorted(
        json.dumps(
            line.model_dump(mode="json", exclude={"confirmed"}) | {"publics": sorted(line.publics)}, sort_keys=True
        )
        for line in order.lines
    )
    return hashlib.sha256(json.dumps([lines, order.note or ""]).encode()).hexdigest()
