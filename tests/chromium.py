"""A headless Chromium of the distribution, for pages in files: offline, with a new profile."""

from __future__ import annotations

import json
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from selenium.webdriver import Chrome

_ARGUMENTS: Final = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--disable-dev-shm-usage", "--hide-scrollbars", "--window-size=1280,900"),
)


@contextmanager
def chromium(profile: Path) -> Iterator[Chrome]:
    """A browser while the block runs. Skips the test where the machine has none."""
    programs = shutil.which("chromium"), shutil.which("chromedriver")
    if None in programs:
        pytest.skip("chromium and chromium-driver are not installed")
    from selenium.common.exceptions import SessionNotCreatedException
    from selenium.webdriver import Chrome, ChromeOptions, ChromeService

    options = ChromeOptions()
    options.binary_location = str(programs[0])
    for argument in (*_ARGUMENTS, f"--user-data-dir={profile}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    try:
        browser = Chrome(options, ChromeService(programs[1]))
    except SessionNotCreatedException as failed:
        if "only supports" not in str(failed.msg):
            raise
        pytest.skip(f"chromium and chromium-driver are not of one version: {failed.msg}")
    try:
        offline = {"offline": True, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0}
        browser.execute_cdp_cmd("Network.enable", {})
        browser.execute_cdp_cmd("Network.emulateNetworkConditions", offline)
        yield browser
    finally:
        browser.quit()


def emulate(browser: Chrome, media: str = "screen", **features: str) -> None:
    """Medium and media features, such as prefers_color_scheme="dark"."""
    wanted = [{"name": n.replace("_", "-"), "value": v} for n, v in features.items()]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": wanted})


def allow_scripts(browser: Chrome, allowed: bool) -> None:
    """Whether pages may run scripts; the driver's own still do."""
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not allowed})


def requests(browser: Chrome) -> list[str]:
    """The addresses asked for since the last call."""
    rows = browser.get_log("performance")  # type: ignore[no-untyped-call]
    entries = [json.loads(row["message"])["message"] for row in rows]
    return [
        entry["params"]["request"]["url"]
        for entry in entries
        if entry["method"] == "Network.requestWillBeSent"
    ]


def evaluate(browser: Chrome, expression: str) -> Any:
    """The value of an expression in the page."""
    return browser.execute_script(f"return {expression}")
