"""What is told at once is read within one turn of a service's loop."""

from datetime import date

import pytest
from filiere.catalogue.grades import StorageKind
from filiere.movein.posting import _media, together
from filiere.movein.wire import AT_ONCE, MEDIA_AT_ONCE, CarriedMedium, CarriedWork, ToRefurbish
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError


def work(number: int, media: int) -> CarriedWork:
    disks = [CarriedMedium(serial=f"S{n}", kind=StorageKind.SSD) for n in range(media)]
    return CarriedWork(key=f"M-{number}", arrived_on=date(2024, 2, 1), media=disks)


@given(st.lists(st.integers(0, 9), max_size=40), st.integers(9, 30))
def test_every_thing_is_told_once_in_its_order_and_no_batch_is_too_large(weights: list[int], most: int) -> None:
    batches = list(together(weights, most, lambda one: one))
    assert [one for some in batches for one in some] == weights
    assert all(some and sum(some) <= most for some in batches)


def test_a_service_takes_each_batch_of_the_tool_and_none_that_is_larger() -> None:
    devices = [work(n, 16) for n in range(100)] + [work(100 + n, 1) for n in range(600)]
    batches = list(together(devices, MEDIA_AT_ONCE, _media))
    assert max(map(len, batches)) <= AT_ONCE
    for some in batches:
        ToRefurbish.model_validate({"source": "BOLC", "devices": [one.model_dump(mode="json") for one in some]})
    with pytest.raises(ValidationError, match="Au plus 1000 supports"):
        ToRefurbish.model_validate(
            {"source": "BOLC", "devices": [one.model_dump(mode="json") for one in devices[:100]]}
        )
