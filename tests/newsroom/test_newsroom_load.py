"""Synthetic newsrooms: as many hosts and articles as a test asks for, always the same."""

import http.client

from newsbeam.pipelines.newsroom import Newsroom, compare, expected, make_load, make_pages
from newsbeam.transforms.core.identity import content_hash


def test_makes_as_many_hosts_and_articles_as_asked() -> None:
    content = make_load(hosts=7, articles_per_host=5)
    assert len(content.publishers) == len(content.inputs) == 7
    assert len(content.stories) == 35
    assert len({story.url for story in content.stories}) == 35
    assert len({story.publisher.language for story in content.stories}) >= 3


def test_no_two_articles_are_alike() -> None:
    stories = make_load(hosts=20, articles_per_host=50).stories
    texts = {content_hash("\n".join(story.paragraphs)) for story in stories}
    sentences = [part for story in stories for part in story.paragraphs]
    assert len(texts) == len(stories)
    assert len(set(sentences)) == len(sentences)


def test_is_the_same_each_time() -> None:
    assert make_load(3, 3).stories == make_load(3, 3).stories
    assert make_load(3, 3).stories == make_load(4, 3).stories[:9]


def test_the_server_serves_it_and_knows_the_truth() -> None:
    with Newsroom(make_load(hosts=2, articles_per_host=3)) as room:
        truth = expected(room)
        client = http.client.HTTPConnection(room.address, timeout=10)
        for one in truth.written:
            host, _, path = one.url.removeprefix("http://").partition("/")
            client.request("GET", f"/{path}", headers={"Host": host})
            body = client.getresponse().read().decode()
            assert one.title in body
        client.close()
        assert len(truth.written) == 6
        assert truth.duplicates == truth.rejects == ()
        assert len(compare(truth, [], [], [])) == 6


def test_pages_come_in_every_layout_and_language() -> None:
    pages = list(make_pages(36))
    assert len({page.url for page in pages}) == 36
    assert len({(page.story.layout, page.story.publisher.language) for page in pages}) == 18
    for page in pages:
        assert page.story.title in page.html.decode()
