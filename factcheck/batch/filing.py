"""Where a batch puts what it found: run folders per story, the index beside them; every file whole or not there."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from stat import S_ISREG

from pydantic import ValidationError

from factcheck.batch.planning import Story
from factcheck.errors import InputError, SettingsError
from factcheck.findings import Report, RunInfo
from factcheck.index import BatchHead, BatchIndex, StoryRow
from factcheck.ingestion.walking import IGNORE_FILE
from factcheck.models import CLAIM, Article, Claim, Judgement
from factcheck.reporting.base import Style
from factcheck.runs.files import slug, write_pieces
from factcheck.runs.folder import PAGES as REPORTS
from factcheck.runs.folder import RunFolder, begin, make_root
from factcheck.runs.manifest import MANIFEST, Manifest
from factcheck.runs.reading import read_report

STORIES = "stories"
INDEX = "index.json"
PAGE = "index.html"
THREADS = 2
"""That write run folders: one while the other waits for the disk. Each keeps the memory that the largest of its reports
took, and more of them would render at once what one interpreter renders one after the other."""
CLAIMS, ARTICLES = "claims.jsonl", "articles.jsonl"
"""Files of a run folder."""
ANEW = (
    "run the batch again, which makes it anew with the answers in the cache; of merged shards, run that shard again and"
    " merge again"
)
"""What helps against a damaged report."""
GONE, DAMAGED = "not there", "damaged"
PAGE_END, TAIL = b"</html>", 64
"""What stands in so many last bytes of a page."""
READ_ONCE = 16_384
"""Reports that are not read again as long as their files have the same time and size; a batch that is watched looks at
all of them in each round."""


def make_folder(batch: Path, root: Path) -> None:
    """Make the folder of a batch, for the user alone. Raises SettingsError when it cannot be, or would be read."""
    try:
        make_root(batch.parent)
        batch.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise SettingsError(f"{batch} cannot be made: {error.strerror or error}; name another --run-dir DIR") from error
    inside = batch.resolve().is_relative_to(root.resolve())
    if inside and not (batch.parent / IGNORE_FILE).is_file():
        raise SettingsError(
            f"{batch} would stand among the articles of {root}, and the next run would take its reports for articles;"
            " name another place with --run-dir DIR"
        )


def begin_story(
    batch: Path, story: Story, earlier: str | None, articles: Sequence[Article], run: RunInfo, command: Sequence[str]
) -> RunFolder:
    """The run folder of one check of a story, begun, beside that of its `earlier` check if there was one.

    A check that was begun with the same articles and never ended goes on in its folder. Raises SettingsError.
    """
    own = hashlib.sha256(story.key.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    root = (batch / earlier).parent if earlier is not None else batch / STORIES / f"{slug(story.title)}-{own}"
    return begin(root=root, name=story.title, articles=articles, run=run, command=command, folder=Path.cwd())


def lost(batch: Path, folder: str) -> tuple[str, str] | None:
    """The first file of the report that a row names which is of no use any more, and why; None when there is none.

    What was written after the manifest, the last file of a run, is looked into: somebody or something has changed it.
    """
    place = batch / folder
    try:
        sealed = (place / MANIFEST).stat().st_mtime_ns
    except OSError:
        sealed = 0
    for name in (REPORTS["json"], REPORTS["html"], CLAIMS):
        try:
            known = (place / name).stat()
        except OSError:
            return name, GONE
        if not S_ISREG(known.st_mode):  # a pipe would be read for ever
            return name, DAMAGED
        emptied = known.st_size == 0 and name != CLAIMS
        changed = name != REPORTS["html"] and known.st_mtime_ns > sealed
        if emptied or (changed and not _is_json(place / name, known.st_mtime_ns, known.st_size)):
            return name, DAMAGED
    return None


@lru_cache(4096)
def _is_json(file: Path, changed: int, size: int) -> bool:  # noqa: ARG001 -- what it was when it was looked into
    try:
        with file.open("rb") as lines:
            for text in lines if file.name == CLAIMS else (lines.read(),):
                if not isinstance(json.loads(text), dict):
                    return False
    except (OSError, ValueError, RecursionError):
        return False
    return True


def unsound(batch: Path, folder: str) -> tuple[str, str] | None:
    """The same as `lost` by every word of the run folder, whatever times its files have: a disk may change no time."""
    place, stamps = batch / folder, list[tuple[int, int]]()
    for name in _READERS:
        try:
            known = (place / name).stat()
        except (FileNotFoundError, NotADirectoryError):
            return name, GONE
        except OSError as error:
            return name, _not_readable(error)
        if not S_ISREG(known.st_mode):
            return name, DAMAGED
        stamps.append((known.st_mtime_ns, known.st_size))
    return _misread(place, tuple(stamps))


@lru_cache(READ_ONCE)
def _misread(place: Path, stamps: tuple[tuple[int, int], ...]) -> tuple[str, str] | None:  # noqa: ARG001 -- as above
    for name, read in _READERS.items():
        try:
            read(place / name)
        except OSError as error:
            return name, _not_readable(error)
        except ValueError:
            return name, DAMAGED
    return None


def _line_by_line(read: Callable[[bytes], object]) -> Callable[[Path], object]:
    """A reader of files whose lines `read` understands."""

    def all_of(file: Path) -> None:
        with file.open("rb") as lines:
            for line in lines:
                read(line)

    return all_of


def _not_readable(error: OSError) -> str:
    return f"not readable ({error.strerror or error})"


def _to_its_end(page: Path) -> None:
    """Raises ValueError for a page that breaks off."""
    with page.open("rb") as file:
        file.seek(max(0, page.stat().st_size - TAIL))
        if PAGE_END not in file.read():
            raise ValueError


_READERS: Mapping[str, Callable[[Path], object]] = {
    REPORTS["json"]: lambda file: Report.model_validate_json(file.read_bytes()),
    REPORTS["html"]: _to_its_end,
    CLAIMS: _line_by_line(CLAIM.validate_json),
    ARTICLES: _line_by_line(Article.model_validate_json),
    "pairs.jsonl": _line_by_line(Judgement.model_validate_json),
    "failures.jsonl": _line_by_line(json.loads),
    MANIFEST: lambda file: Manifest.model_validate_json(file.read_bytes()),
}
"""Files of a run folder that are whole once its run is over, what a reader needs first -> what raises ValueError when
one is not."""


def has_report(batch: Path, folder: str) -> bool:
    """Whether the report that a row names is there, and whole as far as can be seen at a glance."""
    return lost(batch, folder) is None


def is_whole(batch: Path, row: StoryRow, note: Callable[[str], None]) -> bool:
    """Whether a story has the report that it ought to have, by every word; `note` is told what is wrong with one.

    Not of one that is gone: somebody took it away, maybe all of them.
    """
    if row.status == "failed" or row.report is None:
        return row.status == "failed"
    found = unsound(batch, row.report)
    if found is not None and found[1] != GONE:
        note(f"{row.title}: {_making_anew(row.report, found)}")
    return found is None


def _making_anew(folder: str, found: tuple[str, str]) -> str:
    return f"{folder}/{found[0]} is {found[1]}; the next check of this story makes a new one"


def report_of(batch: Path, row: StoryRow) -> Report:
    """The report that a row names. Raises InputError, which says what helps, when it is damaged."""
    try:
        return read_report(batch / str(row.report))
    except InputError as error:
        file = batch / str(row.report) / REPORTS["json"]
        raise InputError(f"{file} is {DAMAGED if file.exists() else GONE}; {ANEW}") from error


def claims_of(batch: Path, row: StoryRow) -> Iterator[Claim]:
    """The claims of a story's report, one at a time; none when somebody took its file away. Raises InputError."""
    file = batch / str(row.report) / CLAIMS
    try:
        with file.open("rb") as lines:
            for line in lines:
                yield CLAIM.validate_json(line)
    except FileNotFoundError:
        return
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror or error}; {ANEW}") from None
    except ValidationError:
        raise InputError(f"{file} is damaged; {ANEW}") from None


