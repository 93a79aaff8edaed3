"""The packages we use: each has few places that import it, and all are in the lock."""

import tomllib
from importlib.metadata import packages_distributions

import pytest

from tests.conftest import ROOT
from tests.house.test_layout import TOP, imports_of, modules_of


@pytest.mark.parametrize(
    ("package", "homes"),
    [
        (
            "pymilvus",
            {
                "tools/milvus/",
                "tools/embedding/pymilvus_model.py",
                "tools/bulk/folder.py",
                "tools/bulk/jobs.py",
            },
        ),
        ("milvus_lite", {"tools/milvus/connection.py"}),
        ("grpc", {"tools/milvus/"}),
        ("ray", {"tools/bulk/ray_pipeline.py"}),
        ("minio", {"tools/bulk/objects.py"}),
        ("pyarrow", {"tools/bulk/folder.py"}),
        ("rich", {"agent/screen/"}),
        ("tenacity", {"tools/retries.py"}),
        ("prompt_toolkit", {"agent/repl/line_input.py"}),
        (
            "markdown_it",
            {
                "tools/text/markdown.py",
                "tools/text/prose.py",
                "tools/text/rendered.py",
            },
        ),
        ("sentencex", {"tools/text/sentences.py"}),
    ],
)
def test_a_package_has_one_place(package: str, homes: set[str]) -> None:
    users = {
        path.relative_to(ROOT).as_posix()
        for path in modules_of(ROOT).values()
        if any(each.split(".")[0] == package for each in imports_of(path, set()))
    }
    assert [each for each in users if not each.startswith(tuple(homes))] == []


def test_no_installed_package_has_a_module_of_our_names() -> None:
    installed = packages_distributions()
    for name in TOP:
        assert set(installed.get(name, ["citeloop"])) == {"citeloop"}


def test_the_lock_names_no_address_and_holds_every_dependency() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    assert "://" not in lock
    assert "--index-url" not in lock
    assert "--find-links" not in lock
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    for requirement in wanted:
        name = requirement.split(">")[0].split("=")[0].split(";")[0]
        name = name.split("[")[0].strip()
        assert f"\n{name.lower().replace('_', '-')}==" in f"\n{lock.lower()}"
