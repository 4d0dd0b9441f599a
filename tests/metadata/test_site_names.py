"""Titles lose the names of their site and its sections."""

import pytest
from page_titles import choose

from newsbeam.transforms.metadata.titles import Title, choose_title


@pytest.mark.parametrize(
    ("given", "title"),
    [
        # the site
        ("Council votes | The Daily", "Council votes"),
        ("The Daily - Council votes", "Council votes"),
        ("Council votes - daily.example", "Council votes"),
        ("다리 건설안 통과ㅣdaily.example", "다리 건설안 통과"),
        ("橋の建設「可決」:daily.example", "橋の建設「可決」"),
        # a part of the site, a part of its name
        ("Council votes on bridge | The Daily Politics", "Council votes on bridge"),
        ("Council votes on bridge - Daily", "Council votes on bridge"),
        # a section
        ("Council votes | Politics", "Council votes"),
        ("Politics | Council votes", "Council votes"),
        ("다리 건설안 마침내 통과 - 정치", "다리 건설안 마침내 통과"),
        ("Council votes on bridge – Politics – The Daily", "Council votes on bridge"),
        # parts of headlines
        ("Council | The Daily wins a prize for its bridge", None),
        ("Bridges - The Daily view", None),
        ("Left - right - Politics", None),
        ("Politics: a survey", None),
        ("Left - right - left", None),
        ("9/11: what we know", None),
        ("Who is who?", None),
        # a day in front
        ("04.02.2026 - Council votes", "Council votes"),
        # marks of type
        ("<i>Bridge</i> &lt;b&gt;of the year&lt;/b&gt; named", "Bridge of the year named"),
        ("Why 3 < 5 matters", "Why 3 < 5 matters"),
        # escaped twice, decoded wrongly, hyphens that nobody sees
        ("Council &amp; mayor &#x26; bridge", "Council & mayor & bridge"),
        ("The mayorâ€™s bridge", "The mayor’s bridge"),
        ("Brücken\u00adneubau\u00a0 beschlossen", "Brückenneubau beschlossen"),
    ],
)
def test_what_is_no_headline_goes(given, title):
    assert choose(open_graph=given).text == (title or given)


def test_a_name_may_have_an_article_that_the_domain_has_not():
    for element in ("Zeit der Brücken | Die Anystadt", "Die Anystadt | Zeit der Brücken"):
        found = choose_title(element=element, names=["anystadt.example", "anystadt"])
        assert found == Title("Zeit der Brücken", "title_element")


def test_a_name_may_be_written_apart():
    found = choose_title(open_graph=["Bridge - La Stampa"], names=["lastampa"])
    assert found == Title("Bridge", "meta")


def test_a_path_that_is_the_headline_is_no_section():
    found = choose_title(
        open_graph=["Council votes on bridge | Anytown"], labels=["council votes on bridge"]
    )
    assert found == Title("Council votes on bridge | Anytown", "meta")


def test_a_site_may_be_called_like_its_headline():
    title = "Council votes on bridge | OrFa"
    known = {
        "element": title,
        "open_graph": [title],
        "headings": ["Green: Council votes on bridge"],
    }
    found = choose_title(names=["Council votes on bridge"], **known)
    assert found == Title("Green: Council votes on bridge", "heading")
    # … though nothing but the title has it, or a word stands before it there
    found = choose_title(names=["Council votes on bridge"], element=title)
    assert found.text == "Council votes on bridge"
    known = {"element": "OrFa | Council votes on bridge", "headings": ["Council votes on bridge"]}
    found = choose_title(names=["Council votes on bridge"], **known)
    assert found == Title("Council votes on bridge", "heading")
    # … but a site whose name is a heading is called so
    known = {"element": "The Daily Bridge Post - Council votes", "headings": ["Council votes"]}
    assert choose_title(names=["The Daily Bridge Post"], **known).text == "Council votes"


