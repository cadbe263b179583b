"""Looks at pages of runs with a real browser, and fails with everything that is wrong with them.

    runs.py CHROMIUM DIRECTORY [SCREENSHOTS]

The directory is what `run_pages` writes. With a third argument the pages are drawn there, for people to look at.
`AXE` names the file of axe-core; without it, its rules are not checked.
"""

import os
import pathlib
import sys
import tempfile
import time

from browser import FAILED, Browser, check

# The states that the table shows, by names of nodes.
STATES = """Object.fromEntries([...document.querySelectorAll('#grid .item')].map(row =>
  [row.querySelector('code').textContent, row.querySelector('svg').getAttribute('aria-label')]))"""
SELECTED = "document.querySelector('#why .title code')?.textContent"
SAID = "document.querySelector('#live').textContent"
# Whether something was drawn on a canvas: pixels that are not clear.
DRAWN = """(() => { const c = document.querySelector('%s'); if (!c.width) return false;
  return c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some((v, i) => i %% 4 == 3 && v > 0) })()"""
# Text that is too pale for what it is on, by WCAG 2.
CONTRAST = """(() => {
  const part = css => css.match(/[\\d.]+/g).map(Number);
  const light = rgb => { const [r, g, b] = rgb.map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b };
  const ground = element => { for (let at = element; at; at = at.parentElement) {
    const colour = part(getComputedStyle(at).backgroundColor); if (colour.length == 3 || colour[3] > .99) return colour.slice(0, 3) } return [255, 255, 255] };
  const low = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const own = text.parentElement;
    if (!text.data.trim() || !own.offsetParent || own.closest('.sr, .path, script, noscript')) continue;
    const [a, b] = [light(part(getComputedStyle(own).color).slice(0, 3)), light(ground(own))];
    if ((Math.max(a, b) + .05) / (Math.min(a, b) + .05) < 4.5) low.add(own.tagName + '.' + own.className + ' ' + text.data.trim().slice(0, 20));
  }
  return [...low] })()"""


def settled(browser):
    """After the next two frames."""
    browser.value("window.frames_ = 0; requestAnimationFrame(() => requestAnimationFrame(() => window.frames_ = 1))")
    end = time.monotonic() + 20
    while not browser.value("window.frames_"):
        if time.monotonic() > end:
            sys.exit("the page draws no frames")
        time.sleep(0.01)


def harmless(browser, name):
    """Nothing that was planted has run or has become markup, nothing was loaded, and nothing was complained about."""
    check(f"{name}: planted scripts", browser.value("window.planted ?? null"), None)
    check(f"{name}: planted markup", browser.value("document.querySelectorAll('img, [onerror], [onfocus], [autofocus]').length"), 0)
    check(f"{name}: scripts", browser.value("document.scripts.length"), 2)
    check(f"{name}: complaints", browser.complaints(), [])
    check(f"{name}: requests", [url for url in browser.requests() if not url.startswith("file:")], [])


def policy_holds(browser):
    """The page's own rules refuse other scripts, and requests."""
    browser.value("(() => { const s = document.createElement('script'); s.textContent = 'window.other = 1'; document.body.append(s) })()")
    check("another script", browser.value("window.other ?? null"), None)
    browser.value("fetch('https://flyte.org').catch(() => window.refused = 1)")
    settled(browser)
    check("a request", browser.value("window.refused ?? null"), 1)
    browser.complaints()
    browser.events.clear()


def tells_what_failed(browser):
    heading = browser.value("document.querySelector('h1').textContent")
    check("the heading says what failed", heading.startswith("Failed after ") and ": letters failed" in heading or heading)
    check("its selection is the failure", browser.value(SELECTED), "letters")
    check("its error is shown", "three letters" in browser.value("document.querySelector('#why .err').textContent"))
    check("a tolerated failure is told", browser.value("[...document.querySelectorAll('.fail')].some(f => f.textContent.includes('of 5 elements failed'))"))
    check("what never started is told", browser.value("[...document.querySelectorAll('.fail')].some(f => f.textContent.includes('never') && f.textContent.includes('never started'))"))
    check("the graph is drawn", browser.value(DRAWN % "#graph"))
    check("the timeline is drawn", browser.value(DRAWN % "#gantt"))


