"""Every query of what belongs to a donor, a workshop or a Relais takes a `Scope`, or says why it does not.

    # every tenant: the worker acts for the network
    async def settle(self, donations: Sequence[UUID]) -> None:

The comment stands above a function of a repository, or above its class for all of them.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from filiere.service import Service, installed_services

from tests.architecture.statements import Function, functions, sql_of, tables_in

TENANTS = {"donor_id", "workshop_id", "relais_id"}
MARKER = "# every tenant: "
SERVICES = installed_services()


def tenant_tables(service: Service) -> set[str]:
    """The table of the organisations, those that name one, and whatever belongs to a row of these."""
    tables = service.tables().tables
    found = {service.organisation_table} | {
        name for name, table in tables.items() if TENANTS & set(table.columns.keys())
    }
    while True:
        more = {
            name
            for name, table in tables.items()
            if any(key.column.table.name in found for key in table.foreign_keys) and name not in found
        }
        if not more:
            return found
        found |= more


def unscoped(source: str, tables: set[str]) -> Iterator[str]:
    """Functions of a repository that read or write one of these tables for anybody, and do not say why."""
    tree, lines = ast.parse(source), source.splitlines()
    for owner, function in functions(tree):
        touched = (tables_in(sql_of(function, tree)) | set(copied_into(function))) & tables
        is_free = bool(touched) and not takes_scope(function)
        if is_free and not any(explained(one, lines) for one in (owner, function) if one):
            yield f"{function.lineno}: {function.name} ({', '.join(sorted(touched))})"
        if explained(function, lines) and not is_free:
            yield f"{function.lineno}: {function.name} needs no reason"


def copied_into(function: Function) -> Iterator[str]:
    """Tables that the driver's COPY writes: no statement of ours names them."""
    for call in ast.walk(function):
        if isinstance(call, ast.Call) and ast.unparse(call.func).endswith(("copy_to_table", "copy_records_to_table")):
            yield from (str(one.value) for one in call.args[:1] if isinstance(one, ast.Constant))


def takes_scope(function: Function) -> bool:
    every = function.args.posonlyargs + function.args.args + function.args.kwonlyargs
    return any(isinstance(one.annotation, ast.Name) and one.annotation.id in ("Scope", "Principal") for one in every)


def explained(node: Function | ast.ClassDef, lines: list[str]) -> bool:
    above = lines[min([node.lineno, *(one.lineno for one in node.decorator_list)]) - 2].strip()
    return above.startswith(MARKER) and len(above) > len(MARKER)


def repositories(service: Service) -> list[Path]:
    return sorted(file for file in service.root.rglob("*.py") if file.name.endswith("repository.py"))


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_every_query_of_tenant_data_takes_a_scope(service: Service) -> None:
    tables, files = tenant_tables(service), repositories(service)
    assert files
    found = [
        f"{file.relative_to(service.root)}:{one}" for file in files for one in unscoped(file.read_text("utf-8"), tables)
    ]
    assert found == []


def test_tables_of_tenants_are_read_from_the_tables() -> None:
    found = {service.name: tenant_tables(service) for service in SERVICES}
    assert {"donor", "donation", "donation_line", "device", "import_row"} <= found["collect"]
    assert {"workshop", "lot", "device", "test_sheet", "storage_medium"} <= found["refurbish"]
    assert {"relais", "relais_order", "order_line", "proposal_override", "handover"} <= found["distribute"]
    assert all({"demand", "allocation_run", "membership", "outbox"}.isdisjoint(tables) for tables in found.values())


QUERY = '''
_FROM = "device d"
_LISTED = Listing("id", _FROM, {{}})
{above_class}
class DeviceRepository(Repository):
    {above}
    async def listing(self, {parameters}) -> None:
        """Reads FROM device."""
        {body}
'''


@pytest.mark.parametrize(
    ("parameters", "body", "above", "above_class", "is_refused"),
    [
        ("lot_id: UUID", 'await driver.fetch("SELECT 1 FROM device WHERE lot_id = $1", lot_id)', "", "", True),
        ("lot_id: UUID", 'await driver.fetch(f"SELECT 1 FROM {_FROM} WHERE lot_id = $1", lot_id)', "", "", True),
        ("part: Part", "await _LISTED.page(driver, Where(), part)", "", "", True),
        ("part: Part", "await _LISTED.page(driver, Where(), part)", "# every tenant: ", "", True),
        ("part: Part", "await _LISTED.page(driver, Where(), part)", "# every tenant: kept counts", "", False),
        ("part: Part", "await _LISTED.page(driver, Where(), part)", "", "# every tenant: events", False),
        ("scope: Scope, part: Part", "return None", "# every tenant: it was so once", "", True),
        ("scope: Scope, part: Part", "await _LISTED.page(driver, scope.where('x'), part)", "", "", False),
        ("lot_id: UUID", 'await driver.fetch("SELECT 1 FROM demand")', "", "", False),
        ("rows: Rows", 'await driver.copy_to_table("device", source=rows)', "", "", True),
        ("rows: Rows", 'await driver.copy_to_table("demand", source=rows)', "", "", False),
        ("lot_id: UUID", "return None", "", "", False),
    ],
)
def test_the_rule_finds_what_it_is_for(
    parameters: str, body: str, above: str, above_class: str, is_refused: bool
) -> None:
    source = QUERY.format(parameters=parameters, body=body, above=above, above_class=above_class)
    assert bool(list(unscoped(source, {"device"}))) is is_refused
