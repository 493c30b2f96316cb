"""Forms with numbers in their cells, and what the project's own reader makes of the files they are written as."""

from __future__ import annotations

from decimal import Decimal

from pipelines.extracting.numbers import BLANK, VALUE
from pipelines.extracting.splitting import extract_all
from pipelines.extracting.tables.cells import FormReading
from pipelines.forms import FORMS, CellPath, Form
from pipelines.office.form_file import FORMATS, written_form
from pipelines.office.printed_form import PrintedForm, Value, Values, printed_form
from pipelines.reading import Document, read

UNIT = "测试市东山区人民政府"
LAST_YEAR = 2026
YEARS = {"2019": 2020, "2021": 2024}
CELLS = {"2019": 198, "2021": 200}
EVERY = [(form, file_format) for form in YEARS for file_format in FORMATS]


def printed(form: str, unit: str = UNIT) -> PrintedForm:
    return printed_form(FORMS[form], unit=unit, year=YEARS[form])


def file_of(form: str, file_format: str, values: Values, unit: str = UNIT) -> bytes:
    return written_form(FORMS[form], unit=unit, year=YEARS[form], file_format=file_format, values=values)


def document_of(form: str, file_format: str, values: Values, unit: str = UNIT) -> Document:
    return read(file_of(form, file_format, values, unit))


def reading_of(form: str, file_format: str, values: Values) -> FormReading:
    found = extract_all(document_of(form, file_format, values), LAST_YEAR)
    assert len(found.reports) == 1 and found.problems == ()
    report = found.reports[0]
    assert (report.headline.title, report.headline.agency, report.headline.year) == (
        printed(form).title,
        UNIT,
        YEARS[form],
    )
    assert [section.number for section in report.sections if section.number] == [1, 2, 3, 4, 5, 6]
    assert report.reading is not None
    return report.reading


def distinct(form: Form) -> dict[CellPath, Value]:
    """Return another number for every cell: amounts with decimals, changes below 0."""
    found: dict[CellPath, Value] = {}
    for number, path in enumerate(form.cell_paths, start=1001):
        kind = form.table_by_id[path[0]].kind_of(path[1], path[2])
        numbers: dict[str, Value] = {"count": number, "change": -number, "amount": number + Decimal("0.250001")}
        found[path] = numbers[kind]
    assert len({*found.values()}) == len(found) == CELLS[form.id]
    return found


def adding_up(form: Form) -> dict[CellPath, Value]:
    """Return numbers whose totals are those of their parts, reckoned from what rows and columns are."""
    found: dict[CellPath, int] = dict.fromkeys(form.cell_paths, 1)
    applications, reviews = form.table_by_id["applications"], form.table_by_id["reviews"]
    applicants = [column.id for column in applications.columns if not column.is_total]
    outcomes = [row.id for row in applications.rows if row.role == "outcome"]
    for applicant in applicants:
        found["applications", "received", applicant] = len(outcomes) + 3
        found["applications", "outcome_total", applicant] = len(outcomes)
        found["applications", "carried_out", applicant] = 4
    for row in applications.rows:
        found["applications", row.id, "total"] = sum(found["applications", row.id, each] for each in applicants)
    for row in reviews.rows:
        found["reviews", row.id, "total"] = len(reviews.columns) - 1
    return dict(found)


def differences(reading: FormReading, values: Values) -> list[str]:
    """Return the cells that are read as anything but what was written: no value is a blank cell."""
    wrong = []
    for path, cell in reading.cells.items():
        value = values.get(path)
        fits = cell.status == BLANK and cell.value is None if value is None else cell.value == value
        if not fits or cell.status not in (BLANK, VALUE) or cell.matched_by != "label":
            wrong.append(f"{path}: {value!r}, read {cell}")
    return wrong
