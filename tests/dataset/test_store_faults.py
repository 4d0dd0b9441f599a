"""A store that is busy, late, silent or gone: nothing is lost, and nothing is there twice."""

import threading
from collections import Counter
from contextlib import suppress

import pytest
from buckets import (
    BUSY,
    LATE,
    LOST,
    SECRET,
    Pointed,
    Proxy,
    Server,
    environment,
    forget_stores,
    is_copy,
    new_url,
)
from emulators import (
    AZURE_KEY,
    Azurite,
    azure_environment,
    google_environment,
    google_proxy,
    missing_azurite,
)

from newsbeam.transforms.core.errors import DatasetError
from newsbeam.transforms.dataset.life import Mark, Signs
from newsbeam.transforms.dataset.log import read_commits
from newsbeam.transforms.dataset.recovery import recover
from newsbeam.transforms.dataset.storage import open_storage
from newsbeam.transforms.stores import objects


@pytest.fixture(params=["s3", "az", "gs"])
def scheme(request):
    return request.param


@pytest.fixture
def url(scheme):
    return new_url(scheme)


@pytest.fixture
def proxy(scheme, request, monkeypatch, tmp_path):
    """A proxy before the server, and a client that gives up soon."""
    monkeypatch.setattr(objects, "REQUEST_S", 1.0)
    monkeypatch.setattr(objects, "RETRIES", 2)
    if scheme == "s3":
        between = Proxy(request.getfixturevalue("s3_server").port)
        variables = environment(between.port)
    elif scheme == "az":
        between = Proxy(request.getfixturevalue("azurite").port)
        variables = azure_environment(between.port)
    else:
        between = google_proxy(request.getfixturevalue("unsigned_server").port)
        variables = google_environment(between.port, tmp_path)
    with Pointed(variables):
        yield between
    between.close()


def is_commit(method: str, path: str) -> bool:
    return method == "PUT" and "/commits/" in path


def check_whole(dataset, articles: int, commits: int) -> None:
    assert len(read_commits(dataset.root)) == commits
    ids = [row["article_id"] for row in dataset.rows("articles")]
    assert max(Counter(ids).values()) == 1
    assert len(ids) == articles
    audit = dataset.audit()
    assert audit.faults == ()
    assert audit.unpublished == 0


@pytest.mark.parametrize("fault", [BUSY, LATE, LOST])
@pytest.mark.parametrize("method", ["PUT", "GET", "HEAD", "POST", "COPY"])
def test_a_request_that_fails_once_is_made_again(
    open_dataset, article, proxy, url, scheme, method, fault
):
    dataset = open_dataset(url)
    dataset.commit("u0", [article("z")])
    failed = []

    def fail_first(verb, path, headers):
        kind = "COPY" if is_copy(headers) else verb
        if scheme == "gs" and verb == "DELETE":
            kind = "POST"  # which removes many at once, elsewhere
        if kind == method and not failed:
            failed.append(path)
            return fault
        return None

    proxy.rule = fail_first
    dataset.commit("u1", [article("a"), article("b", language="de")])
    assert failed
    check_whole(dataset, articles=3, commits=2)


def test_a_lost_answer_to_a_record_is_found_out(open_dataset, article, proxy, url):
    """The record stands and nobody said so: the writer reads it and knows that it is its own."""
    dataset = open_dataset(url)
    dataset.commit("u0", [article("z")])
    lost = []

    def lose(verb, path, headers):
        if is_commit(verb, path) and not lost:
            lost.append(path)
            return LOST
        return None

    proxy.rule = lose
    commit = dataset.commit("u1", [article("a")])
    assert (commit.number, commit.unit) == (2, "u1")
    assert lost
    check_whole(dataset, articles=2, commits=2)


