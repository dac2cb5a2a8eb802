"""What the tool's own report says is read: it may not speak of a failure, or of another disk, beside « réussi »."""

import contextlib
import hashlib
import re
import time
from pathlib import Path

import pytest
from filiere.testing.answers import found
from filiere.testing.loop_turns import long_turns
from refurbish.devices.erasure_levels import ErasureResult, Level
from refurbish.erasure.errors import EvidenceIsNoText, EvidenceSaysOtherwise, EvidenceTooLong
from refurbish.erasure.evidence import Reading, check_success, evidence_text, is_same_serial, read_report
from refurbish.erasure.schemas import MAX_EVIDENCE

from ..conftest import PURGE, World

CASE = Path(__file__).parents[5] / "shared" / "cases" / "erasures" / "nwipe_failed.log"


def nwipe(*disks: tuple[str, str, int, str]) -> str:
    """A log as nwipe writes it, of disks as (short name, serial, errors, word)."""
    return "\n".join(
        [
            "[2026/11/28 20:01:02]  notice: nwipe version 0.38",
            "[2026/11/28 20:01:02]  notice: system-serial-number = PF1TEST01",
            *(f"[2026/11/28 20:01:02]  notice: /dev/{disk} has serial number {serial}" for disk, serial, _, _ in disks),
            "******************************** Error Summary *********************************",
            "!   Device | Pass Errors | Verifications Errors | Fdatasync I\\O Errors",
            *(f"       {disk} |           0 |  {errors} |   0" for disk, _, errors, _ in disks),
            "********************************* Drive Status *********************************",
            "!   Device | Status | Thru-put | HH:MM:SS | Model/Serial Number",
            *(f"       {disk} |{word}|  20 MB/s | 03:39:00 | TESTDISK/{serial}" for disk, serial, _, word in disks),
        ]
    )


HOSTILE = [
    "/dev/" * 40_000,
    "Found /dev/sda," * 13_000,
    "/dev/sda has serial number " * 7_400,
    "sda |" + " " * 199_000,
    "|" * 200_000,
    "/dev/\n" * 33_000,
]


@pytest.mark.parametrize("report", HOSTILE, ids=range(len(HOSTILE)))
def test_no_report_takes_long_to_look_through(report: str) -> None:
    began = time.process_time()
    with contextlib.suppress(EvidenceSaysOtherwise):
        check_success(report, "S4NSSD0001")
    with contextlib.suppress(EvidenceSaysOtherwise):
        read_report(report, "S4NSSD0001")
    assert time.process_time() - began < 1


def test_a_failure_at_the_end_of_a_long_report_is_seen() -> None:
    with pytest.raises(EvidenceSaysOtherwise):
        check_success("\n" * 50_000 + FAILED, "ZZ9999999")


FAILED = nwipe(("sda", "ZZ9999999", 214, "-FAILED-"))
GOOD = nwipe(("sda", "WD-WX11A1234567", 0, " Erased "))
SHELF = nwipe(("sda", "ZZ9999999", 3, "-FAILED-"), ("sdb", "S4NSSD0001", 0, " Erased "), ("sdc", "K3", 0, " Erased "))


@pytest.mark.parametrize(
    ("report", "serial"),
    [
        (FAILED, "ZZ9999999"),
        (SHELF, "ZZ9999999"),
        (GOOD, "S4NSSD0001"),  # another disk's
        ("Model: Samsung SSD 860\nSerial Number: S4NSSD0001\nErase complete.", "S4NSSD0002"),
        (nwipe(("sda", "S4NSSD0001", 1, " Erased ")), "S4NSSD0001"),
        ("hdparm: SECURITY_ERASE: FAILED", "S4NSSD0001"),
    ],
)
def test_a_report_that_says_otherwise_does_not_go_with_a_success(report: str, serial: str) -> None:
    with pytest.raises(EvidenceSaysOtherwise):
        check_success(report, serial)


