import pickle
from pathlib import Path

import pytest

from newsbeam.pipelines.cli import run
from newsbeam.pipelines.config import load_config
from newsbeam.transforms.core.errors import ConfigError
from newsbeam.transforms.core.settings import BucketSettings


def write(tmp_path: Path, text: str) -> str:
    path = tmp_path / "news.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_defaults_stand_where_the_file_says_nothing(tmp_path):
    config = load_config(write(tmp_path, "fetch:\n  delay_s: 2\n"))
    assert config.fetch.delay_s == 2
    assert config.fetch.deadline_s == 60


def test_an_empty_file_is_the_default_configuration(tmp_path):
    assert load_config(write(tmp_path, "")) == load_config()


@pytest.mark.parametrize(
    ("text", "key", "advice"),
    [
        ("fetch:\n  delay: 2\n", "fetch.delay", "did you mean delay_s?"),
        ("fetsh: {}\n", "fetsh", "did you mean fetch?"),
        ("fetch:\n  delay_s: soon\n", "fetch.delay_s", "'soon'"),
        ("fetch:\n  connections: 0\n", "fetch.connections", "greater than 0"),
        ("inputs:\n  - {ref: a, langauge: en}\n", "inputs.0.langauge", "did you mean language?"),
    ],
)
def test_a_wrong_key_or_value_is_named_with_its_file(tmp_path, text, key, advice):
    path = write(tmp_path, text)
    with pytest.raises(ConfigError) as error:
        load_config(path)
    assert path in str(error.value)
    assert key in str(error.value)
    assert advice in str(error.value)


def test_set_overrides_the_file(tmp_path):
    path = write(tmp_path, "fetch:\n  delay_s: 2\n  retries: 1\n")
    config = load_config(path, ["fetch.delay_s=0.5", "extract.workers=3"])
    assert (config.fetch.delay_s, config.fetch.retries, config.extract.workers) == (0.5, 1, 3)


@pytest.mark.parametrize("override", ["fetch.delay_s", "=3", "fetch.delay_s.x=1"])
def test_a_malformed_override_says_how_to_write_it(tmp_path, override):
    with pytest.raises(ConfigError, match="--set"):
        load_config(write(tmp_path, "fetch:\n  delay_s: 2\n"), [override])


def test_a_missing_or_broken_file_is_one_sentence(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(str(tmp_path / "none.yaml"))
    with pytest.raises(ConfigError, match="not valid YAML"):
        load_config(write(tmp_path, "a: [1\n"))
    with pytest.raises(ConfigError, match="must be a mapping"):
        load_config(write(tmp_path, "- a\n"))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("fetch:\n  retries: 1\n  delay: 2\n", "line 3"),
        ("inputs:\n  - a\n  - ref: b\n    langauge: en\n", "line 4"),
        ("fetch:\n  retries: 1\n  delay_s: soon\n", "line 3"),
        ("fetch:\n  retries: [1\n  delay_s: 2\n", "line 3, column"),
    ],
)
def test_an_error_names_its_line(tmp_path, text, place):
    path = write(tmp_path, text)
    with pytest.raises(ConfigError, match=f"{path}, {place}"):
        load_config(path)


WORD = "wJalrXUtnFEMI"


def test_secrets_of_buckets_are_never_shown(tmp_path, capsys):
    path = write(
        tmp_path,
        f"buckets:\n  s3: {{endpoint: 'http://127.0.0.1:9', region: eu-central-1, "
        f"access_key_id: {WORD}-id, secret_access_key: {WORD}-key, session_token: {WORD}-token}}\n"
        f"  az: {{account_name: news, account_key: {WORD}-az}}\n",
    )
    config = load_config(path)
    assert config.buckets.s3.secret_access_key.get_secret_value() == f"{WORD}-key"
    for options in ([], ["--json"]):
        assert run(["validate", "--config", path, *options]) == 0
        shown = "".join(capsys.readouterr())
        assert "http://127.0.0.1:9" in shown
        assert "eu-central-1" in shown
        assert WORD not in shown
    assert WORD not in repr(config) + str(config) + config.model_dump_json()


def test_secrets_of_buckets_do_not_travel(tmp_path):
    config = load_config(None, [f"buckets.s3.secret_access_key={WORD}", "fetch.delay_s=2"])
    sent = pickle.dumps(config)
    assert WORD.encode() not in sent
    arrived = pickle.loads(sent)
    assert arrived.buckets == BucketSettings()
    assert arrived.fetch.delay_s == 2


@pytest.mark.parametrize(
    ("text", "override", "key"),
    [
        (f"buckets: {WORD}\n", (), "buckets"),
        (f"buckets: {{s3: {WORD}}}\n", (), "buckets.s3"),
        (f"buckets: {{s3: {{secret_access_key: [{WORD}]}}}}\n", (), "secret_access_key"),
        (f"buckets: {{s3: {{secret_key: {WORD}}}}}\n", (), "did you mean secret_access_key?"),
        (f"buckets: {{s3: {{allow_http: {WORD}}}}}\n", (), "allow_http"),
        ("", (f"buckets.s3.secret_access_key.x={WORD}",), "secret_access_key"),
        ("buckets: {s3: {region: x}}\n", (f"buckets.s3.region.key={WORD}",), "region"),
    ],
)
def test_what_is_wrong_near_a_secret_is_said_without_it(tmp_path, text, override, key):
    with pytest.raises(ConfigError) as error:
        load_config(write(tmp_path, text), override)
    assert key in str(error.value)
    assert WORD not in str(error.value)
