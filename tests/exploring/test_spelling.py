"""What of spelling.yml is refused: its order gives most misspelt readings away."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.declarations import DeclarationError
from pipelines.exploring import spelling
from pipelines.exploring.spelling import read_spelling

SHIPPED = Path(spelling.__file__).with_name("spelling.yml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("埃ai 鞍an", "埃a 鞍an", "expected 啊a behind 埃a"),
        ("埃ai 鞍an", "鞍an 埃ai", "expected 鞍an behind 埃ai"),
        ("驴lv", "驴lu", "expected 芦lu behind 驴lu"),
        ("埃ai", "瑷ai", "expected one first-level character of GB 2312, found 瑷ai"),
        ("埃ai", "埃aj", "expected characters and their reading, as 啊a, found 埃aj"),
        ("埃ai", "埃 ai", "expected characters and their reading, as 啊a, found 埃"),
        ("岜朳灞粑钹ba", "岜朳灞岜粑钹ba", "'岜' stands twice"),
        ("others: >-", "other: >-", "no key 'other'; did you mean 'others'?"),
    ],
)
def test_a_wrong_reading_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert SHIPPED.count(old) == 1
    path = tmp_path / "spelling.yml"
    path.write_text(SHIPPED.replace(old, new), encoding="utf-8")
    with pytest.raises(DeclarationError) as failure:
        read_spelling(path)
    assert said in str(failure.value)
