"""Invented networks of copied articles, and the truth about them: for tests and benchmarks of "
"`crawler.graph.stories`.

Edits and their strengths are those of copyists, and know nothing of how copies are found. All text is made up: words
from syllables of a language, with its real function words and set phrases, which unrelated articles share.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate

Sentence = list[str]
Paragraph = list[Sentence]
Body = list[Paragraph]


@dataclass(frozen=True)
class Page:
    """A page of the network."""

    url: str
    title: str | None
    text: str
    site: str
    published: str | None
    first_seen: str
    story: str
    """Pages of one story carry the same article; nothing else is known of them."""
    made: str
    """How it came about: "original", an edit or several, or the kind of a page that only looks like "
    "another."""


# -- languages

_SYLLABLES = {
    "en": "bar bel bor cal can car cen chel con cor dal den dis dor fal fen for gar gen gor hal har hol "
    "ing kel ker lan "
    "len lin lor man mar mel men mer mor nal nel ner nor par pel per pin por ral ran rel ren ric rin "
    "ros sal san sel "
    "sen ser sil son tal tan tel ten ter tin ton tor val ven ver vin vor wal wel wen win wor",
    "de": "ab an auf aus bahn berg brach burg dach dorf ein feld fahrt gang geb ge hand haus heim hof "
    "kraft kunst land "
    "lich mann markt mit platz rat recht ring sach schaft schlag schluss stadt stand stein stelle "
    "streit tag teil "
    "trag tum un ver vor wald wart wasser weg werk wert wind wort zeit zeug zug",
    "es": "ba be bi ca ce ci co cu da de di do du fa fe fi go gra la le li lo lu ma me mi mo mu na ne "
    "ni no nu pa pe pi "
    "po pra ra re ri ro ru sa se si so ta te ti to tra tu va ve vi vo za zo ción dad mente dor ista",
    "ru": "ба ве ви во га го гра да де до же за зи ка ке ко кра ла ле ли ло лу ма ме ми мо на не ни но "
    "об от па пе по пра "
    "при про ра ре ри ро са се си со ста стро та те ти то тро ту уб хо ча че ши ща ство ние ный ская ость",
    "ar": "با بر بن تا تر تن جا حا خا دا در را رس زا سا سر شا صا طا عا عم غا فا فر قا قد كا كر لا لم ما "
    "مر نا نو ها وا يا ير",
    "tr": "ak al an ar ba be bi ça ço da de di do ev ge gö gü ha ka ke kı ki ko la le lı li ma me na ne "
    "ol ra re rı sa se "
    "sı si şa şe ta te tı ti ür va ve ya ye yı yü za ze zı lar ler lik cı",
}
_FUNCTION = {
    "en": "the the the of of and and to to in in a a is was for on with that by at from as it be are "
    "were has had will "
    "his her their this which not but an or who its been after before more about",
    "de": "die die der der und und in in das den von zu mit im für auf ist sich des dem nicht ein eine "
    "als auch es an "
    "werden aus er hat dass sie nach wird bei einer um am sind noch wie einem über so zum war haben nur "
    "oder",
    "es": "de de la la que que el en en y y a los del se las por un para con no una su al lo como más "
    "pero sus le ya o "
    "este sí porque esta entre cuando muy sin sobre también me hasta hay donde",
    "ru": "и и в в не на на что с с по это к из у за от о но для до как его так же было они она был при "
    "все бы если "
    "уже или когда чтобы только после также еще через между",
    "ar": "في في من من على على إلى أن التي عن مع هذا هذه ما لا كان الذي بعد بين كما قد لم ولا حتى ذلك عند",
    "tr": "ve ve bir bir bu da de için ile olarak çok daha olan gibi en ne kadar sonra ise ancak her o "
    "ki veya göre",
    "zh": "的 的 的 了 了 在 在 是 和 有 不 也 将 对 与 为 上 中 到 从 被 就 及 等 这 该 其 并",
    "ja": "の の の に に は は を を が が と で も から まで より など ことを という している された して である",
}
_PHRASES = {
    "en": "according to the spokesman|in the course of the|at the end of the|one of the most|"
    "for the first time in|as well as the|it is not yet known whether|on the other hand|"
    "in front of the|he told reporters that|at the same time|in spite of the",
    "de": "nach Angaben der|im Laufe des|zum ersten Mal seit|auf der anderen Seite|wie es hieß|"
    "in der Nähe von|"
    "noch ist unklar ob|vor allem in den|am Ende des|nicht nur sondern auch",
    "es": "de acuerdo con el|por primera vez en|uno de los más|a lo largo de|en el marco de|"
    "por otra parte|al final del|todavía no se sabe si",
    "ru": "по словам представителя|в течение всего|в первый раз за|с другой стороны|на сегодняшний день|"
    "в том числе и|пока неизвестно будет ли|один из самых",
    "ar": "على الرغم من أن|في الوقت نفسه|للمرة الأولى منذ|من ناحية أخرى|وفي هذا السياق|بحسب المتحدث باسم",
    "tr": "bir kez daha|öte yandan|ilk kez olarak|en önemli konulardan biri|yaptığı açıklamada|şu ana kadar",
    "zh": "与此同时|据了解|第一次在|另一方面|有关部门表示|截至目前|在此之前|相关负责人介绍",
    "ja": "によると|一方で|これまでのところ|初めてとなる|関係者によれば|ことが分かった",
}
_HAN = (
    "会议城市港口学校天气足球剧院交通农业科技桥梁河流山谷历史图书博物馆居民志愿者委员预算修复计划展览音乐电影儿童老人医院火车站台公园"
    "花树木春夏秋冬早晚晨夜灯光海洋船员渔民工程师教授学生家长比赛冠军队伍训练观众门票节日礼物食品市场价格上涨下降投资项目建设"
    "道路隧道安全检查报告数据研究结果发现新型材料能源电力水利环境保护森林动物鸟类昆虫土壤气候变化降雨温度风暴雪冰预测卫星观测站"
    "开放关闭延长推迟庆祝回忆讨论决定支持反对提议方案细节成本时间地点消息来源记者采访录音照片文件签署协议合作伙伴企业员工经理董事"
    "局部长副总统计算机网络信号频道节目主持演员导演编辑作家诗歌小说画家雕刻陶瓷丝绸茶叶稻谷果园蜜蜂牛羊马匹驯养牧场草原沙漠绿洲"
)
_KANA = "カタナハマヤラワキシチニヒミリクスツヌフムユルケセテネヘメレコソトノホモヨロガザダバパ"
_STOPS = {"zh": "。", "ja": "。", "ar": "."}


