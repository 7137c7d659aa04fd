"""What each report format takes of a large report in seconds of CPU and memory, and how long a page takes to open.

Run as `python -m tests.benchmarks.reports [ARTICLES CLAIMS DISPUTES]` (default 1000 15000 2000); each format runs in a
process of its own, and its figures include making the report. Pages are opened when Chromium and playwright are there.
"""

from __future__ import annotations

import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from factcheck.reporting.base import Style, pages_of
from factcheck.reporting.registry import REPORT_RENDERERS
from factcheck.runs.files import write_whole
from factcheck.runs.pages import folder_beside, write_pages
from tests.support.large_reports import large_report

DEFAULT = ("1000", "15000", "2000")
SECONDS, MEGABYTES = 10.0, 500.0
"""What a format may take of 1,000 articles, 15,000 claims and 2,000 disputes."""
SMALL = (100, 1500, 100)
"""Articles, claims and disputes of the page that one second must be enough for."""
USABLE = 1000.0
"""Milliseconds within which a page of 100 articles is usable."""
OPENINGS = 7


def render(name: str, size: Sequence[str], front: Path) -> dict[str, float]:
    """Render in this process and write the files; seconds of CPU, megabytes at the peak, and what was written."""
    report = large_report(*map(int, size))
    before = time.process_time()
    pages = pages_of(REPORT_RENDERERS[name], report, Style(), front.stem)
    seconds = time.process_time() - before
    write_pages(front, pages, write_whole)
    return {
        "seconds": seconds,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "files": len(pages),
        "written": sum(len(text.encode()) for text in pages.values()) / 1e6,
    }


@dataclass(frozen=True)
class Opening:
    """Milliseconds, each the median of several visits; of wall time but the last."""

    painted: float
    """From the start of the navigation to the first text on the screen."""
    usable: float
    """From the start of the navigation until all is there, the script has bound, and that has been drawn."""
    narrowed: float
    """From a word in the search field until what is left has been drawn."""
    moved: float
    """From the key `j` until the next finding has been drawn."""
    cpu: float
    """Work of the page's thread until it was usable."""


DRAWN = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now()))))"
NARROW = f"""async () => {{
    const start = performance.now(), field = document.querySelector('input[name=q]');
    field.value = 'bridge';
    field.dispatchEvent(new Event('input', {{bubbles: true}}));
    return await {DRAWN} - start;
}}"""
MOVE = f"""async () => {{
    const start = performance.now();
    document.body.dispatchEvent(new KeyboardEvent('keydown', {{key: 'j', bubbles: true}}));
    return await {DRAWN} - start;
}}"""


def opened(path: Path) -> Opening:
    """What a reader waits for when opening a page in a browser that is running."""
    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import FLAGS, WIDE

    visits = []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        for _ in range(OPENINGS):
            page = browser.new_page(viewport=WIDE)  # type: ignore[arg-type]  # width and height
            counters = page.context.new_cdp_session(page)
            counters.send("Performance.enable")
            page.goto(path.as_uri(), wait_until="load")
            usable = page.evaluate(DRAWN)
            metrics = {entry["name"]: entry["value"] for entry in counters.send("Performance.getMetrics")["metrics"]}
            painted = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
            visits.append((painted, usable, page.evaluate(NARROW), page.evaluate(MOVE), metrics["TaskDuration"] * 1000))
            page.close()
        browser.close()
    return Opening(*(statistics.median(column) for column in zip(*visits, strict=True)))


def main(size: Sequence[str]) -> None:
    """Print a line a format and a line a page."""
    with tempfile.TemporaryDirectory() as folder:
        for name, renderer in REPORT_RENDERERS.items():
            front = Path(folder) / f"{name}{renderer.suffixes[0] if renderer.suffixes else '.txt'}"
            command = [sys.executable, "-m", __spec__.name, "--one", name, str(front), *size]
            found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            late = " TOO MUCH" if found["seconds"] > SECONDS or found["megabytes"] > MEGABYTES else ""
            print(
                f"{name:12} {found['seconds']:6.1f} s CPU {found['megabytes']:6.0f} MB peak "
                f"{found['files']:4.0f} files {found['written']:6.1f} MB written{late}"
            )
        if not (shutil.which("chromium") and find_spec("playwright")):
            print("pages were not opened: no chromium or no playwright")
            return
        small = Path(folder) / "small.html"
        write_pages(small, pages_of(REPORT_RENDERERS["html"], large_report(*SMALL), Style(), "small"), write_whole)
        large = Path(folder) / "html.html"
        largest = max(folder_beside(large).glob("*.html"), key=lambda path: path.stat().st_size, default=large)
        for what, path in (("100 articles, one page", small), ("front", large), (largest.name, largest)):
            found = opened(path)
            late = " TOO LATE" if path == small and found.usable > USABLE else ""
            print(
                f"{what:24} {path.stat().st_size / 1e6:5.1f} MB: painted {found.painted:5.0f} ms, "
                f"usable {found.usable:5.0f} ms ({found.cpu:5.0f} ms CPU){late}, "
                f"narrowed in {found.narrowed:4.0f} ms, next finding in {found.moved:4.0f} ms"
            )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(render(sys.argv[2], sys.argv[4:], Path(sys.argv[3]))))
    else:
        main(sys.argv[1:] or DEFAULT)
