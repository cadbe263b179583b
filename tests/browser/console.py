"""Uses the console with a real browser, and fails with everything that is wrong with it.

    console.py CHROMIUM PROGRAM [SCREENSHOTS]

The program is `console_program`. `AXE` names the file of axe-core; without it, its rules are not checked. With a third argument the views are drawn there, for people to look at.
"""

import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

from browser import FAILED, Browser, check
from runs import CONTRAST, settled

ROWS = "document.querySelectorAll('#runs li').length"
LIST = "document.querySelector('#runs').innerText"
STATE = "document.querySelector('#actions b')?.textContent"
CONNECTED = "document.querySelector('#connected').textContent"


class Program:
    """The program, with a history of its own."""

    def __init__(self, program, state):
        self.program = program
        self.environment = {**os.environ, "FLYTE_LOCAL_STATE_DIR": state}

    def run(self, *args):
        return subprocess.Popen([self.program, "run", *args], env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def serve(self, port="0"):
        self.console = subprocess.Popen([self.program, "ui", "--no-open", "--port", port], env=self.environment, stdout=subprocess.PIPE, text=True)
        self.address = self.console.stdout.readline().strip()
        self.port = self.address.split(":")[2].split("/")[0]

    def end(self, how=signal.SIGINT):
        self.console.send_signal(how)
        return self.console.wait(10)


def until(browser, script, wanted=True, patience=15):
    end = time.monotonic() + patience
    while (found := browser.value(script)) != wanted:
        if time.monotonic() > end:
            check(script, found, wanted)
            return
        time.sleep(0.02)


def harmless(browser, name):
    check(f"{name}: planted scripts", browser.value("window.planted ?? null"), None)
    check(f"{name}: planted markup", browser.value("document.querySelectorAll('img, [onerror]').length"), 0)
    check(f"{name}: complaints", browser.complaints(), [])
    own = browser.value("location.origin")
    check(f"{name}: requests", [url for url in browser.requests() if not url.startswith(own)], [])


def lets_in(browser, program):
    browser.load(program.address)
    until(browser, CONNECTED, "live")
    check("the token is not in the address", browser.value("location.search"), "")
    check("nor in the history", browser.value("history.length") <= 2)
    check("nor can a script read the cookie", browser.value("document.cookie"), "")
    check("an empty list says so", "no run is recorded yet" in browser.value(LIST))


def starts_a_run_by_keyboard(browser):
    browser.value("document.querySelector('#start-run').focus()")
    browser.key("Enter")
    browser.value("0")
    browser.call("Input.dispatchKeyEvent", type="char", text="\r")
    until(browser, "document.querySelector('#form').open")
    browser.value("""(() => { const e = document.querySelector('#form-entity');
      e.value = [...e.options].find(o => o.value.endsWith('.say')).value; e.dispatchEvent(new Event('change')) })()""")
    kinds = "[...document.querySelectorAll('#form .field :is(input, select, textarea)')].slice(1).map(e => e.type)"
    check("fields by type, and a token is masked", browser.value(kinds), ["text", "select-one", "select-one", "password"])
    browser.value("document.querySelector('#form .field:nth-of-type(1) input').focus()")
    browser.type("hello")
    browser.call("Input.dispatchKeyEvent", type="keyDown", key="Enter", code="Enter", windowsVirtualKeyCode=13, text="\r")
    until(browser, "location.pathname.startsWith('/runs/')")
    until(browser, STATE, "succeeded")
    until(browser, "document.querySelector('#page h1')?.textContent.startsWith('Succeeded in')")
    settled(browser)
    check("its outputs are text", "hello Green true 1 </script>" in browser.value("document.querySelector('#why').innerText"))
    harmless(browser, "the page of a run")


def tells_what_is_wrong_with_an_input(browser):
    browser.click("document.querySelector('#start-run')")
    until(browser, "document.querySelector('#form').open")
    browser.value("""(() => { const e = document.querySelector('#form-entity');
      e.value = [...e.options].find(o => o.value.endsWith('.slow')).value; e.dispatchEvent(new Event('change')) })()""")
    browser.value("document.querySelector('#form .field:nth-of-type(1) input').focus()")
    browser.type("soon")
    browser.click("document.querySelector('#form .buttons .strong')")
    until(browser, "document.querySelector('#form .field .bad').textContent", "not a whole number")
    check("the field is in focus", browser.value("document.activeElement.getAttribute('aria-invalid')"), "true")
    browser.key("Escape")
    until(browser, "document.querySelector('#form').open", False)
    refusals = [told for told in browser.complaints() if "409" not in told]
    check("complaints of the form", refusals, [])
    browser.events.clear()


def follows_a_run_of_another_process(browser, program):
    browser.click("document.querySelector('#home')")
    until(browser, "document.querySelector('#runs').hidden", False)
    before = browser.value(ROWS)
    other = program.run("steps", "--milliseconds", "700")
    until(browser, ROWS, before + 1)
    check("it is running", "running" in browser.value(LIST))
    browser.click("document.querySelector('#runs li a')")
    until(browser, STATE, "running")
    until(browser, "document.querySelector('#page h1')?.textContent.startsWith('Running for')")
    check("it says where it is cancelled", "another process" in browser.value("document.querySelector('#actions').innerText"))
    other.wait(20)
    until(browser, STATE, "succeeded")
    until(browser, "document.querySelector('#page h1')?.textContent.startsWith('Succeeded in')")


def answers_gates(browser):
    browser.click("document.querySelector('#start-run')")
    until(browser, "document.querySelector('#form').open")
    browser.value("""(() => { const e = document.querySelector('#form-entity');
      e.value = [...e.options].find(o => o.value.endsWith('.reviewed')).value; e.dispatchEvent(new Event('change'));
      document.querySelector('#form .field:nth-of-type(1) input').focus() })()""")
    browser.type("5")
    browser.click("document.querySelector('#form .buttons .strong')")
    until(browser, "document.querySelectorAll('.question').length", 2)
    check("what is to be approved is shown", browser.value("document.querySelector('#gates code').textContent"), "5")
    browser.click('document.querySelector("[aria-label=\\"Gate review\\"] .strong")')
    until(browser, "document.querySelectorAll('.question').length", 1)
    browser.value("document.querySelector('#gates input').focus()")
    browser.type("7")
    browser.call("Input.dispatchKeyEvent", type="keyDown", key="Enter", code="Enter", windowsVirtualKeyCode=13, text="\r")
    until(browser, "document.querySelector('#gates').hidden")
    until(browser, STATE, "succeeded")
    browser.click("document.querySelector('#home')")


def keyboard_goes_along_the_list(browser):
    until(browser, "document.querySelector('#runs').hidden", False)
    browser.value("document.activeElement.blur()")
    browser.type("/")
    check("a slash leads to the filter", browser.value("document.activeElement.id"), "search")
    browser.type("reviewed")
    until(browser, ROWS, 1)
    browser.key("ArrowDown")
    check("an arrow leads to the first row", "reviewed" in browser.value("document.activeElement.innerText"))
    browser.value("(() => { const e = document.querySelector('#search'); e.value = ''; e.dispatchEvent(new Event('input')) })()")
    until(browser, f"{ROWS} > 2")
    browser.value("document.activeElement.blur()")
    browser.type("jj")
    at = "[...document.querySelectorAll('#runs a')].indexOf(document.activeElement)"
    check("j goes down", browser.value(at), 1)
    browser.type("k")
    check("k goes up", browser.value(at), 0)
    theme = "getComputedStyle(document.body).backgroundColor"
    before = browser.value(theme)
    browser.type("d")
    check("d changes the theme", browser.value(theme) != before)
    browser.type("d")


def shares_one_stream(browser):
    """A second tab gets its events from the first, which has the lock."""
    origin = browser.value("location.origin")
    # The session of a tab ends with that from which it was opened.
    first, browser.session = browser.session, None
    browser.open_tab()
    browser.load(origin + "/")
    until(browser, CONNECTED, "live")
    browser.value("window.locks_ = null; navigator.locks.query().then(q => window.locks_ = [q.held.length, q.pending.length])")
    until(browser, "window.locks_ != null")
    check("one tab holds the stream, and one waits", browser.value("window.locks_"), [1, 1])
    second, browser.session = browser.session, first
    return second


def goes_on_after_a_restart(browser, program, second):
    """The console is killed and started again; both tabs go on by themselves."""
    first = browser.session
    before = browser.value(ROWS)
    program.end(signal.SIGKILL)
    until(browser, CONNECTED, "no connection; it is tried again")
    program.serve(program.port)
    for tab in (first, second):
        browser.session = tab
        until(browser, CONNECTED, "live", 30)
    program.run("complain", "--text", "no").wait(20)
    for tab in (first, second):
        browser.session = tab
        # A tab that nobody looks at draws nothing.
        browser.call("Page.bringToFront")
        until(browser, ROWS, before + 1)
        until(browser, "document.querySelector('#runs').innerText.includes('failed')")
    # The connection was lost, which the browser has told.
    browser.events.clear()
    browser.session = first
    browser.call("Page.close")
    browser.session = second
    browser.call("Page.bringToFront")
    program.run("say", "--text", "after the first tab").wait(20)
    until(browser, ROWS, before + 2)
    harmless(browser, "after a restart")


def has_no_violations(browser, name):
    """axe-core finds nothing, if there is one."""
    if not os.environ.get("AXE"):
        return
    # The content policy of the console is for its pages, and not for what looks at them.
    browser.value(pathlib.Path(os.environ["AXE"]).read_text())
    browser.value("window.found_ = null; axe.run({ resultTypes: ['violations'] }).then(found => window.found_ = found.violations.map(v => v.id + ' ' + v.nodes[0].html))")
    until(browser, "window.found_ != null")
    check(f"{name}: axe-core", browser.value("window.found_"), [])


def fits(browser, program, shots):
    run = browser.value("document.querySelector('#runs a').getAttribute('href')")
    for scheme in ("light", "dark"):
        browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}, {"name": "prefers-reduced-motion", "value": "reduce"}])
        for width in (320, 800, 1440, 3840):
            browser.call("Emulation.setDeviceMetricsOverride", width=width, height=1000, deviceScaleFactor=1, mobile=width < 500)
            for name, path, ready in (("list", "/", f"{ROWS} > 1"), ("run", run, "document.querySelector('#page h1') != null")):
                browser.load(f"http://127.0.0.1:{program.port}{path}")
                until(browser, ready)
                settled(browser)
                wide = browser.value("document.documentElement.scrollWidth")
                check(f"{name}, {scheme}: fits into {width} pixels", wide <= width or wide)
                check(f"{name}, {scheme}, {width}: text that is too pale", browser.value(CONTRAST), [])
                if width == 1440:
                    has_no_violations(browser, f"{name}, {scheme}")
                if shots:
                    browser.shot(shots / f"console-{name}-{scheme}-{width}.png")
            browser.load(f"http://127.0.0.1:{program.port}/")
            until(browser, f"{ROWS} > 1")
            browser.click("document.querySelector('#start-run')")
            until(browser, "document.querySelector('#form').open")
            settled(browser)
            check(f"form, {scheme}, {width}: text that is too pale", browser.value(CONTRAST), [])
            if width == 1440:
                has_no_violations(browser, f"form, {scheme}")
            if shots:
                browser.shot(shots / f"console-form-{scheme}-{width}.png")
    browser.call("Emulation.clearDeviceMetricsOverride")
    browser.call("Emulation.setEmulatedMedia", features=[])
    harmless(browser, "all widths")


def main():
    shots = pathlib.Path(sys.argv[3]) if len(sys.argv) > 3 else None
    if shots:
        shots.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as directory:
        program = Program(sys.argv[2], directory + "/state")
        program.serve()
        try:
            browser = Browser(sys.argv[1], directory + "/profile")
            browser.open_tab()
            browser.call("Emulation.setDeviceMetricsOverride", width=1440, height=1000, deviceScaleFactor=1, mobile=False)
            lets_in(browser, program)
            starts_a_run_by_keyboard(browser)
            tells_what_is_wrong_with_an_input(browser)
            follows_a_run_of_another_process(browser, program)
            answers_gates(browser)
            keyboard_goes_along_the_list(browser)
            harmless(browser, "the list")
            second = shares_one_stream(browser)
            goes_on_after_a_restart(browser, program, second)
            fits(browser, program, shots)
            browser.close()
        except BaseException:
            # What was found before the error, too.
            print("\n".join(FAILED))
            raise
        finally:
            ended = program.end()
        check("Ctrl-C ends it", ended, 0)
    if FAILED:
        sys.exit("\n".join(FAILED))
    print("the console is as it should be")


main()
