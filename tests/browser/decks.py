"""Looks at pages of decks with a real browser, and fails with everything that is wrong with them.

    decks.py CHROMIUM DIRECTORY [SCREENSHOTS]

The directory is what `deck_pages` writes. With a third argument the pages are drawn there, for people to look at. Needs nothing
but Python's own library: the browser is spoken to through a pipe.
"""

import base64
import pathlib
import sys
import tempfile

from browser import FAILED, Browser, check

SELECTED = "[...document.querySelectorAll('[role=tab][aria-selected=true]')].map(tab => tab.textContent)"
VISIBLE = "[...document.querySelectorAll('.panel')].filter(p => p.offsetParent !== null).map(p => p.id)"


def harmless(browser, name):
    """Nothing that was planted has run or has become markup, nothing was loaded, and nobody complained."""
    check(f"{name}: planted scripts", browser.value("window.planted ?? null"), None)
    check(f"{name}: planted markup", browser.value("document.querySelectorAll('.panel script, img, [onerror], [onfocus], [autofocus]').length"), 0)
    check(f"{name}: scripts", browser.value("document.scripts.length"), 1)
    check(f"{name}: complaints", browser.complaints(), [])
    check(f"{name}: requests", [url for url in browser.requests() if not url.startswith("file:")], [])
    check(f"{name}: links", browser.value("[...document.links].filter(a => !/^(https?|mailto|file):/.test(a.href)).length"), 0)


def tabs_by_keyboard_and_mouse(browser, address):
    names = browser.value("[...document.querySelectorAll('[role=tab]')].map(tab => tab.textContent)")
    check("tabs", names[0:2], ["default", "plots"])
    check("parts", names[3:], ["Input", "Output", "Timeline", "Source Code", "Dependencies"])
    check("the first is selected", browser.value(SELECTED), ["default"])
    check("its panel is seen", browser.value(VISIBLE), ["deck-0-0"])
    linked = "[...document.querySelectorAll('[role=tab]')].every(t => { const p = document.getElementById(t.getAttribute('aria-controls')); return p.getAttribute('role') === 'tabpanel' && p.getAttribute('aria-labelledby') === t.id })"
    check("tabs and panels name each other", browser.value(linked))
    browser.key("Tab")
    check("the tab is what the keyboard reaches first", browser.value("document.activeElement.textContent"), "default")
    for key, wanted in [("ArrowRight", names[1]), ("End", names[-1]), ("ArrowRight", names[0]), ("ArrowLeft", names[-1]), ("Home", names[0]), ("ArrowRight", names[1])]:
        browser.key(key)
        check(f"after {key}", browser.value(SELECTED), [wanted])
        check(f"focus after {key}", browser.value("document.activeElement.textContent"), wanted)
        check(f"one panel after {key}", browser.value(VISIBLE), [f"deck-0-{names.index(wanted)}"])
    browser.key("Tab")
    check("then comes the panel", browser.value("document.activeElement.id"), "deck-0-1")
    browser.click("document.querySelectorAll('[role=tab]')[3]")
    check("after a click", browser.value(SELECTED), ["Input"])
    browser.call("Page.reload")
    browser.wait_for("Page.loadEventFired")
    check("after loading again", browser.value(SELECTED), ["Input"])
    browser.load("about:blank")
    browser.load(address)


def tabs_without_scripts(browser, address):
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    browser.load(address + "?without-scripts")
    check("without scripts: radio buttons", browser.value("document.querySelectorAll('.tabs > input').length > 3"))
    check("without scripts: one panel", browser.value(VISIBLE), ["deck-0-0"])
    browser.click("document.querySelectorAll('.tabs > label')[3]")
    check("without scripts: after a click", browser.value(VISIBLE), ["deck-0-3"])
    browser.key("ArrowRight")
    check("without scripts: after a key", browser.value(VISIBLE), ["deck-0-4"])
    browser.call("Emulation.setScriptExecutionDisabled", value=False)


# How far two colours are apart, by WCAG 2; 4.5 is enough for text, 3 for pictures.
CONTRAST = """(() => {
  const light = (css) => {
    const part = css.match(/[\\d.]+/g).slice(0, 3).map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
    return .2126 * part[0] + .7152 * part[1] + .0722 * part[2];
  };
  const page = light(getComputedStyle(document.body).backgroundColor), low = [];
  const wanted = [['.panel', 4.5], ['header p', 4.5], ['[role=tab]', 4.5], ['.status', 4.5], ['th', 4.5], ['a[href]', 4.5],
    ...[0, 1, 2].map(n => ['.c' + n, 3])];
  for (const [selector, least] of wanted) for (const element of document.querySelectorAll(selector)) {
    const ink = light(getComputedStyle(element).color);
    const contrast = (Math.max(ink, page) + .05) / (Math.min(ink, page) + .05);
    if (contrast < least) low.push(selector + ' ' + contrast.toFixed(1));
  }
  return [...new Set(low)];
})()"""


