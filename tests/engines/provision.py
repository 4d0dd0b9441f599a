"""Bring what newsbeam is tested on into ``.engines/``: engines and an emulator of a store.

``make engines`` brings the engines, ``make stores`` the emulator.

Everything comes from package registries through their own clients, at the versions below. A part
that cannot be had here is left out with a line that says so, and nothing fails: the tests of that
engine are then skipped. A job server that somebody else built is used too: put its jar into
``.engines/jars/``.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ENGINES = ROOT / ".engines"

BEAM = "2.77.0"
FLINK = "2.2.1"
SPARK = "3.5.9"
FLINK_JOB_SERVER = "beam-runners-flink-2.2-job-server"
SPARK_JOB_SERVER = "beam-runners-spark-3-job-server"
_PRISM_MODULE = "github.com/apache/beam/sdks/v2/go/cmd/prism"
_AZURITE_VERSION = "3.37.0"
_MAVEN_COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy"

#: Where each part is once it is there.
PRISM = ENGINES / f"prism-{BEAM}" / "prism"
FLINK_HOME = ENGINES / f"flink-{FLINK}" / "pyflink"
SPARK_HOME = ENGINES / f"spark-{SPARK}" / "pyspark"
JARS = ENGINES / "jars"
AZURITE = ENGINES.joinpath(
    f"azurite-{_AZURITE_VERSION}", *("node_modules", "azurite", "dist", "src", "blob", "main.js")
)

#: The largest download has 320 MB.
_LIMIT_S = 900


class LeftOutError(Exception):
    """Says why a part is not to be had here."""


def flink_jar() -> Path | None:
    """Return Beam's job server for Flink, None if there is none."""
    return next(JARS.glob("beam-runners-flink-2.*-job-server-*.jar"), None)


def spark_jar() -> Path | None:
    """Return Beam's job server for Spark, None if there is none."""
    return next(JARS.glob("beam-runners-spark-3*-job-server-*.jar"), None)


def missing_for_prism() -> str:
    """Return what keeps Prism from being run here, "" if nothing does."""
    return "" if PRISM.exists() else "Prism is not in .engines/ (make engines)"


def missing_for_flink() -> str:
    """Return what keeps Flink from being run here, "" if nothing does."""
    return _missing(FLINK_HOME, flink_jar())


def missing_for_spark() -> str:
    """Return what keeps Spark from being run here, "" if nothing does."""
    return _missing(SPARK_HOME, spark_jar())


def _missing(home: Path, jar: Path | None) -> str:
    if shutil.which("java") is None:
        return "there is no java here"
    if jar is None:
        return "Beam's job server for it is not in .engines/jars/ (make engines)"
    return "" if home.exists() else f"{home.parent.name} is not in .engines/ (make engines)"


def main() -> None:
    """Bring every part that can be had, and say of each how it went; with "stores" those alone."""
    stores = ((f"Azurite {_AZURITE_VERSION}", AZURITE.exists, _bring_azurite),)
    engines = (
        (f"Prism {BEAM}", PRISM.exists, _bring_prism),
        ("Beam's job server for Flink", flink_jar, lambda: _bring_jar(FLINK_JOB_SERVER)),
        (f"Flink {FLINK}", FLINK_HOME.exists, _bring_flink),
        ("Beam's job server for Spark", spark_jar, lambda: _bring_jar(SPARK_JOB_SERVER)),
        (f"Spark {SPARK}", SPARK_HOME.exists, _bring_spark),
    )
    for name, there, bring in stores if sys.argv[1:] == ["stores"] else engines:
        print(f"{name}: {_try(there, bring)}", flush=True)  # noqa: T201


def _try(there: Callable[[], object], bring: Callable[[], None]) -> str:
    if there():
        return "there"
    ENGINES.mkdir(exist_ok=True)
    try:
        bring()
    except LeftOutError as error:
        return f"left out: {error}"
    return "there" if there() else "left out: it did not arrive"


def _bring_prism() -> None:
    _need("go")
    into = PRISM.parent
    _run("go", "install", f"{_PRISM_MODULE}@v{BEAM}", env={"GOBIN": str(into)})


def _bring_jar(artifact: str) -> None:
    _need("java")
    _need("mvn")
    _run(
        *("mvn", "--batch-mode", "--quiet", "--update-snapshots", _MAVEN_COPY),
        f"-Dartifact=org.apache.beam:{artifact}:{BEAM}",
        f"-DoutputDirectory={JARS}",
        complaint=f"Maven has no org.apache.beam:{artifact}:{BEAM} for us",
    )


def _bring_flink() -> None:
    if flink_jar() is None:
        raise LeftOutError("it is of no use without the job server")
    _pip(f"flink-{FLINK}", f"apache-flink=={FLINK}", f"apache-flink-libraries=={FLINK}")


def _bring_spark() -> None:
    if spark_jar() is None:
        raise LeftOutError("it is of no use without the job server")
    _pip(f"spark-{SPARK}", f"pyspark=={SPARK}")


def _bring_azurite() -> None:
    _need("node")
    _need("npm")
    _npm(f"azurite-{_AZURITE_VERSION}", f"azurite@{_AZURITE_VERSION}")


def _npm(folder: str, package: str) -> None:
    """Install into ``.engines/folder``, which appears there whole or not at all."""
    arriving = ENGINES / f"{folder}.arriving"
    shutil.rmtree(arriving, ignore_errors=True)
    arriving.mkdir(parents=True)
    _run(
        *("npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"),
        *("--no-save", "--prefix", str(arriving), package),
    )
    arriving.rename(ENGINES / folder)


def _pip(folder: str, *requirements: str) -> None:
    """Install into ``.engines/folder``, which appears there whole or not at all.

    Without dependencies: PyFlink wants another Beam, and only the Java in these packages is used.
    """
    arriving = ENGINES / f"{folder}.arriving"
    shutil.rmtree(arriving, ignore_errors=True)
    pip = (sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    _run(*pip, "--no-deps", "--target", str(arriving), *requirements)
    arriving.rename(ENGINES / folder)


def _need(program: str) -> None:
    if shutil.which(program) is None:
        raise LeftOutError(f"there is no {program} here")


def _run(*command: str, env: dict[str, str] | None = None, complaint: str = "") -> None:
    try:
        done = subprocess.run(
            command,
            env={**os.environ, **(env or {})},
            capture_output=True,
            text=True,
            timeout=_LIMIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise LeftOutError(f"{command[0]} took longer than {_LIMIT_S} s") from None
    if done.returncode != 0:
        said = (done.stdout + done.stderr).strip().splitlines() or ["no reason"]
        raise LeftOutError(complaint or f"{command[0]} says: {said[-1][:200]}")


if __name__ == "__main__":
    main()
