"""Where a price list stands."""

from enum import StrEnum


class ListStatus(StrEnum):
    """A draft is edited; what is published never changes; what was published by mistake is withdrawn before its day."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"

    @property
    def label_fr(self) -> str:
        return _STATUS_FR[self]


_STATUS_FR = {
    ListStatus.DRAFT: "brouillon",
    ListStatus.PUBLISHED: "publiée",
    ListStatus.WITHDRAWN: "retirée",
}
