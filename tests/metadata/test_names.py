import pytest

from newsbeam.transforms.metadata.name_lists import read_names
from newsbeam.transforms.metadata.names import (
    is_account,
    is_house,
    is_nobody,
    is_person,
)


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        # labels, spelled and set in all ways
        ("By Jane Doe and John Roe, Reuters | 4 min read", ["Jane Doe", "John Roe", "Reuters"]),
        ("ByJane Doe", ["Jane Doe"]),
        ("Authored by: | Jane Doe", ["Jane Doe"]),
        ("Authors: Jane Doe and John Roe", ["Jane Doe", "John Roe"]),
        ("Ein Gastbeitrag von Jane Doe", ["Jane Doe"]),
        ("and Jane Doe", ["Jane Doe"]),
        ("I Wayan Doe", ["I Wayan Doe"]),
        ("ليلى حداد، سمير نصر", ["ليلى حداد", "سمير نصر"]),
        ("jdoe@daily.example (Jane Doe)", ["Jane Doe"]),
        ("j@daily.example (Jane Doe), r@daily.example (John Roe)", ["Jane Doe", "John Roe"]),
        ("Text und Interview: Jane Doe", ["Jane Doe"]),
        ("6.11.2025 13:30 von Olga", ["Olga"]),
        ("Écrit par Chloé Doe avec AFP", ["Chloé Doe", "AFP"]),
        ("Przez Anna Doe", ["Anna Doe"]),
        ("文／山田太郎", ["山田太郎"]),
        ("記者：王小明", ["王小明"]),
        ("記者王小明／台北報導", ["王小明"]),
        ("本报记者 王小明", ["王小明"]),
        ("取材・文・山田太郎", ["山田太郎"]),
        ("[山田太郎]", ["山田太郎"]),
        ("山田 太郎　著", ["山田 太郎"]),
        ("Doe, J.", ["J. Doe"]),
        ("홍길동 기자", ["홍길동"]),
        ("홍길동기자", ["홍길동"]),
        ("Words and photos by Jane Doe", ["Jane Doe"]),
        ("Text und Fotos: Jane Doe", ["Jane Doe"]),
        ("Texte et photos : Jane Doe", ["Jane Doe"]),
        ("Guest post by Jane Doe", ["Jane Doe"]),
        ("Una crónica de Ana Gil", ["Ana Gil"]),
        ("Scris de Maria Popescu", ["Maria Popescu"]),
        ("Napsala Eva Nováková a Jan Novák", ["Eva Nováková", "Jan Novák"]),
        ("Kovács János és Szabó Anna", ["Kovács János", "Szabó Anna"]),
        ("Budi Santoso dan Siti Rahayu", ["Budi Santoso", "Siti Rahayu"]),
        ("Автор: Іван Петренко та Олена Коваль", ["Іван Петренко", "Олена Коваль"]),
        ("Bài và ảnh: Nguyễn Văn An", ["Nguyễn Văn An"]),
        ("投稿者: 山田太郎", ["山田太郎"]),
        ("【山田太郎】", ["山田太郎"]),
        ("ロンドン＝山田太郎", ["山田太郎"]),
        ("ジャン＝ポール・サルトル", ["ジャン＝ポール・サルトル"]),
        ("글·사진 홍길동 기자", ["홍길동"]),
        ("홍길동 기자 외 1명", ["홍길동"]),
        ("새소식=홍길동 기자", ["홍길동"]),
        # others, and for whom
        ("Jane Doe and 2 others", ["Jane Doe"]),
        ("Jane Doe + John Roe", ["Jane Doe", "John Roe"]),
        ("By Jane Doe with additional reporting by John Roe", ["Jane Doe"]),
        ("By Jane Doe Special to The Daily", ["Jane Doe"]),
        ("JANE DOE Associated Press", ["JANE DOE"]),
        ("By Jane Doe BBC News", ["Jane Doe"]),
        ("Great Day Editorial Team", ["Great Day Editorial Team"]),
        # dates, times, buttons
        ("Posted on March 3, 2026 by Jane Doe", ["Jane Doe"]),
        ("Jane Doe | / ABCD / | Updated: Oct 9, 2019, 11:05 IST", ["Jane Doe"]),
        ("Jane Doe | Published Dec 19, 2016 | + Follow", ["Jane Doe"]),
        ("Posted by Jane Doe on August 21, 2019", ["Jane Doe"]),
        ("Jane Doe | February 8, 2022 | • | 10 | mins read", ["Jane Doe"]),
        # roles and houses beside a person
        ("Jane Doe | Senior Writer, Hardware", ["Jane Doe"]),
        ("Jane DoeTrending Editor", ["Jane Doe"]),
        ("Jane Doe | Founder at Bridge Builders", ["Jane Doe"]),
        ("Reporterin Jane Doe", ["Jane Doe"]),
        ("Jane Doe For Daily.Example", ["Jane Doe"]),
        ("By JANE DOE Staff Writer", ["JANE DOE"]),
        ("Jane Doe Local Democracy Reporter", ["Jane Doe"]),
        ("Anytown Court Reporter", ["Anytown Court Reporter"]),
        ("Von unserem Korrespondenten Max Moe, Harbour-Studio Anytown", ["Max Moe"]),
        ("Organisation for Safer Bridges", ["Organisation for Safer Bridges"]),
        # small words that are written at a name
        ("By Omar al-Masri and Claire d’Orme", ["Omar al-Masri", "Claire d’Orme"]),
        # who helped, in other languages
        ("Texto de Ana López | Fotografía de Luis Gil", ["Ana López"]),
        ("Jane Doe, traduit de l’anglais par Luc Roi", ["Jane Doe"]),
        ("Szerzők: Kovács Anna, fotók: Nagy Béla", ["Kovács Anna"]),
        ("Беседовала Анна Иванова", ["Анна Иванова"]),
        ("Napisała Anna Kowal", ["Anna Kowal"]),
        ("צילום: דנה לוי", []),
        ("De notre envoyée spéciale Anne Roi", ["Anne Roi"]),
        ("Jane Doe reports", ["Jane Doe"]),
        # a handle is a name where nothing else is
        ("By @jdoe", ["jdoe"]),
        ("By Jane Doe @jdoe", ["Jane Doe"]),
        # labels and dates of other languages
        ("Teksti Matti Virta", ["Matti Virta"]),
        ("Του Νίκου Δήμου", ["Νίκου Δήμου"]),
        ("Scritto da Ada Riva", ["Ada Riva"]),
        ("取材・文＝山田太郎", ["山田太郎"]),
        ("记者 王小明 北京报道", ["王小明"]),
        ("홍길동 기자, 김철수 기자", ["홍길동", "김철수"]),
        ("Autor: Jan Doe Data: 6.05.2018", ["Jan Doe"]),
        # degrees, but no generations
        ("Jane Doe, Ph.D.", ["Jane Doe"]),
        ("Jane Doe MD", ["Jane Doe"]),
        ("John Roe, Jr.", ["John Roe, Jr"]),
        # those who helped
        ("Jane Doe | Reviewed by | John Roe", ["Jane Doe"]),
        ("Edited by John Roe", []),
        ("Jane Doe, Fotos: John Roe", ["Jane Doe"]),
        ("责任编辑：王小明", []),
        ("von Jane Doe (Text) und Max Moe (Fotos)", ["Jane Doe"]),
        # initials beside the name
        ("JD | Jane Doe | JR | John Roe", ["Jane Doe", "John Roe"]),
        # catalogues put the surname first
        ("Doe, Jane van", ["Jane van Doe"]),
        ("Roe, John T.", ["John T. Roe"]),
        # desks of an agency
        ("dpa/xyz", ["dpa/xyz"]),
        ("Jane Doe/John Roe", ["Jane Doe", "John Roe"]),
        # combined and single characters
        ("Andre\u0301 Doe", ["André Doe"]),
    ],
)
def test_a_byline_is_taken_apart(byline, names):
    assert read_names(byline) == names


