"""Draws the pictures of docs/run-page.md: each view of the page of a run at three widths.

    pictures.py CHROMIUM DIRECTORY OUT

The directory is what `run_pages DIRECTORY pictures` writes.
"""

import base64
import pathlib
import sys
import tempfile

from browser import Browser
from runs import settled

WIDTHS = (400, 1024, 1600)
# The page, the selection, what is typed, and the theme.
VIEWS = {
    "page": ("alone", "", "", "light"),
    "graph": ("alone", "", "gm", "light"),
    "timeline": ("alone", "", "tm", "dark"),
    "table": ("alone", "", "lm", "light"),
    "compared": ("compared", "n1", "l", "light"),
}
# In a narrow window the views are below each other.
PANES = {"graph": "#where", "timeline": "#when", "table": "#when", "compared": "#why"}


def draw(browser, directory, view, width):
    name, node, keys, theme = VIEWS[view]
    browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": theme}])
    browser.call("Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=False)
    browser.load("about:blank")
    browser.load((directory / f"run-{name}.html").as_uri() + (f"#{node}" if node else ""))
    settled(browser)
    for key in keys:
        browser.type(key)
    browser.value("document.activeElement.blur()")
    if width <= 1080 and view in PANES:
        browser.value(f"document.querySelector('{PANES[view]}').scrollIntoView()")
    settled(browser)
    settled(browser)
    return browser.call("Page.captureScreenshot", format="webp", quality=60)["data"]


def main():
    program, directory, out = sys.argv[1], pathlib.Path(sys.argv[2]).resolve(), pathlib.Path(sys.argv[3])
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = Browser(program, profile)
        browser.open_tab()
        for view in VIEWS:
            for width in WIDTHS:
                (out / f"{view}-{width}.webp").write_bytes(base64.b64decode(draw(browser, directory, view, width)))
        browser.close()


main()
