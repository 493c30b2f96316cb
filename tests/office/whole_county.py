"""A county of 52: the government, 31 departments and 20 towns that must report, and what came of them in January.

Of one town nothing came. Some sent what they should not: two formats, a revision, two that differ, another year.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from benchmarks.corpus.formats import written
from benchmarks.corpus.printing import Path as Cell
from benchmarks.corpus.printing import Truth, printout_of
from pipelines.contracts.codes import code_list
from tests.office.county_office import FORM, PLACE, YEAR, report_file, sound_figures

MISSING, OTHER_YEAR, UNDECIDED, LATE, TWICE, RECEIVED = code_list("unit_state")
# As a roster writes them: without their county.
DEPARTMENTS = (
    *("司法局", "财政局", "公安局", "水利局", "卫生健康局", "审计局", "民政局", "交通运输局", "统计局", "商务局"),
    *("农业农村局", "应急管理局", "住房和城乡建设局", "医疗保障局", "退役军人事务局", "自然资源和规划局"),
    *("教育和体育局", "科学技术局", "文化和旅游局", "发展和改革局", "人力资源和社会保障局", "行政审批服务局"),
    *("市场监督管理局", "综合行政执法局", "工业和信息化局", "信访局", "林业局", "畜牧局", "地震局", "税务局"),
    "气象局",
)
TOWNS = (
    *(
        "城阳街道",
        "店子集街道",
        "陵阳街道",
        "浮来山街道",
        "阎庄街道",
        "招贤镇",
        "夏庄镇",
        "刘官庄镇",
        "峤山镇",
        "小店镇",
    ),
    *("龙山镇", "东莞镇", "长岭镇", "安庄镇", "棋山镇", "洛河镇", "寨里河镇", "桑园镇", "果庄镇", "库山乡"),
)
UNITS = (*DEPARTMENTS, *TOWNS)
GOVERNMENT = f"{PLACE}人民政府"
NOTHING_CAME = "峤山镇"
ONLY_LAST_YEAR, UNLIKE, REVISED, TWO_FORMATS, TOO_LATE = "民政局", "统计局", "商务局", "住房和城乡建设局", "审计局"
FAULTY = "财政局"
STATES: Mapping[str, str] = {
    **dict.fromkeys(UNITS, RECEIVED),
    NOTHING_CAME: MISSING,
    ONLY_LAST_YEAR: OTHER_YEAR,
    UNLIKE: UNDECIDED,
    REVISED: TWICE,
    TWO_FORMATS: TWICE,
    TOO_LATE: LATE,
}
_KINDS = ("docx", "xlsx", "rtf", "odt")


def printed_name(unit: str) -> str:
    """Return what the report of a unit prints of it."""
    end = "办事处" if unit.endswith("街道") else "人民政府" if unit in TOWNS else ""
    return f"{PLACE}{unit}{end}"


def signed_report(unit: str, kind: str, day: str) -> bytes:
    """Return a report that is signed with a date."""
    name = printed_name(unit)
    truth = {path: Truth(each.text, each.value) for path, each in sound_figures(name).items()}
    title = f"{name}{YEAR}年政府信息公开工作年度报告"
    return written(random.Random(unit), kind, printout_of(FORM, truth), title=title, signature=f"{name}\n{day}")


def government_report(kind: str = "docx") -> bytes:
    """Return the report of the government: the sums of all units that sent a report of the year."""
    total: dict[Cell, Decimal] = {}
    for unit in UNITS:
        if STATES[unit] not in (MISSING, OTHER_YEAR):
            for path, figure in sound_figures(printed_name(unit)).items():
                total[path] = total.get(path, Decimal(0)) + (figure.value or 0)
    truth = {path: Truth(f"{number.normalize():f}", number) for path, number in total.items()}
    title = f"{GOVERNMENT}{YEAR}年政府信息公开工作年度报告"
    prose = "本报告汇总了县政府各部门、各镇（街道）的政府信息公开工作情况。"
    return written(random.Random(1), kind, printout_of(FORM, truth), title=title, prose=prose)


def write_whole_county(folder: Path) -> None:
    """Write what came into a folder, towns into one of their own."""
    (folder / "乡镇街道").mkdir(parents=True)
    (folder / "修改").mkdir()
    (folder / f"{GOVERNMENT}.docx").write_bytes(government_report())
    for place, unit in enumerate(UNITS):
        within = folder / "乡镇街道" if unit in TOWNS else folder
        kind, name = _KINDS[place % len(_KINDS)], printed_name(unit)
        own = within / f"{name}.{kind}"
        if unit == ONLY_LAST_YEAR:
            own.write_bytes(report_file(name, kind, year=YEAR - 1))
        elif unit == TOO_LATE:
            own.write_bytes(signed_report(unit, kind, f"{YEAR + 1}年3月1日"))
        elif unit != NOTHING_CAME:
            own.write_bytes(report_file(name, kind, fault="a total" if unit == FAULTY else None))
    unlike, revised = printed_name(UNLIKE), printed_name(REVISED)
    (folder / "修改" / f"{unlike}.docx").write_bytes(report_file(unlike, "docx", fault="a review"))
    (folder / f"{revised}（修改稿）.docx").write_bytes(report_file(revised, "docx", fault="a review"))
    both = printed_name(TWO_FORMATS)
    (folder / f"{both}（扫描）.pdf").write_bytes(report_file(both, "pdf"))


def write_roster(path: Path) -> Path:
    """Write the roster of the county as CSV, as a spreadsheet in China saves it."""
    lines = [f"{PLACE}政务公开花名册,,,", "序号,单位名称,类型,联系人", f"1,{GOVERNMENT},政府,"]
    lines += [f"{n},{unit},{'乡镇' if unit in TOWNS else '部门'},张{n}" for n, unit in enumerate(UNITS, start=2)]
    path.write_bytes("\r\n".join(lines).encode("gb18030"))
    return path
