import asyncio
import os
import pickle
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from newsbeam.transforms.core.records import Article, Reject
from newsbeam.transforms.core.settings import ExtractSettings
from newsbeam.transforms.dedup.signing import encode_signature, sign
from newsbeam.transforms.extraction.article import extract_article
from newsbeam.transforms.workers import forks
from newsbeam.transforms.workers.forks import begin_early
from newsbeam.transforms.workers.pool import ExtractionPool
from newsbeam.transforms.workers.wire import LENGTH, outcome_size, pack_outcome, unpack_outcome

HERE = str(Path(__file__).parent)
SENTENCE = "The council of the small town voted on the new bridge over the river on Tuesday night. "


def article(number):
    paragraphs = "".join(f"<p>Paragraph {number}.{i}. {SENTENCE * 3}</p>" for i in range(5))
    head = f"<head><title>Bridge {number}</title></head>"
    return (
        f"<html>{head}<body><article><h1>Bridge {number}</h1>{paragraphs}</article></body></html>"
    )


def pids_of(pool):
    return [worker.pid for worker in [*pool._idle, *pool._busy]]


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def wait_until_gone(pids, seconds=10):
    end = time.monotonic() + seconds
    while any(map(is_alive, pids)) and time.monotonic() < end:
        time.sleep(0.05)
    return not any(map(is_alive, pids))


@pytest.fixture(scope="module")
def pool(options):
    with ExtractionPool(ExtractSettings(workers=2, timeout_s=20.0), options) as pool:
        yield pool


def test_every_page_has_one_outcome(pool, make_page):
    pages = [make_page(article(n), url=f"https://daily.example/bridge-{n}") for n in range(20)]
    outcomes = list(pool.map_unordered(pages))
    assert sorted(o.requested_url for o in outcomes) == sorted(p.url for p in pages)
    assert {type(o) for o in outcomes} == {Article}


def test_pages_are_taken_only_as_fast_as_outcomes_are(pool, make_page):
    taken = 0

    def pages():
        nonlocal taken
        for n in range(30):
            taken += 1
            yield make_page(article(n))

    outcomes = pool.map_unordered(pages())
    for done in range(1, 11):
        next(outcomes)
        assert taken <= done + 4
    outcomes.close()
    assert len(list(pool.map_unordered([make_page(article(1))]))) == 1


def test_async(pool, make_page):
    async def extract_all():
        return await asyncio.gather(*(pool.extract(make_page(article(n))) for n in range(12)))

    outcomes = asyncio.run(extract_all())
    assert [o.title for o in outcomes] == [f"Bridge {n}" for n in range(12)]


def hang(control_fd, memory_mb):
    """A nursery whose pages can ask for trouble."""
    from newsbeam.transforms.workers import nursery

    real = nursery.extract_article

    def extract(page, options):
        if page.body == b"hang":
            while True:
                time.sleep(1)
        if page.body == b"die":
            os.kill(os.getpid(), signal.SIGSEGV)
        if page.body == b"eat":
            return bytearray(10 << 40)
        if page.body == b"bug":
            raise KeyError("a bug")
        return real(page, options)

    nursery.extract_article = extract
    nursery.main(control_fd, memory_mb)


@pytest.fixture(scope="module")
def troubled(options):
    import newsbeam.transforms.workers.forks as module

    real = subprocess.Popen

    def popen(command, **kwargs):
        code = command[-1].replace(
            "from newsbeam.transforms.workers.nursery import main",
            f"import sys; sys.path.insert(0, {HERE!r}); "
            f"from {Path(__file__).stem} import hang as main",
        )
        return real([*command[:-1], code], **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module.subprocess, "Popen", popen)
        pool = ExtractionPool(ExtractSettings(workers=2, timeout_s=3.0), options)
        pool.warm_up(much=False)
    with pool:
        yield pool


def test_what_hangs_dies_or_eats_memory_is_rejected_and_its_neighbours_are_not(troubled, make_page):
    bodies = [
        article(1),
        "hang",
        article(2),
        "die",
        article(3),
        "eat",
        article(4),
        "bug",
        article(5),
    ]
    outcomes = list(troubled.map_unordered([make_page(body) for body in bodies]))
    assert sorted(o.reason for o in outcomes if isinstance(o, Reject)) == [
        "extraction_crashed",
        "extraction_failed",
        "extraction_memory",
        "extraction_timeout",
    ]
    assert sorted(o.title for o in outcomes if isinstance(o, Article)) == [
        f"Bridge {n}" for n in range(1, 6)
    ]


