"""Lines that are no part of an article, by rule and by recurrence."""

import pytest

from newsbeam.transforms.text.boilerplate import (
    Recurring,
    learn_lines,
    match_rule,
    strip_prefix,
    take_out_lines,
)

LINES = [
    ("Advertisement", "advertisement"),
    ("ADVERTISEMENT", "advertisement"),
    ("Story continues below", "advertisement"),
    ("Anzeige", "advertisement"),
    ("Реклама", "advertisement"),
    ("广告", "advertisement"),
    ("Read more:", "read_more"),
    ("Read more: The harbour opens again in May", "read_more"),
    ("Lesen Sie auch: Der Hafen öffnet wieder", "read_more"),
    ("À lire aussi", "read_more"),
    ("Lee también", "read_more"),
    ("Lea más: El puerto abre de nuevo en mayo", "read_more"),
    ("VEA TAMBIÉN: El puerto abre de nuevo en mayo", "read_more"),
    ("Sehen Sie auch: Der Hafen öffnet wieder", "read_more"),
    (">> Mehr lesen: Der Hafen öffnet wieder", "read_more"),
    ("» Related: The harbour opens again in May", "read_more"),
    ("... weiter zu „Der Hafen“", "read_more"),
    ("Czytaj również: Port znów otwarty", "read_more"),
    ("Leia mais", "read_more"),
    ("Leggi anche:", "read_more"),
    ("Читайте также: Порт снова открыт", "read_more"),
    ("اقرأ أيضا", "read_more"),
    ("यह भी पढ़ें", "read_more"),
    ("関連記事", "read_more"),
    ("Baca juga: Pelabuhan dibuka", "read_more"),
    ("The post The harbour opens appeared first on The Daily.", "page_furniture"),
    ("Der Beitrag Der Hafen öffnet erschien zuerst auf Bote.", "page_furniture"),
    ("L’article Le port ouvre est apparu en premier sur Le Jour.", "page_furniture"),
    ("La entrada El puerto abre se publicó primero en El Día.", "page_furniture"),
    ("L'articolo Il porto apre proviene da Il Giorno.", "page_furniture"),
    ("This post is also available in: Deutsch", "page_furniture"),
    ("Estimated reading time: 6 minutes", "page_furniture"),
    ("Bildergalerie", "page_furniture"),
    ("Order Reprints", "page_furniture"),
    ("Print Article", "page_furniture"),
    ("Report an error", "page_furniture"),
    ("Text size: small medium large", "page_furniture"),
    ("Envoyer par e-mail", "page_furniture"),
    ("Scroll to continue reading", "page_furniture"),
    ("2,345 views", "page_furniture"),
    ("Short link: https://daily.example/B19", "page_furniture"),
    ("https://daily.example/B19", "page_furniture"),
    ("Audio wird geladen...", "page_furniture"),
    ("This page requires JavaScript to show comments.", "page_furniture"),
    ("Your browser does not support the audio element.", "page_furniture"),
    ("Something went wrong. Please try again later.", "page_furniture"),
    ("This article has been sent to", "page_furniture"),
    ("This copy is for your personal, non-commercial use only.", "copyright"),
    ("All of it, from the harbour - Sign up to our daily newsletter here.", "newsletter"),
    ("If you liked this post you might also like:", "read_more"),
    ("Hat dir dieser Artikel gefallen? Dann sag es weiter.", "read_more"),
    ("Main image: Ina Torvald", "image_credit"),
    ("Sign up for our daily newsletter", "newsletter"),
    ("Get the best stories delivered to your inbox every day.", "newsletter"),
    ("Abonnez-vous à notre newsletter", "newsletter"),
    ("Suscríbete a nuestro boletín", "newsletter"),
    ("Follow us on Twitter", "follow_us"),
    ("Follow @harbourtimes", "follow_us"),
    ("Folgen Sie uns auf Facebook", "follow_us"),
    ("Share this with Facebook Twitter Email", "share_bar"),
    ("Facebook Twitter WhatsApp Email", "share_bar"),
    ("Teilen", "share_bar"),
    ("Image copyright Getty Images", "image_credit"),
    ("© 2023 Harbour Times. All rights reserved.", "copyright"),
    ("Alle Rechte vorbehalten.", "copyright"),
    ("Download our app for the latest news", "app"),
    ("Leave a comment", "comments"),
    ("Contact us at news@example.org.", "contact"),
    ("* * *".replace(" ", ""), "page_furniture"),
    ("NOW PLAYING The harbour opens again 02:41", "video"),
    ("Watch: how the ferry was raised 1:05", "video"),
    ("The ferry Ellery lies in dock on May 2. REUTERS/Jane Doe/File Photo", "caption"),
    ("Jane Doe/Getty Images", "caption"),
    ("The mayor at the harbour in 2019. (Photo: Jane Doe, Harbour Press)", "caption"),
    ("Die Fähre liegt seit Mai im Hafen von Ellery. Foto: dpa", "caption"),
    ("FILE PHOTO: The ferry in better days", "caption"),
    ("Click for more from the harbour desk.", "read_more"),
    ("Newsletter Sign-up", "newsletter"),
    ("Write to Jane Doe at jane.doe@example.org and John Roe at roe@example.org", "contact"),
    ("• Jane Doe and John van Roe contributed to this article.", "contributed"),
    ("Jane Doe contributed reporting from Port Ellery.", "contributed"),
    ("Empfohlener redaktioneller Inhalt", "embed"),
    ("Link zum YouTube-Inhalt", "embed"),
    ("An dieser Stelle finden Sie einen externen Inhalt, der den Artikel ergänzt.", "embed"),
    (
        "Ich bin damit einverstanden, dass mir externe Inhalte angezeigt werden. Daten können "
        "an Drittplattformen gehen.",
        "embed",
    ),
    ("To view this content, you need to accept cookies from the harbour's video service.", "embed"),
    ("Pour afficher ce contenu, vous devez accepter les cookies de tiers.", "embed"),
    ("Tweet may have been deleted", "embed"),
    ("If you buy through links in our stories, we may earn a commission.", "affiliate"),
    ("Bei einem Kauf über Affiliate-Links erhalten wir eine Provision.", "affiliate"),
    ("Do you want to know more of the harbour? Sign up here", "newsletter"),
    ("Lust auf mehr? Melde dich hier für unseren Newsletter an!", "newsletter"),
    ("Newsletter: Neues vom Hafen", "newsletter"),
    ("港新聞の記事を毎朝メールでまとめ読み（無料）", "newsletter"),
    ("Siguenos en Telegram, Instagram y Facebook", "follow_us"),
    ("¡Mira lo que tiene nuestro canal de YouTube!", "follow_us"),
    ("For the latest stories, download the Harbour Times apps for your phone.", "app"),
    ("Link wurde kopiert", "share_bar"),
    ("기사 URL이 복사되었습니다.", "share_bar"),
    ("You must be logged in to post a comment.", "comments"),
    ("Du musst angemeldet sein, um Kommentare zu schreiben!", "comments"),
    ("Schreiben Sie uns in den Kommentaren: Wie finden Sie den Hafen?", "comments"),
    ("For more stories like this, check our news page.", "read_more"),
    ("For more, read: The ferry that would not sink", "read_more"),
    ("Mehr über den Hafen lesen Sie hier.", "read_more"),
    ("Got a story? Get in touch with our news team.", "contact"),
    ("Get in touch with our news team by emailing us at news@example.org.", "contact"),
    ("(Credit: Jane Doe / Harbour Press)", "image_credit"),
    ("Beitragsbild: der Hafen von Ellery im Mai", "image_credit"),
    ("3 Minuten Lesezeit", "page_furniture"),
    ("Temps de lecture : 4 min", "page_furniture"),
    ("Kategorie: Häfen", "page_furniture"),
    ("--This report was updated at 2:01 p.m.", "page_furniture"),
    ("Abonnieren Sie jetzt unseren Newsletter vom Hafen.", "newsletter"),
    ("Zapisz się na nasz newsletter.", "newsletter"),
    ("Přihlaste se k odběru novinek z přístavu.", "newsletter"),
    ("Iratkozzon fel hírlevelünkre!", "newsletter"),
    ("Abonează-te la newsletterul nostru.", "newsletter"),
    ("Prenumerera på vårt nyhetsbrev", "newsletter"),
    ("Tilaa uutiskirjeemme.", "newsletter"),
    ("Bültenimize abone olun.", "newsletter"),
    ("Εγγραφείτε στο newsletter μας.", "newsletter"),
    ("Підпишіться на нашу розсилку.", "newsletter"),
    ("Berlangganan newsletter kami", "newsletter"),
    ("اشترك في نشرتنا البريدية.", "newsletter"),
    ("در خبرنامه ما عضو شوید.", "newsletter"),
    ("הירשמו לניוזלטר שלנו.", "newsletter"),
    ("हमारे न्यूज़लेटर की सदस्यता लें।", "newsletter"),
    ("뉴스레터 구독하기", "newsletter"),
    ("订阅我们的电子报", "newsletter"),
    ("Nichts verpassen? Dann folgen Sie unserem WhatsApp-Kanal.", "follow_us"),
    ("Don't miss a ship: join our WhatsApp channel.", "follow_us"),
    ("Rejoignez notre chaîne WhatsApp pour tout savoir du port.", "follow_us"),
    ("Dołącz do nas na Facebooku.", "follow_us"),
    ("Seuraa meitä Facebookissa.", "follow_us"),
    ("Bizi Instagram'da takip edin.", "follow_us"),
    ("Urmăriți-ne și pe Google News.", "follow_us"),
    ("Ακολουθήστε μας στο Facebook.", "follow_us"),
    ("עקבו אחרינו בפייסבוק.", "follow_us"),
    ("페이스북에서 팔로우하세요", "follow_us"),
    ("欢迎关注我们的微信公众号", "follow_us"),
    ("Jane Doe writes about harbours. Follow her on Twitter @janedoe.", "follow_us"),
    ("READ NEXT: Ten harbours to see", "read_more"),
    ("À LIRE AUSSI. Le port ouvre encore", "read_more"),
    ("İlgili haber: Liman yeniden açılıyor", "read_more"),
    ("Olvassa el ezt is: Újra nyit a kikötő", "read_more"),
    ("Διαβάστε επίσης: Ανοίγει ξανά το λιμάνι", "read_more"),
    ("【関連記事】港が再び開く", "read_more"),
    ("[관련기사] 항구 다시 열린다", "read_more"),
    ("相关阅读：港口重新开放", "read_more"),
    ("بیشتر بخوانید: بندر دوباره باز می‌شود", "read_more"),
    ("קראו גם: הנמל נפתח שוב", "read_more"),
    ("আরও পড়ুন: বন্দর আবার খুলছে", "read_more"),
    ("Fot. Jan Kowalski", "image_credit"),
    ("Kuva: Matti Meikäläinen", "image_credit"),
    ("사진=새소식", "image_credit"),
    ("图片来源：港口日报", "image_credit"),
    ("צילום: דנה לוי", "image_credit"),
    ("Kommentarer (12)", "comments"),
    ("Hozzászólások", "comments"),
    ("Jetzt kommentieren", "comments"),
    ("Have your say in the comments below.", "comments"),
    ("Deel dit artikel", "share_bar"),
    ("Dela artikeln", "share_bar"),
    ("공유하기", "share_bar"),
    ("Zurück zur Startseite", "page_furniture"),
    ("This article is more than 3 years old", "page_furniture"),
    ("Dieser Artikel ist älter als ein Jahr.", "page_furniture"),
    ("next Image 1 of 2", "page_furniture"),
    ("WhatsApp", "share_bar"),
    ("Send letters to harbour@example.org.", "contact"),
    ("Subscribe now for as little as $2 a month!", "newsletter"),
    ("Contributing: Jane Doe and John Roe", "contributed"),
    ("Visit the Harbour Times' homepage for more stories.", "read_more"),
    ("Don't see the graphic above? Click here.", "embed"),
    ("Watch: how the ferry was raised", "video"),
    ("Vidéo : le port vu du ciel", "video"),
    ("2 comments", "comments"),
    ("Listen to this article", "page_furniture"),
    ("Tags: harbours, ships", "page_furniture"),
    ("انتهای پیام/", "page_furniture"),
    ("（责任编辑：李雷）", "contributed"),
    ("(Reporting by Jane Doe in Oslo; Editing by John Roe)", "contributed"),
    (
        "(This story has not been edited by our staff and is auto-generated from a "
        "syndicated feed.)",
        "contributed",
    ),
    ("김철수 기자 kim@example.org", "contact"),
    ("To contact the reporter on this story: Jane Doe in Ellery at doe@example.org", "contact"),
    ("Haben Sie einen Hinweis? Schreiben Sie uns an hafen@example.org.", "contact"),
    ("Alle Nachrichten gibt es auch in unserer App.", "app"),
    ("更多精彩内容请下载客户端", "app"),
    ("Support our journalism. Make a donation today.", "support"),
    ("Soutenez notre journal par un don.", "support"),
    ("Усі права захищено.", "copyright"),
    ("Oder direkt per RSS-Feed.", "follow_us"),
    ("Listen and subscribe: Apple Podcasts | Spotify | RSS", "follow_us"),
    ("Suscríbete a nuestro pódcast en Spotify o iVoox.", "follow_us"),
    ("Puedes seguirnos en Facebook y en Instagram.", "follow_us"),
    ("Subscribe to our YouTube channel for more films.", "follow_us"),
    ("If you value this reporting, please consider making a donation.", "support"),
    ("Mit Ihrer Spende bleiben unsere Texte für alle frei.", "support"),
    ("Faites un don pour un journalisme indépendant.", "support"),
    ("Impressum: Verantwortlich im Sinne des Presserechts: Max Moe, Ellery", "contact"),
    ("Media contact: Jane Doe, press officer, +44 1234 567890", "contact"),
    ("Haben Sie einen Fehler entdeckt? Schreiben Sie uns", "contact"),
    ("Заметили ошибку? Выделите ее и нажмите Ctrl + Enter", "contact"),
    ("Edited by Jane Doe", "contributed"),
    ("Traduit de l’anglais par Luc Roi", "contributed"),
    ("—With assistance from John Roe.", "contributed"),
    ("This article is republished from another paper. Read the original article.", "contributed"),
    ("Thanks for reading! Subscribe for free to receive new posts.", "newsletter"),
    ("Jeden Freitag die besten Geschichten in Ihr Postfach", "newsletter"),
    ("Mohlo by vás zajímat: Přístav se otevře v květnu", "read_more"),
    ("Diese Artikel könnten dich auch interessieren:", "read_more"),
    ("Partager cet article", "share_bar"),
    ("Featured image by Jane Doe", "image_credit"),
    ("Visto: 123", "page_furniture"),
    ("Comments are closed.", "comments"),
]


