"""A PDF, drawn by a process of its own: it takes 100 MB, so there is one at a time."""

import json
from pathlib import Path
from typing import Any

from filiere.jobs.process import Process
from filiere.jobs.turns import Turns

FONTS = Path(__file__).parent / "fonts"
"""All that is drawn with: Atkinson Hyperlegible, and of Noto Sans and Vazirmatn the letters that it lacks."""
_turns = Turns()


async def drawn(module: str, asked: dict[str, Any]) -> bytes:
    """What a module makes of this. Hold no connection meanwhile. Raises ProcessFailed."""
    async with _turns.next():
        process = await Process.start(module, json.dumps(asked).encode())
        pdf = b""
        async for message in process.messages():
            pdf = await process.read(message["size"])
        return pdf
