"""Which migrations the release before would notice."""

import pytest
from filiere.database.expand_only import objections, unrepeatable


def migration(*lines: str, head: str = "") -> str:
    return f"{head}\ndef upgrade() -> None:\n" + "".join(f"    {line}\n" for line in lines)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('op.drop_column("device", "label")', "a release later"),
        ('op.drop_table("device")', "a release later"),
        ('op.rename_table("device", "machine")', "old name"),
        ('op.alter_column("device", "label", new_column_name="code")', "renamed"),
        ('op.alter_column("device", "label", nullable=False)', "still write nothing"),
        ('op.alter_column("device", "year", type_=sa.Text())', "another type"),
        ('op.add_column("device", sa.Column("weight", sa.Integer(), nullable=False))', "server_default"),
        ('op.execute("ALTER TABLE device RENAME COLUMN label TO code")', "RENAME COLUMN"),
        ('op.execute("ALTER TABLE device ALTER COLUMN year SET NOT NULL")', "SET NOT NULL"),
    ],
)
def test_what_the_release_before_would_notice_is_refused(line: str, words: str) -> None:
    (sentence,) = objections(migration(line))
    assert sentence.startswith("line 3: ")
    assert words in sentence


@pytest.mark.parametrize(
    "line",
    [
        'op.create_table("carrier", sa.Column("id", sa.UUID(), nullable=False))',
        'op.add_column("device", sa.Column("weight", sa.Integer()))',
        'op.add_column("device", sa.Column("weight", sa.Integer(), server_default="0", nullable=False))',
        'op.create_index("ix_device_weight", "device", ["weight"])',
        'op.execute("UPDATE device SET weight = 0")',
    ],
)
def test_what_only_adds_is_taken(line: str) -> None:
    assert objections(migration(line)) == []


def test_a_drop_that_says_why_nobody_uses_it_any_more_is_taken() -> None:
    head = 'CONTRACTS = "release 0.4 writes weight_g; nothing reads weight since"'
    assert objections(migration('op.drop_column("device", "weight")', head=head)) == []
    assert objections(migration('op.rename_table("device", "machine")', head=head)) != []


def test_what_stands_in_a_file_beside_it_is_read_too() -> None:
    sql = "-- DROP TABLE is said only\nCREATE TABLE other (id int);\nALTER TABLE device ALTER year SET NOT NULL;\n"
    (sentence,) = objections(migration("op.execute(statement)"), sql)
    assert sentence.startswith("line 3 of its SQL: SET NOT NULL")
    head = 'CONTRACTS = "nothing reads it since release 0.4"'
    assert objections(migration("op.execute(statement)", head=head), "DROP TABLE device;") == []


INDEX = 'index_concurrently("ix_device_weight", "device (weight)")'


@pytest.mark.parametrize("before", ['op.add_column("device", x)', "for one in x: op.execute(one)"])
def test_an_index_after_what_is_committed_with_it_is_refused(before: str) -> None:
    (sentence,) = unrepeatable(migration(before, INDEX))
    assert sentence.startswith("line 4: index_concurrently: stands first")


@pytest.mark.parametrize("lines", [[INDEX], [INDEX, INDEX], [INDEX, 'op.create_table("x", sa.Column("y"))']])
def test_an_index_that_comes_first_can_be_built_again(lines: list[str]) -> None:
    assert unrepeatable(migration(*lines)) == []