def test_async_rejects_too(troubled, make_page):
    async def extract_all():
        bodies = ["hang", article(1), "die", article(2)]
        return await asyncio.gather(*(troubled.extract(make_page(body)) for body in bodies))

    outcomes = asyncio.run(extract_all())
    assert [getattr(o, "reason", "written") for o in outcomes] == [
        "extraction_timeout",
        "written",
        "extraction_crashed",
        "written",
    ]


def test_processes_are_replaced_after_so_many_pages(options, make_page):
    with ExtractionPool(ExtractSettings(workers=1, recycle_after=3), options) as pool:
        seen = set()
        for n in range(10):
            list(pool.map_unordered([make_page(article(n))]))
            seen.update(pids_of(pool))
        assert len(seen) == 4 - (10 % 3 == 0)


def test_close_ends_all_processes(options, make_page):
    pool = ExtractionPool(ExtractSettings(workers=2), options)
    list(pool.map_unordered([make_page(article(n)) for n in range(4)]))
    pids = [*pids_of(pool), pool._nursery.pid]
    pool.close()
    assert wait_until_gone(pids)
    with pytest.raises(RuntimeError, match="closed"):
        list(pool.map_unordered([make_page(article(1))]))


def test_a_killed_nursery_is_started_again(options, make_page):
    with ExtractionPool(ExtractSettings(workers=1), options) as pool:
        list(pool.map_unordered([make_page(article(1))]))
        pids = pids_of(pool)
        os.kill(pool._nursery.pid, signal.SIGKILL)
        if sys.platform == "linux":
            assert wait_until_gone(pids)
        outcome = next(pool.map_unordered([make_page(article(2))]))
        assert isinstance(outcome, Article), outcome


PARENT = """
import time
from datetime import UTC, datetime
from newsbeam.transforms.core.records import Entry, Page
from newsbeam.transforms.core.settings import ExtractSettings, QualitySettings, TextSettings
from newsbeam.transforms.extraction.options import ExtractOptions
from newsbeam.transforms.dedup.signing import encode_signature, sign
from newsbeam.transforms.extraction.article import extract_article
from newsbeam.transforms.workers.pool import ExtractionPool
from newsbeam.transforms.workers.wire import LENGTH, outcome_size, pack_outcome, unpack_outcome
now = datetime(2026, 1, 1, tzinfo=UTC)
entry = Entry(source_kind="url", source_ref="x", seen_at=now)
page = Page(entry=entry, url=None, body={body!r}, media="html", fetched_at=now)
settings = ExtractSettings(workers=2)
pool = ExtractionPool(settings, ExtractOptions.of(settings, TextSettings(), QualitySettings(), "0"))
outcomes = list(pool.map_unordered([page] * 4))
print(pool._nursery.pid, *[w.pid for w in pool._idle], flush=True)
time.sleep(60)
"""


def test_processes_end_when_the_parent_is_killed():
    code = PARENT.format(body=article(1).encode())
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True
    ) as parent:
        pids = [int(pid) for pid in parent.stdout.readline().split()]
        assert len(pids) >= 2
        parent.kill()
    assert wait_until_gone(pids)


def test_articles_come_signed(pool, make_page):
    (outcome,) = pool.map_unordered([make_page(article(1))])
    assert outcome.signature == encode_signature(sign(outcome.text))


def test_a_pool_that_rests_has_no_process_and_works_on(pool, make_page):
    list(pool.map_unordered([make_page(article(1))]))
    before = pids_of(pool)
    pool.rest()
    assert wait_until_gone(before)
    assert pids_of(pool) == []
    (outcome,) = pool.map_unordered([make_page(article(2))])
    assert outcome.title == "Bridge 2"


def test_neither_beam_nor_arrow_is_imported_in_the_processes():
    code = (
        "import newsbeam.transforms.workers.nursery, sys; "
        "print([name for name in ('apache_beam', 'pyarrow') if name in sys.modules])"
    )
    assert (
        subprocess.check_output([sys.executable, "-c", code], text=True, timeout=60).strip() == "[]"
    )


