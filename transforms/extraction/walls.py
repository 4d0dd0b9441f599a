"""Paywalls as their readers see them: what they say, and where the text ends."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick
from lxml.html import HtmlElement

from transforms.extraction.markup import text_of

#: What a paywall says of the article in front of it. That a site has subscriptions, or that free
#: articles are counted, says nothing: such boxes stand on whole articles too.
_LOCKED = re.compile(
    # English
    r"this (?:post|article|story|content|page|piece|newsletter|report|video|feature)s? (?:is|are)"
    r" (?:only |exclusively |reserved |available )*(?:for|to) (?:our |paid |paying |premium "
    r"|registered )*(?:subscribers|members|readers with)"
    r"|(?:exclusive|reserved|available only|only available) (?:for|to) (?:our |paid |paying "
    r"|premium )*(?:subscribers|members)|the rest of this (?:article|story|post) is"
    # German, Dutch
    r"|(?:artikel|inhalt|beitrag|text)\b.{0,30}\b(?:nur|exklusiv|ausschließlich)\b.{0,25}"
    r"(?:abonnent|abo\b|mitglied|registriert)"
    r"|(?:alleen|enkel|exclusief) (?:toegankelijk |beschikbaar |te lezen )?voor (?:onze )?"
    r"(?:abonnee|leden)"
    # French, Spanish, Portuguese, Italian, Romanian
    r"|(?:article|contenu|suite|lecture|récit|enquête) (?:est )?(?:réservée?s?|exclusi\w+)"
    r" (?:à|aux|pour) (?:nos )?(?:abonn|membres)|il (?:vous )?reste .{0,12}% (?:de|à)"
    r"|(?:exclusiv[oa]s?|solo|sólo|únicamente|reservad[oa]) para (?:nuestros )?"
    r"(?:suscriptor|socios|abonad|usuarios registrados)"
    r"|(?:exclusiv[oa]|apenas|só|restrit[oa]|somente) (?:para|a|de|aos) (?:os |nossos )?assinantes"
    r"|(?:riservat[oaie]|esclusiv[oaie]|solo) (?:agli|per (?:gli|i nostri)) (?:utenti )?"
    r"(?:abbonat|iscritt)|(?:doar|exclusiv|numai) pentru abonați"
    # Danish, Norwegian, Swedish, Finnish
    r"|(?:kun|bare|forbeholdt|eksklusivt) (?:for )?(?:våre |vores )?(?:abonnent|medlem)"
    r"|(?:endast|bara|enbart|exklusivt|är) för (?:våra )?prenumeranter"
    r"|(?:vain|ainoastaan) (?:tilaajille|tilaajillemme|kirjautuneille)|on tilaajille\b"
    # Polish, Czech, Slovak, Hungarian, Turkish
    r"|(?:tylko|wyłącznie|dostępn\w+) dla (?:naszych )?(?:prenumerator|subskrybent|abonent)"
    r"|pozostało .{0,6}% (?:tekstu|artykułu)|(?:jen|pouze|výhradně|len|iba) pr[eo] předplatit"
    r"|(?:jen|pouze|výhradně|len|iba) pr[eo] predplatit|zbývá (?:vám )?(?:ještě )?.{0,6}% "
    r"|(?:csak|kizárólag) (?:az )?előfizetőin?k|(?:yalnızca|sadece) aboneler|abonelere özel"
    # Russian, Ukrainian, Greek, Arabic, Hebrew
    r"|(?:только|лише|тільки) (?:для )?(?:наших )?(?:подписчик|передплатник|підписник)"
    r"|только по подписке|μόνο για συνδρομητ|(?:للمشتركين|للأعضاء) فقط|למנויים בלבד"
    # Japanese, Chinese, Korean
    r"|(?:会員|購読者)(?:限定|専用)の?(?:記事|コンテンツ)(?:です|となり)"
    r"|この(?:記事|コンテンツ)は.{0,12}(?:会員|有料|購読)|残り[:：]?\s?[\d,，０-９]+\s?文字"
    r"|(?:会员|會員|訂戶|订户)(?:专享|專享|專屬|专属|限定)(?:文章|内容|內容)"
    r"|(?:유료|구독|프리미엄)\s?(?:회원|자|구독자)?\s?(?:전용|에게만)",
    re.IGNORECASE,
)
#: How a paywall asks to read on. On a long page, that may be said of other articles.
_CALL = re.compile(
    r"(?:subscribe|sign up|register|log ?in|sign in|join|upgrade|become an? (?:paid |paying )?"
    r"(?:subscriber|member))\b.{0,60}\b(?:to|and|for) (?:(?:read|unlock|access|view|see|continue"
    r"|keep|get|the)\b.{0,20} (?:rest|full|whole|entire|this|reading|remainder)"
    r"|continue reading|keep reading|the full)\b"
    r"|(?:unlock|continue reading|keep reading) (?:this|with a)"
    r" (?:article|story|post|piece|\d+-day)"
    r"|you (?:must|need to|have to) (?:be |subscribe|log ?in|sign in|register).{0,40}"
    r"\b(?:read|access|continue)"
    r"|weiterlesen (?:mit|und|im) .{0,25}(?:\babo|\bplus\b|\+|premium|digital|testen|registrier)"
    r"|(?:jetzt diesen|den ganzen|den vollständigen|den kompletten) (?:artikel|text|beitrag)"
    r" (?:weiter)?lesen|um (?:weiter|(?:diesen|den) (?:ganzen )?artikel).{0,25}zu ?lesen"
    r"|(?:abonnieren|registrieren|anmelden) und weiterlesen|(?:verder lezen|lees verder)\? "
    r"|pour lire (?:la suite|l.intégralité|cet article)"
    r"|abonnez-vous pour (?:lire|continuer|accéder)|suscr[ií]bete (?:para|y) (?:segui|continua"
    r"|sigue|leer|accede)|para (?:seguir|continuar) leyendo|(?:assine|cadastre-se) (?:para|e)"
    r" (?:continu|ler|leia)|para (?:continuar|ler) (?:lendo|a ler|esta matéria|este conteúdo)"
    r"|abbonati (?:per|e) (?:continua|legge|leggi|accedere)|per (?:continuare a leggere|leggere"
    r" (?:tutto|l.articolo))|(?:for å|for at) (?:lese|læse) (?:videre|resten|hele|saken|artik)"
    r"|bliv? abonnent (?:for å|og) l[eæ]s|för att (?:läsa|fortsätta läsa) (?:vidare|hela|artik)"
    r"|läs (?:hela|vidare).{0,25}prenumer|(?:tilaa|kirjaudu) (?:ja|niin) (?:lue|jatka)"
    r"|(?:aby|żeby) (?:czytać|przeczytać) (?:dalej|cały|całość)|zb(?:ytek|ývající část) článku"
    r"|zvyšok článku|a teljes cikk.{0,20}előfizet|devamını okumak için"
    r"|чтобы (?:про)?читать (?:дальше|полностью|статью)"
    r"|続きを(?:読む|ご覧)(?:に(?:は|なる)|ためには)|全文(?:を|は).{0,10}(?:会員|購読|ログイン)"
    r"|(?:订阅|訂閱|付费|付費|登录|登入|购买|購買)(?:后|後)?(?:可|即可|才能|以)?"
    r"(?:阅读|閱讀|查看|繼續|继续)(?:全文|閱讀|阅读|本文|更多内容)"
    r"|(?:로그인|구독|회원가입)(?:하시면|하고|후|을 하시면).{0,12}(?:전문|기사|계속)",
    re.IGNORECASE,
)
#: One of these stands in whatever a paywall says; they are found a hundred times as fast.
_FIND_STEMS = AhoCorasick(
    (
        *("subscri", "member", "readers with", "sign up", "sign in", "log in", "login", "register"),
        *("join", "upgrade", "unlock", "continue reading", "keep reading", "rest of this"),
        *("abo", "mitglied", "registr", "lesen", "lezen", "leden", "réserv", "exclusi", "reste"),
        *("lire", "suscr", "socios", "usuarios", "leyendo", "assin", "cadastre", "lendo", "a ler"),
        *("esta matéria", "este conteúdo", "abbonat", "iscritt", "leggere", "medlem", "prenumer"),
        *("läs", "lese", "læs", "tilaa", "kirjaudu", "subskry", "pozosta", "czytać", "předplat"),
        *("predplat", "zbýv", "zbyt", "zvyš", "előfizet", "devamını", "подпис", "передплат"),
        *("підписник", "читать", "συνδρομητ", "فقط", "למנויים", "会員", "購読", "有料", "残り"),
        *("続き", "全文", "会员", "會員", "訂戶", "订户", "订阅", "訂閱", "付费", "付費", "登录"),
        *("登入", "购买", "購買", "유료", "구독", "프리미엄", "로그인", "회원가입"),
    )
).find_matches_as_indexes
#: What else is kept for subscribers.
_NOT_TEXT = re.compile(r"com+ent|discussi|diskussi|bookmark|merkliste|archive", re.IGNORECASE)
_AROUND_CHARS = 60
#: Words that stand by a paywall, and on many other pages.
_NEAR_WALL = re.compile(
    r"subscri|abonn|\babos?\b|premium|membership|(?:become|already) a member|members? only"
    r"|\b(?:log|sign) ?in\b|suscri|assin(?:e|ante)|abbonat|prenumer|tilaa|subskry|předplat|predplat"
    r"|előfizet|подпис|передплат|会員|購読|구독|订阅|訂閱|مشترك|abone",
    re.IGNORECASE,
)
_BARRIER = re.compile(
    r"pay-?wall|(?:^|[\s_-])piano|subscri(?:be|ption|ber)s?-?(?:wall|only|gate|barrier|required)"
    r"|(?<!non)(?<!non-)premium-?(?:wall|teaser|content)|reg(?:istration)?-?wall|meter-?wall|content-?gate",
    re.IGNORECASE,
)
#: A barrier says what it wants; an empty element only waits for a script.
_MIN_BARRIER_CHARS = 20
#: It counts what readers may read for free, and may stand on what they read.
_METER = re.compile(
    r"\blimits?\b|l[ií]mite|free (?:articles|stories)|(?:articles?|stories) (?:left|remaining)"
    r"|kostenlose[nr]? artikel|articles? gratuits?|art[ií]culos? gratis|gratisartik",
    re.IGNORECASE,
)
#: A line that is longer tells of paywalls.
_MAX_LINE_CHARS = 300
#: So far from the end of a text, in lines and characters, its wall may stand.
_LAST_LINES = 12
_BEHIND_CHARS = 500
_NAME = re.compile(r"([.#])([\w-]+)[^.#]*$")
#: So many characters at the end of a paragraph tell where it stands in the page.
_KEY_CHARS = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Walls:
    """What a page has of paywalls, besides what it declares."""

    cut: bool = False  # the text ended with the words of one
    barriers: tuple[str, ...] = ()  # what elements say that are called so
    behind: str = ""  # what follows the text on the page
    locked_chars: int | None = None  # in the part that is declared not to be free


def names_barrier(names: str) -> bool:
    """Say whether a class or an id is a paywall's."""
    return _BARRIER.search(names) is not None


