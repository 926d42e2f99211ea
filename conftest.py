"""For every kind of test: in `./oa test` a test that was skipped was not passed."""

import os

import pytest

IS_STRICT = bool(os.environ.get("OA_STRICT"))
_skipped: list[str] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    # Odoo skips browser tests without a word when Chromium or the web server is missing.
    if IS_STRICT and report.skipped and not hasattr(report, "wasxfail"):
        _skipped.append(f"{report.nodeid}: {report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr}")


def pytest_sessionfinish(session: pytest.Session) -> None:
    if _skipped and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for line in _skipped:
        terminalreporter.write_line(f"SKIPPED COUNTS AS FAILED {line}", red=True)
