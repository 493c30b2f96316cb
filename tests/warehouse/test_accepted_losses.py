"""Publishing less than before: only for a reason, which stays; and what was good is never pruned for it."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from pipelines.durable import swap_link
from pipelines.releases.accepted_loss import accepted_loss, accepted_loss_lines
from pipelines.releases.layout import Layout
from pipelines.releases.manifest import DATABASE, read_manifest
from pipelines.warehouse.pruning import KEPT_RELEASES
from pipelines.warehouse.release import Published, UnacceptedLoss, publish
from tests.warehouse.handmade_releases import release, town

TOWNS = [town(number) for number in range(1, 6)]
REASON = "the towns joined a city"


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path)


class Publisher:
    """Publishes releases of so many towns, one after another; `content` of two with one number of towns may be one."""

    def __init__(self, layout: Layout) -> None:
        self.layout, self.made = layout, 0

    def __call__(self, towns: int, reason: str | None = None, *, content: str | None = None) -> Published:
        # One second holds several releases, so that their order is that of their contents.
        self.made += 1
        shutil.rmtree(self.layout.candidate, ignore_errors=True)
        hashed = content or f"{self.made:012x}{0:052x}"
        release(self.layout.candidate, TOWNS[:towns], content=hashed)
        return publish(self.layout, accept_loss=reason)

    def names(self) -> list[str]:
        return sorted(path.name for path in self.layout.releases.iterdir())


@pytest.fixture
def published(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> Publisher:
    # Later than any name: as if everybody had closed what was replaced long ago.
    monkeypatch.setattr("pipelines.warehouse.pruning.GRACE", -timedelta(days=1))
    return Publisher(layout)


def test_a_loss_without_a_reason_publishes_nothing(layout: Layout, published: Publisher) -> None:
    first = published(5)
    with pytest.raises(
        UnacceptedLoss, match=r"reports_lost 2020: 1 of 5 \(20.0 %\): agency 005 2020/5\.txt"
    ) as stopped:
        published(4)
    assert stopped.value.before == first.release_id
    assert layout.current.resolve() == first.path and published.names() == [first.release_id]


def test_the_reason_stays_in_the_manifest(published: Publisher) -> None:
    first, second = published(5), published(4, REASON)
    assert second.is_new
    manifest = read_manifest(second.path)
    accepted = accepted_loss(manifest)
    assert accepted is not None and (accepted.reason, accepted.before) == (REASON, first.release_id)
    assert {loss.code for loss in accepted.losses} == {"reports_lost", "cells_lost", "agencies_lost"}
    assert accepted_loss_lines(manifest)[:2] == [
        f"accepted_loss {REASON} (compared with {first.release_id})",
        "reports_lost 2020: 1 of 5 (20.0 %): agency 005 2020/5.txt",
    ]


def test_a_reason_for_nothing_is_not_kept(published: Publisher) -> None:
    for done in (published(4, REASON), published(5, REASON)):
        assert accepted_loss(read_manifest(done.path)) is None and accepted_loss_lines(read_manifest(done.path)) == []


def test_an_older_release_with_less_needs_a_reason_too(layout: Layout, published: Publisher) -> None:
    """Its content is known, so that nothing would be published: the current release would just be the older one."""
    small, large = published(3, content="a" * 64), published(5, content="b" * 64)
    with pytest.raises(UnacceptedLoss):
        published(3, content="a" * 64)
    assert layout.current.resolve() == large.path
    small.path.rename(small.path.with_name(f"20200101T000000Z-{'a' * 12}"))
    again = published(3, REASON, content="a" * 64)
    assert again.is_new and layout.current.resolve() == again.path
    accepted = accepted_loss(read_manifest(again.path))
    assert accepted is not None and accepted.before == large.release_id


def test_what_was_lost_comes_back_without_a_reason(layout: Layout, published: Publisher) -> None:
    first = published(5, content="a" * 64)
    published(4, REASON, content="b" * 64)
    again = published(5, content="a" * 64)
    assert not again.is_new and layout.current.resolve() == first.path


def test_a_killed_run_that_accepted_is_taken_up_by_the_same_reason(layout: Layout, published: Publisher) -> None:
    first, second = published(5), published(4, REASON, content="b" * 64)
    swap_link(layout.current, f"releases/{first.release_id}")
    with pytest.raises(UnacceptedLoss):
        published(4, content="b" * 64)
    again = published(4, REASON, content="b" * 64)
    assert not again.is_new and layout.current.resolve() == second.path


def test_equal_content_is_not_compared(published: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    first = published(5, content="a" * 64)
    monkeypatch.setattr("pipelines.warehouse.release.shrinkage", lambda *_: pytest.fail("compared"))
    assert published(5, content="a" * 64) == Published(first.path, first.release_id, is_new=False)


def test_releases_with_less_never_push_out_the_last_good_one(layout: Layout, published: Publisher) -> None:
    good = published(5)
    published(4, REASON)
    later = [published(4) for _ in range(2 * KEPT_RELEASES)]
    kept = published.names()
    assert kept == [good.release_id, *(done.release_id for done in later[-KEPT_RELEASES:])]
    assert read_manifest(layout.current)["kept_before_losses"] == [good.release_id]
    assert [(layout.releases / name / DATABASE).exists() for name in kept] == [False] * 4 + [True] * 2


def test_of_losses_one_after_another_the_good_one_is_kept(published: Publisher) -> None:
    good = published(5)
    for towns in (4, 3, 2, 1):
        published(towns, REASON)
    other = published(5)
    later = [published(4, REASON), *(published(4) for _ in range(KEPT_RELEASES))]
    assert published.names() == [good.release_id, other.release_id, *(d.release_id for d in later[-KEPT_RELEASES:])]


def test_a_kept_release_that_someone_removed_is_forgotten(layout: Layout, published: Publisher) -> None:
    good = published(5)
    published(4, REASON)
    good.path.rename(layout.root / "elsewhere")
    assert read_manifest(published(4).path)["kept_before_losses"] == []


def test_manifests_of_earlier_releases_say_nothing_of_losses(layout: Layout, published: Publisher) -> None:
    first = published(5)
    path = first.path / "manifest.json"
    old = {name: value for name, value in read_manifest(first.path).items() if name != "kept_before_losses"}
    path.chmod(0o644)
    path.write_text(json.dumps(old), encoding="utf-8")
    published(5)
    published(4, REASON)
    (layout.releases / "20190101T000000Z-torn").mkdir()
    (layout.releases / "20190101T000000Z-torn" / "manifest.json").write_text("[]", encoding="utf-8")
    assert published(4).is_new


def test_more_may_be_allowed_and_less(layout: Layout, published: Publisher) -> None:
    published(5)
    release(layout.candidate, TOWNS[:4], content="c" * 64)
    assert publish(layout, allowed_share=0.2).is_new
    release(layout.candidate, TOWNS[:3], content="d" * 64)
    with pytest.raises(UnacceptedLoss):
        publish(layout, allowed_share=0.2)
