# ruff: noqa: E501 (samples of other formats read best in one line)
"""Workbooks as a person sees them, at the cost of the cells that hold something."""

import datetime
import io
import time
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter

from tools.sources.formats.converted import Converted, RefusalError
from tools.sources.formats.office.sheets import convert_sheets

DAY = datetime.date(2024, 3, 5)
NOON = datetime.datetime(2024, 3, 5, 14, 30)  # noqa: DTZ001 (a cell has no zone)
MONEY = '_-* #,##0.00 €_-;-* #,##0.00 €_-;_-* "-"?? €_-;_-@_-'


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(fill: Callable[[Any], None]) -> Converted:
    book = Workbook()
    fill(book.active)
    return convert_sheets(saved(book))


def changed(content: bytes, part: str, change: Callable[[str], str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, change(text.decode()).encode() if name == part else text)
    return out.getvalue()


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (0.125, "0.0%", "12.5%"),
        (1, "0%", "100%"),
        (-0.5, "0%", "-50%"),
        (0.0825, "0.##%", "8.25%"),
        (DAY, "yyyy-mm-dd", "2024-03-05"),
        (DAY, "dd.mm.yyyy", "05.03.2024"),
        (DAY, "mm-dd-yy", "2024-03-05"),  # each country sees its own order
        (DAY, "m/d/yyyy", "2024-03-05"),
        (DAY, "d mmmm yyyy", "5 March 2024"),
        (DAY, "mmm-yy", "Mar-24"),
        (DAY, 'yyyy"年"m"月"d"日"', "2024年3月5日"),
        (DAY, "[$-407]dddd, d. mmmm yyyy", "Tuesday, 5. March 2024"),
        (NOON, "yyyy-mm-dd hh:mm", "2024-03-05 14:30"),
        (NOON, "m/d/yyyy h:mm", "2024-03-05 14:30"),
        (NOON, "h:mm AM/PM", "2:30 PM"),
        (datetime.time(9, 5), "h:mm", "9:05"),
        (datetime.time(9, 5, 7), "hh:mm:ss", "09:05:07"),
        (datetime.timedelta(hours=26, minutes=5), "[h]:mm:ss", "26:05:00"),
        (1234.5, "#,##0.00 [$€-407]", "1,234.50 €"),
        (1234.5, "[$£-809]#,##0.00", "£1,234.50"),
        (-1234.5, '"$"#,##0.00;("$"#,##0.00)', "($1,234.50)"),
        (1234.5, MONEY, "1,234.50 €"),
        (0, MONEY, "- €"),
        (1234567, '#,##0,"k"', "1,235k"),
        (123456, "0.00E+00", "1.23E+05"),
        (1234, "00000", "01234"),
        (2.5, "0", "3"),
        (5, "[Red]0.00;[Blue]-0.00", "5.00"),
        (12, '0" pcs"', "12 pcs"),
        (0.5, "# ?/?", "0.5"),
        (3.0, "General", "3"),
        (0.1 + 0.2, "General", "0.3"),
        (1e21, "General", "1e+21"),
        (True, "General", "TRUE"),
        ("0123", "@", "0123"),
        ("10%", "General", "10%"),
        (99999999, "yyyy-mm-dd", "99999999"),
    ],
)
def test_a_number_is_shown_as_its_format_says(
    value: object, code: str, shown: str
) -> None:
    def fill(sheet: Any) -> None:
        sheet["A1"], sheet["B1"] = "what", value
        sheet["B1"].number_format = code

    assert f"| what | {shown} |" in read(fill).text


def test_days_are_counted_from_1904_where_the_workbook_says_so() -> None:
    book = Workbook()
    book.active["A1"] = 1
    book.active["A1"].number_format = "yyyy-mm-dd"
    old = changed(
        saved(book),
        "xl/workbook.xml",
        lambda text: text.replace("<workbookPr", '<workbookPr date1904="1"'),
    )
    assert "1904-01-02" in convert_sheets(old).text


CORNERS = ["XFD1048576", "A1048576", "XFD1", "ZZ50000"]


@pytest.mark.parametrize("corner", CORNERS)
def test_an_empty_cell_in_a_far_corner_costs_nothing(corner: str) -> None:
    def fill(sheet: Any) -> None:
        sheet["A1"], sheet["B2"] = "North", 5
        sheet[corner].number_format = "0.00"

    start = time.process_time()
    assert read(fill).text == "## Sheet\n\n| North |  |\n| --- | --- |\n|  | 5 |\n"
    assert time.process_time() - start < 5


@pytest.mark.parametrize("corner", CORNERS)
def test_a_note_in_a_far_corner_is_read_beside_the_rest(corner: str) -> None:
    def fill(sheet: Any) -> None:
        sheet["A1"], sheet[corner] = "North", "far"

    found = read(fill).text
    assert "North" in found
    assert "far" in found
    assert len(found) < 200


