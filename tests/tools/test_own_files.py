"""Files of ours: no link is followed, and nobody else may read them."""

import os
from pathlib import Path

import pytest

from agent.conversations.conversation import Conversation
from tools.errors import UsageError
from tools.own_files import own_folder, read_own, touch_own, write_own


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    path = tmp_path / "victim"
    path.mkdir()
    (path / "file").write_text("as it was")
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_is_written_is_for_the_user_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        path = own_folder(tmp_path / "a" / "b") / "file"
        write_own(path, b"one")
        write_own(path, b"two")
        touch_own(path.with_name("history"))
    finally:
        os.umask(before)
    assert read_own(path) == b"two"
    assert names(path.parent) == ["file", "history"]
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.with_name("history").stat().st_mode & 0o777 == 0o600


def test_a_link_is_replaced_and_not_written_through(
    tmp_path: Path, victim: Path
) -> None:
    link = tmp_path / "link"
    link.symlink_to(victim / "file")
    write_own(link, b"new")
    assert not link.is_symlink()
    assert (victim / "file").read_text() == "as it was"


@pytest.mark.parametrize("target", ["file", "gone", "."])
def test_a_link_is_neither_read_nor_added_to(
    tmp_path: Path, victim: Path, target: str
) -> None:
    link = tmp_path / "link"
    link.symlink_to(victim / target)
    for use in (read_own, touch_own):
        with pytest.raises(OSError):  # noqa: PT011 (each system words it otherwise)
            use(link)
    assert not (victim / "gone").exists()


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for use in (read_own, touch_own):
        with pytest.raises(OSError):  # noqa: PT011 (each system words it otherwise)
            use(tmp_path / "pipe")


@pytest.mark.parametrize("place", ["data", "data/conversations", "a/data", "."])
def test_a_conversation_is_not_kept_behind_a_link(
    tmp_path: Path, victim: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / ("a/data" if place == "a/data" else "data")
    link = {"a/data": tmp_path / "a", ".": data / "conversations"}.get(
        place, tmp_path / place
    )
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(victim)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="is a link"):
        Conversation().save(data.relative_to(tmp_path) / "conversations")
    assert names(victim) == ["file"]


def test_folders_above_an_absolute_one_may_be_links(
    tmp_path: Path, victim: Path
) -> None:
    (tmp_path / "disk").symlink_to(victim)
    Conversation().save(tmp_path / "disk" / "data" / "conversations")
    assert (victim / "data" / "conversations").is_dir()


def test_a_conversation_that_is_a_link_is_not_read(
    tmp_path: Path, victim: Path
) -> None:
    folder = tmp_path / "conversations"
    saved = Conversation().save(folder)
    assert Conversation.load(folder).id == saved.stem
    (folder / "zz.json").symlink_to(saved)
    (folder / "gone.json").symlink_to(victim / "gone")
    for name in ("zz", "gone"):
        with pytest.raises(UsageError, match="damaged"):
            Conversation.load(folder, name)


def test_what_an_earlier_version_left_for_all_is_closed(tmp_path: Path) -> None:
    folder = tmp_path / "conversations"
    folder.mkdir()
    folder.chmod(0o755)
    history = folder / "history"
    history.write_text("typed")
    history.chmod(0o644)
    touch_own(own_folder(folder, alone=True) / "history")
    assert folder.stat().st_mode & 0o777 == 0o700
    assert history.stat().st_mode & 0o777 == 0o600
    assert history.read_text() == "typed"
