"""A browser for all tests: of two at once, the second one would not start.

It ends with the file that asked for it: as long as Playwright runs, its event loop does
too, and notebooks could not be executed in the same process.
"""

import shutil

import pytest

QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update"),
    "--disable-sync",
)


@pytest.fixture(scope="module")
def chromium():
    """A browser, or the line that says how to get one."""
    playwright = pytest.importorskip("playwright.sync_api")
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if not program:
        pytest.skip("no browser: install Debian's chromium: apt install chromium")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=program, args=QUIET)
        yield browser
        browser.close()
