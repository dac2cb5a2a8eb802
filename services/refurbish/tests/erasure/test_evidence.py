"""What a report says decides or asks: it may not stand beside « réussi » and speak of a failure or of another disk."""

import hashlib
import re
from datetime import UTC, timedelta
from typing import Any

import httpx
import pytest
from filiere.catalogue.grades import StorageKind
from filiere.database import Database
from filiere.identifiers import uuid7
from filiere.testing.answers import found
from filiere.testing.events import published
from filiere.testing.loop_turns import long_turns
from hypothesis import given
from hypothesis import strategies as st
from refurbish.devices.device import Medium
from refurbish.devices.erasure_levels import ErasureResult, Level
from refurbish.erasure.reports.questions import questions, refusal
from refurbish.erasure.reports.reading import read
from refurbish.erasure.reports.report import Report, ReportedMedium
from refurbish.erasure.schemas import MAX_EVIDENCE

from ..conftest import PURGE, World
from . import papers
from .papers import Disk

DISK = Disk()
NOW = papers.ENDED + timedelta(hours=12)
ENDED = f"{papers.ENDED.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
OVERWRITTEN = {
    "medium_serial": DISK.serial, "level": "clear", "method": "overwrite", "tool": "nwipe", "tool_version": "0.42",
    "result": "success",
}  # fmt: skip


def medium(kind: StorageKind = StorageKind.HDD, size_gb: float | None = 256, serial: str = DISK.serial) -> Medium:
    return Medium(uuid7(), uuid7(), serial, kind, size_gb, "person")


def asked(report: Report, disk: Medium, **said: Any) -> list[str]:
    return [one.code for one in questions(report, disk, arrived_at=None, now=NOW, **said)]


@pytest.mark.parametrize(
    ("text", "serial", "level"),
    [
        (papers.log(DISK._replace(status="FAILED")), DISK.serial, Level.CLEAR),
        (papers.log(DISK._replace(status="ABORTED")), DISK.serial, Level.CLEAR),
        (papers.log(DISK), "S4NSSD0001", Level.CLEAR),  # another disk's
        (
            "hdparm v9.65\nModel Number: X\n Serial Number: S4NSSD0001\nSECURITY_ERASE: FAILED",
            "S4NSSD0001",
            Level.PURGE,
        ),
        (papers.log(DISK), DISK.serial, Level.PURGE),  # it says an overwriting
    ],
    ids=range(5),
)
def test_a_report_that_says_otherwise_does_not_go_with_a_success(text: str, serial: str, level: Level) -> None:
    assert refusal(read(text.encode()), serial, level)


@pytest.mark.parametrize(
    "text", [papers.log(DISK), "hdparm : effacé, relu sans erreur.", "SMART overall-health test result: FAILED!", ""]
)
def test_a_report_of_this_disk_goes_with_a_success(text: str) -> None:
    report = read(text.encode())
    assert refusal(report, DISK.serial, Level.CLEAR) is None
    assert asked(report, medium()) == []


def test_what_does_not_fit_is_asked() -> None:
    report = read(papers.log(DISK).encode())
    assert asked(report, medium(size_gb=500)) == ["size"]
    assert asked(report, medium(), tool="hdparm") == ["tool"]
    assert asked(report, medium(), tool="ShredOS 2026.11") == []
    assert asked(read(papers.log(DISK._replace(erased=1)).encode()), medium()) == ["doubt-1"]
    assert asked(read(papers.log(DISK._replace(duration="00:00:01")).encode()), medium()) == ["speed"]
    unsaid = papers.log(DISK).partition("***")[0]
    assert asked(read(unsaid.encode()), medium()) == ["unsaid"]
    seen = Report(
        tool="nwipe", media=(ReportedMedium(serial=DISK.serial, kind=StorageKind.SSD, result=ErasureResult.SUCCESS),)
    )
    assert asked(seen, medium()) == ["kind"]
    nameless = Report(tool="nwipe", media=(ReportedMedium(), ReportedMedium()))
    assert asked(nameless, medium()) == ["unnamed"]
    tomorrow = questions(report, medium(), arrived_at=None, now=NOW - timedelta(days=9))
    assert [one.code for one in tomorrow] == ["date"]
    long_ago = questions(report, medium(), arrived_at=NOW + timedelta(days=3), now=NOW + timedelta(days=4))
    assert [one.code for one in long_ago] == ["date"]


