"""How many cores there are, and what a process leaves."""

import os
import subprocess
import sys
from pathlib import Path
from stat import S_IMODE

from tools.processes import available_cores


def test_a_container_has_the_cores_of_its_quota(tmp_path: Path) -> None:
    quota = tmp_path / "cpu.max"
    quota.write_text("150000 100000\n")
    assert available_cores(quota) == 1
    quota.write_text("max 100000\n")
    assert available_cores(quota) == available_cores(tmp_path / "none")


def test_the_passing_folder_is_private_and_ends_with_its_process(
    tmp_path: Path,
) -> None:
    show = "from tools.processes import passing_folder as f; print(f(), f().stat()[0])"
    done = subprocess.run(
        ["sh", "-c", 'umask 0; exec "$0" -c "$1"', sys.executable, show],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    folder, mode = done.stdout.split()
    assert Path(folder).parent == tmp_path
    assert S_IMODE(int(mode)) == 0o700
    assert not Path(folder).exists()
