"""What is missing on a machine is said by name, with the line that installs it."""

import os

import pytest

from tests import system


@pytest.fixture
def _no_root(monkeypatch):
    """Nothing is installed by the tests."""
    monkeypatch.setattr(system, "_root_prefix", lambda: None)


@pytest.fixture
def node(tmp_path, monkeypatch):
    """A stand-in for Playwright's program, by what it does."""
    if os.name != "posix":
        pytest.skip("a shell script")

    def make(script: str) -> None:
        program = tmp_path / "node"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        monkeypatch.setenv("PLAYWRIGHT_NODEJS_PATH", str(program))

    return make


@pytest.mark.usefixtures("_no_root")
class TestPlaywright:
    def test_the_library_that_its_program_lacks_is_named(self, node, capsys):
        lacks = "node: error while loading shared libraries: libatomic.so.1: cannot open shared object file"
        node(f"echo '{lacks}' >&2; exit 127")
        assert system.provide([system.PLAYWRIGHT]) == [system.PLAYWRIGHT]
        said = capsys.readouterr().err
        assert lacks in said
        assert "apt-get install -y --no-install-recommends libatomic1" in said

    def test_one_that_is_not_there_is_named(self, monkeypatch, capsys):
        monkeypatch.setenv("PLAYWRIGHT_NODEJS_PATH", "/nowhere/node")
        assert system.provide([system.PLAYWRIGHT]) == [system.PLAYWRIGHT]
        assert "/nowhere/node: No such file or directory" in capsys.readouterr().err

    def test_one_that_starts_lacks_nothing(self, node, capsys):
        node("echo v24.0.0")
        assert system.provide([system.PLAYWRIGHT]) == []
        assert capsys.readouterr().err == ""
