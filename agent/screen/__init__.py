"""What a person sees; the one place that speaks to rich."""