@pytest.mark.parametrize(
    ("report", "serial"),
    [
        (GOOD, "WX11A1234567"),
        (GOOD, "WD-WX11A1234567"),
        (SHELF, "S4NSSD0001"),
        ("hdparm 9.65 : S4NSSD0001 effacé, relu sans erreur.", "S4NSSD0001"),
        ("[2026/11/03 21:41:13]  notice: Finished pass 1/1, round 1/1, on /dev/sda", "S4NSSD0001"),
        ("SMART overall-health self-assessment test result: FAILED!", "S4NSSD0001"),
        ("", "S4NSSD0001"),
    ],
)
def test_a_report_of_this_disk_goes_with_a_success(report: str, serial: str) -> None:
    check_success(report, serial)


def test_a_short_end_of_a_serial_is_no_serial() -> None:
    assert is_same_serial("WX11A1234567", "wd-wx11a1234567")
    assert not is_same_serial("K3", "S4NSSD00K3")


def test_a_report_is_kept_whole_or_not_at_all() -> None:
    raw = "nwipe 0.38\r\nEffacé.\r\n".encode()
    assert evidence_text(raw) == raw.decode()
    for not_text in (b"%PDF-1.7\n\xe2\xe3\xcf\xd3", b"a\0b"):
        with pytest.raises(EvidenceIsNoText):
            evidence_text(not_text)
    with pytest.raises(EvidenceTooLong):
        evidence_text(b"x" * 200_001)


async def test_a_failed_report_is_refused_beside_its_field_and_proves_nothing(world: World) -> None:
    device = await world.arrived()
    await world.post(f"/devices/{device}/media", [{"serial": "ZZ9999999", "kind": "hdd"}])
    wiped = {
        "medium_serial": "ZZ9999999", "level": "clear", "method": "overwrite", "tool": "nwipe", "tool_version": "0.38",
        "result": "success", "verified": True, "verified_by": "Bruno", "evidence": FAILED,
    }  # fmt: skip
    refusal = await world.post(f"/devices/{device}/erasures", wiped, status=422)
    assert [error["field"] for error in refusal["errors"]] == ["evidence"]
    assert await world.get(f"/devices/{device}/erasures") == []
    ada = await world.client.login("ada")
    path = f"/equipements/{device}/effacer/ZZ9999999"
    token = found(r'name="csrf_token" value="([^"]+)"', (await ada.get(path)).text)[1]
    typed = {name: value for name, value in wiped.items() if name in ("level", "method", "tool_version", "tool")}
    for report, why in (
        (FAILED.encode(), "dit un échec"),
        (b"%PDF\xff", "pas un PDF"),
        (b"x" * 200_001, "rien ne sera coupé"),
    ):
        shown = await ada.post(
            path, data={"csrf_token": token, **typed, "result": "success"}, files={"report": ("nwipe.log", report)}
        )
        assert shown.status_code == 422
        assert re.search(rf'id="f-report-error">.*?{why}', shown.text, re.DOTALL), why
        assert 'value="0.38"' in shown.text
    await world.wipe(device, "ZZ9999999", **{**wiped, "result": "failure", "verified": False, "verified_by": None})
    assert (await world.get(f"/devices/{device}"))["next_step"]["code"] == "destroy"


@pytest.mark.skipif(not CASE.is_file(), reason="the cases are not beside this checkout")
def test_the_case_is_refused() -> None:
    with pytest.raises(EvidenceSaysOtherwise):
        check_success(CASE.read_text(), "ZZ9999999")


async def test_a_report_as_long_as_may_be_is_looked_through_beside_others(world: World) -> None:
    device = await world.arrived()
    await world.post(f"/devices/{device}/media", [{"serial": "S4NSSD0001", "kind": "ssd", "size_gb": 256}])
    slow = "\n".join(["/dev/" * 79] * 500)[: MAX_EVIDENCE - 100]
    report = {"medium_serial": "S4NSSD0001", **PURGE, "evidence": f"{slow}\nS4NSSD0001"}
    with long_turns() as turns:
        await world.post(f"/devices/{device}/erasures", report, status=201)
    assert turns == []


