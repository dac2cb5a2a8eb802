"""The README's picture, taken from the demonstration: `python -m tests.browser.screenshot FILE`."""

import asyncio
import sys
from pathlib import Path

from filiere.testing.browser import CHROMIUM, log_in
from playwright.async_api import async_playwright
from stack.demo import run
from stack.people import DONORS
from stack.scenario import ScenarioContext

from tests.flows.running import running_chain

SIZE = {"width": 1200, "height": 900}


async def take(file: Path) -> None:
    """A donor looks at their donation after its devices have gone through the whole chain."""
    async with running_chain() as (stack, chain), async_playwright() as playwright:
        await run(
            ScenarioContext(
                stack.home_url,
                stack.collect_url,
                stack.refurbish_url,
                stack.distribute_url,
                stack.settings.data,
                stack.token,
                lambda *_: None,
            )
        )
        donor = DONORS[0].person.subject
        donation = (await chain.collect(donor).get("/donations"))["items"][-1]
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        tab = await (await browser.new_context(locale="fr-FR", viewport=SIZE)).new_page()  # type: ignore[arg-type]
        address = stack.settings.public_url("collect")
        await log_in(tab, address, donor)
        await tab.goto(f"{address}/dons/{donation['id']}")
        await tab.screenshot(path=file)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(take(Path(sys.argv[1])))
