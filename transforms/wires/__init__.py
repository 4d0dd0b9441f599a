"""News as the trade sends it: NewsML-G2, NewsML 1, NITF, ninjs, IPTC 7901, ANPA, NewsArticle.

One module reads one format into ``WireItem``; ``extraction.dispatch`` makes a row of it.
"""