@pytest.mark.parametrize(("line", "rule"), LINES)
def test_takes_out_by_a_named_rule(line, rule):
    assert match_rule(line) == rule


SENTENCES = [
    "Advertisement spending rose by five percent in the harbour towns last year.",
    "More people than ever read more books, the library said on Tuesday.",
    "Sign language is taught at the school.",
    "Subscribers left the network in droves after the storm, its owner said on Tuesday.",
    "Share prices fell on Tuesday.",
    "Follow the money, the prosecutor said, and you will find the harbour master.",
    "The advertisement was withdrawn after complaints.",
    "Photo: that was all the thief left on the wall, and the museum has asked the police to help.",
    "Copyright law protects the song.",
    "Comments like these are rare, the minister said.",
    "Der Newsletter der Partei war am Dienstag Thema im Stadtrat, weil ihn niemand bestellt hat.",
    "More than 30 people were hurt.",
    "Close to the harbour, a ship sank.",
    "Print is dead, he said.",
    "Twitter said on Tuesday that it would close the account.",
    "Join us or leave, the rebels told the villagers.",
    "Watch the harbour for an hour and you will see why the ferry left at 10:30",
    "He took the photo: a ferry, a quay, and in front of it the mayor with his dog and his wife.",
    "The rise in prices contributed to this, the minister said.",
    "Her photographs of the flood were bought by Reuters/Ipsos clients in May.",
    "Write to your member of parliament, the union told its people.",
    "Newsletters were the first to tell of the storm.",
    "An dieser Stelle stand bis zum Brand die alte Fischhalle.",
    "To see this content removed, the minister said, would please nobody.",
    "The broker said that it would earn a commission on each ship.",
    "Mehr über den Hafen wusste im Dorf niemand.",
    "For more than an hour, the ferry lay in the dark.",
    "He was not logged in when the message was sent, the court heard.",
    "She let her anger out in the comments of the paper, and lost her office.",
    "Category five storms have become more common, the weather service said.",
    "He has got a story to tell.",
    "This report was published on Tuesday, and by Friday the harbour master had resigned.",
    "Support for the local paper has grown since the flood, its editor said.",
    "Tags were found on the whales that lay on the beach.",
    "This story is more than a hundred years old, and nobody in Ellery believes it.",
    "WhatsApp went down on Tuesday.",
    "Contributing to the delay was the weather, the board said.",
    "Visit the harbour for more than an hour and you will hear of it.",
    "Video: that is what the court asked for, and what the harbour could not give.",
    "Reporting by two papers moved the council, and editing by hand saved its minutes.",
    "You can follow me at sea, the captain told her crew, or stay and read.",
    "Folgen Sie den Schildern, sagte die Polizei, und nicht dem, was auf Facebook steht.",
    "Kommentarer från hamnen uteblev på tisdagen.",
    "Fotografen Jan Kowalski sålde sin båt i maj.",
    "Odběr vody z přístavu město od května zakázalo.",
    "Hírlevelet küldött a kikötő vezetője a halászoknak.",
    "Підписати угоду в порту не вдалося, повідомила мерія.",
    "다리 사진이 신문에 실리자 시장은 사과했다.",
    "网友评论说，港口今年不会重新开放。",
    "تابعت السفينة طريقها إلى الميناء بعد العاصفة.",
    "Her app maps every wreck, and ours is not among them.",
    "Listen to the harbour for an hour, and you will hear of the podcast she made about it.",
    "Mit einer Spende von 500 Euro unterstützt der Ruderverein die Feuerwehr.",
    "The mayor asked them to please donate blood, and half of the town came.",
    "The harbour fund is a nonprofit publication of the sailors, the court said, and pays no tax.",
    "Edited by hand in a shed by the quay, the film took its makers two summers and a winter.",
    "This story first took her to the island in May.",
    "Die Folgen des Sturms finden Fischer hier noch nach Jahren.",
    "Make no mistake: becoming a member of the union will take years.",
    "The phishing letters land in the inbox of the harbour master.",
    "He found an error in the minutes, and nobody thanked him.",
]


