from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.collecting.fetching import Settings, SystemClock, load_settings
from pipelines.collecting.fetching.settings import CONTACT_VARIABLE
from tests.collecting.fetching.fetchers import fetcher, test_settings


def written(folder: Path, text: str) -> Path:
    path = folder / "test.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_production_needs_a_contact(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(CONTACT_VARIABLE, raising=False)
    with pytest.raises(ValueError, match="set GONGKAI_CONTACT"):
        load_settings(None)
    monkeypatch.setenv(CONTACT_VARIABLE, "mailto:crawler@example.org")
    settings = load_settings(None)
    assert settings.user_agent.startswith("gongkai/")
    assert "crawler@example.org" in settings.user_agent
    assert (settings.min_gap_seconds, settings.clock_scale, settings.allowed_loopback) == (3, 1, ())


@pytest.mark.parametrize(
    "values",
    [
        {"clock_scale": 0.5},
        {"allowed_loopback": ("127.0.0.2",)},
        {"ca_file": Path("ca.pem")},
        {"min_gap_seconds": 1.0},
        {"latency_factor": 1.0},
        {"crawl_delay_cap": 10.0},
        {"requests_per_host_and_day": 5001},
        {"redirects": 6},
        {"decoded_bytes": 1 << 40},
    ],
)
def test_production_is_never_less_polite_or_safe(values: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=next(iter(values))):
        Settings(contact="https://example.org", **values)  # type: ignore[arg-type]


def test_a_test_configuration_is_read(tmp_path: Path) -> None:
    text = "test: true\nclock_scale: 0.01\nallowed_loopback: [127.0.0.2]\nca_file: ca.pem\ntries: 2\nread_timeout: 1\n"
    settings = load_settings(written(tmp_path, text))
    assert settings.test
    assert settings.clock_scale == 0.01
    assert settings.allowed_loopback == ("127.0.0.2",)
    assert settings.ca_file == tmp_path / "ca.pem"
    assert (settings.tries, settings.read_timeout) == (2, 1.0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("clock_scale: 0.01", "test: true"),
        ("contact: https://example.org", "not marked as a test configuration"),
        ("test: yes please", "test: expected true or false, found 'yes please'"),
        ("- 1", "expected a mapping"),
        ("test: true\nclock: 1", "2: clock: no key 'clock'; did you mean 'clock_scale'"),
        ("test: true\ntries: many", "expected a whole number"),
        ("test: true\ntries: 0", "1 or more"),
        ("test: true\ntries: true", "2: tries: expected a whole number, found True"),
        ("test: true\nread_timeout: -1", "read_timeout: expected 0 or more"),
        ("test: true\nallowed_loopback: 127.0.0.2", "expected a list"),
        ("test: true\nallowed_loopback: [10.0.0.1]", "no loopback address"),
        ("test: true\nallowed_loopback: [portal]", "portal"),
        ("test: [", "expected YAML"),
    ],
)
def test_a_wrong_test_configuration_is_refused_by_name(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message) as error:
        load_settings(written(tmp_path, text))
    assert str(tmp_path) in str(error.value)


def test_a_scaled_clock_goes_with_scaled_settings_only() -> None:
    with pytest.raises(ValueError, match="scale"):
        fetcher(settings=test_settings(clock_scale=1.0), clock=SystemClock(0.01))
    with pytest.raises(ValueError, match="scale"):
        SystemClock(0.0)


def test_a_clock_counts_its_own_seconds() -> None:
    clock = SystemClock(0.001)
    started = clock.monotonic()
    clock.sleep(10)
    clock.sleep(-10)
    assert 10 <= clock.monotonic() - started < 500
