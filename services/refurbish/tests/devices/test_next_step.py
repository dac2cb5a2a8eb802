"""The next step says one thing at a time, to « tu », for every stage and kind of disk."""

import itertools
import re
from dataclasses import replace
from typing import Any

import pytest
from filiere.catalogue.categories import Category
from filiere.catalogue.grades import Grade, StorageKind
from filiere.identifiers import uuid7
from refurbish.devices.device import Device, Medium
from refurbish.devices.next_step import next_step
from refurbish.devices.stages import Custody, Stage

DEVICE = Device(
    workshop_id=uuid7(), id=uuid7(), lot_id=uuid7(), donation_id=uuid7(), label="FIL-7K2M9-4", category=Category.LAPTOP,
    manufacturer="HP", model="EliteBook", serial=None, public_body=False, stage=Stage.ARRIVED, custody=Custody.WORKSHOP,
)  # fmt: skip


def a_medium(kind: StorageKind = StorageKind.SSD, **said: Any) -> Medium:
    return replace(Medium(uuid7(), DEVICE.id, "S4NSSD0001", kind, 256, "person"), **said)


def test_an_ssd_is_told_that_overwriting_is_not_enough() -> None:
    step = next_step(DEVICE, [a_medium()], points=14)
    assert step.title == "Efface le disque"
    assert "Un simple écrasement ne suffit pas" in step.sentence
    assert "SSD de 256 Go" in step.sentence
    assert step.alternatives[0].label == "Je n'y arrive pas"


@pytest.mark.parametrize(("size_gb", "said"), [(256.1, "256,1 Go"), (1000, "1 000 Go"), (512.0, "512 Go")])
def test_a_size_is_written_as_it_is_read(size_gb: float, said: str) -> None:
    step = next_step(DEVICE, [a_medium(size_gb=size_gb)], points=14)
    assert said in step.sentence.replace("\xa0", " ").replace("\u202f", " ")


def test_a_hard_disk_is_told_that_overwriting_is_enough() -> None:
    assert "écrasement complet suffit" in next_step(DEVICE, [a_medium(StorageKind.HDD)], points=14).sentence


def test_a_laptop_with_nothing_declared_may_be_said_to_have_no_disk() -> None:
    step = next_step(DEVICE, [], points=14)
    assert "Il n'y a pas de disque" in [action.label for action in step.alternatives]


def test_a_phone_may_not() -> None:
    phone = replace(DEVICE, category=Category.SMARTPHONE)
    assert "Il n'y a pas de disque" not in [action.label for action in next_step(phone, [], points=14).alternatives]


@pytest.mark.parametrize(("stage", "category"), list(itertools.product(Stage, Category)))
def test_every_stage_of_every_category_has_one_thing_to_do_in_tutoiement(stage: Stage, category: Category) -> None:
    device = replace(DEVICE, stage=stage, category=category, grade=Grade.B, withdrawn_reason="Cassé.")
    for media in ([], [a_medium()], [a_medium(failed=True)], [a_medium(unverified=True)], [a_medium(wiped_by=uuid7())]):
        step = next_step(device, media, points=12)
        said = " ".join([step.title, step.sentence, *step.instructions])
        assert step.title
        assert not re.search(r"\b[Vv]o(us|tre|s)\b", said), said
        assert step.action is None or step.action.label