def test_a_sheet_of_a_diagonal_is_listed_and_not_a_table_of_nothing() -> None:
    def fill(sheet: Any) -> None:
        for number in range(1, 400):
            sheet.cell(number, number).value = f"v{number}"

    found = read(fill).text
    assert f"- Row 30: {get_column_letter(30)}: v30" in found
    assert len(found) < 20_000


def test_formatted_cells_cost_their_tags_alone() -> None:
    def seconds(count: int) -> float:
        rows = "".join(
            f'<row r="{row}"><c r="A{row}" s="0"/><c r="XFD{row}" s="0"/></row>'
            for row in range(2, 2 + count)
        )
        book = Workbook()
        book.active["A1"] = "x"
        sheet = "xl/worksheets/sheet1.xml"
        content = changed(
            saved(book),
            sheet,
            lambda text: text.replace("</sheetData>", f"{rows}</sheetData>"),
        )
        start = time.process_time()
        convert_sheets(content)
        return time.process_time() - start

    best = [min(seconds(count) for _ in range(3)) for count in (20_000, 40_000)]
    assert best[1] < 3 * best[0] + 0.05


def test_a_merged_cell_is_shown_in_each_row_that_it_spans() -> None:
    def fill(sheet: Any) -> None:
        sheet["A1"] = "Sales"
        sheet.merge_cells("A1:C1")
        for row in (
            ["region", "2024", None],
            [None, "Q1", "Q2"],
            ["North", 1, 2],
            [None, 3, 4],
        ):
            sheet.append(row)
        sheet.merge_cells("B2:C2")
        sheet.merge_cells("A2:A3")
        sheet.merge_cells("A4:A5")

    lines = read(fill).text.split("\n")[2:]
    assert lines[0] == "| Sales |  |  |"
    assert lines[2:6] == [
        "| region | 2024 | 2024 |",
        "| region | Q1 | Q2 |",
        "| North | 1 | 2 |",
        "| North | 3 | 4 |",
    ]


def test_a_merged_cell_of_a_whole_sheet_is_written_where_there_are_rows() -> None:
    book = Workbook()
    book.active["A1"], book.active["B2"] = "all", "x"
    merge = (
        "</sheetData><mergeCells>"
        + '<mergeCell ref="A1:XFD1048576"/>' * 50
        + "</mergeCells>"
    )
    content = changed(
        saved(book),
        "xl/worksheets/sheet1.xml",
        lambda text: text.replace("</sheetData>", merge),
    )
    assert len(convert_sheets(content).text) < 200


def test_a_formula_without_a_value_is_told_and_shown_as_such() -> None:
    def fill(sheet: Any) -> None:
        sheet["A1"], sheet["B1"], sheet["B2"] = 2, "=A1*2", '=IF(A1>1,"a|b","")'

    found = read(fill)
    assert "=A1*2" in found.text
    assert found.remarks == ("formulas without a stored value, shown as formulas: 2",)


def test_hidden_sheets_comments_and_charts_are_told() -> None:
    from openpyxl.chart import BarChart, Reference

    book = Workbook()
    book.active["A1"] = 1
    book.active["A1"].comment = Comment("why", "me")
    chart = BarChart()
    chart.add_data(Reference(book.active, min_col=1, min_row=1, max_row=2))
    book.active.add_chart(chart, "C1")
    hidden = book.create_sheet("Costs")
    hidden["A1"], hidden.sheet_state = "secret", "hidden"
    found = convert_sheets(saved(book))
    assert "## Costs\n\n| secret |" in found.text
    assert found.remarks == (
        "hidden sheets were read too: Costs",
        "left out: charts, comments",
    )


def test_strings_of_several_runs_and_inline_ones_are_read() -> None:
    book = Workbook()
    book.active["A1"] = "shared"
    inline = '<row r="9"><c r="B9" t="inlineStr"><is><r><t>in</t></r><r><t>line</t></r><rPh><t>no</t></rPh></is></c><c t="e"><v>#N/A</v></c></row>'
    content = changed(
        saved(book),
        "xl/worksheets/sheet1.xml",
        lambda text: text.replace("</sheetData>", f"{inline}</sheetData>"),
    )
    assert convert_sheets(content).text.endswith("|  | inline | #N/A |\n")


@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "_rels/.rels"]
)
@pytest.mark.parametrize(
    "text", ["", "<a>", "no xml", "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>"]
)
def test_a_damaged_part_is_refused_or_left_out(part: str, text: str) -> None:
    book = Workbook()
    book.active["A1"] = "x"
    content = changed(saved(book), part, lambda _: text)
    try:
        found = convert_sheets(content)
    except RefusalError:
        return
    assert not found.text
