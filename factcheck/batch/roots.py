"""Which folder a batch is of: what is known from run to run is about its files and no others."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path, PurePath

from factcheck.batch.spool import Spool
from factcheck.errors import SettingsError
from factcheck.ingestion.cleaning import printable

_FACT = "root"
SAME = 0.5
"""Share of the known files that a folder must hold to be the one that was moved, for names such as `articles.csv` are
in many folders."""


def open_spool(batch: Path, root: Path) -> Spool:
    """What is known of the `batch`, which is of `root` from now on.

    A folder that was moved goes on, and so does one whose name is written in another way than the last time: what is
    known of its files is so by their new paths. A batch of which no root is known, as one of an older version, takes
    this one. Raises SettingsError when it is of another folder, whose stories it would drop.
    """
    spool = Spool(batch)
    try:
        here, shown, told = root.resolve(), printable(os.fspath(root)), spool.fact(_FACT)
        before, typed = json.loads(told) if told else (os.fspath(here), shown)
        if before != os.fspath(here) and (spool.stamps() or spool.story_keys()):
            _refuse_another(spool.stamps(), batch, Path(before), typed, here)
        now = json.dumps([os.fspath(here), shown])
        if typed == shown:
            spool.state(_FACT, now)
        else:
            spool.respell(lambda path: _below(path, typed, shown), _FACT, now)
    except BaseException:
        spool.close()
        raise
    return spool


def _below(path: str, before: str, now: str) -> str:
    """The path of a file below the root, which was shown as `before`; any other one as it is."""
    known = PurePath(path)
    return str(now / known.relative_to(before)) if known.is_relative_to(before) else path


def _refuse_another(known: Iterable[str], batch: Path, before: Path, typed: str, here: Path) -> None:
    is_there = True
    with suppress(OSError):  # of a share that does not answer nobody knows that it is gone
        is_there = before.exists()
        if is_there and before.samefile(here):
            return
    files = [PurePath(path) for path in known]
    below = [path.relative_to(typed) for path in files if path.is_relative_to(typed)]
    held = sum(os.path.lexists(here / path) for path in below)
    if not is_there and files and here.is_dir() and held >= SAME * len(files):
        return
    gone = "" if is_there else ", which is not there now"
    raise SettingsError(
        f"{printable(os.fspath(batch))} holds the batch of {printable(os.fspath(before))}{gone}; a run over"
        f" {printable(os.fspath(here))} would drop its stories, so keep this one elsewhere with --run-dir DIR"
    )
