"""Released prompts: found, checked and fingerprinted; and the fence around untrusted text."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from pathlib import Path

from factcheck.errors import PromptError
from factcheck.models import Value, tagged_hash

CURRENT = {"extract_claims": 1, "gist_claims": 1, "judge_pairs": 2, "confirm_conflict": 2}
"""Task -> the released version that is in use; the only line to change when a better wording is released."""

_PACKAGE = Path(__file__).parent
_FOLDERS = (_PACKAGE / "shipped" / "prompts", _PACKAGE.parent / "prompts")
_HEADER = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->\n?", re.DOTALL)


class Prompt(Value):
    """A released instruction text; the comments that give its reasons are not part of it."""

    task: str
    version: int
    text: str
    fingerprint: str

    @property
    def id(self) -> str:
        """`task/vN`."""
        return f"{self.task}/v{self.version}"


@lru_cache(maxsize=32)
def load(task: str, version: int | None = None) -> Prompt:
    """The prompt of `task`, in the version in use unless another is named.

    Raises PromptError when the file is missing, its header is not `task:` and `version:`, or its body is empty.
    """
    number = CURRENT.get(task, 1) if version is None else version
    for folder in _FOLDERS:
        path = folder / task / f"v{number}.md"
        if path.is_file():
            return parse(path.read_text(encoding="utf-8"), f"{task}/v{number}.md")
    raise PromptError(f"prompt {task}/v{number}.md is not in this installation; reinstall factcheck")


def parse(source: str, name: str) -> Prompt:
    """A prompt from the text of its file; `name` is for messages. Raises PromptError."""
    header = _HEADER.match(source)
    if header is None:
        raise PromptError(f"prompt {name}: the file must begin with a header between two lines of ---")
    fields = dict(line.split(":", 1) for line in header[1].splitlines() if ":" in line)
    body = re.sub(r"\n{3,}", "\n\n", _COMMENT.sub("", source[header.end() :])).strip()
    if set(fields) != {"task", "version"} or not fields["version"].strip().isdigit():
        raise PromptError(f"prompt {name}: the header must give task and version, and nothing else")
    if not body:
        raise PromptError(f"prompt {name}: there is nothing below the header")
    return Prompt(task=fields["task"].strip(), version=int(fields["version"]), text=body, fingerprint=tagged_hash(body))


def fence(text: str) -> str:
    """`text` between two marks taken from its own hash.

    The same text gets the same marks, so requests are reproducible; and no text can hold its own mark, so nothing in
    an article can end the fence early.
    """
    mark = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    return f"<<<{mark}\n{text}\n{mark}>>>"
