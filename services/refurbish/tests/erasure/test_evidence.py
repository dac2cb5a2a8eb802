"""What the tool's own report says is read: it may not speak of a failure, or of another disk, beside « réussi »."""

import contextlib
import re
import time
from pathlib import Path

import pytest
from filiere.testing.answers import found
from filiere.testing.loop_turns import long_turns
from refurbish.erasure.errors import EvidenceIsNoText, EvidenceSaysOtherwise, EvidenceTooLong
from refurbish.erasure.evidence import check_success, evidence_text, is_same_serial
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
    assert time.process_time() - began < 0.5


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