@dataclass(frozen=True)
class Language:
    """Vocabulary of a language."""

    code: str
    words: tuple[str, ...]
    weights: tuple[float, ...]
    """Cumulative, by Zipf's law."""
    function: tuple[str, ...]
    phrases: tuple[str, ...]
    names: tuple[str, ...]

    @property
    def is_dense(self) -> bool:
        return self.code in ("zh", "ja")

    def joined(self, words: Sentence) -> str:
        """Return words as a sentence is printed."""
        if self.is_dense:
            return "".join(words) + _STOPS[self.code]
        line = " ".join(words)
        return line[:1].upper() + line[1:] + "."

    def printed(self, body: Body) -> str:
        """Return a body as main text is."""
        space = "" if self.is_dense else " "
        return "\n".join(space.join(self.joined(s) for s in paragraph) for paragraph in body if paragraph)


@lru_cache(maxsize=16)
def language(code: str, size: int = 9000) -> Language:
    """Return a language's vocabulary, the same each time."""
    chance = random.Random(f"language {code}")
    words: dict[str, None] = {}
    names: dict[str, None] = {}
    while len(words) < size:
        if code == "zh":
            word = "".join(chance.choices(_HAN, k=chance.choice((1, 2, 2, 2, 2, 3))))
        elif code == "ja":
            han = chance.random() < 0.6
            word = "".join(chance.choices(_HAN if han else _KANA, k=2 if han else chance.choice((3, 4))))
        else:
            word = "".join(chance.choices(_SYLLABLES[code].split(), k=chance.choice((1, 2, 2, 3, 3, 4))))
            if code == "de" and chance.random() < 0.4:
                word = word.capitalize()
        words[word] = None
    while len(names) < 1200:
        if code in ("zh", "ja"):
            names["".join(chance.choices(_HAN, k=chance.choice((2, 3))))] = None
        else:
            names["".join(chance.choices(_SYLLABLES[code].split(), k=chance.choice((2, 3)))).capitalize()] = (
                None
            )
    return Language(
        code,
        tuple(words),
        tuple(accumulate(1 / (rank + 8) for rank in range(size))),
        tuple(_FUNCTION[code].split()),
        tuple(_PHRASES[code].split("|")),
        tuple(names),
    )