@given(
    size=st.integers(10**9, 20 * 10**12),
    seconds=st.integers(0, 200_000),
    kind=st.sampled_from([StorageKind.HDD, StorageKind.SSD, StorageKind.NVME, StorageKind.UNKNOWN]),
)
def test_a_speed_is_asked_of_whoever_is_quicker_than_any_disk(size: int, seconds: int, kind: StorageKind) -> None:
    said = ReportedMedium(
        serial=DISK.serial, size_bytes=size, seconds=seconds, level=Level.CLEAR, result=ErasureResult.SUCCESS
    )
    codes = asked(Report(tool="nwipe", media=(said,)), medium(kind, size / 1e9))
    if size / max(seconds, 1) > 16e9:
        assert codes == ["speed"]
    if size / max(seconds, 1) < 300e6:
        assert codes == []


async def hdd(world: World, serial: str = DISK.serial, **said: Any) -> str:
    device = await world.arrived()
    await world.post(f"/devices/{device}/media", [{"serial": serial, "kind": "hdd", "size_gb": 256, **said}])
    return device


async def sent(api: httpx.AsyncClient, device: str, raw: bytes, name: str = "nwipe.log") -> httpx.Response:
    return await api.post(f"/api/v1/devices/{device}/erasure-reports", files={"file": (name, raw)})


@pytest.mark.parametrize("kind", ["log", "pdf", "blancco"])
async def test_one_report_proposes_an_erasure_of_each_disk_of_the_device(world: World, kind: str) -> None:
    other = Disk(serial="WD-WX11A1234567", name="sdb")
    stranger = Disk(serial="ZZ9999999", name="sdc", status="FAILED")
    raw = {
        "log": papers.log(DISK, other, stranger).encode(),
        "pdf": papers.system_pdf(DISK, other, stranger),
        "blancco": papers.blancco(DISK, other, stranger, standard="NIST 800-88 Clear", kind="HDD"),
    }[kind]
    device = await hdd(world)
    await world.post(f"/devices/{device}/media", [{"serial": "WX11A1234567", "kind": "hdd", "size_gb": 256}])
    answer = await sent(world.api, device, raw)
    assert answer.status_code == 201, answer.text
    report = answer.json()
    assert report["sha256"] == hashlib.sha256(raw).hexdigest()
    assert [one["medium_serial"] for one in report["proposals"]] == [DISK.serial, "WX11A1234567"]
    assert all(one["refusal"] is None and one["questions"] == [] for one in report["proposals"])
    assert report["strangers"] == ["ZZ9999999"]
    for one in report["proposals"]:
        said = {**OVERWRITTEN, "medium_serial": one["medium_serial"], "report_id": report["id"], "tool": report["tool"]}
        await world.post(f"/devices/{device}/erasures", said)
        await world.confirm(device, serial=one["medium_serial"])
    assert await world.stage(device) == "erased"
    kept = await world.get(f"/devices/{device}/erasures")
    assert {one["evidence_sha256"] for one in kept} == {report["sha256"]}
    assert {one["erased_at"] for one in kept} == {ENDED}  # as the report says, in its own words
    file = await world.api.get(f"/api/v1/devices/{device}/erasure-reports/{report['id']}/file")
    assert file.content == raw
    [event] = await published(world.database, "device-erased")
    assert {one["erased_at"] for one in event.data["media"]} == {ENDED}
    # On another device of the shelf the same file says it of the third disk.
    third = await hdd(world, "ZZ9999999")
    again = await world.get(f"/devices/{third}/erasure-reports/{report['id']}")
    assert ("échec" in (again["proposals"][0]["refusal"] or "")) is (kind != "blancco")


