"""What a recall is about, as values."""

from typing import NamedTuple
from uuid import UUID

from distribute.recalls.status import What


class Target(NamedTuple):
    """A lot, or a model of a category; `name`: what people call it."""

    what: What
    name: str
    lot_id: UUID | None = None
    category: str | None = None
    manufacturer: str | None = None
    model: str | None = None
