"""Runs a command on a terminal and writes what it shows as an SVG, which moves if the screen did.

    record.py FILE COLUMNS ROWS COMMAND
    record.py --check FILE COLUMNS ROWS COMMAND

The terminal is that of tmux, whose screen is looked at until the command has ended. With --check nothing is written,
and the exit code is 1 if the end of the recording in FILE says something else than the command does now. Numbers, and
words with digits in them, are not compared, nor is the order of lines: times and ids differ, and tasks end as they
please.

Needs nothing but tmux and Python's own library.
"""

import html
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

LONGEST = 60  # seconds
WIDTH, HEIGHT, SIZE = 7.85, 18, 13
MARGIN = 14
PAGE, INK, MUTE = "#14171c", "#eceff4", "#98a1ae"
# The eight colours, and then the bright ones.
COLOURS = [
    "#414956", "#ff7d55", "#7fc98a", "#e6c07b", "#85a5ff", "#d59bf6", "#6cc7d8", "#c3c9d2",
    "#677181", "#ff9b7d", "#9ddba6", "#f2d49b", "#a9c0ff", "#e3bcfa", "#96dbe8", "#eceff4",
]


class Terminal:
    """A server of tmux with one window, in which a shell waits."""

    def __init__(self, directory, columns, rows):
        self.socket = f"{directory}/tmux"
        # Nothing of who records it: no settings, no name of a user or a machine.
        rc = pathlib.Path(directory, "rc")
        rc.write_text("PS1='$ '\nunset PROMPT_COMMAND HISTFILE\n", encoding="utf-8")
        environment = {
            "HOME": directory, "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TERM": "xterm-256color",
            "FLYTE_LOCAL_STATE_DIR": f"{directory}/state",
        }
        self.environment = environment
        self.tmux(
            "-f", "/dev/null", "new-session", "-d", "-x", columns, "-y", rows, f"bash --noprofile --rcfile {rc}", ";",
            "set-option", "-g", "status", "off",
        )

    def tmux(self, *arguments):
        command = ["tmux", "-S", self.socket, *map(str, arguments)]
        return subprocess.run(command, env=self.environment, check=True, capture_output=True, text=True).stdout

    def screen(self):
        """The lines of the screen, with colours, without those that are empty at the end."""
        lines = self.tmux("capture-pane", "-e", "-p").split("\n")
        while lines and not plain(lines[-1]).strip():
            lines.pop()
        return lines

    def is_idle(self):
        lines = self.screen()
        return bool(lines) and plain(lines[-1]).rstrip() == "$"

    def wait_until_idle(self):
        end = time.monotonic() + LONGEST
        while not self.is_idle():
            if time.monotonic() > end:
                sys.exit(f"the command has not ended after {LONGEST} s:\n" + "\n".join(self.screen()))
            time.sleep(0.02)

    def close(self):
        subprocess.run(["tmux", "-S", self.socket, "kill-server"], check=False, capture_output=True)


