"""Whose rows a query may read: everybody's, those of some organisations, or none at all."""

from uuid import UUID

import pytest
from filiere.database import EVERYBODY, Scope
from filiere.web import Principal, Role
from filiere.web.principal import Membership

ONE, OTHER = UUID(int=1), UUID(int=2)


def person(*memberships: tuple[Role, UUID | None]) -> Principal:
    return Principal("somebody", memberships=tuple(Membership(*one) for one in memberships))


@pytest.mark.parametrize(
    ("scope", "seen"),
    [(EVERYBODY, {ONE, OTHER}), (Scope([ONE]), {ONE}), (Scope([OTHER, ONE]), {ONE, OTHER}), (Scope([]), set())],
)
def test_a_list_a_query_and_what_is_at_hand_agree(scope: Scope, seen: set[UUID]) -> None:
    assert {one for one in (ONE, OTHER) if scope.includes(one)} == seen
    where = scope.where("donor_id")
    assert (str(where), where.values) == (
        ("true", []) if scope.is_everybody else ("(donor_id = ANY($1::uuid[]))", [scope.ids])
    )


def test_a_principal_sees_the_organisations_of_one_role() -> None:
    both = person((Role.DONOR, ONE), (Role.WORKSHOP, OTHER))
    assert both.scope(Role.DONOR) == Scope([ONE])
    assert both.scope(Role.RELAIS) == Scope([])
    assert both.scope(Role.DONOR, everybody=(Role.COORDINATOR,)) == Scope([ONE])


def test_some_roles_see_everybody() -> None:
    coordinator = person((Role.COORDINATOR, None), (Role.RELAIS, ONE))
    assert coordinator.scope(Role.RELAIS, everybody=(Role.COORDINATOR,)) == EVERYBODY
    assert coordinator.scope(Role.RELAIS) == Scope([ONE])
