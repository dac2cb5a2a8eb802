"""Inventories made by real tools on the machine at hand, when it has them; nothing depends on their being there."""

import asyncio
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

_BOUND_S = 20


@dataclass(frozen=True, slots=True)
class Inventory:
    """What a tool printed about this machine."""

    name: str
    content: bytes
    content_type: str


async def of_this_machine() -> list[Inventory]:
    """`lshw -json`, and the GLPI or FusionInventory agent: those of them that are installed and answer in time."""
    with tempfile.TemporaryDirectory(prefix="filiere-inventory-") as folder:
        made = await asyncio.gather(_lshw(), *(_agent(name, Path(folder)) for name in _AGENTS))
    return [one for one in made if one is not None]


_AGENTS = {
    "glpi-agent": ("--json", "--no-category=software,process,environment,user"),
    "fusioninventory-agent": ("--no-category=software,process,environment,user",),
}


async def _lshw() -> Inventory | None:
    if shutil.which("lshw") is None:
        return None
    content = await _output("lshw", "-json", "-quiet")
    return Inventory("lshw", content, "application/json") if content else None


async def _agent(name: str, folder: Path) -> Inventory | None:
    if shutil.which(name) is None:
        return None
    target = folder / name
    target.mkdir()
    await _output(name, "--local", str(target), "--force", *_AGENTS[name])
    files = sorted(target.iterdir())
    if not files:
        return None
    kind = "application/json" if files[0].suffix == ".json" else "application/xml"
    return Inventory(name, files[0].read_bytes(), kind)


async def _output(*command: str) -> bytes:
    """What the command prints; nothing when it fails or takes too long."""
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        async with asyncio.timeout(_BOUND_S):
            output, _ = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        return b""
    return output if process.returncode == 0 else b""
