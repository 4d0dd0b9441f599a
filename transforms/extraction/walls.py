"""Paywalls as their readers see them: what they say, and where the text ends."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter

from ahocorasick_rs import AhoCorasick

from transforms.extraction.outline import Element, Outline

#: What a paywall says of the article in front of it. That a site has subscriptions, or that free
#: articles are counted, says nothing: such boxes stand on whole articles too.
_LOCKED = re.compile(
    # English
    r"(?:this|the (?:full|whole|entire|complete)) (?:post|article|story|content|page|piece|text"
    r"|newsletter|report|video|feature)s? (?:is|are|can be read)"
    r" (?:only |exclusively |reserved |available )*(?:for|to|by) (?:our |paid |paying |premium "
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
    r"|(?:로그인|구독|회원가입)(?:하시면|하고|후|을 하시면).{0,12}(?:전문|기사|계속)"
    r"|\b(?:read|access|unlock|get) the (?:full|whole|entire) \w+ (?:with|by) .{0,20}subscri"
    # The other way round: "to read the whole of it, subscribe"
    r"|\bto (?:read|view|see|access|unlock|finish|continue|keep)\b.{0,20}\b(?:full|whole|entire"
    r"|complete|rest|remainder|this|reading)\b.{0,60}\b(?:subscri|sign (?:up|in)|log ?in|regist"
    r"|become a|join\b)"
    r"|\b(?:um|zum) .{0,20}(?:ganze|vollständige|komplette|weiter|diesen).{0,30}(?:lesen|sehen)\b"
    r".{0,40}(?:abonnier|registrier|anmeld|einlogg|\babo\b)"
    r"|\bom .{0,20}(?:hele|volledig|verder|dit|deze).{0,30}te (?:lezen|zien|bekijken)\b.{0,40}"
    r"(?:abonn|registr|log in|meld)"
    r"|\bpour (?:lire|voir|consulter|accéder)\b.{0,20}(?:suite|entier|intégral|complet|cet).{0,60}"
    r"(?:abonn|inscri|connect|identifi)"
    r"|\bpara (?:leer|ver|acceder)\b.{0,30}(?:complet|íntegr|resto|todo|este|esta).{0,60}"
    r"(?:suscr[ií]b|reg[ií]str|inici[ae])"
    r"|\bpara (?:ler|ver|acessar|aceder)\b.{0,30}(?:complet|íntegra|rest|tod[oa]|est[ea]).{0,60}"
    r"(?:assin|cadastr|regist|login)"
    r"|\bper (?:leggere|vedere|accedere)\b.{0,30}(?:complet|intero|integral|resto|questo).{0,60}"
    r"(?:abbon|regist|iscri|accedi\b)"
    r"|\b(?:for å|for at|för att) (?:lese|læse|läsa|se)\b.{0,20}(?:hele|hela|resten|denne|denna)"
    r".{0,60}(?:abonn|prenumer|logg|log ind|registr)"
    r"|\b(?:aby|żeby|by) (?:prze)?(?:czytać|zobaczyć)\b.{0,60}(?:subskry|prenumer|zalog|zarejestr)"
    r"|\b(?:чтобы|щоб) .{0,30}(?:чита|увид|побач).{0,60}(?:подпис|передплат|войд|увійд|регистр)"
    r"|okumak için.{0,40}(?:abone|üye|giriş)|lukeaksesi.{0,40}(?:tila|kirjaudu)"
    r"|elolvasásához.{0,40}(?:előfiz|jelentkez|regisztr)"
    r"|για να (?:διαβάσ|δεί)\w+.{0,60}(?:συνδρομ|εγγραφ|συνδεθ)|لقراءة.{0,50}(?:اشترك|سجل|تسجيل)"
    r"|(?:להמשך קריאה|כדי לקרוא).{0,50}(?:מנוי|הירש|התחבר)"
    r"|(?:阅读|閱讀|查看)(?:全文|完整).{0,10}(?:订阅|訂閱|登录|登入|付费|付費|会员|會員)"
    r"|(?:전문|기사).{0,8}(?:보|읽)으?시?려면",
    re.IGNORECASE,
)
#: A printed issue or a newsletter has more; that withholds nothing of what is here.
_OF_ANOTHER = re.compile(
    r"newsletter|\b(?:in|im|dans|en|na|no|nel|nella|i|w|ve?|v|в|у)\b.{0,40}(?:ausgabe|\bheft|\bissue\b|\bedition\b"
    r"|magazin|numéro|\bnúmero|\bnumero|edici[oó]n|edição|edizione|uitgave|\bnummer|utgåva|utgave"
    r"|udgave|numerze|wydani|čísle|vydání|номер|выпуск|випуск)|\b(?:numerossa|lehdessä|számában"
    r"|sayısında|τεύχος)\b|[月本]号|本期|이번\s?호|月호",
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
        *("登入", "购买", "購買", "유료", "구독", "프리미엄", "로그인", "회원가입", "전문", "기사"),
        *("connect", "identifi", "inici", "logg", "log ind", "zalog", "zarej", "войд", "увійд"),
        *("регистр", "üye", "giriş", "jelentkez", "regisztr", "συνδ", "εγγραφ", "اشترك", "سجل"),
        *("تسجيل", "מנוי", "הירש", "התחבר", "einlogg", "anmeld", "meld"),
    )
).find_matches_as_indexes
#: What else is kept for subscribers.
_NOT_TEXT = re.compile(r"com+ent|discussi|diskussi|bookmark|merkliste|archive", re.IGNORECASE)
_AROUND_CHARS = 60
#: Words that stand by a paywall, and on many other pages.
_NEAR_WALL = re.compile(
    r"subscri|abonn|\babos?\b|premium|membership|(?:become|already) a member|members? only"
    r"|\b(?:log|sign) ?(?:in|up)\b|suscri|assin(?:e|ante)|abbonat|prenumer|tilaa|subskry|předplat"
    r"|predplat|pretplat|előfizet|подпис|передплат|абон|会員|会员|會員|購読|구독|订阅|訂閱|مشترك|اشترك"
    r"|abone|\babon|συνδρομ|מנוי|langganan|đăng ký|regist(?:er|r)|anmelde|unlock|free trial",
    re.IGNORECASE,
)
_BARRIER = re.compile(
    r"pay-?wall|(?:^|[\s_-])piano|subscri(?:be|ption|ber)s?-?(?:wall|only|gate|barrier|required)"
    r"|(?<!non)(?<!non-)premium-?(?:wall|teaser|content)|reg(?:istration)?-?wall|meter-?wall|content-?gate",
    re.IGNORECASE,
)
_BARRIER_STEMS = ("wall", "piano", "subscri", "premium", "gate")
#: Testers' tools are called so too.
_TOOL = re.compile(r"debug|(?:^|[\s_-])(?:dev|test(?:er|ing)?)(?:$|[\s_-])", re.IGNORECASE)
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
#: A paragraph; what offers a subscription is written in shorter lines.
_PARAGRAPH_CHARS = 150
_GOES_ON = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Walls:
    """What a page has of paywalls, besides what it declares."""

    cut: bool = False  # the text ended with the words of one
    barriers: tuple[str, ...] = ()  # what elements say that are called so
    behind: str = ""  # what follows the text on the page
    locked_chars: int | None = None  # in the part that is declared not to be free


def read_walls(
    outline: Outline, *, last: int | None, selectors: Sequence[str] = (), cut: bool = False
) -> Walls:
    """Return what the page has of paywalls.

    ``last`` is the index of the last block of the text, ``selectors`` name what is declared not to
    be free, ``cut`` says that ``cut_at_wall`` has found one.
    """
    named = {name for each in selectors if (match := _NAME.search(each)) and (name := match[2])}
    barriers: list[Element] = []
    locked: list[Element] = []
    for names, elements in outline.by_names.items():
        if _names_barrier(names):
            barriers += elements
        if named and not named.isdisjoint(names.split()):
            locked += elements
    barriers, locked = _outmost(barriers), _outmost(locked)
    behind: list[str] = []
    size = 0
    for block in outline.blocks[last + 1 :] if last is not None else ():
        if size > _BEHIND_CHARS:
            break
        if not block.hidden:
            behind.append(" ".join(block.text.split()))
            size += len(behind[-1]) + 1
    return Walls(
        cut=cut,
        barriers=tuple(text for each in barriers if (text := _barrier_text(outline, each))),
        behind=" ".join(behind)[:_BEHIND_CHARS],
        locked_chars=max((len(_visible(outline, each)) for each in locked), default=0)
        if named
        else None,
    )


def _outmost(elements: list[Element]) -> list[Element]:
    """Return ``elements`` without those that stand in another and so say nothing more."""
    found: list[Element] = []
    for element in sorted(elements, key=attrgetter("index")):
        if not found or element.last > found[-1].last:
            found.append(element)
    return found


@lru_cache(maxsize=16384)
def _names_barrier(names: str) -> bool:
    lower = names.lower()
    if not any(stem in lower for stem in _BARRIER_STEMS):
        return False
    return bool(_BARRIER.search(names)) and not _TOOL.search(names)


def _barrier_text(outline: Outline, element: Element) -> str | None:
    """Return what a paywall says; None if it says nothing of one, or only counts free articles."""
    text = _visible(outline, element)
    silent = len(text) < _MIN_BARRIER_CHARS or not hints_at_wall(text)
    return None if silent or _METER.search(text) else text


def _visible(outline: Outline, element: Element) -> str:
    if not element.is_block:
        return outline.text_of(element)
    blocks = outline.blocks[element.first : element.last]
    return " ".join(" ".join(block.text for block in blocks if not block.hidden).split())


def cut_at_wall(paragraphs: Sequence[str], *, calls: bool = True) -> tuple[list[str], bool]:
    """Return ``paragraphs`` up to the paywall at their end, and whether there is one."""
    place = find_wall(paragraphs, calls=calls)
    return list(paragraphs[:place]), place is not None


def find_wall(paragraphs: Sequence[str], *, calls: bool = True) -> int | None:
    """Return at which of ``paragraphs`` the paywall at their end begins, None without one.

    ``calls``: a call to subscribe and read on is one too, unless the text goes on behind it.
    """
    first = max(1, len(paragraphs) - _LAST_LINES)
    for place in range(first, len(paragraphs)):
        line = paragraphs[place]
        if len(line) > _MAX_LINE_CHARS:
            continue
        going_on = sum(len(each) >= _PARAGRAPH_CHARS for each in paragraphs[place + 1 :])
        if says_wall(line, calls=calls and going_on < _GOES_ON):
            rest = sum(map(len, paragraphs[place:]))
            if 2 * rest <= sum(map(len, paragraphs)):
                return place
    return None


def says_wall(text: str, *, calls: bool = True) -> bool:
    """Say whether ``text`` has words by which a paywall withholds what stands in front of it.

    ``calls`` also takes a call to subscribe and read on for such words.
    """
    if not _FIND_STEMS(text.lower()):
        return False
    for pattern in (_LOCKED, _CALL) if calls else (_LOCKED,):
        for match in pattern.finditer(text):
            end = match.end() + _AROUND_CHARS
            if pattern is _CALL and _OF_ANOTHER.search(text[match.start() : end]):
                continue
            if _NOT_TEXT.search(text[max(0, match.start() - _AROUND_CHARS) : end]) is None:
                return True
    return False


def hints_at_wall(text: str) -> bool:
    """Say whether ``text`` speaks of subscriptions, accounts or the like."""
    return _NEAR_WALL.search(text) is not None