# -- articles


@dataclass(frozen=True)
class Writer:
    """Writes about one subject: with its own names, and words that come again."""

    language: Language
    chance: random.Random
    names: tuple[str, ...]
    words: tuple[str, ...]

    @classmethod
    def on(cls, speech: Language, chance: random.Random) -> "Writer":
        return cls(
            speech,
            chance,
            tuple(chance.sample(speech.names, chance.randrange(3, 8))),
            tuple(chance.choices(speech.words, cum_weights=speech.weights, k=30)),
        )

    def word(self) -> str:
        if self.chance.random() < 0.25:
            return self.chance.choice(self.words)
        return self.chance.choices(self.language.words, cum_weights=self.language.weights)[0]

    def number(self) -> str:
        chance = self.chance
        if chance.random() < 0.3:
            return str(chance.randrange(2, 30))
        return chance.choice(
            (str(chance.randrange(30, 999)), f"{chance.randrange(1, 90)}.{chance.randrange(10)}")
        )

    def sentence(self) -> Sentence:
        chance, found = self.chance, []
        length = chance.randrange(7, 26)
        while len(found) < length:
            turn = chance.random()
            if turn < 0.36:
                found.append(chance.choice(self.language.function))
            elif turn < 0.40:
                found += self.language.phrases[chance.randrange(len(self.language.phrases))].split()
            elif turn < 0.46:
                found.append(chance.choice(self.names))
            elif turn < 0.49:
                found.append(self.number())
            else:
                found.append(self.word())
        return found

    def paragraph(self) -> Paragraph:
        return [self.sentence() for _ in range(self.chance.randrange(2, 5))]

    def body(self) -> Body:
        return [self.paragraph() for _ in range(self.chance.randrange(4, 10))]

    def title(self) -> str:
        words = [self.word() for _ in range(self.chance.randrange(5, 9))] + [self.chance.choice(self.names)]
        self.chance.shuffle(words)
        return self.language.joined(words)[:-1]


# -- edits: what copyists do, from mild (strength 0) to strong (1)

Edit = Callable[[Body, Writer, random.Random, float], Body]


def _reworded(body: Body, writer: Writer, chance: random.Random, strength: float) -> Body:
    """Replace words, not names and numbers, by others: 4 to 15 % of all words."""
    part, speech = 0.04 + 0.11 * strength, writer.language
    fixed = set(writer.names) | set(speech.function)
    other = Writer.on(speech, chance)

    def changed(word: str) -> list[str]:
        # Function words and names stay, so the others change more often: they are some six of ten.
        if word in fixed or word[0].isdigit() or chance.random() > part / 0.6:
            return [word]
        return [other.word(), other.word()] if chance.random() < 0.1 else [other.word()]

    return [[[w for word in sentence for w in changed(word)] for sentence in p] for p in body]


def _inserted(body: Body, writer: Writer, chance: random.Random, strength: float) -> Body:
    """Insert paragraphs of one's own: up to 35 % of the text."""
    other, found = Writer.on(writer.language, chance), list(body)
    for _ in range(max(1, round(0.35 * strength * len(body)))):
        found.insert(chance.randrange(len(found) + 1), other.paragraph())
    return found


