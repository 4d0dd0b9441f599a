"""Count rows of Delta and Iceberg tables by readers that need an environment of their own.

DuckDB reads tables by extensions that are at PyPI for one of its versions. Spark needs Java, and
jars that Maven brings. Each gets an environment in a temporary folder; where a part cannot be had,
the answer is None and the table says so.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

Counts = dict[tuple[str, str], int]
#: A table as a reader is asked for it: format, place, version (None: the head).
Asked = tuple[str, str, int | None]

DUCKDB, PYSPARK = "1.4.4", "4.0.1"
_EXTENSIONS = ("avro", "iceberg", "delta")
_JARS = (
    "io.delta:delta-spark_2.13:4.0.0",
    "io.delta:delta-storage:4.0.0",
    "org.antlr:antlr4-runtime:4.13.1",
    "org.apache.iceberg:iceberg-spark-runtime-4.0_2.13:1.10.0",
)
_COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy"
_LIMIT_S = 600

_DUCKDB = """
import glob, json, sys, duckdb, duckdb_ext
folder = duckdb_ext.__path__[0]
connection = duckdb.connect(config={"allow_unsigned_extensions": True})
for name in ("avro", "iceberg", "delta"):
    [path] = glob.glob(f"{folder}/**/{name}.duckdb_extension", recursive=True)
    connection.sql(f"LOAD '{path}'")
query = "SELECT date::TEXT, language, count(text) FROM %s GROUP BY ALL"
for form, place, version in json.loads(sys.argv[1]):
    of_version = "" if version is None else f", snapshot_from_id={version}"
    rows = connection.sql(query % f"{form}_scan('{place}'{of_version})").fetchall()
    print(json.dumps(rows))
"""
_SPARK = """
import json, sys
from pyspark.sql import SparkSession
session = SparkSession.builder.master("local[2]")
for name, value in {
    "spark.jars": sys.argv[2],
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
}.items():
    session = session.config(name, value)
spark = session.getOrCreate()
names = {"delta": "versionAsOf", "iceberg": "snapshot-id"}
for form, place, version in json.loads(sys.argv[1]):
    reader = spark.read.format(form)
    if version is not None:
        reader = reader.option(names[form], version)
    table = reader.load(place).selectExpr("cast(date AS string) date", "language", "text")
    rows = table.groupBy("date", "language").agg({"text": "count"}).collect()
    print(json.dumps([list(row) for row in rows]))
"""


def ask_duckdb(folder: Path, asked: Sequence[Asked]) -> list[Counts | None]:
    """Return what DuckDB counts of each table by day and language."""
    packages = [f"duckdb=={DUCKDB}", *(f"duckdb-ext-{each}" for each in _EXTENSIONS)]
    python = _environment(folder / "duckdb", packages)
    return _ask(python, asked, _DUCKDB)


def ask_spark(folder: Path, asked: Sequence[Asked]) -> list[Counts | None]:
    """Return what Spark counts of each table by day and language."""
    jars = folder / "jars"
    python = None
    if shutil.which("java") and shutil.which("mvn") and _bring_jars(jars):
        python = _environment(folder / "spark", [f"pyspark=={PYSPARK}"])
    return _ask(python, asked, _SPARK, ",".join(map(str, sorted(jars.glob("*.jar")))))


def _environment(folder: Path, packages: Sequence[str]) -> Path | None:
    """Return the Python of an environment with ``packages``, None if they cannot be had."""
    python, uv = folder / "bin" / "python", str(Path(sys.executable).with_name("uv"))
    if not python.exists():
        make = [uv, "venv", "--quiet", "--python", sys.executable, str(folder)]
        install = [uv, "pip", "install", "--quiet", "--python", str(python), *packages]
        for command in (make, install):
            if subprocess.run(command, check=False, timeout=_LIMIT_S).returncode:
                return None
    return python


def _bring_jars(folder: Path) -> bool:
    for artifact in _JARS:
        if list(folder.glob(f"{artifact.split(':')[1]}-*.jar")):
            continue
        command = ["mvn", "--batch-mode", "--quiet", _COPY, f"-Dartifact={artifact}"]
        command.append(f"-DoutputDirectory={folder}")
        if subprocess.run(command, check=False, timeout=_LIMIT_S, capture_output=True).returncode:
            return False
    return True


def _ask(
    python: Path | None, asked: Sequence[Asked], script: str, *arguments: str
) -> list[Counts | None]:
    if python is None:
        return [None for _ in asked]
    done = subprocess.run(
        [str(python), "-c", script, json.dumps(asked), *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=_LIMIT_S,
    )
    if done.returncode:
        print(done.stderr[-4000:], file=sys.stderr)
        return [{} for _ in asked]
    answers = [line for line in done.stdout.splitlines() if line.startswith("[")]
    return [
        {(day, language): count for day, language, count in json.loads(answer)}
        for answer in answers
    ]
