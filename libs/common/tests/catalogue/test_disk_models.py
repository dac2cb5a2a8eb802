"""The kind of a disk by its maker's rules: each maker's models are held against all rules."""

import re

import pytest
from filiere.catalogue.disk_models import DiskMaker, disk_models, kind_of_model
from filiere.catalogue.grades import StorageKind
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize("maker", disk_models().makers, ids=lambda maker: maker.maker)
def test_a_maker_s_models_are_of_the_kind_that_is_said_there(maker: DiskMaker) -> None:
    """By whichever rule fits first: none of another maker's may take a model away."""
    wrong = {
        model: kind_of_model(model)
        for kind, models in maker.models.items()
        for model in models
        if kind_of_model(model) is not kind
    }
    assert wrong == {}
    assert {rule.kind for rule in maker.rules} == set(maker.models), "a rule without a model that shows it"


@pytest.mark.parametrize("maker", disk_models().makers, ids=lambda maker: maker.maker)
def test_every_rule_of_a_maker_is_needed(maker: DiskMaker) -> None:
    for rule in maker.rules:
        fits = [model for model in maker.models[rule.kind] if re.search(rule.pattern, model, re.IGNORECASE) is not None]
        assert fits, f"{maker.maker}: nothing shows {rule.pattern}"


def test_flash_is_never_taken_for_a_hard_disk() -> None:
    """Overwriting is enough for a hard disk only: this is the error that would leave data behind."""
    for maker in disk_models().makers:
        for kind, models in maker.models.items():
            if kind.is_flash:
                assert all(kind_of_model(model).is_flash for model in models)


@pytest.mark.parametrize("text", ["", "VBOX HARDDISK", "QEMU", "Generic", "Virtual Disk", "DataTraveler 3.0"])
def test_what_no_maker_is_known_for_stays_unknown(text: str) -> None:
    assert kind_of_model(text) is StorageKind.UNKNOWN


@given(st.text(max_size=500))
def test_any_text_has_a_kind(text: str) -> None:
    assert kind_of_model(text) in StorageKind
