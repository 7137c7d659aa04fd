"""Where the model is: the address, the name it goes by there, and the key; short names for local servers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

from factcheck.errors import EndpointError, SettingsError
from factcheck.llm.redaction import in_address
from factcheck.settings import ModelSettings

VENDOR_URL = "https://api.openai.com/v1"
LOCAL_URLS = {
    "ollama": "http://localhost:11434/v1",
    "vllm": "http://localhost:8000/v1",
    "lmstudio": "http://localhost:1234/v1",
    "llamacpp": "http://localhost:8080/v1",
}
"""Short name before the slash of a model name -> the address that server listens on unless told otherwise."""
_DUMMY_KEY = "no-key"


@dataclass(frozen=True)
class Endpoint:
    """An address that speaks the OpenAI chat API; the key stays out of `repr`."""

    base_url: str
    key: str = field(repr=False)
    has_key: bool
    """False when the key is a dummy, because the SDK insists on one and local servers do not."""
    local: bool
    """True when a short name chose the address; nobody sends a bill for it."""
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What stood behind a `?` in the address, such as the `api-version` of Azure's deployments."""
    azure: bool = False
    """Whether the key goes into the header `api-key`, as Azure wants it."""

    @property
    def secrets(self) -> tuple[str, ...]:
        """What opens it: the key, a password in the address, parameters that are named so."""
        key = self.key if self.has_key else ""
        return (key, *in_address(self.base_url), *in_address("?" + urlencode(self.query)))


def _alias(model: str) -> str | None:
    name, slash, rest = model.partition("/")
    return name if slash and rest and name in LOCAL_URLS else None


def wire_model(model: str) -> str:
    """The name the server knows the model by: `ollama/qwen3:8b` -> `qwen3:8b`; other names are unchanged."""
    alias = _alias(model)
    return model[len(alias) + 1 :] if alias else model


def _is_address(url: str) -> bool:
    """Whether requests can be sent there: http(s), a host, and a port that exists when one is named."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:  # a bracket that does not close, a port beyond 65535
        return False
    # urlsplit drops line breaks and tabs without a word
    printable = url.isprintable() and " " not in url
    return parts.scheme in ("http", "https") and bool(parts.hostname) and port != 0 and printable


def without_login(url: str) -> str:
    """The address without the user name and password that stand before its host, fit to be written down."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def resolve(settings: ModelSettings) -> Endpoint:
    """The endpoint that `settings` mean; without key, base URL or local name a vendor address with a dummy key.

    Raises SettingsError when the base URL is no address, and when the key cannot stand in an HTTP header.
    """
    alias = _alias(settings.model)
    url = settings.base_url or (LOCAL_URLS[alias] if alias else VENDOR_URL)
    if not _is_address(url):
        raise SettingsError(f"base URL {url!r} is not an http(s) address such as http://localhost:8000/v1")
    key = settings.api_key.get_secret_value().strip() if settings.api_key else ""
    local = alias is not None and settings.base_url is None
    # A vendor's key has no business at a server on this machine that never asks for one.
    usable = bool(key) and not local
    if usable and not (key.isascii() and key.isprintable()):
        raise SettingsError(
            "the API key (OPENAI_API_KEY or FACTCHECK_API_KEY) holds a character that no key has, such as a line break"
            " or a letter with an accent; copy it anew"
        )
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    # What people copy from a page of examples is often the address of one call.
    base = parts._replace(query="", fragment="").geturl().rstrip("/").removesuffix("/chat/completions")
    return Endpoint(
        base,
        key if usable else _DUMMY_KEY,
        has_key=usable,
        local=local,
        query=query,
        azure=(parts.hostname or "").endswith(".azure.com") or "api-version" in query,
    )


def require_endpoint(settings: ModelSettings, cassette: Path | None) -> None:
    """Check before any work that a model is within reach of `settings`; sends nothing.

    A cassette that exists needs neither key nor address. Raises EndpointError that names
    the ways out, SettingsError when the base URL is no address.
    """
    if cassette is not None and cassette.exists():
        return
    endpoint = resolve(settings)
    if endpoint.has_key or endpoint.local or settings.base_url:
        return
    raise EndpointError(
        f"no way to reach the model {settings.model!r}: set OPENAI_API_KEY, or name an endpoint (--base-url URL, or a"
        " local model such as --model ollama/qwen3:8b), or replay a recorded run (factcheck check"
        " --cassette FILE)"
    )
