"""Units in one form each, and what they are of the base of their kind.

Only what converts exactly does: 60 s are 1 min. `GB` and `GiB` are two units, and what
a `KB` is of a byte is not agreed on, so sizes are compared by their unit alone.
"""

import re
from decimal import Decimal
from functools import lru_cache

__all__ = ["CURRENCIES", "base_of", "unit_at", "units_of"]

_NAMES = {
    # time
    "ns": "ns nsec nsecs nanosecond nanoseconds",
    "us": "us µs μs usec usecs microsecond microseconds",
    "ms": "ms msec msecs millisecond milliseconds millis",
    "s": "s sec secs second seconds",
    "min": "min mins minute minutes",
    "h": "h hr hrs hour hours",
    "day": "d day days",
    "week": "wk wks week weeks",
    "month": "mo mos month months",
    "year": "yr yrs year years",
    # shares
    "%": "% percent pct",
    "‰": "‰ permille",
    "bp": "bps basis-point basis-points",
    "point": "pp percentage-point percentage-points",
    # sizes
    "bit": "bit bits",
    "byte": "byte bytes B",
    "kbit": "kbit kbits kilobit kilobits",
    "mbit": "mbit mbits megabit megabits Mb",
    "gbit": "gbit gbits gigabit gigabits Gb",
    "kB": "kb kB KB kilobyte kilobytes",
    "MB": "mb MB megabyte megabytes",
    "GB": "gb GB gigabyte gigabytes",
    "TB": "tb TB terabyte terabytes",
    "PB": "pb PB petabyte petabytes",
    "KiB": "kib Ki kibibyte kibibytes",
    "MiB": "mib Mi mebibyte mebibytes",
    "GiB": "gib Gi gibibyte gibibytes",
    "TiB": "tib Ti tebibyte tebibytes",
    "PiB": "pib Pi pebibyte pebibytes",
    # rates
    "kbps": "kbps kbit/s kb/s", "mbps": "mbps mbit/s Mb/s", "gbps": "gbps gbit/s Gb/s",
    "MB/s": "MB/s mb/s", "GB/s": "GB/s gb/s", "kB/s": "kB/s KB/s",
    "qps": "qps", "rpm": "rpm", "km/h": "km/h kph kmh", "mph": "mph", "m/s": "m/s",
    # frequencies, power
    "hz": "hz hertz", "khz": "khz", "mhz": "mhz", "ghz": "ghz", "fps": "fps",
    "w": "W watt watts", "kw": "kW kilowatt kilowatts",
    "mw": "mW milliwatt milliwatts", "Mw": "MW megawatt megawatts",
    "gw": "GW gigawatt gigawatts", "kwh": "kwh", "mah": "mah",
    "volt": "V volt volts", "kcal": "kcal", "dpi": "dpi", "px": "px pixel pixels",
    "db": "dB decibel decibels",
    # lengths, weights, contents, warmth
    "mm": "mm millimeter millimeters millimetre millimetres",
    "cm": "cm centimeter centimeters centimetre centimetres",
    "m": "m meter meters metre metres",
    "km": "km kilometer kilometers kilometre kilometres",
    "inch": "inch inches", "ft": "ft foot feet",
    "yd": "yd yard yards", "mile": "mi mile miles",
    "mg": "mg milligram milligrams",
    "g": "g gram grams gramme grammes",
    "kg": "kg kilogram kilograms kilo kilos",
    "t": "t tonne tonnes", "ton": "ton tons",
    "lb": "lb lbs pound pounds", "oz": "oz ounce ounces",
    "ml": "ml milliliter milliliters millilitre millilitres",
    "l": "l liter liters litre litres",
    "km2": "km² km2 sq-km", "m2": "m² m2 sq-m", "ha": "ha hectare hectares",
    "acre": "acre acres",
    "°c": "°c ℃ celsius centigrade degree-celsius degrees-celsius degrees-centigrade",
    "°f": "°f ℉ fahrenheit degree-fahrenheit degrees-fahrenheit",
    "°": "° degree degrees",
    # times as much
    "times": "x × times fold",
    # money
    "dollar": "$ dollar dollars",
    "dollar.us": "us$ usd", "dollar.au": "a$ au$ aud",
    "dollar.ca": "c$ ca$ cad", "dollar.nz": "nz$ nzd",
    "dollar.hk": "hk$ hkd", "dollar.sg": "s$ sgd",
    "cent": "cent cents ¢", "pence": "pence",
    "euro": "€ euro euros eur", "gbp": "£ gbp sterling pound pounds",
    "yen": "¥ yen jpy", "yuan": "¥ yuan cny rmb renminbi",
    "rupee": "₹ rupee rupees inr", "won": "₩ won krw", "ruble": "₽ ruble rubles rub",
    "franc": "chf franc francs", "krone": "krone kroner nok dkk sek kr",
}  # fmt: skip
"""By their form, how they are written. A capital counts where lower case differs."""
_FORMS: dict[str, list[str]] = {}
for _form, _written in _NAMES.items():
    for _name in _written.split():
        _FORMS.setdefault(_name.replace("-", " "), []).append(_form)
