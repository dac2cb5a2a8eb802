"""What somebody read, so that nothing else is written over or published by their form."""

from hashlib import sha256
from typing import Annotated

from pydantic import BaseModel, StringConstraints

Seen = Annotated[str, StringConstraints(max_length=64)]
"""A fingerprint as a form carries it."""


def fingerprint(said: BaseModel) -> str:
    """Of what a page shows."""
    return sha256(said.model_dump_json().encode()).hexdigest()[:32]
