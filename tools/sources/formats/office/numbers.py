"""Numbers of a workbook as a person sees them: percent, money, dates, times.

After ECMA-376, part 1, section 18.8.31 (number formats).
"""

import re
from datetime import datetime, time
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

__all__ = ["shown_number"]

_PART = re.compile(
    r'"([^"]*)"|\\(.)|\[\$([^\]-]*)[^\]]*\]|\[[^\]]*\]|[_*].|([#0?.,]+(?:E[+-]0+)?)|(.)'
)
"""Quoted text, an escaped sign, a currency; a colour, room; digits; anything else."""
_DATE_PART = re.compile(
    r'"([^"]*)"|\\(.)|\[[^\]hms]+\]|(\[?[hms]+\]?|y+|d+|AM/PM|A/P|\.0+)|[_*@;].|(.)',
    re.IGNORECASE,
)
_MONTHS = [
    "January", "February", "March", "April", "May", "June", "July", "August",
    "September", "October", "November", "December",
]  # fmt: skip
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_OWN_ORDER = re.compile(r"(?i)(?<!a)[dmy]/|\bm+-d+-")
"""Dates whose day and month a reader of another country takes for each other."""


def shown_number(value: float, code: str, since_1904: bool) -> str:
    """Return a number under a format's code.

    Args:
        value: Of a date, the days since 1900 or 1904.
        code: Such as `0.0%`, `#,##0.00 [$€-407]` or `dd.mm.yyyy`.
        since_1904: Whether the workbook counts days from 1904 on.
    """
    from openpyxl.styles.numbers import is_date_format

    sections = code.split(";")
    if code.casefold() == "general" or code == "@":
        return _plain(value)
    if is_date_format(code):
        return _date(value, sections[0], since_1904)
    number, section, sign = value, sections[0], "-" if value < 0 else ""
    if value < 0 and len(sections) > 1:
        section, sign = sections[1], ""
    elif value == 0 and len(sections) > 2:
        section = sections[2]
    return _number(abs(number), section, sign) or _plain(value)


def _plain(value: float) -> str:
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return repr(float(f"{value:.15g}"))  # as many digits as a spreadsheet keeps


def _number(value: float, section: str, sign: str) -> str:
    """Return a number that is not negative; empty if the section is not understood."""
    before, pattern, after = "", "", ""
    for quoted, escaped, money, digits, other in _PART.findall(section):
        if digits and not pattern:
            pattern = digits
            continue
        if digits or other.isalpha() or other in {"/", "@"}:
            return ""
        text = quoted or escaped or money or other
        before, after = (before, after + text) if pattern else (before + text, after)
    if not pattern:
        return ""
    shown = _digits(value * 100 if "%" in before + after else value, pattern)
    return f"{sign}{before}{shown}{after}".strip()


def _digits(value: float, pattern: str) -> str:
    if "E" in pattern:
        return f"{value:.{len(pattern.partition('E')[0].partition('.')[2])}E}"
    whole = pattern.rstrip(",")
    scale = 1000 ** (len(pattern) - len(whole))
    head, _, tail = whole.partition(".")
    try:
        step = Decimal(1).scaleb(-len(tail))
        exact = (Decimal(repr(value)) / scale).quantize(step, ROUND_HALF_UP)
    except InvalidOperation:
        return repr(value)
    text = f"{exact:{',' if ',' in head else ''}f}"
    kept, point, decimals = text.partition(".")
    least = len(tail.rstrip("#?"))
    decimals = decimals[:least] + decimals[least:].rstrip("0")
    kept = kept.zfill(head.count("0")) if "0" in head or kept != "0" else ""
    return f"{kept}{point if decimals else ''}{decimals}"


def _date(value: float, code: str, since_1904: bool) -> str:
    from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

    if found := re.search(r"\[(h+|m+|s+)\]", code, re.IGNORECASE):
        return _duration(value, found[1].lower()[0], "ss" in code.lower())
    try:
        moment = from_excel(value, MAC_EPOCH if since_1904 else WINDOWS_EPOCH)
    except (OverflowError, ValueError, TypeError):
        return _plain(value)
    if isinstance(moment, time):
        moment = datetime.combine(datetime(1900, 1, 1), moment)  # noqa: DTZ001
        return _written(moment, code) if not _has_date(code) else _clock(moment, code)
    if _OWN_ORDER.search(code):
        return f"{moment:%Y-%m-%d} {_clock(moment, code)}".strip()
    return _written(moment, code)


def _has_date(code: str) -> bool:
    return bool(re.search(r"(?i)[yd]", code))


def _clock(moment: datetime, code: str) -> str:
    if "h" not in code.lower():
        return ""
    return f"{moment:%H:%M:%S}" if "s" in code.lower() else f"{moment:%H:%M}"


def _duration(value: float, unit: str, seconds: bool) -> str:
    total = round(value * 86400)
    if unit == "s":
        return str(total)
    minutes, rest = divmod(total, 60)
    tail = f":{rest:02}" if seconds else ""
    if unit == "m":
        return f"{minutes}{tail}"
    return f"{minutes // 60}:{minutes % 60:02}{tail}"


def _written(moment: datetime, code: str) -> str:
    """Return a moment as a code writes it; `m` beside hours or seconds is minutes."""
    parts = list(_DATE_PART.finditer(code))
    names = [(each[3] or "").lower() for each in parts]
    twelve = any(name in {"am/pm", "a/p"} for name in names)
    text = []
    for at, part in enumerate(parts):
        name = names[at]
        if not name:
            text.append(part[1] or part[2] or part[4] or "")
            continue
        minutes = name in {"m", "mm"} and _beside_time(names, at)
        text.append(_field(moment, name, minutes, twelve))
    return "".join(text).strip()


def _beside_time(names: list[str], at: int) -> bool:
    before = next((each for each in reversed(names[:at]) if each), "")
    after = next((each for each in names[at + 1 :] if each), "")
    return before.startswith("h") or after.startswith("s")


def _field(moment: datetime, name: str, minutes: bool, twelve: bool) -> str:
    hour = (moment.hour % 12 or 12) if twelve else moment.hour
    number = moment.minute if minutes else moment.month
    month = _MONTHS[moment.month - 1]
    fields = {
        "yy": f"{moment.year % 100:02}", "m": str(number), "mm": f"{number:02}",
        "mmm": month[:3], "mmmm": month, "mmmmm": month[0], "d": str(moment.day),
        "dd": f"{moment.day:02}", "ddd": _DAYS[moment.weekday()][:3],
        "dddd": _DAYS[moment.weekday()], "h": str(hour), "hh": f"{hour:02}",
        "s": str(moment.second), "ss": f"{moment.second:02}",
        "am/pm": f"{moment:%p}", "a/p": f"{moment:%p}"[0],
    }  # fmt: skip
    return fields.get(name, str(moment.year) if name[0] == "y" else "")