async def test_a_failed_report_is_refused_beside_its_field_and_proves_nothing(world: World) -> None:
    device = await hdd(world)
    failed = papers.log(DISK._replace(status="FAILED"))
    kept = (await sent(world.api, device, failed.encode())).json()
    for evidence in ({"evidence": failed}, {"report_id": kept["id"]}):
        refused = await world.post(f"/devices/{device}/erasures", {**OVERWRITTEN, **evidence}, status=422)
        assert [error["field"] for error in refused["errors"]] == ["evidence"]
    assert await world.get(f"/devices/{device}/erasures") == []
    honest = {**OVERWRITTEN, "result": "failure", "report_id": kept["id"]}
    await world.post(f"/devices/{device}/erasures", honest)
    assert (await world.get(f"/devices/{device}"))["next_step"]["code"] == "destroy"


async def test_a_question_is_answered_by_who_wipes_and_seen_by_who_verifies(world: World) -> None:
    device = await hdd(world, size_gb=500)
    alone = {**OVERWRITTEN, "evidence": papers.log(DISK)}
    refused = await world.post(f"/devices/{device}/erasures", alone, status=422)
    assert [one["code"] for one in refused["questions"]] == ["size"]
    assert [one["field"] for one in refused["errors"]] == ["evidence"]
    assert await world.get(f"/devices/{device}/erasures") == []
    await world.post(f"/devices/{device}/erasures", {**alone, "despite": ["size"]})
    [kept] = await world.get(f"/devices/{device}/erasures")
    assert kept["despite"] == ["size"]
    bruno = await world.colleague("bruno")
    shown = await (await bruno.browser()).get(f"/a-verifier/{kept['id']}")
    assert "La capacité n'est pas la même" in shown.text.replace("&#39;", "'").replace("\xa0", " ")


@pytest.mark.parametrize(
    "raw", [b"%PDF-1.7\n\xe2\xe3\xcf\xd3", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), b"<a/>", b"x" * 11_000_000]
)
async def test_what_is_no_report_is_refused_in_words_and_kept_nowhere(
    world: World, database: Database, raw: bytes
) -> None:
    device = await hdd(world)
    answer = await sent(world.api, device, raw)
    assert answer.status_code in (413, 422)
    if answer.status_code == 422:
        assert [error["field"] for error in answer.json()["errors"]] == ["evidence"]


async def test_another_workshop_neither_reads_nor_uses_a_report(world: World) -> None:
    device = await hdd(world)
    report = (await sent(world.api, device, papers.log(DISK).encode())).json()
    await world.register("Atelier du Gier", "42800", "zoe")
    zoe = await world.client.as_("zoe")
    for path in (f"/{report['id']}", f"/{report['id']}/file"):
        assert (await zoe.get(f"/api/v1/devices/{device}/erasure-reports{path}")).status_code == 404
    assert (await sent(zoe, device, papers.log(DISK).encode())).status_code == 404
    unknown = {**OVERWRITTEN, "report_id": str(uuid7())}
    assert (await world.api.post(f"/api/v1/devices/{device}/erasures", json=unknown)).status_code == 404


@pytest.mark.slow
async def test_a_report_as_long_as_may_be_is_read_beside_others(world: World) -> None:
    device = await world.arrived()
    await world.post(f"/devices/{device}/media", [{"serial": "S4NSSD0001", "kind": "ssd", "size_gb": 256}])
    slow = "\n".join(["/dev/" * 79] * 500)[: MAX_EVIDENCE - 100]
    report = {"medium_serial": "S4NSSD0001", **PURGE, "evidence": f"{slow}\nS4NSSD0001"}
    with long_turns() as turns:
        await world.post(f"/devices/{device}/erasures", report, status=201)
        assert (await sent(world.api, device, papers.system_pdf(*[DISK] * 4), "nwipe.pdf")).status_code == 201
    assert turns == []