def table_says_it_all(browser):
    browser.click("document.querySelector('[data-do=all]')")
    browser.click("document.querySelector('#tab-list')")
    settled(browser)
    states = browser.value(STATES)
    wanted = {"try_again": "retried", "say": "succeeded", "never": "skipped", "clean_up": "succeeded", "[2]": "failed"}
    check("states", {name: states.get(name) for name in wanted}, wanted)
    browser.click("document.querySelector('[data-sort=took]')")
    settled(browser)
    check("sorted", browser.value("document.querySelectorAll('[aria-sort=descending]').length"), 1)
    browser.click("document.querySelector('[data-sort=took]')")
    browser.click("document.querySelector('[data-sort=took]')")
    browser.click("document.querySelector('#tab-time')")


def keyboard_goes_everywhere(browser):
    browser.value("document.activeElement.blur()")
    browser.type("/")
    check("a slash leads to the filter", browser.value("document.activeElement.id"), "filter")
    browser.type("state:failed")
    settled(browser)
    check("the filter counts", browser.value("document.querySelector('#hits').textContent").split(" ")[0], "2")
    browser.key("Escape")
    browser.type("nonsense:1")
    settled(browser)
    check("an unknown key is told", "no key" in browser.value("document.querySelector('#hits').textContent"))
    browser.key("Escape")
    browser.key("Escape")
    browser.type("g")
    check("g leads to the graph", browser.value("document.activeElement.id"), "graph")
    names = set()
    for key in ["ArrowUp", "ArrowUp", "ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "ArrowDown", "Enter", "ArrowDown"]:
        browser.key(key)
        names.add(browser.value(SELECTED))
        said = browser.value(SAID)
        check("a screen reader hears the state", any(word in said for word in ("succeeded", "failed", "skipped", "retried")) or said)
    check("arrows go along the edges", len(names) >= 3 or names)
    browser.type("?")
    check("a question mark opens the list of keys", browser.value("document.querySelector('#help').open"))
    browser.key("Escape")
    check("and Escape closes it", browser.value("document.querySelector('#help').open"), False)
    theme = "getComputedStyle(document.body).backgroundColor"
    before = browser.value(theme)
    browser.type("d")
    check("d changes the theme", browser.value(theme) != before)
    browser.type("d")


def attempts_are_apart(browser):
    browser.value("document.activeElement.blur()")
    browser.type("/")
    browser.type("try_again")
    browser.key("Enter")
    settled(browser)
    check("Enter selects what the filter found", browser.value(SELECTED), "try_again")
    check("attempts", browser.value("document.querySelectorAll('#why [data-attempt]').length"), 3)
    browser.click("document.querySelector('#why [data-attempt]')")
    check("the error of an attempt", "attempt 0" in browser.value("document.querySelector('#why .err').textContent"))
    browser.type("/")
    browser.value("document.querySelector('#filter').select()")
    browser.type("say")
    browser.key("Enter")
    settled(browser)
    check("the log of an attempt", "it says" in browser.value("document.querySelector('#why .log').textContent"))


def keeps_its_place(browser, page, directory):
    """A newer model of the same run changes what is told, and not where the reader is."""
    text = page.read_text()
    start = text.index("<meta http-equiv")
    # Without its rules, the page can be told to hand out its views.
    text = text[:start] + text[text.index(">", start) + 1:]
    text = text.replace("\nmount(", "\nwindow.views = mount(")
    own = directory / "updated.html"
    own.write_text(text)
    browser.load(own.as_uri())
    settled(browser)
    browser.type("/")
    browser.type("state:retried")
    browser.key("Enter")
    browser.type("l")
    browser.value("document.querySelector('#grid').scrollTop = 30")
    browser.value("document.querySelector('#why [data-attempt]').focus()")
    settled(browser)
    place = """JSON.stringify([document.activeElement.className, document.querySelector('#filter').value, location.hash,
      document.querySelector('#why .title code').textContent, document.querySelector('#grid').scrollTop,
      document.querySelector('#hits').textContent])"""
    before = browser.value(place)
    check("an attempt has the focus", before.startswith('["att"'))
    number = browser.value("JSON.parse(document.querySelector('#run').textContent).nodes.length")
    browser.value("""(() => { const model = JSON.parse(document.querySelector('#run').textContent);
      model.run.took *= 2; model.nodes.push({ id: 'late', kind: 'task', state: 'queued' }); views.update(model) })()""")
    settled(browser)
    check("where the reader is", browser.value(place), before.replace(f"of {number}", f"of {number + 1}"))
    browser.key("Escape")
    browser.type("l")
    browser.click("document.querySelector('[data-do=clear], #filter')")
    browser.value("document.querySelector('#filter').value = 'late'; document.querySelector('#filter').dispatchEvent(new Event('input'))")
    settled(browser)
    check("what is new", browser.value(STATES), {"late": "not begun"})
    browser.value("views.unmount()")
    check("nothing stays of views that are taken away", browser.value("document.querySelector('#page').childElementCount"), 0)
    check("updates: complaints", browser.complaints(), [])


def tells_what_differs(browser):
    """Another run of the same workflow with other inputs: in the header, the table, the detail, and to a screen reader."""
    told = browser.value("document.querySelector('.changes').textContent")
    check("the inputs that differ", "input text" in told and "another" in told or told)
    browser.click("document.querySelector('[data-filter=\"changed:input\"]')")
    settled(browser)
    check("the filter", browser.value("document.querySelector('#filter').value"), "changed:input")
    browser.type("l")
    settled(browser)
    rows = browser.value("[...document.querySelectorAll('#grid .item')].map(row => row.textContent)")
    check("rows of what differs", len(rows) > 0 and any("inputs" in row for row in rows) or rows)
    check("and no others", any("never" in row for row in rows), False)
    browser.value("document.querySelector('#filter').value = 'say'; document.querySelector('#filter').dispatchEvent(new Event('input'))")
    browser.type("j")
    browser.type("j")
    settled(browser)
    check("a screen reader hears it", "differs from the other run in" in browser.value(SAID) or browser.value(SAID))
    sides = browser.value("[...document.querySelectorAll('#why .side')].map(side => side.textContent)")
    check("both sides", any(side.startswith("here") and "another" in side for side in sides) or sides)
    browser.value("document.querySelector('#filter').value = 'state:absent'; document.querySelector('#filter').dispatchEvent(new Event('input'))")
    settled(browser)
    check("what only the other run has", browser.value("document.querySelector('#hits').textContent").split(" ")[0], "1")


def deck_is_apart(browser):
    """A deck is drawn in the page with its styles, and neither its scripts nor its links reach the page."""
    frame = "document.querySelector('iframe.deck')"
    check("there is a deck", browser.value(f"{frame} != null"))
    check("it may do nothing", browser.value(f"{frame}.getAttribute('sandbox')"), "")
    check("it is of another origin", browser.value(f"{frame}.contentDocument"), None)
    check("its script has not run", browser.value("window.planted ?? null"), None)
    frames = [target["targetId"] for target in browser.call("Target.getTargets")["targetInfos"] if target["type"] == "iframe"]
    check("one frame, in a process of its own", len(frames), 1)
    page = browser.session
    for frame in frames:
        browser.session = browser.call("Target.attachToTarget", targetId=frame, flatten=True)["sessionId"]
        told = browser.value("[document.querySelector('#drawn').textContent, getComputedStyle(document.querySelector('#drawn')).color]")
        check("what it shows", told, ["drawn", "rgb(1, 2, 3)"])
        browser.value("document.querySelector('#out').click(); document.forms[0]?.submit()")
        browser.session = page
    settled(browser)
    check("its link does not lead the page away", browser.value("location.protocol"), "file:")
    browser.complaints()
    browser.events.clear()


def has_no_violations(browser, name, axe):
    """axe-core finds nothing in any view, light and dark."""
    if not axe:
        return
    for scheme in ("light", "dark"):
        browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        for view in ("t", "l", "g", "?"):
            browser.value("document.activeElement.blur(); document.querySelector('#help').close()")
            browser.type(view)
            settled(browser)
            # The page's own rules allow no other script, so that it comes through the debugger.
            browser.value(axe)
            browser.value("window.found_ = null; axe.run({ resultTypes: ['violations'] }).then(found => window.found_ = found.violations)")
            end = time.monotonic() + 60
            while browser.value("window.found_ === null"):
                if time.monotonic() > end:
                    sys.exit("axe-core does not end")
                time.sleep(0.05)
            found = browser.value("window.found_.map(one => one.id + ': ' + one.nodes.map(node => node.target.join(' ')).slice(0, 3).join(', '))")
            check(f"{name}, {scheme}, {view}: axe-core", found, [])
    browser.value("document.querySelector('#help').close()")
    browser.call("Emulation.setEmulatedMedia", features=[])


def fits(browser, name, address, shots):
    for scheme in ("light", "dark"):
        browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}, {"name": "prefers-reduced-motion", "value": "reduce"}])
        for width in (320, 800, 1440, 3840):
            browser.call("Emulation.setDeviceMetricsOverride", width=width, height=1000, deviceScaleFactor=1, mobile=width < 500)
            browser.load("about:blank")
            browser.load(address)
            settled(browser)
            wide = browser.value("document.documentElement.scrollWidth")
            check(f"{name}, {scheme}: fits into {width} pixels", wide <= width or wide)
            check(f"{name}, {scheme}, {width}: text that is too pale", browser.value(CONTRAST), [])
            if shots:
                browser.shot(shots / f"run-{name}-{scheme}-{width}.png")
    browser.call("Emulation.clearDeviceMetricsOverride")
    browser.call("Emulation.setEmulatedMedia", features=[])