def _deleted(body: Body, writer: Writer, chance: random.Random, strength: float) -> Body:
    """Delete paragraphs: up to 40 % of them."""
    keep = sorted(chance.sample(range(len(body)), len(body) - max(1, round(0.4 * strength * len(body)))))
    return [body[n] for n in keep]


def _reordered(body: Body, writer: Writer, chance: random.Random, strength: float) -> Body:
    """Move paragraphs: one of them, or all."""
    found = list(body)
    if strength > 0.6:
        chance.shuffle(found)
    else:
        found.insert(chance.randrange(len(found)), found.pop(chance.randrange(len(found))))
    return found


def _truncated(body: Body, writer: Writer, chance: random.Random, strength: float) -> Body:
    """Keep the beginning: 70 % down to a third, within a paragraph if need be."""
    sentences = [(n, sentence) for n, paragraph in enumerate(body) for sentence in paragraph]
    keep = max(3, round(len(sentences) * (0.7 - 0.37 * strength)))
    return [p for n in range(len(body)) if (p := [s for m, s in sentences[:keep] if m == n])]


def _renamed(body: Body, writer: Writer, chance: random.Random, strength: float) -> Body:
    """Have the outlet's name, which the text mentions, changed to the copyist's: one word, or two."""
    return body  # the page is printed with its own site's name, see `Network`


def _framed(body: Body, writer: Writer, chance: random.Random, strength: float) -> Body:
    """Put words of one's own before and behind: 10 to 50 words together."""
    other = Writer.on(writer.language, chance)
    length = round(10 + 40 * strength)
    before: Paragraph = [other.sentence() for _ in range(1 + (length > 30))]
    return [before, *body, [other.sentence()]]


def _exact(body: Body, writer: Writer, chance: random.Random, strength: float) -> Body:
    return body


EDITS: dict[str, Edit] = {
    "exact": _exact,
    "reworded": _reworded,
    "inserted": _inserted,
    "deleted": _deleted,
    "reordered": _reordered,
    "truncated": _truncated,
    "renamed": _renamed,
    "framed": _framed,
}
OUTLET = "\x00"
"""Stands in a body for the name of the site it is printed on."""


# -- pages that only look like another


class Template:
    """Reports that share sentences, with other facts each time: weather, markets, results.

    Args:
        slots: Part of the sentences' words that are facts.
        shared: Part of the sentences that come in every report; the others are written for it.
    """

    def __init__(self, speech: Language, seed: str, *, slots: float, shared: float) -> None:
        chance = random.Random(seed)
        self._writer = Writer.on(speech, chance)
        self._shared = shared
        self._lines = [
            [None if chance.random() < slots else w for w in self._writer.sentence()]
            for _ in range(chance.randrange(9, 18))
        ]
        self._fixed = [chance.random() for _ in self._lines]
        self.title = self._writer.title()

    def report(self, chance: random.Random) -> Body:
        writer = Writer.on(self._writer.language, chance)
        cut = sorted(self._fixed)[round(self._shared * len(self._fixed)) - 1]
        sentences = [
            [
                w
                if w is not None
                else (writer.number() if chance.random() < 0.6 else chance.choice(writer.names))
                for w in line
            ]
            if fixed <= cut
            else writer.sentence()
            for line, fixed in zip(self._lines, self._fixed, strict=True)
        ]
        return [sentences[n : n + 3] for n in range(0, len(sentences), 3)]


def _follow_up(body: Body, writer: Writer, chance: random.Random, strength: float) -> Body:
    """Tell what came next, and repeat the background: up to 35 % of it is old."""
    other = replace(writer, chance=chance)
    new = [other.paragraph() for _ in range(chance.randrange(4, 8))]
    old = chance.sample(body, 1 if strength < 0.6 else 2)
    size = sum(len(s) for p in new for s in p)
    while sum(len(s) for p in old for s in p) > 0.5 * size:
        new.append(other.paragraph())
        size = sum(len(s) for p in new for s in p)
    return new + old