def test_a_lost_race_with_a_lost_answer_is_a_lost_race(open_dataset, article, proxy, url):
    dataset = open_dataset(url)
    dataset.commit("u0", [article("z")])
    storage = open_storage(dataset.root)
    other = open_storage(dataset.root, fresh=True)

    def overtake(verb, path, headers):
        if path.endswith("/commits/000000000007.json") and verb == "PUT":
            proxy.rule = lambda *_: None
            other.create("commits/000000000007.json", b"the other's")
            return LATE
        return None

    proxy.rule = overtake
    assert not storage.create("commits/000000000007.json", b"mine")
    assert other.read("commits/000000000007.json") == b"the other's"


@pytest.mark.parametrize("fault", [BUSY, LATE])
def test_a_store_that_stays_away_is_an_error_and_the_unit_goes_on_later(
    open_dataset, article, proxy, url, fault
):
    dataset = open_dataset(url)
    dataset.commit("u0", [article("z")])
    proxy.rule = lambda verb, path, headers: fault if is_copy(headers) else None
    with pytest.raises(DatasetError) as raised:
        dataset.commit("u1", [article("a")])
    assert "run the same command again" in str(raised.value)
    assert SECRET not in str(raised.value)
    assert AZURE_KEY not in str(raised.value)
    proxy.rule = lambda *_: None
    forget_stores()
    assert len(dataset.rows("articles")) == 2, "it was committed, and the log finds it"
    recover(dataset.root, dataset.settings)
    dataset.commit("u1", [article("a")], base=1)
    check_whole(dataset, articles=2, commits=2)


@pytest.mark.parametrize("at", ["commits", "articles"])
@pytest.mark.parametrize(
    ("scheme", "kind", "variables"),
    [("s3", Server, environment), ("az", Azurite, azure_environment)],
    ids=["s3", "az"],
)
def test_the_server_may_be_killed_in_mid_commit(
    open_dataset, article, monkeypatch, tmp_path_factory, at, scheme, kind, variables
):
    if kind is Azurite and (missing := missing_azurite()):
        pytest.skip(f"Azure left out: {missing}")
    server = kind(tmp_path_factory.mktemp("store"))
    server.start()
    proxy = Proxy(server.port)
    try:
        with Pointed(variables(proxy.port)):
            dataset = open_dataset(new_url(scheme))
            dataset.commit("u0", [article("z")])
            killed, gone = [], threading.Event()

            def kill(verb, path, headers):
                if verb == "PUT" and f"/{at}/" in path and not killed:
                    killed.append(path)
                    server.kill()
                    gone.set()

            proxy.rule = kill
            with monkeypatch.context() as hurried, suppress(DatasetError):
                hurried.setattr(objects, "RETRIES", 1)
                hurried.setattr(objects, "TRIES", 1)
                dataset.commit("u1", [article("a"), article("b", language="de")])
            assert gone.wait(30)
            server.start()
            forget_stores()
            recover(dataset.root, dataset.settings)
            dataset.commit("u1", [article("a"), article("b", language="de")], base=1)
            check_whole(dataset, articles=3, commits=2)
    finally:
        proxy.close()
        server.kill()


def test_requests_of_a_commit_do_not_grow_with_the_past(open_dataset, article, proxy, url, scheme):
    """At most eight, and three for each data file; Google wants a request for each removal."""
    least, of_a_file = (7, 4) if scheme == "gs" else (8, 3)
    dataset = open_dataset(url)
    dataset.commit("u0", [article("z")])
    needed = []
    for number in range(1, 40):
        rows = [article(f"{number}-a"), article(f"{number}-b", language="de")]
        if number in (2, 34, 39):
            proxy.requests.clear()
            commit = dataset.commit(f"u{number}", rows, base=number)
            needed.append(proxy.requests.total() - of_a_file * len(commit.files))
        else:
            dataset.commit(f"u{number}", rows, base=number)
    assert needed == [least] * 3


def test_signs_of_life_are_few_requests(proxy, url):
    """A worker makes three for each sign, and who waits one for each look."""
    mark, signs = Mark(open_storage(url), "u"), Signs(url, "u", look_s=0)
    mark.renew()
    proxy.requests.clear()
    assert mark.renew()
    assert proxy.requests.total() == 3
    signs.silent_s()
    assert proxy.requests.total() == 4