def record(columns, rows, command):
    """The screens that were seen, each with the seconds since the command began."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as directory:
        terminal = Terminal(directory, columns, rows)
        try:
            terminal.wait_until_idle()
            terminal.tmux("send-keys", "-l", command)
            while command not in "".join(map(plain, terminal.screen())):
                time.sleep(0.02)
            frames = [(0.0, terminal.screen())]
            terminal.tmux("send-keys", "Enter")
            start = time.monotonic()
            while True:
                lines = terminal.screen()
                now = time.monotonic() - start
                is_over = len(lines) > 1 and plain(lines[-1]).rstrip() == "$"
                if is_over:
                    lines = lines[:-1]
                if lines != frames[-1][1]:
                    frames.append((now, lines))
                if is_over:
                    return frames
                if now > LONGEST:
                    sys.exit(f"{command}: it has not ended after {LONGEST} s:\n" + "\n".join(lines))
                time.sleep(0.04)
        finally:
            terminal.close()


ESCAPE = re.compile(r"\x1b\[([0-9;]*)m|\x1b\].*?(?:\x1b\\|\x07)|\x1b[()].|[\x0e\x0f]")


def plain(line):
    return ESCAPE.sub("", line)


def pieces(line):
    """The parts of a line, each with its column, its colour and whether it is bold or dim."""
    column, end = 0, 0
    style = {"colour": None, "bold": False, "dim": False}
    for match in [*ESCAPE.finditer(line), None]:
        text = line[end:match.start() if match else len(line)]
        if text:
            yield column, text, dict(style)
            column += len(text)
        if match is None:
            return
        end = match.end()
        if match.group(1) is not None:
            change(style, [int(code or 0) for code in match.group(1).split(";")])


def change(style, codes):
    codes = iter(codes)
    for code in codes:
        if code == 0:
            style.update(colour=None, bold=False, dim=False)
        elif code == 1:
            style["bold"] = True
        elif code == 2:
            style["dim"] = True
        elif code == 22:
            style.update(bold=False, dim=False)
        elif 30 <= code <= 37:
            style["colour"] = COLOURS[code - 30]
        elif 90 <= code <= 97:
            style["colour"] = COLOURS[code - 82]
        elif code == 39:
            style["colour"] = None
        elif code in (38, 48):
            colour = None
            if next(codes, 0) == 5:
                colour = indexed(next(codes, 0))
            else:
                colour = "#%02x%02x%02x" % tuple(next(codes, 0) for _ in range(3))
            if code == 38:
                style["colour"] = colour


def indexed(number):
    if number < 16:
        return COLOURS[number]
    if number >= 232:
        return "#" + "%02x" % (8 + 10 * (number - 232)) * 3
    number -= 16
    levels = [0, 95, 135, 175, 215, 255]
    return "#%02x%02x%02x" % (levels[number // 36], levels[number // 6 % 6], levels[number % 6])


def drawn(frames, command):
    columns = max(len(plain(line)) for _, lines in frames for line in lines)
    rows = max(len(lines) for _, lines in frames)
    width, height = round(columns * WIDTH + 2 * MARGIN), rows * HEIGHT + 2 * MARGIN
    svg = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        'role="img">',
        f"<title>{html.escape(command)}</title>",
        f"<desc>{html.escape(chr(10).join(plain(line).rstrip() for line in frames[-1][1]))}</desc>",
        "<style>text{white-space:pre;font:" + f"{SIZE}px ui-monospace,'SF Mono',Menlo,Consolas,'Liberation Mono',"
        f"monospace;fill:{INK}" "}rect{fill:" + PAGE + "}.b{font-weight:600}.d{fill:" + MUTE + "}"
        "@keyframes s{to{visibility:visible}}.f{visibility:hidden;animation:s 0s forwards}"
        "@media(prefers-reduced-motion:reduce){.f{animation-delay:0s!important}}</style>",
        f'<rect width="{width}" height="{height}" rx="8"/>',
    ]
    for position, (when, lines) in enumerate(frames):
        # A later screen covers an earlier one, so each stays.
        later = f' class="f" style="animation-delay:{when + 0.6:.2f}s"' if position else ""
        svg.append(f"<g{later}>")
        if position:
            svg.append(f'<rect width="{width}" height="{height}" rx="8"/>')
        for row, line in enumerate(lines):
            y = MARGIN + (row + 1) * HEIGHT - 5
            for column, text, style in pieces(line.rstrip()):
                if not text.strip():
                    continue
                names = "".join(letter for letter, key in (("b", "bold"), ("d", "dim")) if style[key])
                shown = f' class="{" ".join(names)}"' if names else ""
                if style["colour"]:
                    shown += f' style="fill:{style["colour"]}"'
                gap = len(text) - len(text.lstrip())
                x = MARGIN + (column + gap) * WIDTH
                svg.append(f'<text x="{x:.2f}" y="{y}"{shown}>{html.escape(text.strip(), quote=False)}</text>')
        svg.append("</g>")
    svg.append("</svg>")
    return "\n".join(svg) + "\n"


def compared(text):
    """The lines of a screen without what differs from run to run."""
    differs = re.compile(r"\S*\d\S*( (µs|ms|s|min)\b)?")
    lines = (" ".join(differs.sub("#", line).split()) for line in text.split("\n"))
    return sorted(line for line in lines if line)


def main(arguments):
    check = arguments[:1] == ["--check"]
    file, columns, rows, command = arguments[check:]
    frames = record(columns, rows, command)
    file = pathlib.Path(file)
    if not check:
        file.write_text(drawn(frames, command), encoding="utf-8")
        return 0
    now = "\n".join(plain(line) for line in frames[-1][1])
    kept = re.search(r"<desc>(.*?)</desc>", file.read_text(encoding="utf-8"), re.DOTALL)
    kept = html.unescape(kept.group(1)) if kept else ""
    if compared(kept) == compared(now):
        return 0
    print(f"{file} is out of date; it shows\n\n{kept}\n\nand `{command}` now shows\n\n{now}\n\nrun docs/pictures/make")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
