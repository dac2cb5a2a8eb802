"""What the workshops do with a lot: scan, count, wipe, test, grade, declare ready or withdraw."""

from typing import Any

from filiere.identifiers import LABEL_CAPACITY, label_code, label_number

from stack.demo import papers, repair
from stack.demo.api import Chain, for_each
from stack.demo.inventories import Inventory
from stack.people import WORKSHOPS, colleague

_BATCH = 50
_LEFT_AT_THE_DONOR = 2  # announced by the manifest, on no table
_SCANNED_ONE_BY_ONE = 3
_STRANGER = label_code(33_000_001)  # a sound label that no manifest announced
_SURPLUS = "CN04RPWT7426"  # the serial of a screen that lies on the table beside what was announced
# So that every page of the demonstration has something on it, some devices stay on their way.
_WAITING_EVERY = 9

_MEDIA = {"laptop": "ssd", "desktop": "hdd", "smartphone": "emmc", "tablet": "emmc"}
_ENOUGH_FOR = {
    "hdd": ("clear", "overwrite", "nwipe", "0.36"),
    "ssd": ("purge", "secure erase", "hdparm", "9.65"),
    "nvme": ("purge", "sanitize", "nvme-cli", "2.4"),
    "emmc": ("purge", "crypto erase", "factory reset", "1"),
    "unknown": ("destroy", "shredding", "broyeur", "1"),
}


async def receive(chain: Chain, lots: list[dict[str, Any]], workshops: dict[str, str]) -> None:
    """Scan what came, count the lots. Some devices are missing, one thing on the table belongs to nobody."""
    for number, lot in enumerate(lots, start=1):
        subject = technician(lot["workshop_id"], workshops)
        api = chain.refurbish(subject)

        async def announced(lot: dict[str, Any] = lot, subject: str = subject) -> bool:
            there = [one for one in await chain.refurbish(subject).everything("/lots") if one["id"] == lot["id"]]
            return bool(there) and there[0]["announced"] == lot["devices"]

        await chain.until(f"le manifeste du lot {lot['code']}", announced)
        if (await api.get(f"/lots/{lot['id']}"))["reconciled_at"] is not None:
            continue
        labels = [device["label"] for device in await api.everything("/devices", lot=lot["id"])]
        labels = sorted(labels)[: len(labels) - (_LEFT_AT_THE_DONOR if number == 1 else 0)]
        for label in labels[:_SCANNED_ONE_BY_ONE]:
            await api.post("/scan", {"label": label.lower(), "lot_id": lot["id"]})
        for start in range(_SCANNED_ONE_BY_ONE, len(labels), _BATCH):
            await api.post(f"/lots/{lot['id']}/arrive", {"labels": labels[start : start + _BATCH]})
        if number == 1:
            await api.post("/scan", {"label": _STRANGER, "lot_id": lot["id"]})
            await api.post("/scan", {"label": _SURPLUS, "lot_id": lot["id"]})
            for entry in await api.get("/mismatches"):
                if entry["label"] == _SURPLUS:
                    await api.post(f"/mismatches/{entry['id']}/receive", {"category": "monitor"})
        counted = await api.post(f"/lots/{lot['id']}/reconcile")
        summary = f"lot {lot['code']} : {counted['present']} présents, {len(counted['missing'])} manquants"
        chain.report("Réception", number, len(lots), summary)


