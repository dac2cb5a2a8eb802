"""Who calls: a subject known to the identity provider, and what each service lets them be."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from filiere.database import Scope
from filiere.duties import Duty
from filiere.roles import Role

LONGEST = 255  # of a subject, by OpenID Connect; of a name, by us


@dataclass(frozen=True, slots=True)
class Membership:
    role: Role
    organisation_id: UUID | None = None
    duty: Duty = Duty.LEAD  # there

    def counts_for(self, duties: Collection[Duty]) -> bool:
        """Whether it counts where these duties are named (none: every one that is not narrow)."""
        if self.organisation_id is None:
            return True
        return self.duty in duties if duties else not self.duty.is_narrow


@dataclass(frozen=True, slots=True)
class Principal:
    """The caller. Each service says in its `tenancy.py` whose rows they may read.

    subject: the provider's `sub`; name: for the screen only; memberships: of this service's database.
    key_scopes: of a key, what it may be used for; None for a person.
    """

    subject: str
    name: str = ""
    memberships: tuple[Membership, ...] = ()
    key_scopes: frozenset[str] | None = None

    def has(self, *roles: Role) -> bool:
        """Whether any membership has one of the roles."""
        return any(membership.role in roles for membership in self.memberships)

    def within(self, duties: Collection[Duty]) -> "Principal":
        """The same caller with the memberships that count where these duties are named."""
        counting = tuple(one for one in self.memberships if one.counts_for(duties))
        return self if len(counting) == len(self.memberships) else replace(self, memberships=counting)

    def organisations(self, role: Role) -> frozenset[UUID]:
        """The organisations the caller acts for in this role; empty for network-wide roles."""
        return frozenset(
            membership.organisation_id
            for membership in self.memberships
            if membership.role is role and membership.organisation_id is not None
        )

    def scope(self, role: Role, *, everybody: Sequence[Role] = ()) -> Scope:
        """The organisations of this role, for queries; everybody's for who has one of the other roles."""
        return Scope(None) if self.has(*everybody) else Scope(self.organisations(role))

    @property
    def is_key(self) -> bool:
        """Whether a tool calls; it reads no names of people."""
        return self.key_scopes is not None

    @property
    def is_coordinator(self) -> bool:
        return self.has(Role.COORDINATOR)

    @property
    def leads(self) -> bool:
        """Whether they lead an organisation that they act for, or act for the network: pages offer what is theirs."""
        return self.is_coordinator or bool(self.within((Duty.LEAD,)).memberships)

    def may_act_for(self, role: Role, organisation_id: UUID) -> bool:
        """Coordinators act for everybody, others for their own organisation."""
        return self.is_coordinator or organisation_id in self.organisations(role)


def principal_of(subject: str, name: str, memberships: Sequence[tuple[str, UUID | None, str]]) -> Principal:
    """Build a principal from membership rows (role, organisation id, duty)."""
    made = tuple(Membership(Role(role), organisation, Duty(duty)) for role, organisation, duty in memberships)
    return Principal(subject, name, made)


def is_subject(claim: Any) -> bool:
    """Whether what a provider calls a subject can be kept and looked for.

    No control character, no half of a surrogate pair: no database keeps all of them, and no provider makes any.
    """
    return isinstance(claim, str) and 0 < len(claim) <= LONGEST and claim.isprintable()


def shown_name(claim: Any, subject: str) -> str:
    """The name without what cannot be printed, the subject when nothing is left: a name shuts nobody out."""
    text = claim if isinstance(claim, str) else ""
    name = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(name.split())[:LONGEST] or subject
