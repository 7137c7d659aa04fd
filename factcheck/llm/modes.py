"""Ways of asking for structured output, from strict to lenient, and reading what comes back."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

from pydantic import ValidationError

from factcheck.llm.base import WireModel
from factcheck.settings import OutputMode

if TYPE_CHECKING:
    from openai.types.chat import ChatCompletion

Way = Literal["json_schema", "tools", "json_object", "plain"]
LADDERS: dict[OutputMode, tuple[Way, ...]] = {
    "auto": ("json_schema", "tools", "json_object", "plain"),
    "json_schema": ("json_schema",),
    "tools": ("tools",),
    "json": ("json_object", "plain"),
}
"""What each setting may step down through when the server refuses a way."""

A = TypeVar("A", bound=WireModel)
_THINK = re.compile(r"<think(?:ing)?>.*?</think(?:ing)?>", re.DOTALL | re.IGNORECASE)
_FENCE = re.compile(r"^\s*```[a-zA-Z]*\s*\n(.*?)\n?\s*```\s*$", re.DOTALL)


@lru_cache(maxsize=8)
def _reader(way: Way) -> Callable[..., Any]:
    from instructor import Mode
    from instructor.v2 import Provider, mode_registry

    mode = Mode.TOOLS if way == "tools" else Mode.JSON_SCHEMA
    reader: Callable[..., Any] = mode_registry.get_handlers(Provider.OPENAI, mode).response_parser
    return reader


def read(completion: ChatCompletion, way: Way, answer: type[A]) -> A:
    """A tidied completion as instructor reads it in this way; raises ValidationError or JSONDecodeError.

    The value is a plain `answer`: picklable, and equal to other ones of its content.
    """
    parsed = _reader(way)(response=completion, response_model=answer, strict=False)
    values = {field.alias or name: getattr(parsed, name) for name, field in answer.model_fields.items()}
    # mypy sees the base class of a bound type variable here.
    return cast(A, answer.model_construct(parsed.model_fields_set, **values))


@dataclass(frozen=True)
class Manner:
    """How one model at one server wants to be asked, as far as is known; learnt from what it refused."""

    step: int = 0
    """Place on the ladder of ways."""
    system: bool = True
    """Whether it takes a system message; otherwise the instructions stand before the user's text."""


def messages(way: Way, system: str, user: str, schema: dict[str, Any], *, apart: bool = True) -> list[dict[str, str]]:
    """System and user message, or both in one; a way without a schema of its own carries it in the instructions."""
    if way in ("json_object", "plain"):
        text = json.dumps(schema, ensure_ascii=False, separators=(",", ":"))
        system = f"{system}\n\nAnswer with one JSON object and nothing else. It must fit this JSON schema:\n{text}"
    if not apart:
        return [{"role": "user", "content": f"{system}\n\n{user}"}]
    return [{"role": "system", "content": system}, {"role": "user", "content": user}]


def shaping(way: Way, name: str, schema: dict[str, Any]) -> dict[str, Any]:
    """The parameters of a chat request that ask for an answer of `schema` in this way."""
    if way == "json_schema":
        inner = {"name": name, "strict": True, "schema": schema}
        return {"response_format": {"type": "json_schema", "json_schema": inner}}
    if way == "tools":
        function = {"name": name, "description": "Give the answer.", "parameters": schema}
        return {
            "tools": [{"type": "function", "function": function}],
            "tool_choice": {"type": "function", "function": {"name": name}},
        }
    return {"response_format": {"type": "json_object"}} if way == "json_object" else {}


def tolerant_json(text: str) -> str:
    """The JSON in `text` without thinking, code fence, prose around one object, or raw control characters.

    Text in which no single object can be found comes back as it is, for the validation to refuse.
    """
    bare = _THINK.sub("", text).strip().lstrip("\ufeff")
    fenced = _FENCE.match(bare)
    if fenced:
        bare = fenced.group(1).strip()
    try:
        value = json.loads(bare)
    except ValueError:
        pass
    else:
        # Some servers give the JSON of an object as a JSON string.
        return value if isinstance(value, str) and value.lstrip().startswith("{") else bare
    try:
        return json.dumps(json.loads(bare, strict=False), ensure_ascii=False)
    except ValueError:
        return _only_object(bare) or bare


def _only_object(text: str) -> str | None:
    """The one JSON object in prose; None when there are several, since choosing would let an article choose."""
    decoder = json.JSONDecoder(strict=False)
    found: list[Any] = []
    at = text.find("{")
    while at >= 0 and len(found) < 2:
        try:
            value, end = decoder.raw_decode(text, at)
        except ValueError:
            return None
        found.append(value)
        at = text.find("{", end)
    return json.dumps(found[0], ensure_ascii=False) if len(found) == 1 else None


def tidy(completion: ChatCompletion, way: Way, name: str) -> None:
    """Put the answer where instructor looks for it in this way, as plain JSON; changes `completion`.

    Raises ValueError in words for the model when it gave several tool calls, of which instructor reads only the first.
    """
    from openai.types.chat import ChatCompletionMessageFunctionToolCall
    from openai.types.chat.chat_completion_message_function_tool_call import Function

    message = completion.choices[0].message
    calls = message.tool_calls or []
    if len(calls) > 1:
        raise ValueError("the answer came in several parts; give one complete answer")
    arguments: Any = getattr(getattr(calls[0], "function", None), "arguments", None) if calls else None
    if arguments is None:
        arguments = message.content or ""
    text = tolerant_json(arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False))
    if way == "tools":
        call = ChatCompletionMessageFunctionToolCall(
            id="call", type="function", function=Function(name=name, arguments=text)
        )
        message.tool_calls, message.content = [call], None
    else:
        message.tool_calls, message.content = None, text


def defect(error: ValidationError | json.JSONDecodeError) -> str:
    """What an answer that cannot be read is counted as: `empty`, `not_json` or `schema`."""
    if isinstance(error, json.JSONDecodeError):
        return "not_json"
    (first, *_) = error.errors(include_url=False, include_context=False)
    if first["type"] != "json_invalid":
        return "schema"
    return "not_json" if str(first.get("input") or "").strip() else "empty"


def complaint_about(error: BaseException, limit: int = 300) -> str:
    """What is wrong with an answer, for the model that gave it: where and what, none of its own words repeated."""
    if isinstance(error, ValidationError):
        parts = []
        for item in error.errors(include_url=False, include_input=False, include_context=False)[:3]:
            path = ".".join(re.sub(r"\W", "", str(step))[:40] for step in item["loc"]) or "the answer"
            parts.append(f"{path}: {item['msg']}")
        more = error.error_count() - len(parts)
        text = "; ".join(parts) + (f"; and {more} more" if more > 0 else "")
    elif isinstance(error, json.JSONDecodeError):
        text = "the answer is not valid JSON"
    elif isinstance(error, ValueError) and error.args:
        text = str(error.args[0])
    else:
        text = "the answer could not be read"
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