@pytest.mark.parametrize(
    ("element", "title"),
    [
        ("议会就旧桥进行投票表决-安城网", "议会就旧桥进行投票表决"),
        ("市議会が古い橋について投票した_アニータウン", "市議会が古い橋について投票した"),
        ("의회가오래된다리에대해투표했다-BBS", "의회가오래된다리에대해투표했다"),
        ("议会就旧桥进行投票表决_新闻频道_安城网", "议会就旧桥进行投票表决"),
        ("议会投票-表决", "议会投票-表决"),
        ("议会就旧桥进行投票表决丨安城网", "议会就旧桥进行投票表决"),
        ("议会就旧桥进行投票表决_ancheng.example", "议会就旧桥进行投票表决"),
        ("市議会が古い橋について投票した：安城新聞デジタル", "市議会が古い橋について投票した"),
        ("市議会が古い橋について投票した（安城新聞）", "市議会が古い橋について投票した"),
        (
            "의회가 오래된 다리에 대해 투표했다 < 사회 < 기사본문 - 안성일보",
            "의회가 오래된 다리에 대해 투표했다",
        ),
        ("议会就旧桥进行投票表决：专家", "议会就旧桥进行投票表决：专家"),
    ],
)
def test_scripts_without_spaces_part_the_site_by_a_bare_hyphen(element, title):
    assert choose(element=element).text == title
    # … whatever repeats the title element
    assert choose(element=element, open_graph=[element]).text == title


def test_a_name_of_the_site_may_have_a_mark_inside():
    known = {"names": ["Salsa Steps - Anytown dances"], "labels": []}
    element = "Turns - Salsa Steps - Anytown dances"
    found = choose_title(element=element, headings=["Steps by name"], **known)
    assert found == Title("Turns", "title_element")


@pytest.mark.parametrize(
    ("element", "title"),
    [
        # a section, the site, a slogan behind the same mark
        ("Council votes on the old bridge | Politics | Gazette", "Council votes on the old bridge"),
        ("Council votes on the old bridge | Gazette | News you trust", None),
        ("Совет проголосовал за мост / Новости / Газета", "Совет проголосовал за мост"),
        ("Совет проголосовал за мост :: Политика :: Газета", "Совет проголосовал за мост"),
        ("Bridges / tunnels: what the town needs", "Bridges / tunnels: what the town needs"),
        # the site in brackets
        ("Council votes (The Daily)", "Council votes"),
        ("[The Daily] Council votes", "Council votes"),
        ("Council votes on bridge (again)", "Council votes on bridge (again)"),
        # no spaces between words
        ("สภาเมืองลงมติสร้างสะพานใหม่ | เดลี่นิวส์", "สภาเมืองลงมติสร้างสะพานใหม่"),
        # escaped three times, once of which the parser has read
        ("Council&amp;#039;s vote on bridge", "Council's vote on bridge"),
    ],
)
def test_a_bare_title_element_goes_without_what_follows(element, title):
    assert choose(element=element).text == (title or "Council votes on the old bridge")


@pytest.mark.parametrize(
    ("known", "title"),
    [
        ({"element": "Aktuelles | Anystadt"}, "Rat stimmt für neue Brücke"),
        ({"element": "Press releases - City of Anytown"}, "Rat stimmt für neue Brücke"),
        (
            {"element": "Press releases", "open_graph": "Press releases", "structured": "News"},
            "Rat stimmt für neue Brücke",
        ),
    ],
)
def test_a_sections_name_is_no_headline_where_there_is_another(known, title):
    headings = ["Aktuelles", "Rat stimmt für neue Brücke", "Kontakt"]
    assert choose(headings=headings, **known).text == title
    assert choose(headings=["Press releases"], element="Press releases").text == "Press releases"
    blog = {"element": "Blog: Council votes", "headings": ["Blog: Council votes"]}
    assert choose(**blog).text == "Blog: Council votes"