def test_a_word_alone_beside_a_person_counts_where_authors_are_declared():
    assert read_names("Jane Doe, Olga") == ["Jane Doe"]
    assert read_names("Jane Doe, Olga", declared=True) == ["Jane Doe", "Olga"]
    assert read_names("Jane Doe, MBA, Director", declared=True) == ["Jane Doe"]
    assert read_names("Jane Doe, Reporter, Anytown", declared=True) == ["Jane Doe"]


@pytest.mark.parametrize(
    "name",
    [
        "Jane Doe",
        "J. R. Doe",
        "Jan van der Doe",
        "JANE DOE",
        "Jane O’Doe-Roe",
        "Ольга Доу",
        "Ayşe Yılmaz",
        "山田太郎",
        "홍길동",
        "Per Hansen",
        "Son Gildong",
        "Nomsa Dlamini",
        "محمد علي",
    ],
)
def test_people_look_like_people(name):
    assert is_person(name)


@pytest.mark.parametrize(
    "name",
    [
        "Jane",
        "Member Login",
        "Event Type",
        "Senior Writer",
        "Mehr Artikel",
        "Create Account",
        "4m read",
        "Thursday November",
        "the bridge",
        "Lire Plus",
        "会員登録",
        "Flere Artikler",
        "Все Статьи",
        "Tüm Yazıları",
        "更多文章",
        "One Two Three Four Five Six",
    ],
)
def test_what_else_stands_in_capitals_is_no_person(name):
    assert not is_person(name)


def test_houses_and_nobody_are_known():
    assert all(
        map(is_house, ["Sportredaktion", "Bridge Builders e.V", "Staff Writer", "News Desk"])
    )
    assert not any(map(is_house, ["Jane Doe", "Reuters", "Tim Roe"]))
    assert all(map(is_nobody, ["admin", "Reviewed by", "Updated", "Monday", "Share"]))
    assert not any(map(is_nobody, ["Jane", "Redaktion", "Editor"]))


def test_names_of_accounts_are_known():
    assert all(map(is_account, ["jdoe", "Roe42"]))
    assert not any(map(is_account, ["Olga", "Jane Doe"]))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("daily.example, Anytown, Norway", ["daily.example, Anytown, Norway"]),
        ("Institute of Ports, Health and Welfare", ["Institute of Ports, Health and Welfare"]),
        ("Norsk Nyhetsbyrå, Anytown, Norway", ["Norsk Nyhetsbyrå, Anytown, Norway"]),
        ("Bridge Institute, Jane Doe", ["Jane Doe"]),
        ("Jane Doe, John Roe", ["Jane Doe", "John Roe"]),
    ],
)
def test_a_house_with_its_parts_is_one_name(text, names):
    assert read_names(text, declared=True) == names
