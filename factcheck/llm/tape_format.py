"""What a cassette file looks like: readable YAML, JSON bodies as trees, no secrets, no place or time of recording."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import Field, JsonValue, ValidationError

from factcheck.errors import CassetteError
from factcheck.models import Value

FORMAT = 1
MAX_BYTES = 200_000_000
_ODD_BREAKS = "\r\x85\u2028\u2029"
_REMEDY = "Delete or move the file to record a new one, or name another with --cassette."


class CassetteHeader(Value):
    """What a recording was made with; stands at the top of the file under `factcheck:`."""

    version: str
    """Of factcheck."""
    model: str
    confirm_model: str | None = None
    prompts: dict[str, str] = Field(default_factory=dict)
    """Prompt id -> fingerprint."""
    settings: dict[str, JsonValue] = Field(default_factory=dict)
    """The settings that affect results; a replay takes them over."""
    note: str | None = None
    """Where the answers come from, for whoever reads the file."""


@dataclass(frozen=True)
class Exchange:
    """One request and its response, secrets already removed."""

    method: str
    path: str
    body: bytes
    status: int
    headers: dict[str, str]
    answer: bytes


class _Repeated(ValueError):
    """A JSON text that a tree cannot hold: a key twice, NaN."""


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    tree = dict(pairs)
    if len(tree) != len(pairs):
        raise _Repeated
    return tree


def _refuse(_: str) -> Any:
    raise _Repeated


def _tree(text: str) -> Any:
    """The tree of a JSON object or array. Raises ValueError for anything that would not come back the same."""
    if text.lstrip()[:1] not in ("{", "["):
        raise _Repeated
    tree = json.loads(text, object_pairs_hook=_pairs, parse_constant=_refuse)
    json.dumps(tree, ensure_ascii=False).encode()  # lone surrogates are legal JSON but not legal YAML
    return tree


def _body(raw: bytes) -> dict[str, Any]:
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return {"bytes": raw.hex()}
    try:
        return {"json": _opened(_tree(text))}
    except (ValueError, RecursionError):
        return {"text": text}


def _opened(tree: Any) -> Any:
    """`tree` with the JSON texts inside a chat answer shown as trees of their own."""
    for message in _messages(tree):
        for place, key in _texts(message):
            value = place.get(key)
            if isinstance(value, str):
                try:
                    place[key] = {"json": _tree(value)}
                except (ValueError, RecursionError):
                    continue
    return tree


def _closed(tree: Any) -> Any:
    for message in _messages(tree):
        for place, key in _texts(message):
            value = place.get(key)
            if isinstance(value, dict) and set(value) == {"json"}:
                place[key] = json.dumps(value["json"], ensure_ascii=False)
    return tree


def _messages(tree: Any) -> Iterable[dict[str, Any]]:
    choices = tree.get("choices") if isinstance(tree, dict) else None
    for choice in choices if isinstance(choices, list) else ():
        message = choice.get("message") if isinstance(choice, dict) else None
        if isinstance(message, dict):
            yield message


def _texts(message: dict[str, Any]) -> Iterable[tuple[dict[str, Any], str]]:
    yield message, "content"
    calls = message.get("tool_calls")
    for call in calls if isinstance(calls, list) else ():
        function = call.get("function") if isinstance(call, dict) else None
        if isinstance(function, dict):
            yield function, "arguments"


def _bytes(body: Any) -> bytes:
    if isinstance(body, dict) and len(body) == 1:
        if "json" in body:
            return json.dumps(_closed(body["json"]), ensure_ascii=False).encode()
        if isinstance(body.get("text"), str):
            return str(body["text"]).encode()
        if isinstance(body.get("bytes"), str):
            return bytes.fromhex(body["bytes"])
    raise ValueError("a body that is neither json, text nor bytes")


def canonical(body: bytes) -> str:
    """A JSON body in one spelling, for comparison; other bodies as they are."""
    try:
        return json.dumps(json.loads(body), sort_keys=True)
    except (ValueError, RecursionError):
        return body.decode("utf-8", "backslashreplace")


def dump(header: CassetteHeader, exchanges: list[Exchange]) -> str:
    """The text of a cassette; exchanges in the order of their bodies, so that concurrency leaves no trace.

    Several of the same body stay in the order in which they happened.
    """
    import yaml

    class Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc] # chosen at run time
        def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the base class's signature
            return True

    def text(dumper: Any, value: str) -> Any:
        block = "\n" in value and not any(mark in value for mark in _ODD_BREAKS)
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if block else None)

    Dumper.add_representer(str, text)
    interactions = [
        {
            "request": {"method": e.method, "path": e.path, "body": _body(e.body)},
            "response": {"status": e.status, "headers": e.headers, "body": _body(e.answer)},
        }
        for e in sorted(exchanges, key=lambda e: (e.path, canonical(e.body)))
    ]
    document = {
        "factcheck": header.model_dump(exclude_none=True),
        "format": FORMAT,
        "interactions": interactions,
    }
    return str(yaml.dump(document, Dumper=Dumper, allow_unicode=True, sort_keys=False, width=120))


def _document(path: Path) -> dict[str, Any]:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        if path.is_dir():
            raise CassetteError(f"{path} is a folder, not a cassette. Name a file, such as {path / 'run.yaml'}.")
        if path.stat().st_size > MAX_BYTES:
            raise CassetteError(f"{path} is larger than {MAX_BYTES // 1_000_000} MB. {_REMEDY}")
        text = path.read_text(encoding="utf-8")
        # A reference lets a small file unfold into a huge one, and we never write any.
        if "*" in text and any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=loader)):
            raise CassetteError(f"{path} holds YAML references, which a cassette never does. {_REMEDY}")
        document = yaml.load(text, Loader=loader)  # noqa: S506 - a safe loader, in C where there is one
    except OSError as error:
        raise CassetteError(f"the cassette {path} cannot be read: {error.strerror or error}. {_REMEDY}") from error
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError) as error:
        raise CassetteError(f"{path} is not a cassette: it is not YAML ({type(error).__name__}). {_REMEDY}") from error
    if document is None:
        raise CassetteError(f"the cassette {path} is empty. {_REMEDY}")
    if not isinstance(document, dict) or "factcheck" not in document or "interactions" not in document:
        raise CassetteError(f"{path} is not a cassette of factcheck's. {_REMEDY}")
    if document.get("format") != FORMAT:
        raise CassetteError(
            f"the cassette {path} has format {document.get('format')!r}, and this version reads {FORMAT}. {_REMEDY}"
        )
    return document


def load(path: Path) -> tuple[CassetteHeader, list[Exchange]]:
    """Header and exchanges of a cassette. Raises CassetteError that names the remedy.

    The last one is kept while its file does not change: a replay reads the header first and the exchanges later.
    """
    stat = path.stat() if path.is_file() else None
    header, exchanges = _loaded(path, stat and (stat.st_mtime_ns, stat.st_size, stat.st_ino))
    return header, list(exchanges)


def _complaint(error: ValidationError) -> str:
    """The first field of the header that is wrong, and why: `factcheck.version: input should be a valid string`."""
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(("factcheck", *map(str, first["loc"])))
    message = f"{place}: {first['msg'][:1].lower()}{first['msg'][1:]}"
    return message + (" (a number needs quotes)" if first["type"] == "string_type" else "")


@lru_cache(maxsize=1)
def _loaded(path: Path, _state: tuple[int, int, int] | None) -> tuple[CassetteHeader, tuple[Exchange, ...]]:
    """`_state` tells a changed file from the one that is kept."""
    document = _document(path)
    try:
        header = CassetteHeader.model_validate(document["factcheck"])
        exchanges = [
            Exchange(
                method=str(item["request"]["method"]),
                path=str(item["request"]["path"]),
                body=_bytes(item["request"]["body"]),
                status=int(item["response"]["status"]),
                headers={str(name): str(value) for name, value in item["response"]["headers"].items()},
                answer=_bytes(item["response"]["body"]),
            )
            for item in document["interactions"]
        ]
    except ValidationError as error:
        raise CassetteError(f"the cassette {path} is damaged: {_complaint(error)}. {_REMEDY}") from error
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise CassetteError(f"the cassette {path} is damaged ({type(error).__name__}). {_REMEDY}") from error
    if not exchanges:
        raise CassetteError(f"the cassette {path} holds no recorded requests. {_REMEDY}")
    return header, tuple(exchanges)