_FACTORS = {
    "ns": ("time", "1e-9"), "us": ("time", "1e-6"), "ms": ("time", "1e-3"),
    "s": ("time", "1"), "min": ("time", "60"), "h": ("time", "3600"),
    "day": ("time", "86400"), "week": ("time", "604800"),
    "month": ("age", "1"), "year": ("age", "12"),
    "mm": ("length", "1e-3"), "cm": ("length", "1e-2"), "m": ("length", "1"),
    "km": ("length", "1e3"),
    "mg": ("weight", "1e-3"), "g": ("weight", "1"), "kg": ("weight", "1e3"),
    "t": ("weight", "1e6"),
    "ml": ("content", "1e-3"), "l": ("content", "1"),
    "hz": ("rate", "1"), "khz": ("rate", "1e3"), "mhz": ("rate", "1e6"),
    "ghz": ("rate", "1e9"),
    "‰": ("share", "1"), "%": ("share", "10"),
    "mw": ("power", "1e-3"), "w": ("power", "1"), "kw": ("power", "1e3"),
    "Mw": ("power", "1e6"), "gw": ("power", "1e9"),
    "byte": ("size", "1"), "kB": ("size", "1e3"), "MB": ("size", "1e6"),
    "GB": ("size", "1e9"), "TB": ("size", "1e12"), "PB": ("size", "1e15"),
    "KiB": ("size", "1024"), "MiB": ("size", "1048576"),
    "GiB": ("size", "1073741824"), "TiB": ("size", "1099511627776"),
    "bit": ("bits", "1"), "kbit": ("bits", "1e3"), "mbit": ("bits", "1e6"),
    "gbit": ("bits", "1e9"),
    "kbps": ("flow", "1e3"), "mbps": ("flow", "1e6"), "gbps": ("flow", "1e9"),
}  # fmt: skip
_EXACT = 20
"""Digits of a number that a product of `decimal` holds with the longest factor."""
_BARE = {"fold", "pi", "ti", "us", "won", "x"}
"""Read only where they stand right at the number: `the 5 us` are no microseconds."""


CURRENCIES = r"(?:[A-Z]{1,2})?\$|[€£¥₹₩₽]|(?:USD|EUR|GBP|JPY|CHF|CNY|INR|AUD|CAD)\b"
"""What stands before a number."""
_WRITTEN = re.compile(
    r"(?P<gap>[ \u00a0\u202f\u2009-]?)(?P<name>per[ -]?cent(?!age)|per mille"
    r"|(?:percentage|basis)[ -]points?|sq[ -]k?m|[a-z]{0,2}\$|[%‰€£¥₹₩₽¢×]"
    r"|degrees?[ -](?:celsius|centigrade|fahrenheit)"
    r"|[°º]\s?[cf](?!\w)|[°º℃℉]"
    r"|[a-zµμ]{1,16}[²2]?(?:/[a-z]{1,2})?)(?!\w)",
    re.IGNORECASE,
)
"""What may be a unit behind a number, with the space between."""


def unit_at(text: str, at: int) -> tuple[tuple[str, ...], int]:
    """Return what a unit at a place may mean, and where it ends; none, and the place.

    Of `MB/day` the first half is one.
    """
    if not (found := _WRITTEN.match(text, at)):
        return (), at
    for name in (found["name"], found["name"].partition("/")[0]):
        units = units_of(name)
        if units and not (found["gap"].isspace() and name.lower() in _BARE):
            return units, found.start("name") + len(name)
    return (), at


@lru_cache(maxsize=512)
def units_of(written: str) -> tuple[str, ...]:
    """Return the units that something may mean: a pound is of money or of weight."""
    name = re.sub(r"[\s\u00a0\u202f\u2009-]+", " ", written).strip(" ")
    name = name.replace("º", "°").replace("° ", "°")  # an ordinal's sign, often
    if re.fullmatch(r"per ?cent", name, re.IGNORECASE):
        return ("%",)
    if name.casefold() == "per mille":
        return ("‰",)
    return tuple(_FORMS.get(name) or _FORMS.get(name.lower()) or ())


def base_of(amount: str, unit: str) -> tuple[str, str] | None:
    """Return an amount in the base of its unit's kind, and the kind.

    None where the unit converts to no other, or the number is too long to be exact.
    """
    kind, factor = _FACTORS.get(unit, ("", ""))
    if not kind or len(amount) > _EXACT:
        return None
    return f"{(Decimal(amount) * Decimal(factor)).normalize():f}", kind
