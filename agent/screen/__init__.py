"""What a person sees; the one place that speaks to rich.

Everything that comes from documents, the model or file names is made visible first,
and goes to rich as `Text`, never as markup.
"""
