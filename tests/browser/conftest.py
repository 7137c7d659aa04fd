"""Chromium for the tests of this folder; where it is missing they are skipped with a word on how to get it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from factcheck.findings import Report
from factcheck.reporting.base import Style
from factcheck.reporting.html.document import HtmlReport

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is missing: pip install -e '.[dev]'")

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WIDE = {"width": 1440, "height": 1000}
NARROW = {"width": 400, "height": 800}


@dataclass
class Visit:
    """An open page, and what it did that a report must not do."""

    page: Any
    errors: list[str] = field(default_factory=list)
    """Errors of scripts and of the console, refusals of the content policy among them."""
    requests: list[str] = field(default_factory=list)
    """Addresses that were asked for, the page's own left out."""


Open = Callable[..., Visit]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A browser that is started once for a module."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no chromium on this machine (Debian: apt-get install chromium)")
    with sync_api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Any, tmp_path: Path) -> Iterator[Open]:
    """Opens a report's page from a file; the contexts are closed after the test."""
    contexts = []

    def open_page(report: Report | Path, address: str = "", lang: str = "en", **options: Any) -> Visit:
        if isinstance(report, Path):
            path = report
        else:
            path = tmp_path / "report.html"
            path.write_text(HtmlReport().render(report, Style(lang=lang)), encoding="utf-8")
        settings: Mapping[str, Any] = {"viewport": WIDE, "reduced_motion": "reduce", **options}
        context = chromium.new_context(**settings)
        contexts.append(context)
        context.set_default_timeout(5000)
        found = Visit(context.new_page())
        found.page.on("pageerror", lambda error: found.errors.append(str(error)))
        found.page.on("console", lambda m: found.errors.append(m.text) if m.type in ("error", "warning") else None)
        found.page.on("request", lambda r: None if r.url.startswith(path.as_uri()) else found.requests.append(r.url))
        found.page.goto(path.as_uri() + address)
        return found

    yield open_page
    for context in contexts:
        context.close()
