"""README's pictures, made from a recorded run: the terminal as SVG, the page as PNG.

Run as `make pictures`, or `python -m tests.pictures [FOLDER]`. The same recording gives the same pictures, up to the
fonts of the machine.
"""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

from tests.browser.conftest import FLAGS

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".github" / "pictures"
STORY = "harbour-fire"
COLUMNS, LINES = 100, 46
"""Of the terminal; what comes below is cut."""
SCREEN = {"width": 1280, "height": 820}
REMOTE_FONT = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
"""What rich puts in first: a font from somebody's server."""
TERMINAL, PAGE, DISPUTE = "terminal.svg", "page.png", "dispute.png"


def run(*options: str) -> str:
    """What `factcheck check` prints for the recorded story."""
    command = [
        str(Path(sys.executable).with_name("factcheck")), "check", f"seeds/{STORY}",
        "--cassette", f"cassettes/demo/{STORY}.yaml", "--no-run", "--quiet", *options,
    ]  # fmt: skip
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def terminal() -> str:
    """The report as a terminal of a hundred columns shows it first."""
    lines = run("--format", "table", "--color", "always").splitlines()
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    console.print(Text.from_ansi("\n".join(lines[:LINES])))
    picture = console.export_svg(title=f"factcheck check seeds/{STORY}", unique_id="factcheck")
    return REMOTE_FONT.sub("", picture)


def page(folder: Path) -> None:
    """The page as it opens, and a dispute in the dark."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as place, sync_playwright() as driver:
        file = Path(place) / "report.html"
        run("-o", str(file))
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        for name, scheme, target in ((PAGE, "light", "body"), (DISPUTE, "dark", "#disputes")):
            view = browser.new_page(viewport=SCREEN, color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]  # both are schemes
            view.goto(file.as_uri())
            view.locator(target).evaluate("element => element.scrollIntoView()")
            view.screenshot(path=folder / name)
        browser.close()


def main(folder: Path) -> None:
    """Write all pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / TERMINAL).write_text(terminal(), encoding="utf-8")
    page(folder)
    for path in sorted(folder.iterdir()):
        print(f"{path.relative_to(ROOT) if path.is_relative_to(ROOT) else path}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else FOLDER)