def main():
    program, directory = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
    shots = pathlib.Path(sys.argv[3]) if len(sys.argv) > 3 else None
    if shots:
        shots.mkdir(parents=True, exist_ok=True)
    axe = os.environ.get("AXE") and pathlib.Path(os.environ["AXE"]).read_text()
    pages = {path.stem.removeprefix("run-"): path.as_uri() for path in sorted(directory.glob("run-*.html"))}
    check("pages", sorted(pages), ["compared", "deck", "fails", "many", "works"])
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = Browser(program, profile)
        browser.open_tab()
        for name, address in pages.items():
            browser.load("about:blank")
            browser.load(address)
            settled(browser)
            harmless(browser, name)
            if name == "deck":
                deck_is_apart(browser)
            fits(browser, name, address, shots)
            if name != "many":
                browser.load("about:blank")
                browser.load(address)
                settled(browser)
                has_no_violations(browser, name, axe)
                harmless(browser, f"{name} with axe-core")
        browser.call("Emulation.setDeviceMetricsOverride", width=1440, height=1000, deviceScaleFactor=1, mobile=False)
        browser.load("about:blank")
        browser.load(pages["fails"])
        settled(browser)
        tells_what_failed(browser)
        table_says_it_all(browser)
        keyboard_goes_everywhere(browser)
        attempts_are_apart(browser)
        harmless(browser, "after all that")
        policy_holds(browser)
        browser.load(pages["compared"])
        settled(browser)
        tells_what_differs(browser)
        harmless(browser, "compared, after all that")
        keeps_its_place(browser, directory / "run-fails.html", pathlib.Path(profile))
        browser.load(pages["works"])
        settled(browser)
        check("a run that works", browser.value("document.querySelector('h1').textContent").startswith("Succeeded in "))
        check("and says nothing of failures", browser.value("document.querySelectorAll('.bad, .fail').length"), 0)
        browser.load(pages["many"])
        settled(browser)
        check("ten thousand nodes", browser.value("document.querySelector('.facts').textContent.includes('10,001 nodes')"))
        size = (directory / "run-many.html").stat().st_size
        check("ten thousand nodes take at most 3 MiB", size <= 3 << 20 or size)
        browser.close()
    if FAILED:
        sys.exit("\n".join(FAILED))
    print(f"{len(pages)} pages of runs are as they should be")


if __name__ == "__main__":
    main()
