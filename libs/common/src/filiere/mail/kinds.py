"""What kinds of letters there are, and one letter before it is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from filiere.roles import Role


@dataclass(frozen=True, slots=True)
class MailKind:
    """One kind of letter; `name` is kept, so it never changes.

    audience: whom it is for. label: French, what its reader switches on and off. template: from the service's package
    or the library's; see `composing`. button: the words of the link, French. can_be_off: False for what nobody else
    would tell. opens: the purpose of the link (`filiere.links`) whose id ends the page, for who has no account; it is
    signed when the letter is composed, so what is kept of a letter opens nothing.
    """

    name: str
    audience: Role
    label: str
    template: str
    button: str = "Ouvrir dans Filière"
    can_be_off: bool = True
    opens: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter to one address.

    data: what its template may say, as JSON. page: the address that its link leads to, from the service's root; empty
    without a link. once: a letter that bears the same word to the same reader is not written twice.
    """

    address: str
    kind: MailKind
    data: Mapping[str, Any] = field(default_factory=dict)
    page: str = ""
    once: str | None = None
