"""Which guides are whose, and which one a page leads to."""

from collections.abc import Collection, Mapping, Sequence

from filiere.guides import Guide
from filiere.roles import Role
from filiere.web.principal import Principal


def roles_of(principal: Principal | None) -> frozenset[Role]:
    return frozenset(membership.role for membership in principal.memberships) if principal else frozenset()


def by_role(guides: Sequence[Guide], roles: Collection[Role]) -> tuple[list[Guide], dict[Role | None, list[Guide]]]:
    """(the reader's own, the others by whom they are for); None: for anybody."""
    own = [guide for guide in guides if set(guide.roles) & set(roles)]
    groups: dict[Role | None, list[Guide]] = {}
    for guide in guides:
        if guide not in own:
            for role in guide.roles or (None,):
                groups.setdefault(role, []).append(guide)
    return own, groups


def guide_about(guides: Sequence[Guide], page_name: str, roles: Collection[Role]) -> Guide | None:
    """The guide of a page's subject, for somebody of these roles."""
    return next((guide for guide in guides if page_name in guide.pages and guide.is_for(roles)), None)


def check_pages(guides: Sequence[Guide], known: Mapping[str, str]) -> None:
    """Raises ValueError when a guide names a page that is none, or links to one that no name alone leads to."""
    for guide in guides:
        if unknown := guide.page_names() - known.keys():
            raise ValueError(f"the guide {guide.name} names pages that are none: {sorted(unknown)}")
        for step in guide.steps:
            if step.page and "{" in known[step.page]:
                raise ValueError(f"the guide {guide.name} links to {known[step.page]}, which is one of many")