async def refurbish(chain: Chain, lots: list[dict[str, Any]], workshops: dict[str, str], tools: list[Inventory]) -> int:
    """Every device takes its way; returns how many became ready."""
    work: list[tuple[str, dict[str, Any]]] = []
    for lot in lots:
        subject = technician(lot["workshop_id"], workshops)
        found = await chain.refurbish(subject).everything("/devices", lot=lot["id"])
        # What no manifest lists waits on the bench: each of the others takes the same way as without it.
        listed = [one for one in found if label_number(one["label"]) < LABEL_CAPACITY // 2]
        work += [(subject, device) for device in sorted(listed, key=lambda one: str(one["label"]))]
    await _take_in(chain, work, tools)
    done = ready = 0

    async def one(numbered: tuple[int, tuple[str, dict[str, Any]]]) -> None:
        nonlocal done, ready
        number, (subject, device) = numbered
        became_ready = await _one_device(chain, subject, device, number)
        ready += became_ready
        done += 1
        if done % 10 == 0 or done == len(work):
            chain.report("Reconditionnement", done, len(work), f"{ready} prêts")

    await for_each(list(enumerate(work)), one)
    return ready


def technician(workshop_id: str, workshops: dict[str, str]) -> str:
    """The first technician of a workshop."""
    key = next(key for key, id_ in workshops.items() if id_ == workshop_id)
    return next(one for one in WORKSHOPS if one.key == key).technicians[0].subject


async def _take_in(chain: Chain, work: list[tuple[str, dict[str, Any]]], tools: list[Inventory]) -> None:
    """Attach the inventories of the machine at hand to desktops, as a technician with a bench machine would."""
    desktops = [(subject, device) for subject, device in work if device["category"] == "desktop"]
    for number, (tool, (subject, device)) in enumerate(zip(tools, desktops, strict=False), start=1):
        if device["stage"] == "arrived":
            headers = {"Content-Type": tool.content_type}
            await chain.refurbish(subject).post_raw(f"/devices/{device['id']}/audits", tool.content, headers)
        chain.report("Inventaires", number, len(tools), f"{tool.name}, sur {device['label']}")
    if not tools:
        chain.report("Inventaires", 0, 0, "ni lshw ni agent d'inventaire sur cette machine")


async def _one_device(chain: Chain, subject: str, device: dict[str, Any], number: int) -> bool:
    """True when the device became ready."""
    api = chain.refurbish(subject)
    path = f"/devices/{device['id']}"
    stage = device["stage"]
    if stage not in ("arrived", "erasing", "erased", "tested", "graded"):
        return bool(stage in ("ready", "left"))
    if number % _WAITING_EVERY == 4:  # its turn has not come, or it is on the bench with its disk known
        if number % 2 and device["category"] in _MEDIA:
            await _media(chain, subject, device)
            if number % 4 == 1:
                await _wipe(chain, subject, device, verified=False)
        return False
    if number % _WAITING_EVERY == 7 and number % 2:  # broken: given up with its reason, its disk still in it
        if device["category"] in ("laptop", "desktop"):
            await _media(chain, subject, device)
        await api.post(f"{path}/withdraw", {"reason": "board"})
        return False
    category = device["category"]
    if category in _MEDIA and stage in ("arrived", "erasing"):
        await _wipe(chain, subject, device)
    points = (await api.get(f"{path}/tests"))["points"]
    fails = number % 17 == 3
    results = [{"test": point["test"], "passed": not (fails and n == 0)} for n, point in enumerate(points)]
    await api.post(f"{path}/tests", {"results": results})
    if fails:
        if number % 2:
            return False  # waits on the repair bench
        await repair.with_a_part(api, device)
        await api.post(f"{path}/tests", {"results": [{"test": points[0]["test"], "passed": True}]})
    await repair.look_and_install(api, device, number)
    await api.post(f"{path}/grade", _what_is_known(category, number))
    if number % 23 == 5:
        return False  # graded, waits for its label
    await api.post(f"{path}/ready")
    return True


async def make_ready(chain: Chain, subject: str, device: dict[str, Any]) -> None:
    """The straight way of one arrived device: wiped, tested, graded, ready."""
    api = chain.refurbish(subject)
    path = f"/devices/{device['id']}"
    if device["category"] in _MEDIA:
        await _wipe(chain, subject, device)
    points = (await api.get(f"{path}/tests"))["points"]
    await api.post(f"{path}/tests", {"results": [{"test": point["test"], "passed": True} for point in points]})
    await api.post(f"{path}/grade", _what_is_known(device["category"], 0))
    await api.post(f"{path}/ready")


async def _media(chain: Chain, subject: str, device: dict[str, Any]) -> list[dict[str, Any]]:
    """The device's media: those an inventory found, else one as devices of its kind have."""
    api = chain.refurbish(subject)
    path = f"/devices/{device['id']}/media"
    if known := await api.get(path):
        return list(known)
    kind = _MEDIA[device["category"]]
    medium: dict[str, Any] = {"kind": kind, "size_gb": 256}
    if kind != "emmc":
        medium["serial"] = f"S{device['label'].replace('-', '')}"
    return list((await api.post(path, [medium]))["media"])


async def _wipe(chain: Chain, subject: str, device: dict[str, Any], *, verified: bool = True) -> None:
    """Wipe what is not wiped; a colleague reads the reports, but of those that still wait for one."""
    api = chain.refurbish(subject)
    path = f"/devices/{device['id']}"
    for one in await _media(chain, subject, device):
        if one["is_wiped"]:
            continue
        level, method, tool, version = _ENOUGH_FOR[one["kind"]]
        await api.post(
            f"{path}/erasures",
            {
                "medium_serial": one["serial"],
                "level": level,
                "method": method,
                "tool": tool,
                "tool_version": version,
                "result": "success",
                "evidence": papers.report(tool, version, one["serial"]),
            },
        )
    if verified:
        waiting = {one["medium_serial"]: one["id"] for one in await api.get(f"{path}/erasures") if not one["verified"]}
        for erasure in waiting.values():  # the latest of each medium
            await chain.refurbish(colleague(subject).subject).post(f"/verifications/{erasure}", {"confirmed": True})


def _what_is_known(category: str, number: int) -> dict[str, Any]:
    cosmetic = "ABC"[number % 3]
    if category in ("laptop", "desktop"):
        facts: dict[str, Any] = {
            "ram_gb": (4, 8, 8, 16)[number % 4],
            "storage": [{"kind": "ssd" if category == "laptop" else "hdd", "size_gb": (128, 256, 500)[number % 3]}],
            "cpu_mark": (1800, 3200, 4600, 6100, 8200)[number % 5],
            "os": "Linux Mint 22",
            "cosmetic": cosmetic,
        }
        return facts | ({"battery_percent": 62 + number % 35} if category == "laptop" else {})
    if category in ("smartphone", "tablet"):
        storage = [{"kind": "emmc", "size_gb": (32, 64, 128)[number % 3]}]
        antutu = (90_000, 180_000, 260_000, 350_000)[number % 4]
        return {"ram_gb": (3, 4, 6)[number % 3], "storage": storage, "antutu": antutu, "cosmetic": cosmetic,
                "battery_percent": 70 + number % 28}  # fmt: skip
    return {"cosmetic": cosmetic}
