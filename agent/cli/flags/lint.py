"""The flags of `citeloop lint`."""

import argparse

__all__ = ["EXAMPLES", "add_flags"]

EXAMPLES = (
    "  citeloop lint tools.json\n"
    "  citeloop lint tools.json --fix tools.json    (- writes them to the output)\n"
    "  citeloop lint my_agent.tools:search\n"
    "  citeloop lint --mcp 'python my_server.py'    (or an http:// address)\n\n"
    "TOOLS is JSON in OpenAI's, Anthropic's or MCP's form, or module:name: a typed\n"
    "function, a tool of the Agents SDK, an agent, or a list of these. The module is\n"
    "imported, and a command of --mcp is run.\n\n"
    "Levels: broken (refused, or no call can be right), hidden (a type or its values\n"
    "are not shown), unsaid (a constraint is never shown), partial (shown by one of\n"
    "the two renderers), advice. Exit code 6 if a finding is at --fail-on or worse."
)
_LEVELS = ("broken", "hidden", "unsaid", "partial", "advice")


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add what `lint` takes."""
    parser.add_argument(
        "tools", nargs="?", metavar="TOOLS", help="a file, module:name, or - for stdin"
    )
    parser.add_argument(
        "--mcp", metavar="SERVER", help="the tools of an MCP server: a command or a URL"
    )
    parser.add_argument(
        "--renderer",
        choices=("both", "openai", "template"),
        default="both",
        help="findings for OpenAI's renderer (vLLM), the model's own template "
        "(llama.cpp, transformers), or both (as it is by default)",
    )
    parser.add_argument(
        "--fail-on",
        choices=(*_LEVELS, "never"),
        default="unsaid",
        metavar="LEVEL",
        help="the least level that ends with exit code 6: broken, hidden, unsaid (as "
        "it is by default), partial, advice, or never",
    )
    parser.add_argument(
        "--fix",
        metavar="FILE",
        help="write the tools with all that a machine can mend; - for the output",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object")
