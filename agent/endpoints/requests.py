"""How a model is asked at an endpoint: the settings of a call."""

from dataclasses import replace

from agents import ModelSettings
from openai.types.shared import Reasoning

from agent.endpoints.endpoint import Endpoint
from agent.endpoints.profiles import Profile
from agent.settings.depth import Depth

__all__ = ["endpoint_settings", "model_settings"]


_ADVISED = 1.0
"""Temperature and top-p of gpt-oss, by its model card."""


def model_settings(depth: Depth) -> ModelSettings:
    """Return how a model is asked: sampling as gpt-oss wants it."""
    return ModelSettings(
        temperature=_ADVISED,
        top_p=_ADVISED,
        reasoning=Reasoning(effort=depth.effort),
        include_usage=True,
        preserve_raw_usage=True,
    )


def endpoint_settings(
    endpoint: Endpoint, profile: Profile, settings: ModelSettings
) -> ModelSettings:
    """Return the settings of a call as an endpoint's model and server want them.

    Any model but gpt-oss is sampled as its server does by default, unless what is
    likeliest is asked for; gpt-oss is sampled as its makers advise in any case.
    """
    if endpoint.is_gpt_oss:
        settings = replace(settings, temperature=_ADVISED, top_p=_ADVISED)
    else:
        certain = 0.0 if settings.temperature == 0 else None
        settings = replace(settings, temperature=certain, top_p=None)
    provider = profile.provider
    if provider is None:
        return settings
    extra = dict(provider.extra)
    effort = settings.reasoning.effort if settings.reasoning else None
    if provider.effort_in_template and effort:
        extra["chat_template_kwargs"] = {"reasoning_effort": effort}
    return settings.resolve(ModelSettings(extra_body=extra or None))
