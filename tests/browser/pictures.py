"""Makes the pictures of docs/images from the plan of tests/showcase.py.

PYTHONPATH=tests python tests/browser/pictures.py
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from chromium import chromium, emulate
from showcase import showcase

from reconciler.core.guards import Guards, refusals
from reconciler.core.limit import Limit
from reconciler.core.masking import Mask
from reconciler.core.project import GuardSettings
from reconciler.report.html import plan_html

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

IMAGES: Final = Path(__file__).parents[2] / "docs/images"
TO_PROMPT: Final = (
    "document.querySelector('[data-address=\"persona/nora\"] .prose').previousElementSibling"
    ".scrollIntoView(); scrollBy(0, -150)"
)


def main() -> None:
    """Write them."""
    plan = showcase()
    guards = Guards(GuardSettings(max_updates=Limit(5), max_deletes=Limit(0)))
    text = plan_html(Mask().plan(plan), refusals(plan, guards))
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "plan.html"
        file.write_text(text, encoding="utf-8")
        with chromium(Path(directory) / "profile") as browser:
            emulate(browser, prefers_color_scheme="light")
            _picture(browser, file, "plan-light", (1120, 760))
            emulate(browser, prefers_color_scheme="dark")
            to_sides = f"document.querySelector('[data-view=side]').click(); {TO_PROMPT}"
            _picture(browser, file, "plan-dark", (1120, 700), to_sides)
            emulate(browser, prefers_color_scheme="light")
            _picture(browser, file, "plan-narrow", (390, 760), TO_PROMPT)


def _picture(
    browser: Chrome, file: Path, name: str, size: tuple[int, int], script: str = ""
) -> None:
    width, height = size
    screen = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    browser.get(file.as_uri())
    browser.execute_script(script)
    IMAGES.mkdir(exist_ok=True)
    browser.save_screenshot(str(IMAGES / f"{name}.png"))


if __name__ == "__main__":
    main()