def barrier_text(element: HtmlElement) -> str | None:
    """Return what a paywall says; None if it says nothing, or only counts free articles."""
    text = text_of(element)
    return None if len(text) < _MIN_BARRIER_CHARS or _METER.search(text) else text


def locked_chars(tree: HtmlElement, selectors: Sequence[str]) -> int | None:
    """Return how much text the elements have that ``selectors`` name, None without any.

    Of a selector, the last class or identifier is looked at.
    """
    names = [name for each in selectors if (name := _NAME.search(each))]
    if not names:
        return None
    chars = [0]
    for element in tree.iter("*"):
        for name in names:
            attribute = "class" if name[1] == "." else "id"
            if name[2] in (element.get(attribute) or "").split():
                chars.append(len(text_of(element)))
    return max(chars)


def read_behind(page: str, paragraphs: Sequence[str]) -> str:
    """Return what follows the last of ``paragraphs`` in the text of a page."""
    for paragraph in reversed(paragraphs[-3:]):
        key = paragraph[-_KEY_CHARS:]
        at = page.rfind(key)
        if at >= 0:
            behind = page[at + len(key) : at + len(key) + 3 * _BEHIND_CHARS]
            return " ".join(behind.split())[:_BEHIND_CHARS]
    return ""


def cut_at_wall(paragraphs: Sequence[str]) -> tuple[list[str], bool]:
    """Return ``paragraphs`` up to the paywall at their end, and whether there is one."""
    first = max(1, len(paragraphs) - _LAST_LINES)
    for place in range(first, len(paragraphs)):
        line = paragraphs[place]
        if len(line) <= _MAX_LINE_CHARS and says_wall(line):
            rest = sum(map(len, paragraphs[place:]))
            if 2 * rest <= sum(map(len, paragraphs)):
                return list(paragraphs[:place]), True
    return list(paragraphs), False


def says_wall(text: str, *, calls: bool = True) -> bool:
    """Say whether ``text`` has words by which a paywall withholds what stands in front of it.

    ``calls`` also takes a call to subscribe and read on for such words.
    """
    if not _FIND_STEMS(text.lower()):
        return False
    for pattern in (_LOCKED, _CALL) if calls else (_LOCKED,):
        for match in pattern.finditer(text):
            around = text[max(0, match.start() - _AROUND_CHARS) : match.end() + _AROUND_CHARS]
            if _NOT_TEXT.search(around) is None:
                return True
    return False


def hints_at_wall(text: str) -> bool:
    """Say whether ``text`` speaks of subscriptions, accounts or the like."""
    return _NEAR_WALL.search(text) is not None