# Acceptance 15.
def test_a_huge_text_is_kept_or_its_page_is_rejected_but_never_cut_in_silence(pool, make_page):
    length = 30_000_000
    text = SENTENCE * (length // len(SENTENCE)) + "Its last words."
    page = article(1).replace("</article>", f"<p>{text}</p><p>After it. {SENTENCE}</p></article>")
    huge, small = sorted(
        pool.map_unordered([make_page(page), make_page(article(2))]),
        key=lambda outcome: outcome.char_count if isinstance(outcome, Article) else length,
        reverse=True,
    )
    assert isinstance(small, Article)
    if isinstance(huge, Reject):  # a slow machine
        assert huge.reason in ("extraction_timeout", "extraction_memory")
    elif huge.completeness != "truncated":
        assert "Its last words." in huge.text
        assert "After it." in huge.text
        assert huge.char_count > 0.99 * length


# Acceptance 16.
@pytest.mark.parametrize(
    "hostile",
    [
        "<p " + " ".join(f"a{n}='1'" for n in range(100_000)) + ">text</p>",
        "".join(f"<p><a href='/{n}'>A link to another article {n}</a></p>" for n in range(100_000)),
        "<table>" + "<tr><td>cell</td><td>cell</td></tr>" * 100_000 + "</table>",
    ],
    ids=["attributes", "links", "rows"],
)
def test_hostile_pages_end_within_the_limit_and_harm_nobody(troubled, make_page, hostile):
    page = f"<html><body><h1>Hostile</h1>{hostile}</body></html>"
    bodies = [article(1), page, article(2), article(3)]
    start = time.monotonic()
    outcomes = list(troubled.map_unordered([make_page(body) for body in bodies]))
    assert time.monotonic() - start < 15
    assert len(outcomes) == 4
    written = [o.title for o in outcomes if isinstance(o, Article) and o.title != "Hostile"]
    assert sorted(written) == ["Bridge 1", "Bridge 2", "Bridge 3"]
    (other,) = [o for o in outcomes if getattr(o, "title", "Hostile") == "Hostile"]
    assert isinstance(other, Article) or other.reason in ("extraction_timeout", "no_article")


@pytest.mark.parametrize(
    "answer", [b"a" + pickle.dumps(print), b"r", b"", b"a\xff\xff", LENGTH.pack(1 << 60)]
)
def test_what_a_broken_process_answers_is_never_unpickled(answer):
    with pytest.raises(EOFError):
        if answer == LENGTH.pack(1 << 60):
            outcome_size(answer)
        unpack_outcome(bytearray(answer))


def test_outcomes_travel_whole(options, make_page):
    for html in (article(1), "<html><body></body></html>"):
        outcome = extract_article(make_page(html, url="https://daily.example/one"), options)
        assert unpack_outcome(bytearray(pack_outcome(outcome)[LENGTH.size :])) == outcome


def test_a_nursery_begun_early_serves_the_first_pool_of_its_kind(options, make_page):
    begin_early(ExtractSettings().memory_mb)
    (early,) = [nursery.pid for nursery in forks._early]
    with ExtractionPool(ExtractSettings(workers=1), options) as pool:
        assert pool._nursery.pid == early
        (outcome,) = pool.map_unordered([make_page(article(1))])
        assert outcome.title == "Bridge 1"
    assert wait_until_gone([early])


GONE = """
import os, select
from newsbeam.transforms.workers import forks
forks.begin_early(1024)
control = forks._early[0]._control
assert select.select([control], [], [], 60)[0]  # it is ready, and nobody has asked
os._exit(0)
"""


def test_a_nursery_whose_parent_ends_says_nothing():
    done = subprocess.run(
        [sys.executable, "-c", GONE], capture_output=True, text=True, timeout=90, check=True
    )
    assert done.stderr == ""  # read to its end, and so until the nursery has ended too


def test_a_nursery_begun_early_with_another_limit_is_ended(options, make_page):
    begin_early(ExtractSettings().memory_mb + 1)
    (early,) = [nursery.pid for nursery in forks._early]
    with ExtractionPool(ExtractSettings(workers=1), options) as pool:
        assert wait_until_gone([early])
        (outcome,) = pool.map_unordered([make_page(article(1))])
        assert outcome.title == "Bridge 1"
