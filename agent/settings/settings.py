"""The settings, and where each of them comes from.

Flags over `CITELOOP_*` variables over `./citeloop.toml` over the user's config file
over the defaults. Of a `./citeloop.toml` that the user has not approved only what does
no harm is taken (`agent.settings.project`), and a key goes to nobody but whom it was
set for (`agent.settings.keys`).
"""

from collections import ChainMap
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from platformdirs import user_data_path
from pydantic import (
    BeforeValidator,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationError,
    field_validator,
)
from pydantic_core import PydanticKnownError
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from agent.settings.depth import MAX_WINDOW, DepthName, Effort
from agent.settings.keys import withheld
from agent.settings.layers import (
    PREFIX,
    origin_of,
    own_layers,
    rank_of,
    refuse_unknown,
    say_what_is_wrong,
)
from agent.settings.modes import ModeName
from agent.settings.providers import PROVIDERS
from agent.settings.trust import heeded_layers
from tools.errors import UsageError

__all__ = ["Settings"]

_MILVUS_DOCS = (
    "https://github.com/milvus-io/milvus-docs/releases/download/v2.4.6-preview/"
    "milvus_docs_2.4.x_en.zip"
)


def _trimmed(value: Any) -> Any:
    """Trim what people paste, a newline behind a key above all; blank is unset."""
    if isinstance(value, SecretStr):
        value = SecretStr(value.get_secret_value().strip())
        return value if value.get_secret_value() else None
    return (value.strip() or None) if isinstance(value, str) else value


def _listed(value: Any) -> Any:
    """Take names in one text, as in a variable or a flag, apart at its commas."""
    if isinstance(value, str):
        return tuple(each.strip() for each in value.split(",") if each.strip())
    return value


def _known_provider(value: Any) -> str:
    """Return the name of a provider, or raise what a `Literal` of them all would."""
    if isinstance(value, str) and value in PROVIDERS:
        return value
    *names, last = (f"'{name}'" for name in PROVIDERS)
    expected = f"{', '.join(names)} or {last}"
    raise PydanticKnownError("literal_error", {"expected": expected})


Text = Annotated[str | None, BeforeValidator(_trimmed)]
Secret = Annotated[SecretStr | None, BeforeValidator(_trimmed)]
ProviderName = Annotated[str, BeforeValidator(_known_provider)]


