"""Who reads sentences with what they cite, and how a model is asked to do so."""