async def test_the_form_shows_what_the_file_says_and_goes_on_to_the_next_disk(world: World) -> None:
    """Read, refused once (purge, of an overwriting), sent again without looking for the file; its hash is kept."""
    device = await hdd(world)
    other = await hdd(world, "WX11A1234567")
    await world.post(f"/devices/{device}/media", [{"serial": "ZZ9999999", "kind": "hdd", "size_gb": 256}])
    ada = await world.browser()
    address = f"/equipements/{device}/effacer/{DISK.serial}"
    token = found(r'name="csrf_token" value="([^"]+)"', (await ada.get(address)).text)[1]
    raw = papers.system_pdf(DISK, Disk(serial="ZZ9999999"), Disk(serial="WD-WX11A1234567"))
    typed = {"csrf_token": token, "level": "purge", "method": "x", "tool": "y", "tool_version": "1"}
    shown = await ada.post(
        address, data={**typed, "read": "yes"}, files={"report": ("nwipe.pdf", raw, "application/pdf")}
    )
    words = shown.text.replace("\xa0", " ")
    assert shown.status_code == 200
    assert "Le rapport dit : réussi" in words
    assert f"/equipements/{other}/effacer/WX11A1234567" in words  # the same log, for the next machine of the shelf
    for name, said in (("tool", "nwipe"), ("tool_version", "0.42"), ("method", "PRNG Stream")):
        assert re.search(rf'name="{name}"[^>]*value="{said}"|value="{said}"[^>]*name="{name}"', words), name
    assert await world.get(f"/devices/{device}/erasures") == []
    report_id = found(r'name="report_id" value="([^"]+)"', words)[1]
    sent_again = {**typed, "tool": "nwipe", "result": "success", "report_id": report_id}
    refused = await ada.post(address, data=sent_again)
    assert refused.status_code == 422
    assert found(r'name="report_id" value="([^"]+)"', refused.text)[1] == report_id
    done = await ada.post(address, data={**sent_again, "level": "clear"})
    assert str(done.url).endswith(f"/effacer/ZZ9999999?rapport={report_id}")
    [one] = await world.get(f"/devices/{device}/erasures")
    assert one["evidence_sha256"] == hashlib.sha256(raw).hexdigest()
    assert 'value="PRNG Stream"' in done.text
    assert (await ada.get(f"/equipements/{device}/rapports/{report_id}")).content == raw
    broken = await ada.post(address, data={**sent_again, "level": "clear", "report_id": "pas un numéro"})
    assert broken.status_code == 422


async def test_the_form_asks_what_does_not_fit_and_takes_the_answer(world: World) -> None:
    device = await hdd(world, size_gb=500)
    ada = await world.browser()
    address = f"/equipements/{device}/effacer/{DISK.serial}"
    report = (await sent(world.api, device, papers.log(DISK).encode())).json()
    shown = await ada.get(f"{address}?rapport={report['id']}")
    assert shown.status_code == 200
    assert 'name="despite" value="size"' in shown.text
    token = found(r'name="csrf_token" value="([^"]+)"', shown.text)[1]
    typed = {
        "csrf_token": token, "level": "clear", "method": "PRNG Stream", "tool": "nwipe", "tool_version": "0.42",
        "result": "success", "report_id": report["id"],
    }  # fmt: skip
    asked_again = await ada.post(address, data=typed)
    assert asked_again.status_code == 422
    assert "La capacité n'est pas la même" in asked_again.text.replace("&#39;", "'").replace("\xa0", " ")
    done = await ada.post(address, data={**typed, "despite": "size"})
    assert str(done.url).endswith(device)
    [kept] = await world.get(f"/devices/{device}/erasures")
    assert kept["despite"] == ["size"]


async def test_the_form_begins_with_what_the_same_person_used_last_for_such_a_disk(world: World) -> None:
    async def begins(by: World, kind: str, serial: str) -> str:
        device = await by.arrived()
        await by.post(f"/devices/{device}/media", [{"serial": serial, "kind": kind, "size_gb": 256}])
        return (await (await by.browser()).get(f"/equipements/{device}/effacer/{serial}")).text

    before = await world.arrived()
    await world.post(f"/devices/{before}/media", [{"serial": "S4NSSD0001", "kind": "ssd", "size_gb": 256}])
    await world.wipe(before, "S4NSSD0001", tool="ShredOS", tool_version="2026.11")
    bruno = await world.colleague("bruno")
    assert "2026.11" in await begins(world, "ssd", "S4NSSD0002")
    assert "2026.11" not in await begins(world, "hdd", "S4NHDD0003")
    assert "2026.11" not in await begins(bruno, "ssd", "S4NSSD0004")


