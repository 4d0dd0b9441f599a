"""Words that are numbers: written out in the languages of news, and Han numerals."""

from functools import lru_cache

from newsbeam.transforms.text.tables import read_table

#: Han numerals, those of documents and of large numbers among them.
HAN_NUMERALS = frozenset("〇零一二三四五六七八九十百千万億兆两兩萬亿壱弐参")
#: What is counted or measured, where it stands behind a Han numeral.
HAN_COUNTERS = frozenset("人名个個件日月年時时分秒歳岁度回次位元円点點米割倍軒頭台號号級级强強例")


@lru_cache(maxsize=1)
def number_words() -> frozenset[str]:
    """Return words for numbers in all languages of the table, lower case."""
    return frozenset(
        word for _, words in read_table("number_words.tsv") for word in words.split("|")
    )
