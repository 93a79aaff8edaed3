"""What every form of a report says of a finding, in words."""

from agent.conformance.record import FindingRecord

__all__ = ["interval_of", "rate_of", "told_of"]


def rate_of(finding: FindingRecord) -> str:
    """Return how many tries passed, or how many responses kept the rules."""
    if finding.repeats:
        return f"{finding.passed}/{finding.tries}"
    return f"{finding.checked - finding.violated}/{finding.checked}"


def interval_of(finding: FindingRecord) -> str:
    """Return the 95 % interval of a rate with its bar; blank but for behaviour."""
    if finding.low is None or finding.high is None:
        return ""
    return f"{finding.low:.2f}–{finding.high:.2f}, bar {finding.bar:.2f}"


def told_of(finding: FindingRecord) -> str:
    """Return what was seen: by the probe itself, and a line for each rule."""
    rules = {each.rule: each for each in reversed(finding.violations)}
    lines = [
        f"{each.expected}; {each.found} (rule {name}, request {each.exchange}, byte "
        f"{each.place})"
        for name, each in sorted(rules.items())
    ]
    if finding.sentence and not any(finding.sentence in each for each in lines):
        lines.insert(0, finding.sentence)
    if finding.unavailable:
        lines.append(f"{finding.unavailable} of {finding.tries} tries had no answer")
    if finding.failed + finding.violated and finding.reveals:
        lines.append(f"public bugs of this kind: {', '.join(finding.reveals)}")
    return "\n".join(lines)
