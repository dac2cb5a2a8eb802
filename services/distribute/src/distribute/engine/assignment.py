"""Which classes serve which lines, once it is settled how many devices each line gets; then which devices.

First what is preferred (exactly: the least sum of tiers that these totals allow), then parcels against kilometres at
the policy's price of a parcel, then the oldest stock.
Tiers, ways and age are one minimum-cost flow. The number of parcels is no sum over devices (choosing the fewest is set
cover), so the flow is solved twice: the second time a parcel's price is spread over the devices that it carried in the
first (dynamic slope scaling, Kim and Pardalos 1999); the better of the two counts.
"""

from collections.abc import Callable
from dataclasses import dataclass
from operator import itemgetter

import numpy as np

from distribute.engine.distinct import distinct
from distribute.engine.fair_shares import UNBOUNDED
from distribute.engine.flow import LIMIT, CheapestFlow, Integers, TooLarge
from distribute.engine.instance import NOWHERE, Instance
from distribute.engine.transport import kilometres, origins_of
from distribute.engine.whole_shares import Shares

# Age decides between classes at the same distance: 64 steps of half a month weigh less than one kilometre.
AGE_STEPS, DAYS_PER_STEP = 64, 15


@dataclass(frozen=True, slots=True)
class Assignment:
    """Takes: so many devices of a class for a line, beginning with device `first` of the class by arrival."""

    line: Integers
    of_class: Integers
    tier: Integers
    count: Integers
    first: Integers
    shipments: int  # pairs of workshop and Relais
    device_km: int


@dataclass(frozen=True, slots=True)
class _Shops:
    """The network of the flow: classes and gates, then a shop per pattern and workshop, then a bundle per
    pattern and Relais."""

    tail: Integers
    head: Integers
    capacity: Integers
    cost: Integers  # without ways and parcels
    supply: Integers
    ways: slice  # arcs from shops to bundles
    way_origin: Integers
    way_relais: Integers
    way_km: Integers
    entries: slice  # arcs from classes and gates to shops
    entry_tier: Integers
    shops: int
    bundles: int
    bundle_key: Integers  # pattern and Relais of each bundle, in one number


def assign(instance: Instance, shares: Shares, totals: Integers, count: Callable[[], None]) -> Assignment:
    """Serve `totals[line]` devices of each line; `count` is called once per minimum-cost flow."""
    net = _shops(instance, shares, totals)
    each = AGE_STEPS * (int(net.way_km.max(initial=0)) + instance.policy.transport.shipment_km + 1)
    # One tier outweighs everything that the whole run could gain in ways, parcels and age.
    dear = each * int(totals.sum()) + 1
    top = int(net.entry_tier.max(initial=0)) + 1
    # A quarter: the solver adds prices of its own, of up to LIMIT, to such sums.
    if dear * top * (len(net.supply) + 1) >= LIMIT // 4:
        raise TooLarge(f"{int(totals.sum())} devices over {each // AGE_STEPS} km")
    cost = net.cost.copy()
    cost[net.entries] += dear * net.entry_tier
    # At first as if each parcel were as full as demand and its workshop's stock can make it.
    carried = _sent(instance, net, net.capacity[net.ways])[net.way_origin, net.way_relais]
    network = _Drawn(net)
    best: list[tuple[int, Integers]] = []
    for _ in range(2):
        cost[net.ways] = AGE_STEPS * net.way_km + _parcel_price(instance, carried)
        count()
        flows = network.cheapest(cost)
        sent = _sent(instance, net, flows[net.ways])
        price = int((sent > 0).sum()) * instance.policy.transport.shipment_km + int(
            (flows[net.ways] * net.way_km).sum()
        )
        best.append((price, flows))
        carried = sent[net.way_origin, net.way_relais]
    return _takes(instance, totals, net, min(best, key=itemgetter(0))[1])


