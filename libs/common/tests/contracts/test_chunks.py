"""Long lists go into as many events as they need."""

from filiere.events import MAX_EVENT_BYTES, items_per_event
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel


class Line(BaseModel):
    name: str


@given(
    st.lists(
        st.integers(0, 2000).flatmap(lambda n: st.sampled_from(["x" * n, "é" * n, "𝄞" * n, '"' * n])),
        min_size=1,
        max_size=400,
    ),
    st.integers(1, 200),
)
def test_every_event_of_a_long_list_may_be_sent(names: list[str], most: int) -> None:
    weights = [len(Line(name=name).model_dump_json().encode()) for name in names]
    fits = items_per_event(max(weights), most)
    assert 1 <= fits <= most
    sizes = [sum(weights[n : n + fits]) + fits for n in range(0, len(names), fits)]
    assert all(size < MAX_EVENT_BYTES for size in sizes)


def test_ordinary_items_fill_an_event() -> None:
    assert items_per_event(300, 500) == 500
