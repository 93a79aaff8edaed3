"""How many tools of public benchmarks lose something on their way to gpt-oss.

    python tests/benchmarks/lint.py --data ../shared/data

Every tool of BFCL, ACEBench, gpt-oss's compatibility test and the valid schemas of
walle, once each (by name and schema). A minute; no model and no network.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from agent.tool_schemas.linting import LintedTool, lint_tools
from agent.tool_schemas.reading import read_tools
from agent.tool_schemas.rules.finding import LEVELS, RULES
from agent.tool_schemas.shown.tool import ToolSchema
from tools.errors import UsageError


def lines_of(path: Path) -> Iterator[Any]:
    for line in path.read_text("utf-8").splitlines():
        if line.strip():
            yield json.loads(line)


def functions_of(paths: list[Path]) -> Iterator[Any]:
    """Yield the tools of cases that have them under `function`."""
    for path in paths:
        for case in lines_of(path):
            functions = case["function"]
            yield from functions if isinstance(functions, list) else [functions]


def parameters_of(folder: Path) -> Iterator[Any]:
    for path in sorted(folder.glob("*/valid.jsonl")):
        for at, schema in enumerate(lines_of(path)):
            name = f"{path.parent.name}_{at}"
            yield {"name": name, "description": name, "parameters": schema}


def sets_of(data: Path) -> dict[str, list[Any]]:
    return {
        "bfcl": list(functions_of(sorted((data / "bfcl" / "dev").glob("*.jsonl")))),
        "acebench": list(functions_of(sorted((data / "acebench").glob("*.json")))),
        "gpt-oss-compat": json.loads(
            (data / "gpt-oss-compat" / "tools.json").read_text()
        ),
        "walle-schemas": list(parameters_of(data / "walle-schemas")),
    }


def read(tools: list[Any]) -> tuple[list[ToolSchema], int]:
    """Return the tools that can be read, each once, and how many cannot."""
    found: dict[str, ToolSchema] = {}
    refused = 0
    for each in tools:
        text = json.dumps(each)
        try:
            found[text] = read_tools(text, "it").tools[0]
        except UsageError:
            refused += 1
    return list(found.values()), refused


def lint(tools: list[ToolSchema]) -> list[LintedTool]:
    """Lint each alone: tools of different cases are not offered together."""
    return [lint_tools([each])[0] for each in tools]


def count(linted: list[LintedTool], key: str) -> Counter[str]:
    """Return how many tools have a finding of each rule or level."""
    return Counter(
        value
        for each in linted
        for value in {str(getattr(finding, key)) for finding in each.findings}
    )


def mended(linted: list[LintedTool]) -> list[LintedTool]:
    return lint([each.mended or each.tool for each in linted])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    sets = sets_of(parser.parse_args().data)
    columns: dict[str, Counter[str]] = {}
    for name, tools in sets.items():
        known, refused = read(tools)
        before = lint(known)
        after = mended(before)
        columns[name] = Counter({"tools": len(known), "cannot be read": refused})
        columns[name] += count(before, "level") + count(before, "rule")
        columns[name] += Counter(
            {f"{key}, mended": n for key, n in count(after, "level").items()}
        )
    print("| tools with |", " | ".join(columns), "|")
    print("|---" * (len(columns) + 1) + "|")
    levels = [f"{each}{after}" for each in LEVELS for after in ("", ", mended")]
    for row in ["tools", "cannot be read", *levels, *RULES]:
        print(f"| {row} |", " | ".join(str(c[row]) for c in columns.values()), "|")


if __name__ == "__main__":
    main()
