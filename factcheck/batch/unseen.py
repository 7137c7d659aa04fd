"""What of a batch cannot be looked at now: it is not gone, and what was known of it stands until it can be seen."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from factcheck.batch.planning import folder_anchor
from factcheck.batch.rows import REASONS_SHOWN
from factcheck.batch.scanning import IN_VAIN, ScannedFile, part_of
from factcheck.index import StoryRow
from factcheck.ingestion.walking import FoundFile, Unseen
from factcheck.models import RefusedFile

_AFTER_SLASH = chr(ord("/") + 1)


@dataclass(frozen=True)
class Hidden:
    """The folders and files of one pass that could not be looked at and of which something is known."""

    refused: tuple[RefusedFile, ...] = ()
    stories: frozenset[str] = frozenset()
    """Keys of the stories of which nothing can be seen, where a folder is one: they are not checked anew."""
    touched: Mapping[str, Sequence[RefusedFile]] = field(default_factory=dict)
    """Key of each story of which something is not seen, where a folder is one -> what."""

    def told(self, row: StoryRow) -> StoryRow:
        """The row, which says what of its story is not seen now: some of it, and how much more there is."""
        mine = self.touched.get(row.key, ())
        shown = [f"{refused.path}: {refused.reason}" for refused in mine[:REASONS_SHOWN]]
        more = [f"and {len(mine) - len(shown):,} more that cannot be looked at"] if len(mine) > len(shown) else []
        reasons = tuple(dict.fromkeys((*shown, *more, *row.reasons)))
        return row.model_copy(update={"reasons": reasons}) if mine else row


def recalled(files: Sequence[ScannedFile], known: Mapping[str, str], root: Path) -> tuple[list[ScannedFile], Hidden]:
    """The files, with those that are known of each that could not be looked at in its place; and what that was.

    `known` holds the stamp of each file that was read. A folder within a story of which nothing is known stays among
    the files, for the story's report lacks it.
    """
    if not any(isinstance(file.found, Unseen) for file in files):
        return list(files), Hidden()
    there, refused = list[ScannedFile](), list[RefusedFile]()
    stories, touched = set[str](), defaultdict[str, list[RefusedFile]](list)
    paths = sorted(known)
    for file in files:
        below = _below(file.shown, known, paths, root) if isinstance(file.found, Unseen) else []
        if not isinstance(file.found, Unseen) or (file.part and not below):
            there.append(file)
            continue
        there += below
        refused.append(file.found.file)
        for part in {each.part for each in below}:
            touched[folder_anchor(part)].append(file.found.file)
            if part and not file.part:
                stories.add(folder_anchor(part))
    return there, Hidden(tuple(refused), frozenset(stories), touched)


def _below(shown: str, known: Mapping[str, str], ordered: Sequence[str], root: Path) -> list[ScannedFile]:
    """What is known of a file, or of those in a folder, in the order of the walk; `ordered` are the known paths."""
    paths = list(ordered[bisect_left(ordered, f"{shown}/") : bisect_left(ordered, f"{shown}{_AFTER_SLASH}")])
    if shown in known and not known[shown].startswith(IN_VAIN):
        paths.append(shown)
    return [
        ScannedFile(FoundFile(Path(path), path, (0, 0), root), path, part_of(path, root), "", recalled=True)
        for path in sorted(paths, key=lambda path: PurePath(path).parts)
    ]