def colours_and_sizes(browser, name, address, shots):
    grounds = []
    for scheme in ("light", "dark"):
        browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        for width in (360, 1200):
            browser.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 500)
            browser.load(address)
            for tab in range(browser.value("Math.max(1, document.querySelectorAll('[role=tab]').length)")):
                browser.value(f"document.querySelectorAll('[role=tab]')[{tab}]?.click()")
                wide = browser.value("document.documentElement.scrollWidth")
                check(f"{name}, {scheme}, tab {tab}: fits into {width} pixels", wide <= width or wide)
                if shots and (tab < 2 or width == 1200):
                    height = min(browser.value("document.documentElement.scrollHeight"), 3000)
                    clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
                    shot = browser.call("Page.captureScreenshot", clip=clip, captureBeyondViewport=True)["data"]
                    (shots / f"{name}-{scheme}-{width}-{tab}.png").write_bytes(base64.b64decode(shot))
        grounds.append(browser.value("getComputedStyle(document.body).backgroundColor"))
        check(f"{name}: low contrast when {scheme}", browser.value(CONTRAST), [])
    check(f"{name}: light and dark differ", grounds[0] != grounds[1])
    browser.call("Emulation.clearDeviceMetricsOverride")
    browser.call("Emulation.setEmulatedMedia", features=[])


def on_paper(browser, address):
    """Every panel is there, under its name, with scripts and without."""
    names = "[...document.querySelectorAll('.panel')].map(p => getComputedStyle(p, '::before').content.slice(1, 8))"
    for disabled in (False, True):
        browser.call("Emulation.setScriptExecutionDisabled", value=disabled)
        browser.call("Emulation.setEmulatedMedia", media="print")
        browser.load(address)
        panels = browser.value("document.querySelectorAll('.panel').length")
        check("panels on paper", len(browser.value(VISIBLE)), panels)
        found = browser.value(names)
        check("names on paper", [found[0], *found[-2:]], ["default", "Source ", "Depende"])
        browser.call("Emulation.setEmulatedMedia", media="")
    browser.call("Emulation.setScriptExecutionDisabled", value=False)


def main():
    program, directory = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
    shots = pathlib.Path(sys.argv[3]) if len(sys.argv) > 3 else None
    if shots:
        shots.mkdir(parents=True, exist_ok=True)
    pages = {path.name.split("-")[2]: path.as_uri() for path in sorted(directory.glob("0*.html"))}
    check("pages", sorted(pages), ["draws", "fails", "panics", "shows_all"])
    pages["index"] = (directory / "index.html").as_uri()
    pages["together"] = (directory / "together.html").as_uri()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = Browser(program, profile)
        browser.open_tab()
        for name, address in pages.items():
            browser.load(address)
            if name not in ("draws", "together"):
                harmless(browser, name)
            colours_and_sizes(browser, name, address, shots)

        browser.load(pages["shows_all"])
        tabs_by_keyboard_and_mouse(browser, pages["shows_all"])
        tabs_without_scripts(browser, pages["shows_all"])
        on_paper(browser, pages["shows_all"])
        for name, text in [("fails", "window.planted = 1"), ("panics", "panicked at")]:
            browser.load(pages[name])
            check(f"{name}: the error comes first", browser.value(SELECTED), ["Error"])
            check(f"{name}: the error", text in browser.value("document.querySelector('.error').textContent"))
        browser.load(pages["draws"])
        check("a script that is wanted runs", browser.value("document.getElementById('drawn').textContent"), "drawn by a script")
        check("a script that is wanted: complaints", browser.complaints(), [])
        browser.load(pages["together"])
        check("all on one page", browser.value("[...document.querySelectorAll('details.task h2')].map(h => h.textContent.split('.').pop())"), ["shows_all", "fails", "panics", "draws"])
        check("each has a tab", len(browser.value(SELECTED)), 4)
        check("planted scripts beside one that is wanted", browser.value("window.planted ?? null"), None)
        browser.load(pages["index"])
        check("the index leads to the pages", browser.value("[...document.links].map(a => a.href)"), [pages[name] for name in ("shows_all", "fails", "panics", "draws")])
        browser.close()
    if FAILED:
        sys.exit("\n".join(FAILED))
    print(f"{len(pages)} pages are as they should be")


main()
