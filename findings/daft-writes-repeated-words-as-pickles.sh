#!/usr/bin/env bash
# Daft 0.7.26 writes a column of texts that pyarrow keeps as a dictionary, or as views, as pickles of Python: in the
# Parquet file each language is bytes that no reader knows as "en". Nothing is raised.
#
# A dictionary is how pyarrow, pandas (categories) and Polars hold words that repeat, such as languages. from_arrow
# and from_pandas take such a column for Python objects. It looks right where one looks: to_pydict gives texts,
# where(language == "en") finds its rows, and Daft reads its own file back as texts. write_parquet pickles value by
# value, under an extension type of Daft's; sort, group-by, CSV and JSON end in an error. A plain column of texts is
# written as it is, and of a file that pyarrow wrote with a dictionary Daft reads texts.
#
# Output seen, of the languages en and de, as pyarrow, Polars and Daft read them:
#   plain: pyarrow en, de; Polars en, de; Daft en, de
#   dictionary: pyarrow b'\x80\x05'…, b'\x80\x05'…; Polars b'\x80\x05'…, b'\x80\x05'…; Daft en, de
#   view: the same
#   categories of pandas: the same
#   a file of pyarrow with a dictionary: Daft en, de
# Remedy: cast to plain texts first (pa.string()), and look for the type Python in the schema before writing.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: \
    daft==0.7.26 pandas==3.1.1 polars==2.1.0 pyarrow==25.0.1
"$work/venv/bin/python" - "$work" <<'PYTHON'
import os
import sys

os.environ["DAFT_ANALYTICS_ENABLED"] = "0"
os.environ["DAFT_PROGRESS_BAR"] = "0"
import daft
import pandas
import polars
import pyarrow as pa
import pyarrow.parquet as pq

texts = pa.array(["en", "de"])
frames = {
    "plain": daft.from_arrow(pa.table({"language": texts})),
    "dictionary": daft.from_arrow(pa.table({"language": texts.dictionary_encode()})),
    "view": daft.from_arrow(pa.table({"language": texts.cast(pa.string_view())})),
    "categories of pandas": daft.from_pandas(pandas.DataFrame({"language": pandas.Categorical(["en", "de"])})),
}
seen = {}
for name, frame in frames.items():
    assert frame.to_pydict() == {"language": ["en", "de"]}
    assert frame.where(daft.col("language") == "en").count_rows() == 1
    path = f"{sys.argv[1]}/{len(seen)}"
    frame.write_parquet(path)
    seen[name] = [
        pq.read_table(path)["language"].to_pylist(),
        polars.read_parquet(f"{path}/*.parquet")["language"].to_list(),
        daft.read_parquet(f"{path}/*.parquet").to_pydict()["language"],
    ]
    short = [", ".join(f"{v[:2]!r}…" if isinstance(v, bytes) else v for v in values) for values in seen[name]]
    print("{}: pyarrow {}; Polars {}; Daft {}".format(name, *short))
of_pyarrow = f"{sys.argv[1]}/of-pyarrow.parquet"
pq.write_table(pa.table({"language": texts.dictionary_encode()}), of_pyarrow)
read = daft.read_parquet(of_pyarrow).to_pydict()["language"]
print("a file of pyarrow with a dictionary: Daft", ", ".join(read))
assert read == ["en", "de"]
assert seen.pop("plain") == [["en", "de"]] * 3
for *by_others, by_daft in seen.values():
    assert by_daft == ["en", "de"]
    for value in sum(by_others, []):
        assert isinstance(value, bytes) and value.startswith(b"\x80\x05"), "the behaviour has changed"
PYTHON