class _Drawn:
    """The network as it is solved: a shop with one way is left out, and what comes to it goes straight to the bundle.

    Where hardly two lines are alike most shops are such. A way can bear what its shop and its bundle can, so that its
    capacity is no loss.
    """

    def __init__(self, net: _Shops) -> None:
        self.net = net
        from_shop = net.tail[net.ways]
        self.lone = np.bincount(from_shop, minlength=net.bundles)[from_shop] == 1
        way = np.full(net.bundles, NOWHERE, np.int64)
        way[from_shop[self.lone]] = np.arange(net.ways.start, net.ways.stop)[self.lone]
        self.straight = np.flatnonzero(way[net.head[net.entries]] != NOWHERE) + net.entries.start
        self.through = way[net.head[self.straight]]
        self.drawn = np.ones(len(net.tail), np.bool_)
        self.drawn[self.through] = False
        head = net.head.copy()
        head[self.straight] = net.head[self.through]
        drawn = self.drawn
        self.network = CheapestFlow(net.tail[drawn], head[drawn], net.capacity[drawn], net.supply)

    def cheapest(self, cost: Integers) -> Integers:
        """The flow on every arc of the whole network."""
        cost = cost.copy()
        cost[self.straight] += cost[self.through]
        flows = np.zeros(len(cost), np.int64)
        flows[self.drawn] = self.network.at(cost[self.drawn])
        np.add.at(flows, self.through, flows[self.straight])
        return flows


def _parcel_price(instance: Instance, carried: Integers) -> Integers:
    """The price of a parcel, per device that it is expected to carry; a parcel that carried nothing is all to pay."""
    price: Integers = AGE_STEPS * instance.policy.transport.shipment_km // np.maximum(carried, 1)
    return price


def _sent(instance: Instance, net: _Shops, flows: Integers) -> Integers:
    """Devices per workshop and Relais."""
    sent = np.zeros((int(net.way_origin.max(initial=0)) + 1, len(instance.slope)), np.int64)
    np.add.at(sent, (net.way_origin, net.way_relais), flows)
    return sent


def _shops(instance: Instance, shares: Shares, totals: Integers) -> _Shops:
    patterns, gates, relais = instance.patterns, instance.gates, len(instance.slope)
    origin, origins = origins_of(instance)
    served = np.flatnonzero(totals)
    keys = instance.line_pattern[served] * relais + instance.line_relais[served]
    bundle_key, which = np.unique(keys, return_inverse=True)
    demand = np.zeros(len(bundle_key), np.int64)
    np.add.at(demand, which, totals[served])
    bundle_pattern, bundle_relais = np.divmod(bundle_key, relais)
    wanted = np.zeros(patterns.count, np.bool_)
    wanted[bundle_pattern] = True
    plan = shares.plan
    usable = shares.usable[plan.entry_arc : plan.entry_arc + len(plan.entries)]
    entries = plan.entries[usable & wanted[patterns.pattern[plan.entries]]]
    source, pattern = patterns.source[entries], patterns.pattern[entries]
    class_of = np.concatenate([np.arange(len(instance.stock)), gates.of_class])[source]
    shop_key, shop = np.unique(pattern * len(origins) + origin[class_of], return_inverse=True)
    shop_pattern, shop_origin = np.divmod(shop_key, len(origins))
    at_shops = len(instance.stock) + len(gates.capacity)
    at_bundles = at_shops + len(shop_key)
    # Shops are sorted by pattern: each bundle has an arc from each shop of its pattern.
    first = np.searchsorted(shop_pattern, bundle_pattern, side="left")
    each = np.searchsorted(shop_pattern, bundle_pattern, side="right") - first
    way_bundle = np.repeat(np.arange(len(bundle_key)), each)
    way_shop = np.repeat(first, each) + np.arange(len(way_bundle)) - np.repeat(np.cumsum(each) - each, each)
    held = np.zeros(len(shop_key), np.int64)
    np.add.at(held, shop, instance.stock[class_of])
    distance = kilometres(origins, [one.place for one in instance.problem.relais], instance.policy.transport.unknown_km)
    band_class, band_cost, band_count = _by_age(instance)
    outside = at_bundles + len(bundle_key)
    total = int(totals.sum())
    supply = np.zeros(outside + 1, np.int64)
    supply[outside] = total
    supply[at_bundles:outside] = -demand
    entry_from = len(band_class) + len(gates.capacity)
    way_from = entry_from + len(entries)
    way_origin, way_relais = shop_origin[way_shop], bundle_relais[way_bundle]
    capacity = [
        band_count,
        gates.capacity,
        np.full(len(entries), UNBOUNDED),
        np.minimum(demand[way_bundle], held[way_shop]),
    ]
    joined = np.concatenate(capacity)
    joined[joined == UNBOUNDED] = total
    return _Shops(
        np.concatenate([np.full(len(band_class), outside), gates.of_class, source, at_shops + way_shop]),
        np.concatenate(
            [band_class, len(instance.stock) + np.arange(len(gates.capacity)), at_shops + shop, at_bundles + way_bundle]
        ),
        joined,
        np.concatenate([band_cost, np.zeros(way_from + len(way_shop) - len(band_cost), np.int64)]),
        supply,
        slice(way_from, way_from + len(way_shop)),
        way_origin,
        way_relais,
        distance[way_origin, way_relais],
        slice(entry_from, way_from),
        patterns.tier[entries],
        at_shops,
        at_bundles,
        bundle_key,
    )


