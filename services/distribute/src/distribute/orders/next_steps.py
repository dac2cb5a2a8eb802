"""What a Relais may do about a line that lacks devices: order what is free instead, accept more on the line itself."""

from datetime import date
from typing import NamedTuple

from filiere.catalogue import Category, Grade
from filiere.web import gettext, path
from filiere.web.i18n import language

from distribute.orders.alternatives import ALTERNATIVES
from distribute.orders.schemas import OrderLineOut, OrderOut
from distribute.why import LOWER, Computed


class Step(NamedTuple):
    """A filled basket of the page « Commander »."""

    label: str
    href: str


def steps(order: OrderOut, line: OrderLineOut, today: date) -> list[Step]:
    """What the last run left free for such a line, as many as it lacks; nothing that the line accepts by now."""
    if not isinstance(line.why, Computed) or line.why.changed is not None:
        return []
    found = []
    for what, free in line.why.free:
        if what in line.substitutes or (what == LOWER and line.min_grade is Grade.D):
            continue
        category = line.category if what == LOWER else Category(what)
        count = min(free, line.short)
        text = category.counted_fr(count) if language() == "fr" else f"{count} × {gettext(category.label_fr)}"
        text = gettext("%(what)s, toutes catégories") % {"what": text} if what == LOWER else text
        label = gettext("Commander %(what)s") % {"what": text}
        found.append(Step(label, path("shop", **_basket(order, line, category, count, today))))
    return found


def acceptable(line: OrderLineOut) -> list[Category]:
    """What may come instead, in the order of preference: what the line accepts already first."""
    others = [one for one in ALTERNATIVES[line.category] if one not in line.substitutes]
    return [*line.substitutes, *others]


def _basket(order: OrderOut, line: OrderLineOut, category: Category, count: int, today: date) -> dict[str, str]:
    """The fields of the page, with the line's own options."""
    filled = {"relais": str(order.relais_id), category.value: str(count)}
    if line.publics:
        filled["public"] = line.publics[0]
    if line.urgent:
        filled[f"{category.value}-urgent"] = "1"
    if line.wanted_on is not None and line.wanted_on >= today:
        filled[f"{category.value}-on"] = line.wanted_on.isoformat()
    if line.campaign is not None:
        filled[f"{category.value}-campaign"] = line.campaign
    return filled
