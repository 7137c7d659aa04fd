"""Reading the pages: fenced commands, inline code, tables, headings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "DEPLOYMENT.md")
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def text(page: str) -> str:
    """The source of a page, by its path from the root."""
    return (ROOT / page).read_text(encoding="utf-8")


def fenced(page: str, language: str) -> list[str]:
    """The bodies of the fenced blocks of that language."""
    return re.findall(rf"^```{language}\n(.*?)^```", text(page), re.MULTILINE | re.DOTALL)


def section(page: str, heading: str) -> str:
    """The text under `## heading`, up to the next heading of that level; KeyError when there is none."""
    parts = re.split(r"^## (.+)\n", text(page), flags=re.MULTILINE)
    found = dict(zip(parts[1::2], parts[2::2], strict=True))
    return found[heading]


def program_calls(source: str) -> Iterator[list[str]]:
    """The arguments of every call of `factcheck` in shell text; continued lines are joined, comments dropped."""
    for line in source.replace("\\\n", " ").splitlines():
        for command in re.split(r"&&|\|\||;|\|", re.sub(r"(^|\s)#.*", "", line)):
            words = command.replace("'", "").replace('"', "").split()
            while words and re.fullmatch(r"[A-Z_]+=.*|run:|-", words[0]):
                words = words[1:]
            if words and Path(words[0]).name == "factcheck":
                yield words[1:]


def inline_code(page: str) -> list[str]:
    """Everything between single backticks outside of fenced blocks."""
    return re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text(page), flags=re.MULTILINE | re.DOTALL))
