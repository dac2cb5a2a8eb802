"""What a lot's manifest carries to its workshop."""

from filiere.testing.events import published

from .chain import Chain, laptop


async def test_a_manifest_carries_what_its_donor_declared_and_the_lot_says_who_gave_it_and_when_it_comes(
    chain: Chain,
) -> None:
    said = {"asset_tag": "INV-00042", "ram_gb": 8, "storage_gb": 256, "year": 2021}
    donation = await chain.declare(laptop(**said))
    await chain.do(f"/donations/{donation['id']}/accept")
    [lot] = (await chain.do(f"/donations/{donation['id']}/collect"))["lots"]
    await chain.do(f"/lots/{lot}/dispatch", {"workshop_id": chain.workshop_id, "expected_on": "2026-12-24"})
    [left] = await published(chain.database, "lot-dispatched")
    assert left.data["expected_on"] == "2026-12-24"
    assert left.data["donor_name"] == (await chain.get(f"/lots/{lot}"))["donor_name"]
    [manifest] = await published(chain.database, "lot-manifest")
    assert {name: manifest.data["devices"][0][name] for name in said} == said


async def test_a_lot_of_devices_with_very_long_names_is_dispatched(chain: Chain) -> None:
    await chain.sent(
        {"category": "laptop", "quantity": 450, "manufacturer": "é" * 200, "model": "EliteBook " + "é" * 190}
    )
    manifests = await published(chain.database, "lot-manifest")
    assert len(manifests) > 1
    assert sum(len(part.data["devices"]) for part in manifests) == 450
    assert [(part.data["chunk"], part.data["chunks"]) for part in manifests] == [
        (n + 1, len(manifests)) for n in range(len(manifests))
    ]
