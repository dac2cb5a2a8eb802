"""Which devices are written together while the stock follows a rule set."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from refurbish.regrading import following


@given(st.integers(min_value=0, max_value=20_000))
def test_every_device_is_written_once_and_hardly_beside_its_neighbour(count: int) -> None:
    devices = [(str(number), "key", "laptop", "{}") for number in range(count)]
    parts = list(following._apart(devices))
    assert sorted(int(device) for part in parts for device, *_ in part) == list(range(count))
    assert all(len(part) <= following._WRITTEN_AT_ONCE for part in parts)
    # As far from one another as there are parts, and in the order of their ids, in which they are locked.
    assert all(int(after) - int(before) == len(parts) for part in parts for (before, *_), (after, *_) in pairwise(part))