class Settings(BaseSettings):
    """What Citeloop works with; every field is also a variable and a line of TOML."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="forbid", frozen=True
    )

    base_url: Text = None
    """An OpenAI-compatible endpoint, for example `http://localhost:11434/v1`."""
    api_key: Secret = None
    """The key of that endpoint."""
    model: Text = None
    """`gpt-oss-20b`, `gpt-oss-120b`, a name of the server's, or `extractive`."""
    provider: ProviderName | None = None
    """Fills in the endpoint, the key's variable and the provider's model names."""
    models: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)] = ()
    """Models that are asked in this order, behind `model` if that is set: the next one
    when one is down. Each is a name, `PROVIDER:NAME`, or `URL NAME`."""
    library: str = Field(
        default_factory=lambda: str(user_data_path("citeloop") / "library.db")
    )
    """A Milvus URI: a `.db` path, or the address of a server."""
    library_token: Secret = None
    """`user:password` of a Milvus server, or a Zilliz API key."""
    depth: DepthName = "medium"
    """A preset of the limits that follow; each of them can be set by itself."""
    mode: ModeName = "auto"
    """`agent`: the model searches by itself; `guided`: Citeloop searches, and the model
    answers from what it is shown; `auto`: the first, and the second where it has to."""
    checker: Annotated[str, BeforeValidator(_trimmed)] = "auto"
    """Who reads a sentence and its quotes where rules cannot tell: `auto` (the model
    itself, at `medium` and `high`), `none`, `PROVIDER:NAME`, `URL NAME`, or the folder
    of a model of inference."""
    strict: bool = False
    """Whether each sentence must stand in what it cites in its own words."""
    effort: Effort | None = None
    """The model's reasoning effort."""
    max_turns: Annotated[int, Field(ge=1)] | None = None
    max_tool_calls: Annotated[int, Field(ge=0)] | None = None
    max_tokens: Annotated[int, Field(ge=1)] | None = None
    """Prompt tokens of all model calls of a question."""
    max_seconds: Annotated[float, Field(gt=0)] | None = None
    max_cost: Annotated[float, Field(gt=0)] | None = None
    """US dollars, where the provider reports them."""
    turn_seconds: Annotated[float, Field(gt=0)] | None = None
    """How long one model call may take."""
    context_window: Annotated[int, Field(ge=2048)] = MAX_WINDOW
    """Tokens that the model can read and write; what is older is left out in time."""
    prefetch: bool = False
    """Whether the question itself is searched for before the model is called."""
    stream: bool = True
    """Whether the model's output is streamed."""
    retry_seconds: Annotated[float, Field(ge=0)] = 30.0
    """The longest pause before a model call is made again; a server that asks for a
    longer one is given up."""
    token_seconds: Annotated[float, Field(gt=0)] = 120.0
    """Until the first token of a stream, and from each token to the next."""
    embedder: str = "minilm"
    """`minilm`, `pymilvus`, or the name of a model at `embedder_base_url`."""
    embedder_base_url: Text = None
    embedder_api_key: Secret = None
    embedder_query_prefix: str | None = None
    """What queries begin with for this model; known for E5, BGE, Nomic and others."""
    embedder_passage_prefix: str | None = None
    embedder_weights: Path | None = None
    """Another folder for the weights of `minilm`."""
    reranker: Text = None
    """The folder of a cross-encoder, or the name of a model at `reranker_base_url`."""
    reranker_base_url: Text = None
    """An endpoint that has `/rerank` under it."""
    reranker_api_key: Secret = None
    analyzer: Literal["auto", "english", "chinese", "standard"] = "auto"
    """How full-text search splits words in a library that is made; `auto` detects."""
    data_dir: Path = Field(default_factory=lambda: user_data_path("citeloop"))
    """Where conversations, the input history and what was learnt of models are kept."""
    milvus_docs_url: str = _MILVUS_DOCS
    """What `citeloop ingest milvus-docs` fetches: a mirror can be named here."""
    allow_private: bool = False
    """Whether a download may lead to this computer or into a private network."""
    download_seconds: Annotated[float, Field(gt=0)] = 300.0
    """How long a download may take, from its first request to its last byte."""

    _origins: dict[str, str] = PrivateAttr(default_factory=dict)
    _unapproved: dict[str, str] = PrivateAttr(default_factory=dict)
    _withheld: dict[str, str] = PrivateAttr(default_factory=dict)

    @classmethod
    def load(
        cls, flags: Mapping[str, Any], *, trust_config: bool | None = None
    ) -> Self:
        """Return the settings in force, with the command line's flags above all.

        Args:
            flags: Settings by name; None leaves one to the other layers.
            trust_config: What to do with a `./citeloop.toml` that the user has not
                approved: take all of it, leave out what could do harm, or (None)
                refuse to go on where that would be in force.

        Raises:
            UntrustedError: such a file says what somebody has to approve first.
            UsageError: a value does not fit; the text names it and its origin.
        """
        layers, unapproved = heeded_layers(
            own_layers(cls, flags), cls.model_fields, trust_config
        )
        refuse_unknown(cls, layers)
        given = dict(ChainMap(*(dict(values) for _, values in layers)))
        kept = {key.name: key.reason for key in withheld(layers)}
        try:
            settings = cls(**given)
        except ValidationError as error:
            raise UsageError(say_what_is_wrong(error, layers)) from None
        changes: dict[str, Any] = dict.fromkeys(kept)
        if rank_of("provider", layers) < rank_of("base_url", layers) < len(layers):
            # A provider that is named above an address replaces it.
            changes["base_url"] = None
        settings = settings.model_copy(update=changes)
        for name in cls.model_fields:
            settings._origins[name] = origin_of(name, layers)  # noqa: SLF001 (our own)
        settings._unapproved.update(unapproved)  # noqa: SLF001 (our own)
        settings._withheld.update(kept)  # noqa: SLF001 (our own)
        return settings

    @property
    def conversations(self) -> Path:
        """The folder of the conversations, those of `ask` among them."""
        return self.data_dir / "conversations"

    def origin(self, name: str) -> str:
        """Return where a setting comes from, in words."""
        return self._origins.get(name, "the program")

    @property
    def unapproved(self) -> dict[str, str]:
        """What a project file sets and nobody has approved, with the reason."""
        return dict(self._unapproved)

    @property
    def withheld(self) -> dict[str, str]:
        """The keys that are not sent, each with whom it was set for."""
        return dict(self._withheld)

    @field_validator("base_url", "embedder_base_url", "reranker_base_url")
    @classmethod
    def _is_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        if not value.startswith(("http://", "https://")):
            raise ValueError("an address begins with http:// or https://")
        parts = urlsplit(value)
        _ = parts.port  # raises a ValueError if it is none
        if not parts.hostname:
            raise ValueError("it names no host")
        if parts.username or parts.password:
            raise ValueError("it holds a password: set api_key instead")
        return value.rstrip("/")

    @field_validator("api_key", "library_token", "embedder_api_key", "reranker_api_key")
    @classmethod
    def _is_printable(cls, value: SecretStr | None) -> SecretStr | None:
        text = value.get_secret_value() if value else ""
        if not (text.isascii() and text.isprintable()):
            raise ValueError("it holds a character that no key has")
        return value

    @field_validator("library")
    @classmethod
    def _is_place(cls, value: str) -> str:
        value = value.strip()
        if not value:
            raise ValueError("it is blank")
        if "://" in value and "@" in urlsplit(value).netloc:
            raise ValueError("it holds a password: set library_token instead")
        return value if "://" in value else str(Path(value).expanduser())

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Leave the files to `load`: what they say has to be approved."""
        del settings_cls, dotenv_settings, file_secret_settings
        return init_settings, env_settings
