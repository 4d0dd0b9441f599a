"""Build the wheel, install it outside the checkout as people do, and run the demo from it.

    python -m tests.wheels.install FOLDER

Every Python that newsbeam is for is tried, as far as it is on this machine; one that is not is
named. The oldest is tried by every installer, each of the others by one.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
#: pip before 23.3, as it came with Python 3.11, does not know extras by another spelling.
PIPS = {"old pip": "pip==23.2.1", "new pip": "pip"}
#: Python, installer, and whether the demo is run.
TRIES = (
    ("3.11", "old pip", True),
    ("3.11", "new pip", False),
    ("3.11", "uv", False),
    ("3.12", "new pip", True),
    ("3.13", "uv", True),
)
#: Beam and what it requires are 400 of them (decision record 36).
MAX_MB = 560
LIMIT_S = 600
UV = Path(sys.executable).parent / "uv"


def main() -> None:
    """Try the wheel, and end with an error where it does not work."""
    folder = Path(sys.argv[1]).resolve()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    wheel = build(folder)
    for version, installer, with_demo in TRIES:
        python = find_python(version)
        if python is None:
            print(f"Python {version} by {installer}: no such Python here, not tried.", flush=True)  # noqa: T201
            continue
        megabytes = install(python, installer, wheel, folder)
        newsbeam = folder / "env/bin/newsbeam"
        run(folder, newsbeam, "--version")
        if with_demo:
            run(folder, newsbeam, "demo", "--output", f"demo-{version}")
        done = "installed, and the demo ran" if with_demo else "installed"
        print(f"Python {version} by {installer}: {done}; {megabytes} MB.", flush=True)  # noqa: T201
        if megabytes >= MAX_MB:
            sys.exit(f"An installation has {megabytes} MB, and is to have less than {MAX_MB}.")


def build(folder: Path) -> Path:
    """Return the wheel of the checkout."""
    shutil.rmtree(ROOT / "build", ignore_errors=True)  # setuptools packs what an older tree left
    python = f"--python={sys.executable}"
    run(ROOT, UV, "build", "--quiet", "--wheel", "--no-build-isolation", python, "-o", folder)
    return next(folder.glob("*.whl"))


def install(python: Path, installer: str, wheel: Path, folder: Path) -> int:
    """Install ``wheel`` into a new environment at ``env``; return its size without pip, in MB."""
    new = folder / "env"
    run(folder, UV, "venv", "--quiet", "--clear", "--python", python, new)
    into = ("--quiet", "--python", new / "bin/python")
    if installer == "uv":
        run(folder, UV, "pip", "install", *into, "--only-binary=:all:", wheel)
    else:
        run(folder, UV, "pip", "install", *into, PIPS[installer])
        pip = (new / "bin/python", "-m", "pip", "install", "--quiet", "--no-compile")
        run(folder, *pip, "--disable-pip-version-check", "--only-binary=:all:", wheel)
    files = (path for path in new.rglob("*") if path.is_file() and "pip" not in path.parts)
    sizes = (path.lstat().st_size for path in files)
    return round(sum(sizes) / 1e6)


def find_python(version: str) -> Path | None:
    """Return a Python of ``version`` on the path or among pyenv's."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    found = [shutil.which(f"python{version}"), *pyenv.glob(f"{version}.*/bin/python")]
    for each in filter(None, found):
        # pyenv's own python3.12 is there, and fails, where another version is chosen.
        asked = subprocess.run(
            [each, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
            capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        if asked.stdout.strip() == version:
            return Path(each)
    return None


def run(folder: Path, *command: str | Path) -> None:
    """Run ``command`` in ``folder``; end with what it said if it fails."""
    words = [str(word) for word in command]
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        words, cwd=folder, env=kept, capture_output=True, text=True, timeout=LIMIT_S
    )
    if done.returncode:
        sys.exit(f"{' '.join(words)} failed:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")


if __name__ == "__main__":
    main()
