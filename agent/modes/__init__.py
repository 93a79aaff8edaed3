"""Why a question leaves the agent mode, and what is known of a model by then."""
