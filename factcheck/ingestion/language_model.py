"""The model of the language detector: unpacked beside whatever else is going on, and mapped instead of copied."""

from __future__ import annotations

import contextlib
import io
import lzma
import mmap
import struct
import tempfile
import zipfile
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

UNPACKED_AT_ONCE = 2**23
"""Bytes that are unpacked between two moments in which this thread needs the interpreter. The library unpacks eight
kilobytes packed at a time and waits for the interpreter after each: beside a thread that imports, a second in all."""
LOCAL_HEADER = 30
"""Bytes of a ZIP entry's header before its name; lengths of name and extra field are the last two numbers in it."""


def load() -> Any:
    """An identifier of py3langid with the model that comes with it (half a second, without the interpreter).

    A model that is laid out otherwise is loaded by the library, in its own way.
    """
    from py3langid.langid import MODEL_DIR, MODEL_FILE, LanguageIdentifier

    try:
        arrays = _mapped(MODEL_DIR / MODEL_FILE)
        given = [arrays[name] for name in ("ptc", "pc", "nextmove", "out_feat", "nextmove_row")]
        names = arrays["classes"].tolist()
    except (KeyError, ValueError, zipfile.BadZipFile):
        return LanguageIdentifier.from_model_file(MODEL_FILE)
    weights, priors, *tables = given
    moves, features, rows = (_integers(table) for table in tables)
    return LanguageIdentifier(weights, priors, names, moves, features, tk_row=rows)


def _mapped(path: Path) -> dict[str, Array]:
    """The arrays in an uncompressed NPZ that is packed with LZMA, as views of it.

    Raises ValueError, KeyError or BadZipFile for another layout.
    """
    file, whole = _unpacked(path)
    with file, zipfile.ZipFile(file) as entries:
        return {info.filename.removesuffix(".npy"): _array(entries, info, file, whole) for info in entries.filelist}


def _unpacked(path: Path) -> tuple[IO[bytes], mmap.mmap | bytes]:
    """The file unpacked, to be read and to be viewed: an unnamed temporary file, in memory when there is no room."""
    with contextlib.suppress(OSError):
        return _unpacked_to_disk(path)
    held = io.BytesIO()
    _unpack(path, held)
    return held, held.getvalue()


def _unpacked_to_disk(path: Path) -> tuple[IO[bytes], mmap.mmap]:
    with contextlib.ExitStack() as stack:
        file = stack.enter_context(tempfile.TemporaryFile())
        _unpack(path, file)
        whole = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        stack.pop_all()
        return file, whole


def _unpack(path: Path, to: IO[bytes]) -> None:
    packed, unpacking = path.read_bytes(), lzma.LZMADecompressor()
    try:
        while not unpacking.eof:
            if unpacking.needs_input and not packed:
                raise ValueError(f"{path} ends too early")
            to.write(unpacking.decompress(packed, UNPACKED_AT_ONCE))
            packed = b""
    except lzma.LZMAError as error:
        raise ValueError(str(error)) from error
    to.flush()


def _array(entries: zipfile.ZipFile, info: zipfile.ZipInfo, file: IO[bytes], whole: mmap.mmap | bytes) -> Array:
    import numpy as np
    from numpy.lib import format as layout

    with entries.open(info) as entry:
        if info.compress_type != zipfile.ZIP_STORED or layout.read_magic(entry) != (1, 0):
            raise ValueError(f"{info.filename} cannot be mapped")
        shape, by_columns, kind = layout.read_array_header_1_0(entry)
        header = entry.tell()
    file.seek(info.header_offset)
    name, extra = struct.unpack("<HH", file.read(LOCAL_HEADER)[-4:])
    start = info.header_offset + LOCAL_HEADER + name + extra + header
    flat = np.frombuffer(whole, kind, int(np.prod(shape)), start)
    return flat.reshape(shape, order="F" if by_columns else "C")


def _integers(array: Array) -> Any:
    """A view that gives Python's own integers, which the detector looks up byte by byte, wherever in memory it lies."""
    octets: Any = array.view("u1").data
    return octets.cast(array.dtype.char)