def _same_event(body: Body, writer: Writer, chance: random.Random, strength: float) -> Body:
    """Tell of the same event in other words, with one quotation that both have."""
    other = replace(writer, chance=chance)
    found = [other.paragraph() for _ in body]
    found[len(found) // 2] = [*found[len(found) // 2], max((s for p in body for s in p), key=len)]
    return found


def _translated(body: Body, writer: Writer, chance: random.Random, strength: float) -> Body:
    """Replace every word but names and numbers by one of another language."""
    into = language(chance.choice([c for c in LANGUAGES if c != writer.language.code]))
    other = Writer.on(into, chance)
    fixed = set(writer.names)
    return [[[w if w in fixed or w[0].isdigit() else other.word() for w in s] for s in p] for p in body]


LOOKALIKES: dict[str, Edit] = {"follow-up": _follow_up, "same event": _same_event, "translated": _translated}
LANGUAGES = ("en", "de", "es", "ru", "zh", "ja", "ar", "tr")


# -- networks


@dataclass(frozen=True)
class Network:
    """Sites that copy from each other. Each story's pages follow from its number: nothing is held in "
    "memory.

    Args:
        seed: The same seed gives the same pages.
        stories: Articles that are written; each has copies, lookalikes or neither.
        sites: Sites, each with its notices, author boxes and name.
        strength: Of all edits, 0 to 1; None: each of its own.
        edits: Those that copies undergo.
        most: Edits at most on one copy.
    """

    seed: int = 1
    stories: int = 300
    sites: int = 12
    strength: float | None = None
    edits: tuple[str, ...] = tuple(EDITS)
    most: int = 3
    copies: int = 6
    lookalikes: bool = True

    def pages(self) -> Iterator[Page]:
        """Yield all pages, story by story."""
        for number in range(self.stories):
            yield from self._story(number)
        if self.lookalikes:
            for number in range(max(self.stories // 12, 8)):
                yield from self._reports(number)
            for site in range(self.sites):
                yield from self._notices(site)

    def _chance(self, *names: object) -> random.Random:
        return random.Random(":".join(map(str, (self.seed, *names))))

    def _code(self, site: int) -> str:
        """Return a site's language: half of the sites are English."""
        return LANGUAGES[(site // 2) % len(LANGUAGES)] if site % 2 else "en"

    def _name(self, site: int) -> str:
        chance = self._chance("site", site)
        return " ".join(
            chance.choice(language("en").names) for _ in range(chance.choice((1, 2)))
        ) + chance.choice(("", " Post", " 24"))

    def _site(self, site: int) -> str:
        return f"{self._name(site).lower().replace(' ', '')}{site}.example"

    def _page(
        self, site: int, key: str, story: str, made: str, body: Body, title: str, speech: Language
    ) -> Page:
        chance = self._chance("page", key)
        framed, own = list(body), self._chance("frame", site)
        house = Writer.on(language(self._code(site)), own)
        before, behind = [house.sentence()], [house.sentence() for _ in range(own.randrange(1, 4))]
        text = speech.printed(framed).replace(OUTLET, self._name(site))
        if site % 3 == 0:
            text = f"{text}\n{house.language.printed([behind])}"  # an author box or a notice
        if site % 4 == 1:
            text = f"{house.language.printed([before])}\n{text}"
        if site % 5 < 2:
            title = f"{title} - {self._name(site)}"
        day, second = divmod(chance.randrange(300 * 86_400), 86_400)
        stamp = (
            f"2025-{1 + day // 28 % 12:02}-{1 + day % 28:02}T{second // 3600:02}:{second // 60 % 60:02}:00"
        )
        url = f"http://www.{self._site(site)}/{key}.html"
        seen = f"2026-01-{1 + chance.randrange(28):02}T00:00:00Z"
        return Page(
            url, title, text, self._site(site), stamp if chance.random() < 0.8 else None, seen, story, made
        )

    def _story(self, number: int) -> Iterator[Page]:
        chance = self._chance("story", number)
        home = chance.randrange(self.sites)
        speech = language(self._code(home))
        writer = Writer.on(speech, chance)
        title, body = writer.title(), writer.body()
        for _ in range(chance.randrange(3)):  # "… told HarbourPost …"
            sentence = chance.choice(chance.choice(body))
            sentence.insert(chance.randrange(len(sentence)), OUTLET)
        key = f"s{number}"
        yield self._page(home, key, key, "original", body, title, speech)
        for n in range(chance.choice((0, 0, 1, 1, 2, 3, self.copies)) if self.copies else 0):
            hand = self._chance("copy", number, n)
            made = hand.sample(self.edits, min(hand.randint(1, self.most), len(self.edits)))
            if "truncated" in made and "deleted" in made:
                made.remove("deleted")  # hardly anything would be left
            made.sort(key=lambda name: (name == "framed", name == "inserted", name == "reordered"))
            copied = body
            for name in made:
                strength = hand.random() if self.strength is None else self.strength
                copied = EDITS[name](copied, replace(writer, chance=hand), hand, strength)
            heading = title if hand.random() < 0.3 else Writer.on(speech, hand).title()
            where = home if hand.random() < 0.15 else hand.randrange(self.sites)
            yield self._page(where, f"{key}c{n}", key, "+".join(made), copied, heading, speech)
        if self.lookalikes and chance.random() < 0.4:
            hand = self._chance("like", number)
            made_as = hand.choice(list(LOOKALIKES))
            strength = hand.random() if self.strength is None else self.strength
            like = LOOKALIKES[made_as](body, writer, hand, strength)
            where = hand.randrange(self.sites)
            yield self._page(
                where, f"{key}x", f"{key}x", made_as, like, Writer.on(speech, hand).title(), speech
            )

    def _reports(self, number: int) -> Iterator[Page]:
        """Yield reports from one template, on one site or several, few or many; some of them are copied."""
        chance = self._chance("reports", number)
        home = chance.randrange(self.sites)
        speech = language(self._code(home))
        kind = chance.choice(("slots", "sentences", "both"))
        slots = {"slots": 0.25, "sentences": 0.0, "both": 0.15}[kind]
        shared = {"slots": 1.0, "sentences": 0.5, "both": 0.6}[kind]
        template = Template(speech, f"{self.seed}:{number}", slots=slots, shared=shared)
        wide = chance.random() < 0.5
        for n in range(chance.choice((2, 3, 6, 14))):
            hand = self._chance("report", number, n)
            body, where = template.report(hand), chance.randrange(self.sites) if wide else home
            title = template.title if hand.random() < 0.5 else f"{template.title} {hand.randrange(1, 99)}"
            key = f"r{number}n{n}"
            yield self._page(where, key, key, f"template, {kind}", body, title, speech)
            if n == 1:
                yield self._page(
                    (where + 1) % self.sites, f"{key}c", key, "report copied", body, f"{title}!", speech
                )

    def _notices(self, site: int) -> Iterator[Page]:
        """Yield pages with a notice only, and such with a notice and an article's first words."""
        chance = self._chance("notices", site)
        speech = language(self._code(site))
        writer = Writer.on(speech, chance)
        notice = [[writer.sentence() for _ in range(5)]]
        teaser = [[writer.sentence() for _ in range(3)]]
        for n in range(9):
            heading = Writer.on(speech, chance).title()
            yield self._page(
                site, f"notice{site}n{n}", f"notice{site}n{n}", "notice", notice, heading, speech
            )
            first = [[Writer.on(speech, chance).sentence()]]
            heading = Writer.on(speech, chance).title()
            yield self._page(
                site, f"teaser{site}n{n}", f"teaser{site}n{n}", "teaser", first + teaser, heading, speech
            )
