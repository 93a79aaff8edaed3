"""The one reader of values: what is the same in another form, and what is not."""

from datetime import date
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.grounding.values.support import find_values, unsupported_values

SAME = [
    ("It stays below 20 °C.", "below 20 degrees Celsius"),
    ("It stays at -5 °C.", "at minus 5 degree celsius"),
    ("It holds 1 GiB.", "holds 1024 MiB"),
    ("It holds 2 GB.", "2,000 MB of it"),
    ("It holds 0.5 MB.", "500 kB"),
    ("It sends 1 Gbit/s.", "1000 Mbit/s"),
    ("It holds ３００ rows.", "300 rows"),
    ("It holds 300 rows.", "٣٠٠ rows"),
    ("¼ of the rows is gone.", "25 % of the rows"),
    ("1/4 of the rows is gone.", "25 % of the rows"),
    ("25 % of the rows are gone.", "¼ of the rows"),
    ("It ends at noon.", "at 12:00"),
    ("It ends at 12:00.", "12 noon"),
    ("It starts at midnight.", "at 00:00"),
    ("It is twice as fast.", "2x as fast"),
    ("It is twice as fast.", "doubles the speed"),
    ("It is three times as large.", "tripled in size"),
    ("It times out after 30s.", "after 30 seconds"),
    ("It times out after 30 sec.", "after 30 s"),
    ("It rests 5 minutes.", "5 min of rest"),
    ("It is valid for 2 hours.", "for 2 hrs"),
    ("It is valid for 2h.", "for two hours"),
    ("It is a 30-second wait.", "30 seconds"),
    ("It waits 60 s.", "for 1 minute"),
    ("It waits 1.5 hours.", "for 90 minutes"),
    ("It waits 1,000 ms.", "one second (1 s)"),
    ("It fell by 12%.", "fell by 12 percent"),
    ("It fell by 12 per cent.", "fell by 12 %"),
    ("It fell by twelve percent.", "fell 12%"),
    ("pH of 7 in it.", "pH of 7.0 in it"),
    ("It is 1.5 times faster.", "1.5x faster"),
    ("It is 2x faster.", "2-fold faster"),
    ("It holds 1,000 rows.", "holds 1k rows"),
    ("It holds 1000 rows.", "1'000 rows"),
    ("It holds 1000 rows.", "1’000 rows"),
    ("It holds 1000 rows.", "1 000 rows"),
    ("It holds 12 345 rows.", "12,345 rows"),
    ("It holds 1000 rows.", "1\u2009000 rows"),
    ("It holds 1000 rows.", "1\u00a0000 rows"),
    ("It holds 1000 rows.", "1.000 rows"),
    ("It holds 1,234,567 rows.", "1.234.567 Zeilen"),
    ("It costs 1,234.50 euros.", "1.234,50 €"),
    ("It weighs 3.5 kg.", "3,5 kg"),
    ("It holds 2.5 million rows.", "2,500,000 rows"),
    ("It holds 2,500,000 rows.", "2.5M rows"),
    ("It holds 2,500,000 rows.", "2.5 mn rows"),
    ("It holds 1.5 billion.", "1.5bn"),
    ("It holds one thousand rows.", "1,000 rows"),
    ("It holds five replicas.", "5 replicas"),
    ("It holds twenty-one rows.", "21 rows"),
    ("It holds 21 rows.", "twenty one rows"),
    ("It holds a dozen eggs.", "12 eggs"),
    ("It holds 24 eggs.", "two dozen eggs"),
    ("It holds half of the rows.", "50% of the rows"),
    ("It holds half of the rows.", "0.5 of the rows"),
    ("It takes half an hour.", "30 minutes"),
    ("It takes 30 minutes.", "half an hour"),
    ("It takes two and a half hours.", "2.5 h"),
    ("It takes 2.5 hours.", "two and a half hours"),
    ("It holds two thirds.", "2/3 of it"),
    ("It came on 5 March 2024.", "05.03.2024"),
    ("It came on March 5, 2024.", "2024-03-05T14:30:00Z"),
    ("It came on March 5.", "released March 5, 2024"),
    ("It came on 5 March 2024.", "2024/03/05"),
    ("It came on March 5, 2024.", "the 5th of March 2024"),
    ("It came on 5 March 2024.", "In 2024 it came on 5 March"),
    ("It came in March.", "2024-03-05"),
    ("It came in the 1990s.", "in 1994"),
    ("It came in 2024.", "05.03.2024"),
    ("It came on 15 March 2024.", "03/15/2024"),
    ("It starts at 2:30 pm.", "at 14:30"),
    ("It starts at 14:30.", "at 2:30 p.m."),
    ("It starts at 2pm.", "at 14:00"),
    ("It takes 5-10 seconds.", "5 to 10 s"),
    ("It takes between 5 and 10 seconds.", "5–10 s"),
    ("It takes 5 to 10 minutes.", "5-10 min"),
    ("It has 2 to 3 million rows.", "2–3 million rows"),
    ("It is its 3rd time.", "the third time"),
    ("It is its third time.", "the 3rd time"),
    ("It has 5 million dollars.", "$5 million"),
    ("It costs $5.", "US$5"),
    ("It costs 5 euros.", "€5"),
    ("It costs 5 EUR.", "EUR 5"),
    ("It came with version 1.10.", "version 1.10"),
    ("It came with 1.10.", "v1.10.3"),
    ("It is at 192.168.0.1.", "host 192.168.0.1 is"),
    ("It holds 10^6 rows.", "1,000,000 rows"),
    ("It holds 1e6 rows.", "a million rows"),
    ("It holds 10⁶ rows.", "1 million rows"),
    ("It is -20 degrees.", "−20 degrees"),
    ("It is minus 20 degrees.", "-20°"),
    ("It holds at most 5 rows.", "up to 5 rows"),
    ("It holds no more than 5 rows.", "at most 5 rows"),
    ("It holds at least 5 rows.", "5 or more rows"),
    ("It holds at least 5 rows.", "It holds >= 5 rows"),
    ("It holds at least 5 rows.", "It holds ≥5 rows"),
    ("It holds up to 5 rows.", "rows: <= 5"),
    ("It holds more than 5 rows.", "rows: > 5"),
    ("It holds under 5 rows.", "It holds < 5 rows"),
    ("It holds 5 rows.", "> 5 rows"),
    ("It holds 5 rows.", "a note:\n> 5 rows"),
    ("It holds 5 rows.", "<b>5</b> rows"),
    ("It holds 5 rows.", "the holder -> 5 rows"),
    ("The maximum is 5 rows.", "at most 5 rows"),
    ("It is 5 °C.", "5 º C"),
    ("It is 5 ºC.", "5° C"),
    ("It holds more than 5 rows.", "over 5 rows"),
    ("It holds 5 rows.", "at most 5 rows"),
    ("It holds at most 5 rows.", "The limit is 5 rows"),
    ("It takes 16 GB.", "16GB of RAM"),
    ("It takes 16 kB.", "16 KB"),
    ("It takes 512 MiB.", "512Mi"),
    ("It takes 100 Mbit/s.", "100 Mbps"),
    ("It takes an hour.", "60 minutes"),
    ("It takes one hour.", "an hour"),
    ("It is one of the best.", "It is the best"),
    ("It has 2½ parts.", "2.5 parts"),
    ("It has 12,34,567 rupees.", "1,234,567 rupees"),
    ("It holds half a million rows.", "500,000 rows"),
    ("It spans 1.2 km.", "1,200 m"),
    ("It weighs 2 kg.", "2000 g"),
    ("It ends in 5m.", "in 5 minutes"),
    ("It holds 5m rows.", "5 million rows"),
    ("It has 7B parameters.", "7 billion parameters"),
    ("It came on 5–7 March 2024.", "from 5 March 2024 to 7 March 2024"),
    ("It holds one hundred and five rows.", "105 rows"),
    ("It was in the twenty-first century.", "the 21st century"),
    ("It came in 2,024 parts.", "2024 parts"),
    ("The store keeps one replica.", "It keeps a replica, and 3 replicas later"),
    ("One of the replicas is kept.", "3 replicas"),
    ("It has zero errors.", "no errors in 5 runs"),
]
OTHER = [
    ("It stays below 20 °C.", "below 20 degrees Fahrenheit"),
    ("It holds 1 GiB.", "holds 1000 MiB"),
    ("It holds 1 GB.", "holds 1 GiB"),
    ("It sends 1 Gbit/s.", "1 GB/s"),
    ("It holds ３００ rows.", "３０ rows"),
    ("¼ of the rows is gone.", "75 % of the rows"),
    ("It ends at noon.", "at 13:00"),
    ("It ends at noon.", "at midnight"),
    ("It is twice as fast.", "three times as fast"),
    ("It is twice as fast.", "triples the speed"),
    ("It ends in 5 m.", "in 5 minutes"),
    ("It waits 5 s.", "5 min"),
    ("It waits 60 s.", "60 min"),
    ("It takes 1 GB.", "1 MB"),
    ("It takes 1 GB.", "1 GiB"),
    ("It takes 100 Mb/s.", "100 MB/s"),
    ("It takes 16 Gb.", "16 GB"),
    ("It holds five replicas.", "3 replicas"),
    ("It holds a dozen replicas.", "3 replicas"),
    ("It served two million.", "1,500,000 requests"),
    ("It holds twenty-one rows.", "twenty rows and one"),
    ("It came on 5 March 2024.", "05.04.2024"),
    ("It came on 5 March 2024.", "5 March 2023"),
    ("It came on 6 March 2024.", "2024-03-05T06:00:00Z"),
    ("It came on March 6.", "March 5, 2024"),
    ("It came on 5 March 2024.", "5 March"),
    ("It came in May.", "in June 2024"),
    ("It came in the 1990s.", "in 1984"),
    ("It starts at 2:30 pm.", "at 15:30"),
    ("It starts at 2:30 pm.", "at 2:30 am"),
    ("It came with version 1.10.", "version 1.1"),
    ("It came with version 1.1.", "version 1.10"),
    ("It came with 1.10.", "1.1"),
    ("It is at 192.168.0.1.", "192.168.0.10"),
    ("It is at 192.168.0.1.", "192.168.1.1"),
    ("It holds at most 5 rows.", "at least 5 rows"),
    ("It holds 5 rows.", "It holds ≥5 rows"),
    ("It holds 5 rows.", "rows <= 5"),
    ("It holds 5 rows.", "rows > 5"),
    ("It holds < 5 rows.", "It holds 5 rows"),
    ("It holds <= 5 rows.", "It holds >= 5 rows"),
    ("It is 5 °C.", "5 º F"),
    ("It holds at most 5 rows.", "more than 5 rows"),
    ("It holds more than 5 rows.", "at most 5 rows"),
    ("It holds up to 5 rows.", "over 5 rows"),
    ("It holds under 5 rows.", "over 5 rows"),
    ("It holds at least 5 rows.", "no more than 5 rows"),
    ("It holds fewer than 5 rows.", "5 or more rows"),
    ("It holds nlist < 1024 rows.", "nlist > 1024"),
    ("It costs $5.", "€5"),
    ("It costs US$5.", "A$5"),
    ("It fell by 12%.", "fell by 12‰"),
    ("It fell by 12%.", "12 percentage points"),
    ("It is 20 degrees.", "-20 degrees"),
    ("It takes 5 to 10 minutes.", "5 to 10 seconds"),
    ("It holds 10^6 rows.", "106 rows"),
    ("It holds 10⁶ rows.", "10⁵ rows"),
    ("It holds half of the rows.", "a third of the rows"),
    ("It holds 50% of the rows.", "a quarter of them"),
    ("It has 2.5 parts.", "25 parts"),
    ("It holds 1.5 million rows.", "1.5 billion rows"),
    ("It takes 3 hours.", "3 days"),
    ("It holds two and a half rows.", "two rows"),
    ("It takes half an hour.", "half a day"),
    ("It is its third time.", "the fourth time"),
    ("It spans 1.2 km.", "1.2 miles"),
    ("It weighs 2 kg.", "2 lb"),
    ("It holds 1,500 rows.", "1.5 rows"),
    ("It has zero percent.", "five percent"),
    ("It holds 2 GB.", "v2.4 has it"),
    ("It takes an 8 hour day.", "an 8 minute day"),
    ("It runs at 5 GHz.", "5 MHz"),
    ("It costs 5 cents.", "$5"),
    ("It holds hundred and five rows or 1055.", "105 rows"),
    ("The store keeps one replica.", "The store keeps 3 replicas"),
    ("The store keeps zero replicas.", "The store keeps three replicas"),
]


