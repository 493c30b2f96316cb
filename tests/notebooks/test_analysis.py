"""The notebook runs on the seeds' release, and every chart draws what its query selects."""

from __future__ import annotations

import importlib.util
from typing import Any

import pytest

from pipelines.releases.layout import Layout
from tests.projects import ROOT

NOTEBOOK = ROOT / "docs" / "notebooks" / "analysis.py"
CHARTS = ("applications_chart", "reasons_chart", "decisions_chart", "procurement_chart", "quality_chart")


def run() -> dict[str, Any]:
    spec = importlib.util.spec_from_file_location("analysis", NOTEBOOK)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    _, definitions = module.app.run()
    return dict(definitions)


def test_every_question_is_drawn(seed_layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGKAI_ROOT", str(seed_layout.root))
    found = run()
    for name in CHARTS:
        drawn = found[name].to_dict()
        (rows,) = drawn["datasets"].values()
        assert rows, name
        fields = {channel["field"] for channel in drawn["encoding"].values() if isinstance(channel, dict)}
        assert fields <= set(rows[0]), name
    (rows,) = found["applications_chart"].to_dict()["datasets"].values()
    assert (rows[0]["agency_name"], rows[0]["received"]) == ("东昌区人民政府", 3)
    (rows,) = found["quality_chart"].to_dict()["datasets"].values()
    per_report = {row["province"]: row["errors_per_report"] for row in rows}
    assert per_report == {"吉林省": 5, "山东省": 0, "海南省": 0, "黑龙江省": 0} and len(rows) == 4
