"""Addresses are made from the names of routes."""

from uuid import UUID

import pytest
from fastapi import APIRouter
from filiere.web.addresses import Addresses, path, whole_path

SOME = UUID("01930000-0000-7000-8000-000000000001")


def addresses(*routes: tuple[str, str], root_path: str = "") -> Addresses:
    router = APIRouter()
    for template, name in routes:
        router.add_api_route(template, lambda: None, name=name)
    return Addresses(router.routes, root_path)


def test_an_address_is_made_from_its_name_and_parts() -> None:
    addresses(("/dons", "donations"), ("/dons/{donation_id}/lignes/{line}", "line")).serve()
    assert path("donations") == "/dons"
    assert path("line", donation_id=SOME, line=3) == f"/dons/{SOME}/lignes/3"


def test_what_is_no_part_of_it_goes_into_the_query() -> None:
    addresses(("/dons/{donation_id}", "donation")).serve()
    assert path("donation", donation_id=SOME, statut="ready", q=None, page="") == f"/dons/{SOME}?statut=ready"
    assert path("donation", donation_id=SOME, q="A & B", col=["a", "b"]) == f"/dons/{SOME}?q=A+%26+B&col=a&col=b"


def test_no_value_reaches_beyond_its_part() -> None:
    addresses(("/caisse/{label}", "till")).serve()
    assert path("till", label="../a?b#c é%") == "/caisse/..%2Fa%3Fb%23c%20%C3%A9%25"


def test_all_stand_under_the_path_of_the_service() -> None:
    addresses(("/", "home"), ("/dons", "donations"), root_path="/collecte").serve()
    assert [path("home"), path("donations")] == ["/collecte/", "/collecte/dons"]


@pytest.mark.parametrize("root_path", ["", "/collecte"])
@pytest.mark.parametrize("end", ["", "/"])
def test_what_is_printed_leads_to_the_same_page_with_its_host(root_path: str, end: str) -> None:
    addresses(("/dons/{donation_id}", "donation"), root_path=root_path).serve()
    printed = whole_path(f"https://host:8443{root_path}{end}", "donation", donation_id=SOME)
    assert printed == f"https://host:8443{root_path}/dons/{SOME}"


def test_a_link_that_leads_nowhere_is_an_error() -> None:
    addresses(("/dons/{donation_id}", "donation")).serve()
    for name in ("donations", "donation"):
        with pytest.raises(KeyError):
            path(name)


@pytest.mark.parametrize("second", [("/dons", "list"), ("/lots", "donations")])
def test_an_address_has_one_name_and_a_name_one_address(second: tuple[str, str]) -> None:
    with pytest.raises(ValueError, match="name"):
        addresses(("/dons", "donations"), second)
