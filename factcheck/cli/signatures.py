"""Options in groups: a command that takes a dataclass of options has each of its fields as an option of its own."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import wraps
from typing import Any


def grouped(command: Callable[..., None]) -> Callable[..., None]:
    """The command as Typer can read it: in the place of a parameter that is a dataclass stand the fields of that."""
    groups: dict[str, type[Any]] = {}
    flat: list[inspect.Parameter] = []
    for parameter in inspect.signature(command, eval_str=True).parameters.values():
        group: type[Any] = parameter.annotation
        if is_dataclass(group):
            groups[parameter.name] = group
            flat.extend(inspect.signature(group, eval_str=True).parameters.values())
        else:
            flat.append(parameter)

    @wraps(command)
    def packed(**flags: Any) -> None:
        for name, group in groups.items():
            flags[name] = group(**{field.name: flags.pop(field.name) for field in fields(group)})
        command(**flags)

    # NOTE: keywords only, for an option with a default may then stand before one without
    keywords = [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in flat]
    vars(packed)["__signature__"] = inspect.Signature(keywords)
    packed.__annotations__ = {parameter.name: parameter.annotation for parameter in keywords}
    return packed
