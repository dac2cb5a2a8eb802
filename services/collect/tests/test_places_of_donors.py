"""Where a donor's equipment stands: a postcode of France, or a sentence that says it is none."""

import pytest

from .chain import Chain


@pytest.mark.parametrize(("postcode", "status"), [("97400", 201), ("20090", 201), ("99999", 422), ("98000", 422)])
async def test_a_postcode_of_nowhere_is_refused_beside_its_field(chain: Chain, postcode: str, status: int) -> None:
    site = {"label": "Dépôt", "address": "1 rue du Port", "postcode": postcode, "city": "Ville"}
    answer = await chain.coordinator.post(f"/api/v1/donors/{chain.donor_id}/sites", json=site)
    assert answer.status_code == status, answer.text
    if status == 422:
        [error] = answer.json()["errors"]
        assert error["field"] == "postcode"
        assert postcode in error["message_fr"]
