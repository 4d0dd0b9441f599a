from datetime import UTC, datetime

import pytest

from newsbeam.pipelines.plan import resolve_inputs
from newsbeam.transforms.core.errors import UsageError
from newsbeam.transforms.core.records import Poll, Source
from newsbeam.transforms.core.settings import InputSettings, PassSettings
from newsbeam.transforms.sources.plan import next_pass

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def file(ref: str, size: int = 10, fingerprint: str = "1") -> Source:
    return Source(ref=ref, size=size, fingerprint=fingerprint)


def read(ref: str, *, fingerprint: str = "1", complete: bool = True, position: int = 0) -> Poll:
    return Poll(
        source_ref=ref,
        source_kind="warc",
        polled_at=NOW,
        outcome="changed",
        fingerprint=fingerprint,
        complete=complete,
        position=position,
    )


def test_inputs_are_urls_paths_folders_and_globs_each_file_once(tmp_path):
    for name in ("b.txt", "a.txt", "sub/c.html"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("text")
    sources = resolve_inputs(
        [
            "https://a.example/feed",
            "feed:https://b.example/",
            f"{tmp_path}/*.txt",
            str(tmp_path),
            InputSettings(ref="https://c.example/", publisher="C", language=None),
        ]
    )
    assert [(s.kind, s.ref.removeprefix(str(tmp_path))) for s in sources] == [
        ("auto", "https://a.example/feed"),
        ("feed", "https://b.example/"),
        ("auto", "/a.txt"),
        ("auto", "/b.txt"),
        ("auto", "/sub/c.html"),
        ("auto", "https://c.example/"),
    ]
    assert sources[-1].publisher == "C"
    assert all(s.size == 4 and s.fingerprint for s in sources[2:5])


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("*.txt", ["a.txt"]),
        ("*/*.txt", ["sub/b.txt"]),
        ("**/*.txt", ["a.txt", "sub/b.txt", "sub/deep/c.txt"]),
        ("**", ["a.txt", "sub/b.txt", "sub/deep/c.txt", "sub/deep/d.html"]),
        ("sub/**/*.html", ["sub/deep/d.html"]),
        ("s?b/deep/[cd].*", ["sub/deep/c.txt", "sub/deep/d.html"]),
        ("**/deep/**/c.txt", ["sub/deep/c.txt"]),
    ],
)
def test_globs_find_files_in_any_number_of_folders(tmp_path, pattern, found):
    for name in ("a.txt", "sub/b.txt", "sub/deep/c.txt", "sub/deep/d.html"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("text")
    refs = [source.ref for source in resolve_inputs([f"{tmp_path}/{pattern}"])]
    assert refs == [f"{tmp_path}/{name}" for name in found]


@pytest.mark.parametrize("pattern", ["*.html", "none/*.txt", "a.txt/*", "none/**"])
def test_a_glob_that_matches_nothing_is_a_mistake(tmp_path, pattern):
    (tmp_path / "a.txt").write_text("text")
    with pytest.raises(UsageError, match="matches no file"):
        resolve_inputs([f"{tmp_path}/{pattern}"])


def test_a_name_with_a_star_in_it_is_a_name_first(tmp_path):
    (tmp_path / "[x]*.txt").write_text("text")
    assert len(resolve_inputs([str(tmp_path / "[x]*.txt")])) == 1


def test_a_path_where_nothing_is_is_wrong_usage(tmp_path):
    with pytest.raises(UsageError, match=r"none\.txt matches no file"):
        resolve_inputs([str(tmp_path / "none.txt")])


def test_a_pass_is_filled_in_order_up_to_its_size():
    plan = next_pass([file("a"), file("b"), file("c")], {}, PassSettings(max_bytes=15))
    assert [(s.ref, s.max_bytes) for s in plan.sources] == [("a", 15), ("b", 5)]


def test_a_file_that_has_not_changed_is_not_read_again():
    polls = {"a": read("a"), "b": read("b", fingerprint="0")}
    plan = next_pass([file("a"), file("b")], polls, PassSettings())
    assert [poll.source_ref for poll in plan.unchanged] == ["a"]
    assert [s.ref for s in plan.sources] == ["b"]


def test_a_file_that_was_read_in_part_goes_on_where_it_stood_unless_it_changed():
    polls = {"a": read("a", complete=False, position=7)}
    assert next_pass([file("a")], polls, PassSettings()).sources[0].position == 7
    changed = file("a", fingerprint="2")
    assert next_pass([changed], polls, PassSettings()).sources[0].position == 0


def test_the_validators_of_the_last_poll_go_with_a_url():
    url = "https://a.example/feed"
    poll = Poll(
        source_ref=url,
        source_kind="feed",
        polled_at=NOW,
        outcome="changed",
        etag='"x"',
        body_hash="h",
    )
    (source,) = next_pass([Source(ref=url)], {url: poll}, PassSettings()).sources
    assert source.last == poll


def test_a_home_of_nobody_is_wrong_usage():
    with pytest.raises(UsageError, match="no user with a home of that name"):
        resolve_inputs(["~no-such-user/news/*.html"])
