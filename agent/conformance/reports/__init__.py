"""The verdicts of a check as JSON, JUnit, Markdown, a page, or two side by side."""
