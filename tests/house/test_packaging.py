"""The wheel: it holds what is needed, and works where the repository is not."""

import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.conftest import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    copy = folder / "source"
    copy.mkdir()
    names = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    for name in names:
        if (ROOT / name).is_file():
            target = copy / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((ROOT / name).read_bytes())
    build = (
        "import sys; from setuptools import build_meta\n"
        "print(build_meta.build_wheel(sys.argv[1]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", build, str(folder)],
        cwd=copy,
        capture_output=True,
        text=True,
        check=True,
    )
    return folder / done.stdout.splitlines()[-1]


def test_the_wheel_holds_every_module_prompt_and_type_mark(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
    expected = {
        path.relative_to(ROOT).as_posix()
        for room in ("agent", "tools", "prompts")
        for path in (ROOT / room).rglob("*")
        if path.suffix in {".py", ".md", ".typed", ".txt", ".json"}
    }
    assert packed == expected


def test_the_wheel_runs_without_the_repository(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    with ZipFile(wheel) as archive:
        archive.extractall(site)
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "import agent, tools, prompts\n"
        "assert agent.__file__.startswith(sys.argv[1]), agent.__file__\n"
        "from prompts import Prompt, render\n"
        "print(render(Prompt.PROBE)[:4])\n"
        "from agent.cli import main\n"
        "sys.exit(main(['search', 'x', '--library', 'none.db']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(site)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.startswith("This"), done.stderr
    assert done.returncode == 5
    assert "no library at none.db" in done.stderr


def test_the_editable_install_is_a_plain_path_entry() -> None:
    """An import hook would cost every start of the command."""
    files = distribution("citeloop").files or []
    hooks = [path for path in files if path.name.startswith("__editable__")]
    assert all(path.suffix == ".pth" for path in hooks)