@pytest.mark.parametrize("line", SENTENCES)
def test_leaves_sentences(line):
    assert match_rule(line) is None
    assert strip_prefix(line) == line


def test_takes_a_glued_mark_off_a_paragraph():
    sentence = "The harbour opened again on Tuesday after a year of work, the mayor said."
    assert strip_prefix(f"ADVERTISEMENT {sentence}") == sentence
    assert strip_prefix(f"Advertisement{sentence}") == sentence


def _article(number: int, *lines: str) -> str:
    own = f"Number {number} tells of a ship that nobody else has seen, and of its long way home."
    return "\n\n".join((f"Opening {number}.", own, *lines, f"End {number}."))


def _learn(texts, **changes):
    limits = {"least_articles": 8, "least_prose": 12, "least_share": 0.01, **changes}
    return [found.line for found in learn_lines(texts, **limits)]


LINE = "Our harbour, our news."
PROSE = "The flood of 1962 drowned three hundred people and took away half of the old town."


def test_learns_a_line_that_recurs_in_enough_articles():
    assert _learn([_article(n, LINE) for n in range(8)]) == [LINE]
    assert _learn([_article(n, LINE) for n in range(7)]) == []
    assert _learn([_article(n, LINE) for n in range(7)], least_articles=7) == [LINE]


