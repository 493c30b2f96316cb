"""Stata: one file of format 118 per table, with labels, coded values and extended missing values."""

from __future__ import annotations

from pathlib import Path

from pipelines.exporting.columns import fields
from pipelines.exporting.job import Job
from pipelines.exporting.stata_columns import label_sets, variables
from pipelines.exporting.stata_file import write_stata

_NOTES = {
    "zh": (
        "Stata：数值缺失的原因为扩展缺失值：.a 存疑，.b 空白，.m 未列出，.n 无值符号，.t 文字；. 为该格式无此项。",
        "Stata：.x 为双精度不能准确保存的数（超过约 16 位有效数字），原数见 CSV。",
        "Stata：有固定取值的列为带值标签的整数；NULL 文本为空文本；字符 U+0000 显示为 ␀；时间为 UTC。",
    ),
    "en": (
        "Stata: why a number is missing is an extended missing value: .a ambiguous, .b blank, .m not printed, .n nil "
        "mark, .t words; . where the form has no such cell.",
        "Stata: .x is a number that a double cannot hold exactly (beyond some 16 digits); CSV has it.",
        "Stata: columns of coded values are integers with value labels; a NULL text is an empty one; the character "
        "U+0000 shows as ␀; instants are UTC.",
    ),
}


def write(job: Job) -> list[Path]:
    """Write each table as <table>.dta."""
    written = []
    for table in job.tables:
        path = job.folder / f"{table.name}.dta"
        columns = fields(table)
        kept = variables(columns, job.selected.widths(table), job.language)
        label = table.zh if job.language == "zh" else table.name
        notes = [job.about.strip().replace("\n", "; "), table.en]
        labels = label_sets(columns, job.language)
        rows = job.selected.count(table)
        batches = job.arrow_batches(table, [variable.expression for variable in kept])
        write_stata(path, kept, batches, rows, labels, label=label, notes=notes)
        written.append(path)
    job.notes.extend(_NOTES[job.language])
    return written
