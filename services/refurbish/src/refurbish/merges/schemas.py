"""Shape of a merge in the API."""

from filiere.web.bounded_types import Scanned
from pydantic import BaseModel, ConfigDict, Field

from refurbish.merges.differences import MergeReason


class Merge(BaseModel):
    """The row that is this machine too."""

    model_config = ConfigDict(extra="forbid")

    other: Scanned = Field(min_length=1, description="its label, or anything else that it is known by")
    despite: MergeReason | None = Field(
        default=None,
        description="somebody compared both where serial, IMEI, model or audits differ: why it is one machine all the "
        "same. Left out, what differs is answered by 409, and nothing changes",
    )