async def test_the_form_begins_with_what_was_used_last_at_this_bench_whoever_works_there(world: World) -> None:
    async def ssd(serial: str) -> str:
        device = await world.arrived()
        await world.post(f"/devices/{device}/media", [{"serial": serial, "kind": "ssd", "size_gb": 256}])
        return f"/equipements/{device}/effacer/{serial}"

    ada, bruno = await world.browser(), await (await world.colleague("bruno")).browser()
    address = await ssd("S4NSSD0001")
    token = (await ada.get(address)).text.partition('name="csrf_token" value="')[2].partition('"')[0]
    said = {"result": "success", "level": "purge", "method": "secure erase", "tool": "hdparm", "tool_version": "9.65"}
    kept = await ada.post(address, data={"csrf_token": token, **said})
    assert kept.status_code == 200, kept.text
    bench = {name: value for name, value in ada.cookies.items() if name.startswith("filiere_etabli_")}
    assert bench.keys() == {"filiere_etabli_ssd"}
    shredded = await ssd("S4NSSD0003")
    failed = {"result": "failure", "level": "purge", "method": "secure erase", "tool": "hdparm", "tool_version": "9.65"}
    await ada.post(shredded, data={"csrf_token": token, **failed})
    assert ada.cookies["filiere_etabli_ssd"] == bench["filiere_etabli_ssd"], "what failed tells the next one no tool"
    other = await ssd("S4NSSD0002")
    assert "9.65" not in (await bruno.get(other)).text, "at another bench"
    for name, value in bench.items():
        bruno.cookies.set(name, value)
    assert "9.65" in (await bruno.get(other)).text
    bruno.cookies.set("filiere_etabli_ssd", "nonsense")
    assert "9.65" not in (await bruno.get(other)).text


async def test_the_bench_names_who_verified_last_and_never_whoever_wipes(world: World) -> None:
    async def ssd(serial: str) -> str:
        device = await world.arrived()
        await world.post(f"/devices/{device}/media", [{"serial": serial, "kind": "ssd", "size_gb": 256}])
        return device

    async def wipes(browser: httpx.AsyncClient, serial: str) -> str:
        address = f"/equipements/{(device := await ssd(serial))}/effacer/{serial}"
        token = found(r'name="csrf_token" value="([^"]+)"', (await browser.get(address)).text)[1]
        said = {"result": "success", "level": "purge", "method": "m", "tool": "hdparm", "tool_version": "9.65"}
        text = (await browser.post(address, data={"csrf_token": token, **said})).text.replace("&#39;", "'")
        assert "Un collègue doit maintenant le vérifier." in text
        return text if device in text else ""

    bruno, claire = await world.colleague("bruno"), await world.colleague("claire")
    ada = await world.browser()
    assert "La dernière fois" not in await wipes(ada, "S4NSSD0001"), "nobody has verified anything here"
    for one in (await bruno.get("/verifications"))["items"]:
        await bruno.post(f"/verifications/{one['erasure_id']}", {"confirmed": True})
    assert "La dernière fois, c'était bruno." in await wipes(ada, "S4NSSD0002")
    # At ada's bench, whoever works there: but nobody is told to call themselves.
    bench = {name: value for name, value in ada.cookies.items() if name.startswith("filiere_etabli_")}
    for who, serial, told in ((claire, "S4NSSD0003", True), (bruno, "S4NSSD0004", False)):
        browser = await who.browser()
        assert "La dernière fois" not in await wipes(browser, f"{serial}A"), "at another bench"
        for name, value in bench.items():
            browser.cookies.set(name, value)
        assert ("La dernière fois, c'était bruno." in await wipes(browser, serial)) is told
