"""Workers on a machine of their own, as far as one machine can play two.

They have an environment of their own, with newsbeam installed from a wheel, a folder of their own
and variables of their own. Where the system lets us, the checkout and the command's folder are
not even there for them: empty folders are mounted over both, in a name space of the workers'.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.engines.clusters import Program, WorkerPool
from tests.engines.provision import ROOT

_UV = Path(sys.executable).with_name("uv")
#: What a name space of mounts must be allowed to; mounts in it are seen by nobody else.
_HIDE = 'for each in $HIDDEN; do mount -t tmpfs none "$each" || exit 9; done; exec "$@"'


class ElsewhereError(Exception):
    """Says why there can be no such environment here."""


def make_environment(folder: Path) -> Path:
    """Install newsbeam as others do, and return its Python. Raises ElsewhereError."""
    python = folder / "env" / "bin" / "python"
    locked = ROOT / "requirements.txt"
    wheels = folder / "wheels"
    _run(_UV, "venv", "--quiet", "--python", sys.executable, folder / "env")
    shutil.copytree(
        ROOT,
        folder / "source",
        ignore=lambda place, names: (
            [name for name in names if name.startswith(".") or name in ("tests", "out", "build")]
            if Path(place) == ROOT
            else []
        ),
        symlinks=True,
    )
    install = (_UV, "pip", "install", "--quiet", "--python", python)
    _run(*install, "--require-hashes", "--only-binary", ":all:", "-r", locked)
    build = ("build", "--quiet", "--wheel", "--no-build-isolation", "--python", sys.executable)
    _run(_UV, *build, "--out-dir", wheels, folder / "source")
    _run(*install, "--no-deps", *wheels.glob("*.whl"))
    shutil.rmtree(folder / "source")
    return python


def _run(*command: object) -> None:
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, timeout=600, check=False
    )
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["no reason"]
        raise ElsewhereError(f"{Path(str(command[0])).name} says: {said[-1][:200]}")


def hiding(folders: Sequence[Path]) -> tuple[tuple[str, ...], dict[str, str]]:
    """Return what stands before a command from which ``folders`` are hidden, and its variables.

    Both are empty where that cannot be done.
    """
    prefix = ("unshare", "--mount", "sh", "-c", _HIDE, "sh")
    hidden = {"HIDDEN": " ".join(map(str, folders))}
    try:
        done = subprocess.run(
            [*prefix, "ls", *map(str, folders)],
            env={**os.environ, **hidden},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    except OSError:
        return (), {}
    names = [line for line in done.stdout.splitlines() if line and not line.endswith(":")]
    return (prefix, hidden) if done.returncode == 0 and not names else ((), {})


class PoolElsewhere(WorkerPool):
    """A worker pool in another environment and folder, without the command's folders."""

    def __init__(
        self, work: Path, python: Path, hidden: Sequence[Path], variables: Mapping[str, str]
    ) -> None:
        super().__init__(work, python)
        self._hidden, self._variables = hidden, variables

    def open(self) -> None:
        """Start the pool."""
        home = self.work / "home"
        home.mkdir(parents=True)
        prefix, told = hiding(self._hidden)
        module = "apache_beam.runners.worker.worker_pool_main"
        pool = Program(
            self.work,
            "pool-elsewhere",
            (*prefix, self.python, "-m", module, f"--service_port={self.port}"),
            cwd=home,
            env={
                **told,
                **self._variables,
                "PATH": f"{self.python.parent}{os.pathsep}{os.environ['PATH']}",
                "HOME": str(home),
                "TMPDIR": str(home),
            },
        )
        self.programs.append(pool)
        pool.wait_for_port(self.port)
