import pytest

from newsbeam.transforms.pages.charset import decode_page

RUSSIAN = "Совет проголосовал за новый мост через реку, сообщил мэр города во вторник вечером. " * 5
GERMAN = "Der Gemeinderat stimmte am Dienstag für die neue Brücke über den Fluß. " * 5
JAPANESE = "町議会は火曜日、川に架かる新しい橋の建設を承認した。" * 10
TAIWANESE = "市議會星期二投票通過了修建新橋的計劃，市長說工程將於春天開始。" * 10
CHINESE = "市议会星期二投票通过了修建新桥的计划，市长说工程将于春天开始。" * 10


def html(text, charset=None):
    meta = f'<meta charset="{charset}">' if charset else ""
    return f"<html><head>{meta}</head><body><p>{text}</p></body></html>"


@pytest.mark.parametrize(
    ("text", "encoding", "header", "meta", "charset", "source"),
    [
        (GERMAN, "utf-8", None, None, "utf-8", "utf-8"),
        (GERMAN, "utf-8", "text/html; charset=utf-8", None, "utf-8", "header"),
        (GERMAN, "utf-8", None, "utf-8", "utf-8", "meta"),
        (GERMAN, "utf-8-sig", "text/html; charset=iso-8859-1", None, "utf-8", "bom"),
        (GERMAN, "utf-16", None, None, "utf-16-le", "bom"),
        (GERMAN, "utf-16-le", None, None, "utf-16-le", "detected"),
        (GERMAN, "cp1252", "text/html; charset=ISO-8859-1", None, "cp1252", "header"),
        (GERMAN, "cp1252", None, "latin1", "cp1252", "meta"),
        (GERMAN, "cp1252", None, None, "cp1252", "detected"),
        (RUSSIAN, "cp1251", None, "windows-1251", "cp1251", "meta"),
        (RUSSIAN, "cp1251", None, None, "cp1251", "detected"),
        (RUSSIAN, "koi8-r", None, None, "koi8-u", "detected"),
        (JAPANESE, "cp932", "text/html; charset=Shift_JIS", None, "cp932", "header"),
        (JAPANESE, "euc_jp", None, None, "euc_jp", "detected"),
        (JAPANESE, "iso2022_jp", "text/html; charset=iso-2022-jp", None, "iso2022_jp", "header"),
        (CHINESE, "gb18030", None, "gb2312", "gb18030", "meta"),
        (TAIWANESE, "big5", None, "big5", "big5hkscs", "meta"),
        # declarations that the bytes contradict
        (GERMAN, "utf-8", "text/html; charset=iso-8859-1", None, "utf-8", "utf-8"),
        (GERMAN, "utf-8", None, "windows-1252", "utf-8", "utf-8"),
        (GERMAN, "cp1252", "text/html; charset=utf-8", None, "cp1252", "detected"),
        (RUSSIAN, "cp1251", "text/html; charset=utf-8", "windows-1251", "cp1251", "meta"),
        (RUSSIAN, "cp1251", "text/html; charset=ISO-8859-1", "windows-1251", "cp1251", "meta"),
        (RUSSIAN, "cp1251", "text/html; charset=ISO-8859-1", None, "cp1251", "detected"),
        (GERMAN, "cp1252", "text/html; charset=nonsense", None, "cp1252", "detected"),
        (GERMAN, "cp1252", "text/html; charset=rot13", None, "cp1252", "detected"),
    ],
)
def test_pages_are_decoded_and_the_choice_is_named(text, encoding, header, meta, charset, source):
    decoded = decode_page(html(text, meta).encode(encoding), header)
    assert text in decoded.text
    assert (decoded.charset, decoded.source) == (charset, source)


def test_a_declaration_in_a_comment_does_not_count():
    page = "<!-- <meta charset=windows-1251> -->" + html(GERMAN)
    assert decode_page(page.encode("cp1252"), None).charset == "cp1252"


def test_an_xml_declaration_counts():
    page = '<?xml version="1.0" encoding="windows-1251"?>' + html(RUSSIAN)
    decoded = decode_page(page.encode("cp1251"), None)
    assert (decoded.charset, decoded.source) == ("cp1251", "meta")


def test_utf8_with_a_few_bad_bytes_stays_utf8():
    body = (html(GERMAN).encode() + b"\xff" + GERMAN.encode())[:-3]
    decoded = decode_page(body, "text/html; charset=utf-8")
    assert decoded.charset == "utf-8"
    assert "Brücke über den Fluß" in decoded.text


@pytest.mark.parametrize("body", [b"", b"\xff", b"\x00" * 50, b"\xfe\xff\xd8", bytes(range(256))])
def test_nothing_fails(body):
    decode_page(body, 'text/html; charset="').text.encode("utf-8")


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        ("Рада ухвалила бюджет міста на наступний рік", "cp1251"),
        ("Le conseil a voté le budget de l’année — à l’unanimité", "cp1252"),
        ("市議会は来年度の予算を全会一致で可決した", "euc_jp"),
    ],
)
def test_markup_does_not_tell_the_encoding(text, charset):
    """What is not declared is told by the words, however much markup stands between them."""
    script = "<script>" + "var a = 1; " * 5000 + "</script>"
    page = f"<html><body>{script}<p>{text}</p>{script}<p>{text}</p></body></html>"
    decoded = decode_page(page.encode(charset), None)
    assert (decoded.text, decoded.charset, decoded.source) == (page, charset, "detected")
