"""Measures pages of long runs in a browser, and writes the table of docs/run-page.md.

    figures.py CHROMIUM DIRECTORY [DOC]

The directory is what `run_pages DIRECTORY 100 10000 100000` writes. Without DOC the table is printed. Each figure is the
best of three, as other programs may have the processors meanwhile.
"""

import pathlib
import re
import sys
import tempfile
import time

from browser import Browser

# The most that is allowed: the time to the first paint in milliseconds, by the number of nodes.
PAINT = {100: 300, 10_000: 1_000, 100_000: 3_000}
# The least that is allowed, in frames a second, up to ten thousand nodes.
FRAMES = 50
# How a view is moved by one frame, after what makes it so.
MOVES = {
    "timeline, scrolled": ("", "document.querySelector('#time .scroll').scrollTop += 60"),
    "timeline, zoomed": ("document.querySelector('#gantt').focus()", "press(step % 20 < 10 ? '+' : '-')"),
    "table, scrolled": ("press('l')", "document.querySelector('#grid').scrollTop += 60"),
    "graph, zoomed": (
        "document.querySelector('#graph').focus()",
        "press(step % 20 < 10 ? '-' : '+')",
    ),
}


def wait_until(browser, script, seconds=120):
    end = time.monotonic() + seconds
    while not browser.value(script):
        if time.monotonic() > end:
            sys.exit(f"not within {seconds} s: {script}")
        time.sleep(0.02)


def frames_a_second(browser, before, move):
    """The frames that are drawn while a view is moved with each of them."""
    browser.value(
        """(() => { window.press = key => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
        document.activeElement.blur(); %s;
        window.rate_ = 0; let step = 0, first;
        (function next(now) { first ??= now; %s; if (step++ < 90) requestAnimationFrame(next); else window.rate_ = 90e3 / (now - first); }
        )(performance.now()) })()""" % (before, move)
    )
    wait_until(browser, "window.rate_")
    return browser.value("window.rate_")


def measured(browser, page):
    paints = []
    for _ in range(3):
        browser.load("about:blank")
        browser.load(page.as_uri())
        first = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
        wait_until(browser, f"{first} > 0 && document.documentElement.dataset.ready > 0")
        paints.append(max(browser.value(first), float(browser.value("document.documentElement.dataset.ready"))))
    browser.value("document.querySelector('[data-do=all]')?.click()")
    rates = {name: max(frames_a_second(browser, *move) for _ in range(3)) for name, move in MOVES.items()}
    return min(paints), rates


def main():
    program, directory = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
    doc = pathlib.Path(sys.argv[3]) if len(sys.argv) > 3 else None
    pages = sorted((int(path.stem.removeprefix("run-")), path) for path in directory.glob("run-*.html"))
    rows, failed = [], []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = Browser(program, profile)
        browser.open_tab()
        browser.call("Emulation.setDeviceMetricsOverride", width=1440, height=1000, deviceScaleFactor=1, mobile=False)
        for nodes, page in pages:
            paint, rates = measured(browser, page)
            size = page.stat().st_size / (1 << 20)
            rows.append([f"{nodes:,}", f"{size:.1f} MiB", f"{paint:.0f} ms", *(f"{rate:.0f}" for rate in rates.values())])
            if paint > PAINT.get(nodes, 1e9):
                failed.append(f"{nodes} nodes: {paint:.0f} ms to the first paint")
            slow = {name: rate for name, rate in rates.items() if rate < FRAMES and nodes <= 10_000}
            failed += [f"{nodes} nodes: {rate:.0f} frames/s, {name}" for name, rate in slow.items()]
        browser.close()
    head = ["Nodes", "File", "First paint", *(name[0].upper() + name[1:] for name in MOVES)]
    table = "\n".join("| " + " | ".join(row) + " |" for row in [head, ["---:"] * len(head), *rows]) + "\n"
    if doc:
        text = doc.read_text()
        doc.write_text(re.sub(r"(<!-- figures -->\n)[^<]*(<!-- end -->)", lambda found: found[1] + table + found[2], text))
    print(table, end="")
    if failed:
        sys.exit("\n".join(failed))


main()
