"""Where reports go: stdout in one format, files by extension; checked before anything is spent."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Generic, TypeVar

import typer

from factcheck.cli.exits import require_stdout
from factcheck.reporting.base import PagedRenderer, Renderer, Style, pages_of
from factcheck.runs.pages import folder_beside, write_pages

FILE_WIDTH = 100
"""Columns of a table that is not written to a terminal."""
WIDEST = 140
"""Columns beyond which lines get hard to read."""
NARROWEST = 40
TABLES = ("claims", "pairs", "disputes")
STEP_SUMMARY = "GITHUB_STEP_SUMMARY"
LARGEST_SUMMARY = 1_000_000
"""Bytes; GitHub refuses a step's summary beyond 1 MiB as a whole."""

Document = TypeVar("Document")


@dataclass(frozen=True)
class Outputs(Generic[Document]):
    """The renderers that a run needs; `stdout` is None when files were asked for and no format was."""

    stdout: Renderer[Document] | None
    style: Style
    files: tuple[tuple[Path, Renderer[Document]], ...]
    appended: tuple[tuple[Path, Renderer[Document]], ...] = ()
    """Files that others write to as well, such as GitHub's step summary."""

    def write(self, document: Document) -> tuple[Path, ...]:
        """Write all files, each at once or not at all, then stdout; the paths that were written.

        Raises OSError that names the files that could not be, when everything else is written: it may be paid for.
        """
        lost: list[tuple[Path, OSError]] = []
        for path, renderer in self.files:
            try:
                write_pages(path, pages_of(renderer, document, self._style_of(path), path.stem), _replace)
            except OSError as error:
                lost.append((path, error))
        for path, renderer in self.appended:
            try:
                _append(path, renderer.render(document, self._style_of(path)))
            except OSError as error:
                lost.append((path, error))
        if self.stdout is not None:
            encoding = sys.stdout.encoding or "utf-8"
            text = self.stdout.render(document, self.style)
            sys.stdout.write(text.encode(encoding, "replace").decode(encoding))
            sys.stdout.flush()
        if lost:
            _, first = lost[0]
            raise OSError(first.errno, first.strerror or str(first), ", ".join(str(path) for path, _ in lost))
        return tuple(path for path, _ in self.files)

    def _style_of(self, path: Path) -> Style:
        """No colour in files; the table that a file's name ends in, else the one that was asked for."""
        named = [table for table in TABLES if path.stem.casefold().endswith(table)]
        return replace(self.style, width=FILE_WIDTH, color=False, table=named[0] if named else self.style.table)


def plan(
    renderers: Mapping[str, Renderer[Document]],
    format_name: str | None,
    files: Sequence[Path],
    inputs: Sequence[Path],
    color: str,
    cassette: Path | None = None,
    lang: str = "en",
    table: str | None = None,
    *,
    excel: bool = False,
) -> Outputs[Document]:
    """Decide who renders what; raises `typer.BadParameter` for a file that cannot be written or has no format.

    `cassette` is the file that a recording is, or will be, in; no report may take its place. `lang` is the reader's.
    """
    by_suffix = {suffix: renderer for renderer in renderers.values() for suffix in renderer.suffixes}
    targets = []
    for path in files:
        renderer = by_suffix.get(path.suffix.lower())
        if renderer is None:
            raise typer.BadParameter(f"{path}: the extension must be one of {', '.join(by_suffix)}.", param_hint="-o")
        _refuse_unwritable(path, inputs)
        _refuse_cassette(path, cassette)
        if isinstance(renderer, PagedRenderer) and folder_beside(path).is_file():
            raise typer.BadParameter(
                f"{folder_beside(path)} is a file, where the pages of a large report would go.", param_hint="-o"
            )
        targets.append((path, renderer))
    terminal = sys.stdout is not None and sys.stdout.isatty()
    stdout = None
    if format_name or not files:
        require_stdout()
        default = "table" if terminal and "table" in renderers else "markdown"
        stdout = renderers[format_name or default]
    style = Style(
        _width(terminal), color=_wants_color(color, terminal), table=table or TABLES[0], excel=excel, lang=lang
    )
    return Outputs(stdout, style, tuple(targets), _summary(renderers, format_name))


def _summary(
    renderers: Mapping[str, Renderer[Document]], format_name: str | None
) -> tuple[tuple[Path, Renderer[Document]], ...]:
    """With annotations for GitHub, the report for people goes where GitHub shows it."""
    named = os.environ.get(STEP_SUMMARY)
    return ((Path(named), renderers["markdown"]),) if format_name == "github" and named else ()


def _append(path: Path, text: str) -> None:
    """Add whole lines to a file, as many as its reader takes."""
    room = LARGEST_SUMMARY - (path.stat().st_size if path.exists() else 0)
    whole = text.encode("utf-8", "replace")
    if len(whole) > room:
        whole = whole[: max(0, room)].rpartition(b"\n")[0] + b"\n"
    with path.open("ab") as file:
        file.write(whole)


def stdout_style(color: str, lang: str = "en") -> Style:
    """What stdout allows. Raises SettingsError when it is closed."""
    require_stdout()
    terminal = sys.stdout.isatty()
    return Style(_width(terminal), color=_wants_color(color, terminal), lang=lang)


def _refuse_unwritable(path: Path, inputs: Sequence[Path]) -> None:
    if path.is_dir():
        raise typer.BadParameter(f"{path} is a folder.", param_hint="-o")
    if not path.parent.is_dir():
        raise typer.BadParameter(f"{path.parent} does not exist.", param_hint="-o")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise typer.BadParameter(f"{path} cannot be written.", param_hint="-o")
    whole = path.resolve()
    for given in inputs:
        if whole.is_relative_to(given.resolve()):
            raise typer.BadParameter(
                f"{path} would stand among the articles, and the next run would take it for one.", param_hint="-o"
            )


def _refuse_cassette(path: Path, cassette: Path | None) -> None:
    """What was paid for is in the recording, also in one that an interrupted run left."""
    if cassette is None:
        return
    for recording in (cassette, cassette.with_name(cassette.name + ".partial")):
        if path.resolve() == recording.resolve() or (path.exists() and recording.exists() and path.samefile(recording)):
            raise typer.BadParameter(f"{path} is the cassette; name another file for the report.", param_hint="-o")


def _width(terminal: bool) -> int:
    if not terminal and not os.environ.get("COLUMNS"):
        return FILE_WIDTH
    return max(NARROWEST, min(WIDEST, shutil.get_terminal_size((FILE_WIDTH, 24)).columns))


def _wants_color(color: str, terminal: bool) -> bool:
    """NO_COLOR (any value, see no-color.org) and TERM=dumb switch it off; --color has the last word."""
    if color != "auto":
        return color == "always"
    return terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _replace(path: Path, text: str) -> None:
    """Write beside, then rename: a reader never meets half a report."""
    if path.exists() and not path.is_file():  # a device or a pipe has no beside
        with suppress(BrokenPipeError):  # who reads no further has what he wanted, as on stdout
            path.write_text(text, encoding="utf-8", newline="\n")
        return
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", newline="\n", dir=path.parent, prefix=f".{path.name}.", delete=False
    ) as beside:
        temporary = Path(beside.name)
        try:
            beside.write(text)
            beside.close()
            temporary.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask())
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
