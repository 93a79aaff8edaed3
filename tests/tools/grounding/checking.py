"""Evidence of some texts, and a claim checked against it."""

from tools.evidence.evidence import Evidence
from tools.grounding.verdicts import Verified, verify_citation

LAMPS = """# Lamps

The *desk lamp* is red, and it weighs 3.5 kg.
Its “arm” is 120–140 cm long — it doesn't bend.

- **Power**: 65,536 mW at most
- `lamp.on()` switches it on
"""
TABLES = "The table is made of oak.\nIt has four legs and seats six people.\n"


def evidence_of(*texts: str, start_line: int = 1) -> Evidence:
    evidence = Evidence()
    for number, text in enumerate(texts, 1):
        evidence.show(f"{number}.md", f"Title {number}", "", start_line, text)
    return evidence


def check(claim: str, text: str, lines: tuple[int, int] | None = None) -> Verified:
    return verify_citation(claim, 1, evidence_of(text), lines)