def _by_age(instance: Instance) -> tuple[Integers, Integers, Integers]:
    """Class, cost and number of devices, per class and half-month of arrival: the older the cheaper."""
    today = instance.problem.as_of.toordinal()
    days = [today - device.arrived_on.toordinal() for one in instance.problem.classes for device in one.devices]
    owner = np.repeat(np.arange(len(instance.stock)), instance.stock)
    steps = np.clip(np.array(days, np.int64) // DAYS_PER_STEP, 0, AGE_STEPS - 1)
    bands, counts = np.unique(owner * AGE_STEPS + (AGE_STEPS - 1 - steps), return_counts=True)
    band_class, cost = np.divmod(bands, AGE_STEPS)
    return band_class, cost, counts.astype(np.int64)


def _takes(instance: Instance, totals: Integers, net: _Shops, flows: Integers) -> Assignment:
    """From flows to lines to devices: at each crossing, what comes in is dealt in order to what goes out."""
    entry_flow, way_flow = flows[net.entries], flows[net.ways]
    entry_shop, way_shop = net.head[net.entries], net.tail[net.ways]
    class_of = np.concatenate([np.arange(len(instance.stock)), instance.gates.of_class])[net.tail[net.entries]]
    # At a shop: the preferred tier first, to the bundles in order.
    into = np.lexsort((class_of, net.entry_tier, entry_shop))
    out = np.lexsort((net.head[net.ways], way_shop))
    left, right, count = _deal(entry_flow[into], way_flow[out])
    entry, bundle = into[left], net.head[net.ways][out[right]]
    # In a bundle: the preferred tier to the most pressing line.
    served = np.flatnonzero(totals)
    keys = instance.line_pattern[served] * len(instance.slope) + instance.line_relais[served]
    line_bundle = net.bundles + np.searchsorted(net.bundle_key, keys)
    into = np.lexsort((class_of[entry], net.entry_tier[entry], bundle))
    out = np.lexsort((instance.position[served], line_bundle))
    left, right, count = _deal(count[into], totals[served[out]])
    line, entry = served[out[right]], entry[into[left]]
    # Of a class: the oldest device to the line that was placed first.
    placed = np.array([one.placed_on.toordinal() for one in instance.problem.lines], np.int64)
    order = np.lexsort((line, placed[line], class_of[entry]))
    line, entry, count = line[order], entry[order], count[order]
    of_class = class_of[entry]
    begun = np.cumsum(count) - count
    first = begun - begun[np.searchsorted(of_class, of_class, side="left")] if len(begun) else begun
    sent = _sent(instance, net, way_flow)
    return Assignment(
        line,
        of_class,
        net.entry_tier[entry],
        count,
        first,
        int((sent > 0).sum()),
        int((way_flow * net.way_km).sum()),
    )


def _deal(into: Integers, out: Integers) -> tuple[Integers, Integers, Integers]:
    """Two rows of amounts with the same total, laid side by side: the pieces they cut each other into."""
    left, right = np.cumsum(into), np.cumsum(out)
    ends = distinct(np.concatenate([left[into > 0], right[out > 0]]))
    starts = np.concatenate([[0], ends[:-1]]) if len(ends) else ends
    return np.searchsorted(left, starts, side="right"), np.searchsorted(right, starts, side="right"), ends - starts
