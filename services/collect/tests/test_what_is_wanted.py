"""What to ask donors for: fed by distribute's demand, open to anybody, no figure of fewer than five."""

from collections import Counter

from collect.devices.schemas import FEWEST_PEOPLE
from collect.wanted.board import Demand, board
from filiere.catalogue import Category
from hypothesis import given
from hypothesis import strategies as st

from .chain import Chain

DEMANDS = st.lists(
    st.builds(
        Demand,
        st.sampled_from(list(Category)),
        st.sampled_from(["48", "31", "59", "62", "75", "13", "974", "2A"]),
        st.integers(1, 12),
    ),
    max_size=30,
)


@given(DEMANDS)
def test_no_figure_tells_of_fewer_than_five_not_even_by_subtraction(demands: list[Demand]) -> None:
    totals: Counter[Category] = Counter()
    for demand in demands:
        totals[demand.category] += demand.wanted
    for one in board(demands):
        assert one.wanted == (totals[one.category] if totals[one.category] >= FEWEST_PEOPLE else None)
        assert all(region.wanted >= FEWEST_PEOPLE for region in one.regions)
        assert one.elsewhere == 0 or one.elsewhere >= FEWEST_PEOPLE
        assert sum(region.wanted for region in one.regions) + one.elsewhere == (one.wanted or 0)


async def tell(chain: Chain, territory: str, wanted: int, *, grade: str = "B") -> None:
    data = {"category": "tablet", "grade": grade, "territory": territory, "wanted": wanted}
    await chain.hear("distribute.demand", "demand-updated", f"tablet:{grade}:{territory}", **data)


async def test_the_board_follows_the_demand_and_anybody_reads_it(chain: Chain) -> None:
    await tell(chain, "48", 120)
    await tell(chain, "59", 7)
    await tell(chain, "62", 285, grade="C")
    await tell(chain, "75", 2)
    stranger = chain.client.anonymous()
    (tablets,) = (await stranger.get("/api/v1/wanted")).json()
    assert (tablets["category"], tablets["wanted"]) == ("tablet", 414)
    regions = {one["region"]: one["wanted"] for one in tablets["regions"]}
    assert regions == {"Hauts-de-France": 292}
    assert tablets["elsewhere"] == 122
    await tell(chain, "75", 0)
    await tell(chain, "59", 0)
    page = (await stranger.get("/besoins")).text.replace("\u00a0", " ").replace("\u202f", " ")
    assert "405 tablettes, dont 285 en région Hauts-de-France" in page
    assert "Occitanie 120" in page


async def test_where_no_region_may_be_named_only_the_total_is_said(chain: Chain) -> None:
    for territory in ("48", "59", "75", "13"):
        await tell(chain, territory, 4)
    page = (await chain.client.anonymous().get("/besoins")).text.replace("\u00a0", " ")
    assert "16 tablettes" in page
    assert "ailleurs" not in page