SHELF = nwipe(("sda", "ZZ9999999", 0, " Erased "), ("sdb", "YY8888888", 3, "-FAILED-")) + "\n".join(
    [
        "",
        "notice: Invoking method 'PRNG Stream' on /dev/sda",
        "notice: Invoking method 'DoD Short' on device '/dev/sdb'.",
    ]
)


@pytest.mark.parametrize(
    ("report", "serial", "reading"),
    [
        (SHELF, "ZZ9999999", Reading("nwipe", "0.38", "PRNG Stream", Level.CLEAR, ErasureResult.SUCCESS)),
        (SHELF, "YY8888888", Reading("nwipe", "0.38", "DoD Short", Level.CLEAR, ErasureResult.FAILURE)),
        (FAILED, "ZZ9999999", Reading("nwipe", "0.38", None, Level.CLEAR, ErasureResult.FAILURE)),
        (
            'hdparm v9.65\n/dev/sda:\n Issuing SECURITY_ERASE command, password="p", user=user',
            "S4NSSD0001",
            Reading("hdparm", "9.65", "ATA secure erase", Level.PURGE, None),
        ),
        (
            "# hdparm --user-master u --security-erase-enhanced p /dev/sda\nSECURITY_ERASE: Input/output error",
            "S4NSSD0001",
            Reading("hdparm", None, "ATA secure erase, enhanced", Level.PURGE, ErasureResult.FAILURE),
        ),
        (
            "nvme version 2.8 (git 2.8)\n# nvme format /dev/nvme0n1 --ses=2\nSuccess formatting namespace:1",
            "S4NSSD0001",
            Reading("nvme-cli", "2.8", "NVMe format, crypto erase", Level.PURGE, ErasureResult.SUCCESS),
        ),
        ("Photo prise à l'écran.", "S4NSSD0001", Reading()),
    ],
    ids=range(7),
)
def test_a_report_fills_the_form_with_what_it_says(report: str, serial: str, reading: Reading) -> None:
    assert read_report(report, serial) == reading


def test_a_report_of_another_disk_fills_nothing() -> None:
    with pytest.raises(EvidenceSaysOtherwise):
        read_report(SHELF, "XX7777777")


async def test_the_form_shows_what_the_file_says_and_keeps_its_very_bytes(world: World) -> None:
    """Refused once (overwriting an SSD), sent again without looking for the file: its hash is the file's."""
    device = await world.arrived()
    await world.post(f"/devices/{device}/media", [{"serial": "ZZ9999999", "kind": "ssd", "size_gb": 256}])
    ada = await world.browser()
    address = f"/equipements/{device}/effacer/ZZ9999999"
    token = found(r'name="csrf_token" value="([^"]+)"', (await ada.get(address)).text)[1]
    report = SHELF.replace("\n", "\r\n").encode()
    typed = {"csrf_token": token, "level": "purge", "method": "x", "tool": "y", "tool_version": "1"}
    files = {"report": ("nwipe.log", report, "text/plain")}
    read = await ada.post(address, data={**typed, "read": "yes"}, files=files)
    assert "Le rapport dit : réussi" in read.text.replace("\xa0", " ")
    for name, said in (("tool", "nwipe"), ("tool_version", "0.38"), ("method", "PRNG Stream")):
        assert re.search(rf'name="{name}"[^>]*value="{said}"|value="{said}"[^>]*name="{name}"', read.text), name
    assert await world.get(f"/devices/{device}/erasures") == []
    kept = found(r'name="report64" value="([^"]+)"', read.text)[1]
    sent = {**typed, "result": "success", "report64": kept}
    refused = await ada.post(address, data={**sent, "level": "clear"})
    assert refused.status_code == 422
    again = found(r'name="report64" value="([^"]+)"', refused.text)[1]
    await ada.post(address, data={**sent, "report64": again})
    [one] = await world.get(f"/devices/{device}/erasures")
    assert one["evidence_sha256"] == hashlib.sha256(report).hexdigest()
    broken = await ada.post(address, data={**sent, "report64": "pas du base64 !"})
    assert broken.status_code == 422


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