def damage(batch: Path, row: StoryRow) -> str | None:
    """What is damaged of the report that a row names, every word of which is read, and what helps."""
    try:
        report_of(batch, row)
        for _ in claims_of(batch, row):
            pass
    except InputError as error:
        return str(error)
    return None


def standing(batch: Path, row: StoryRow) -> StoryRow:
    """The row, which names no report of which something was taken away or damaged."""
    found = lost(batch, row.report) if row.report is not None else None
    if found is None:
        return row
    reasons = (_making_anew(str(row.report), found), *row.reasons)
    return row.model_copy(update={"report": None, "missing": f"{row.report}/{found[0]}", "reasons": reasons})


def file_index(batch: Path, index: BatchIndex, style: Style) -> None:
    """Write the index for programs and for people. Raises OSError."""
    head = BatchHead.model_validate({name: getattr(index, name) for name in BatchHead.model_fields})
    file_rows(batch, head, index.stories, style)


def file_rows(batch: Path, head: BatchHead, rows: Iterable[StoryRow], style: Style) -> None:
    """The same a row at a time, so that they need not be there all at once; `rows` are gone through twice."""
    from factcheck.reporting.batch_index import IndexPage, json_pieces  # not before a request waits for its answer

    write_pieces(batch / INDEX, json_pieces(head, rows, style))
    write_pieces(batch / PAGE, IndexPage(REPORTS["html"]).pieces(head, rows, style))


def unwritten(error: OSError, folder: Path) -> SettingsError:
    """That a report or the index could not be written, in words that name the file and the remedy."""
    named = error.filename2 or error.filename or folder  # the second is what a file was to be renamed to
    return SettingsError(
        f"{named} cannot be written: {error.strerror or error}; make room on its disk and look at"
        " its permissions, then run the same command again: what the cache has is not paid for again. Or name another"
        " --run-dir DIR"
    )
