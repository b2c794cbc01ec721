"""Prints how far the answers agree with the recordings, at the end of a run."""
from comparison import TALLY


def pytest_terminal_summary(terminalreporter):
    if TALLY.exchanges:
        terminalreporter.write_line(f"agreement with the recordings: {TALLY}")
