"""What web authors call by one name and mean by another."""

#: Labels that mean a superset on the web (https://encoding.spec.whatwg.org/#names-and-labels), by
#: the name that Python gives the narrower encoding.
SUPERSETS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "johab": "cp949",
    "shift_jis": "cp932",
    "big5": "big5hkscs",
}