def lacking(statement: str, excerpt: str) -> list[str]:
    found = unsupported_values(statement, [excerpt])
    return [each.text for each in found if each.kind != "name"]


@pytest.mark.parametrize(("statement", "excerpt"), SAME)
def test_a_value_in_another_form_is_borne_out(statement: str, excerpt: str) -> None:
    assert lacking(statement, excerpt) == []


@pytest.mark.parametrize(("statement", "excerpt"), OTHER)
def test_another_value_is_not_borne_out(statement: str, excerpt: str) -> None:
    assert lacking(statement, excerpt) != []


@given(st.integers(0, 10**15), st.sampled_from(["{:,}", "{}", "{:,} rows"]))
def test_a_number_is_borne_out_with_each_separator(number: int, form: str) -> None:
    for sign in ("\u202f", "\u2009", "\u00a0", "'", "’"):
        text = f"It has {number:,}.".replace(",", sign)
        assert lacking(f"It has {form.format(number)}.", text) == []


@given(st.integers(2, 999_999), st.integers(2, 999_999))
def test_a_number_in_words_is_borne_out_by_its_figures_alone(
    number: int, other: int
) -> None:
    said = f"It keeps {spelled(number)} rows."
    assert (lacking(said, f"{other} rows") == []) == (number == other)
    assert lacking(said, f"{number:,} rows") == []
    assert lacking(f"It keeps {number} rows.", f"{spelled(number)} rows") == []


SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen "
    "fourteen fifteen sixteen seventeen eighteen nineteen"
)
TENS = "- - twenty thirty forty fifty sixty seventy eighty ninety"


def spelled(number: int) -> str:
    if number >= 1000:
        rest = f" {spelled(number % 1000)}" if number % 1000 else ""
        return f"{spelled(number // 1000)} thousand{rest}"
    if number >= 100:
        rest = f" and {spelled(number % 100)}" if number % 100 else ""
        return f"{spelled(number // 100)} hundred{rest}"
    if number >= 20:
        one = f"-{SMALL.split()[number % 10]}" if number % 10 else ""
        return f"{TENS.split()[number // 10]}{one}"
    return SMALL.split()[number]


DATES = st.dates(min_value=date(1000, 1, 1), max_value=date(2999, 12, 31))


@given(DATES, DATES)
def test_a_date_is_borne_out_by_itself_alone_in_each_form(
    one: date, other: date
) -> None:
    said = f"It came on {one:%B %d, %Y}."
    for form in ("{:%Y-%m-%d}", "{:%d.%m.%Y}", "{:%Y-%m-%dT08:00:00Z}"):
        assert (lacking(said, form.format(other)) == []) == (one == other)
        assert lacking(said, form.format(one)) == []


SIGNS = st.text(
    st.sampled_from("0123456789.,:;/-–'’ \u202f\u00a0%$€½⁰⁻eEx^*+<>~amphkMBs年月日"),
    max_size=40,
)
PIECES = st.lists(
    st.sampled_from(
        ["twenty", "a", "and", "half", "dozen", "March", "May", "5", "1,000", "10⁻",
         "/0", "of", "an hour", "1/0", "million", "-", "at most", "v1", "1e9", "٣", "²"]
    ),
    max_size=12,
)  # fmt: skip


@given(SIGNS | PIECES.map(" ".join) | PIECES.map("".join))
def test_any_text_is_read_and_bears_itself_out(text: str) -> None:
    assert all(each.text in text for each in find_values(text))
    assert lacking(text, text) == []


@pytest.mark.parametrize(
    "piece",
    ["1,000 ", "1,00", "10,", "1.", "1.1.1 ", "twenty ", "half a ", "5 March 2024 ",
     "1:", "1/1/", "3 x 10", "-5", "5-", "$", "> 5 ", "A\"", "1'000", "9", "Aa ", " "],
)  # fmt: skip
def test_reading_is_linear(piece: str) -> None:
    def least(size: int) -> float:
        text = piece * (size // len(piece))
        times = []
        for turn in range(2):
            started = process_time()
            find_values(f"{text}{turn}")
            times.append(process_time() - started)
        return min(times)

    small = least(1_500)
    assert least(12_000) < 24 * small + 0.05  # a square takes 64 times as long