def test_counts_the_articles_that_share_a_line_and_those_looked_at():
    texts = [_article(n, LINE) for n in range(9)] + [_article(n) for n in range(20, 31)]
    (found,) = learn_lines(texts, least_articles=8, least_prose=12, least_share=0.01)
    assert found == Recurring(line=LINE, articles=9, site_articles=20)


def test_a_sentence_of_a_report_has_to_recur_more_often():
    texts = [_article(n, PROSE) for n in range(11)]
    assert _learn(texts) == []
    assert _learn([*texts, _article(11, PROSE)]) == [PROSE]


def test_a_line_that_few_of_many_articles_share_stays():
    texts = [_article(n, LINE) for n in range(8)] + [_article(n) for n in range(100, 1000)]
    assert _learn(texts) == []


def test_a_story_told_again_is_not_boilerplate():
    story = "The ferry sank.\n\nNobody was hurt.\n\nThe mayor was there, and so were we."
    assert _learn([story] * 20) == []
    assert _learn([f"{story}\n\nUpdate {n}." for n in range(40)]) == []


def test_what_is_learned_does_not_depend_on_the_order():
    texts = [_article(n, LINE) for n in range(10)]
    texts += [_article(n, "ほかの記事") for n in range(50, 59)]
    assert _learn(texts) == _learn(texts[::-1]) == sorted([LINE, "ほかの記事"])


def test_takes_the_lines_out_and_says_how_many():
    text = _article(1, LINE, "Not this one.", LINE)
    assert take_out_lines(text, {LINE, "Elsewhere"}) == (_article(1, "Not this one."), 2)


def test_a_text_that_is_mostly_recurring_lines_stays_whole():
    text = f"{PROSE}\n\nOne line of its own."
    assert take_out_lines(text, {PROSE}) == (text, 0)
