"""How a model is asked at an endpoint: the settings of a call."""

from dataclasses import replace

from agents import ModelSettings
from openai.types.shared import Reasoning

from agent.endpoints.endpoint import Endpoint
from agent.endpoints.profiles import Profile
from agent.settings.depth import Depth

__all__ = ["endpoint_settings", "model_settings"]


def model_settings(depth: Depth) -> ModelSettings:
    """Return how a model is asked: sampling as gpt-oss wants it (its model card)."""
    return ModelSettings(
        temperature=1.0,
        top_p=1.0,
        reasoning=Reasoning(effort=depth.effort),
        include_usage=True,
        preserve_raw_usage=True,
    )


def endpoint_settings(
    endpoint: Endpoint, profile: Profile, settings: ModelSettings
) -> ModelSettings:
    """Return the settings of a call as an endpoint's model and server want them.

    Any model but gpt-oss is sampled as its server does by default.
    """
    if not endpoint.is_gpt_oss:
        settings = replace(settings, temperature=None, top_p=None)
    provider = profile.provider
    if provider is None:
        return settings
    extra = dict(provider.extra)
    effort = settings.reasoning.effort if settings.reasoning else None
    if provider.effort_in_template and effort:
        extra["chat_template_kwargs"] = {"reasoning_effort": effort}
    return settings.resolve(ModelSettings(extra_body=extra or None))
