"""`gongkai verify`: everything on disk held against what is known of it. Keep out: what is looked at (`verifying`)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pipelines.commands.failures import fail, fail_with
from pipelines.commands.terminal import say_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.warehouse.verifying import Finding, Looked

_SHOWN = 50
_WHAT = {"release": "数据版本 releases", "stored": "存档 stored raw files", "inbox": "原始文件 data/raw"}


def verify_all(release: str | None, *, as_json: bool) -> None:
    """Look at everything, or at one release that is named; ends the process with 1 where something is wrong."""
    looked: Counter[str] = Counter()
    findings: list[Finding] = []
    for each in _progress(_found(release), findings):
        looked[each.of] += 1
    if as_json:
        for finding in findings:
            say_json(finding._asdict())
    else:
        _print(looked, findings)
    if findings:
        fail_with("commands.faults_found", n=len(findings))


def _found(release: str | None) -> Iterator[Finding | Looked]:
    from pipelines.releases.choosing import named_release
    from pipelines.releases.layout import Layout, NoRelease, current_release, project_root
    from pipelines.warehouse.verifying import verify, verify_release

    layout = Layout(project_root())
    try:
        if release is not None:
            return verify_release(named_release(release))
        current_release(layout)
    except NoRelease as error:
        fail(str(error))
    return verify(layout)


def _progress(found: Iterator[Finding | Looked], findings: list[Finding]) -> Iterator[Looked]:
    """Yield the files that were looked at; what was found is added to `findings`."""
    from pipelines.commands.progress import phase
    from pipelines.warehouse.verifying import Looked

    with phase("progress.verifying"):
        for each in found:
            if isinstance(each, Looked):
                yield each
            else:
                findings.append(each)


def _print(looked: Counter[str], findings: list[Finding]) -> None:
    from pipelines.commands.coded import in_words, what_to_do
    from pipelines.commands.printing import print_cut
    from pipelines.commands.terminal import console_for_people, say, show_table
    from pipelines.messages import message

    console = console_for_people()
    rows: list[tuple[object, ...]] = [(label, looked[of]) for of, label in _WHAT.items()]
    show_table(None, ["核验 verified", "文件 files"], rows, console)
    if not findings:
        say(message("commands.as_written"))
        return
    name = "verification_fault"
    shown: list[tuple[object, ...]] = [
        (in_words(name, each.code), each.place, what_to_do(name, each.code)) for each in findings[:_SHOWN]
    ]
    show_table(None, ["问题 fault", "文件 file", "处理 what to do"], shown, console)
    print_cut(_SHOWN, len(findings), "--json", console)
