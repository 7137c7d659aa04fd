"""The pages name files and rooms that exist, and keep their form."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from tests.docs import pages

TOP = {p.name for p in pages.ROOT.iterdir()}
CHANGE_KINDS = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


@pytest.mark.parametrize("page", pages.PAGES)
def test_named_files_exist(page: str) -> None:
    """Each path in backticks, and each linked file, is in the checkout; patterns must match something."""
    paths = [c for c in pages.inline_code(page) if re.fullmatch(r"[\w.*-]+/[\w./*-]*", c) and c.split("/")[0] in TOP]
    paths += [c for c in pages.inline_code(page) if re.fullmatch(r"[A-Z][\w-]+\.md|[\w-]+\.toml|constraints\.txt", c)]
    paths += re.findall(r"\]\((?!https?:|#)([^)#]+)", pages.text(page))
    allowed = {"factcheck.toml"}
    assert [p for p in paths if p not in allowed and not any(pages.ROOT.glob(p.rstrip("/")))] == []


def test_architecture_maps_every_room_with_its_invariant() -> None:
    """Each module or folder of the package has its paragraph in the code map, and each paragraph an invariant."""
    parts = re.split(r"^### (.+)\n", pages.section("ARCHITECTURE.md", "Code map"), flags=re.MULTILINE)
    headings, bodies = parts[1::2], parts[2::2]
    package = pages.ROOT / "factcheck"
    rooms = {p.stem for p in package.glob("*.py") if p.stem != "__init__"}
    rooms |= {p.parent.name for p in package.glob("*/__init__.py")}
    assert {name for heading in headings for name in re.findall(r"`(\w+)(?:\.py|/)?`", heading)} >= rooms
    assert [h for h, body in zip(headings, bodies, strict=True) if "**Invariant.**" not in body] == []


def test_contributing_names_the_verbs_of_the_makefile() -> None:
    """CONTRIBUTING lists each verb of the Makefile, and no other."""
    verbs = set(re.findall(r"^\.PHONY: (.+)$", pages.text("Makefile"), re.MULTILINE)[0].split())
    targets = set(re.findall(r"^([a-z]+):", pages.text("Makefile"), re.MULTILINE))
    assert verbs == targets
    assert set(re.findall(r"`make (\w+)`", pages.text("CONTRIBUTING.md"))) == verbs


def test_changelog_keeps_its_form() -> None:
    """Unreleased first, then releases with ISO dates, newest first; entries stand under the six known kinds."""
    headings = re.findall(r"^## (.+)$", pages.text("CHANGELOG.md"), re.MULTILINE)
    assert headings[0] == "Unreleased"
    releases = [re.fullmatch(r"(\d+)\.(\d+)\.(\d+) - (\d{4}-\d\d-\d\d)", h) for h in headings[1:]]
    assert all(releases)
    dates = [dt.date.fromisoformat(r[4]) for r in releases if r]
    versions = [tuple(map(int, r.groups()[:3])) for r in releases if r]
    assert dates == sorted(dates, reverse=True)
    assert versions == sorted(versions, reverse=True)
    assert set(re.findall(r"^### (.+)$", pages.text("CHANGELOG.md"), re.MULTILINE)) <= CHANGE_KINDS


@pytest.mark.parametrize("path", pages.WORKFLOWS, ids=lambda p: str(p.name))
def test_workflows_pin_their_actions(path: Path) -> None:
    """Each action is named by a full commit, so that a moved tag changes nothing."""
    used = re.findall(r"^ *(?:- )?uses: *(\S+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert used
    assert [u for u in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", u)] == []


def test_license_is_the_whole_apache_license() -> None:
    """LICENSE is the full text of version 2.0, from its title to its appendix."""
    licence = pages.text("LICENSE")
    assert "Apache License\n                           Version 2.0, January 2004" in licence
    assert "END OF TERMS AND CONDITIONS" in licence
