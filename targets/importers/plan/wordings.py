"""A target in words: what it is, where that is certain, and a question to a person where it is not.

“达到95%以上” is a rate of at least 95, “控制在4.1%以内” a ceiling, “2500余亩” 2500 and a little more, “11月底前通车”
a task with a date. “增长8%” needs last year's figure, “3-5个” leaves open which, “年终根据全省平均” leaves all open:
these are asked. A day outside the year and one of the lunar calendar are asked as well, and two figures that only a
blank or a line break parts are two. The wording is kept whatever is read from it.

Reading takes time in proportion to the length: a pattern that begins with digits begins at the first of them alone
(``_BEGIN``), and gives none of them back.
"""

import calendar
import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from targets.calculations import units_of_measure
from targets.forms.amounts import AmountError, read_amount, read_figure
from targets.importers.files.grid import shown
from targets.models.fields import AMOUNT_DECIMALS
from targets.models.indicators import Direction
from targets.models.plans import Approximation

#: Longer than any target is worded.
LONGEST_WORDING = 2000


@dataclass(frozen=True)
class Wording:
    """What a wording says.

    ``amount`` is in ``unit`` (rates: percent), ``None`` where no figure was read. ``direction`` and ``approximation``
    are those of the models, empty where nothing was said. ``due`` is the day a task falls due. ``growth`` is what an
    amount should grow by, in percent of last year's, ``None`` where it is not worded so. ``checkpoints`` are the months
    of 上半年3个、全年6个 with their amounts, of which ``amount`` is the last. A ``question`` is a sentence
    that a person has to answer before the target can be stored; ``proposals`` are answers to choose from, each a text
    that this module reads. ``remark`` is a sentence that needs no answer.
    """

    text: str
    amount: Decimal | None = None
    unit: str = ""
    direction: str = ""
    approximation: str = ""
    due: date | None = None
    is_rate: bool = False
    growth: Decimal | None = None
    checkpoints: tuple[tuple[int, Decimal], ...] = ()
    question: str = ""
    proposals: tuple[str, ...] = ()
    remark: str = ""

    @property
    def is_task(self) -> bool:
        """Whether this is something to be done by a day, without an amount."""
        return self.due is not None and self.amount is None and not self.question


@dataclass(frozen=True)
class Context:
    """What is known of the indicator before its wording is read.

    ``unit_of_measure`` is that of the row, empty where it has none. ``year`` is the one that dates without a year
    fall in. ``baseline`` is last year's figure; growth is computed from it only where ``compute_growth`` says so.
    ``measures_growth``: the indicator is itself a growth rate, so that “增长8%” is 8 %. ``answered``: a person typed it
    in answer to a question, and is not asked again whether a day of another year is meant.
    """

    year: int
    unit_of_measure: str = ""
    baseline: Decimal | None = None
    compute_growth: bool = False
    measures_growth: bool = False
    answered: bool = False


_BEGIN = r"(?<!\d)"
_NUMBER = rf"{_BEGIN}(?:\d++(?:,\d{{3}})*+(?:\.\d++)?|\.\d++)"
_UNIT = r"[一-龥㎡³²/%‰A-Za-z·]{0,8}"
_SIGN = {"≤": Direction.AT_MOST, "<": Direction.AT_MOST, "≥": Direction.AT_LEAST, ">": Direction.AT_LEAST}

#: 不低于 and the like hold the word of a ceiling, 未超过 and the like that of a floor.
_NOT_BELOW = re.compile(r"(?:不|未|勿)[得能可应宜会]{0,2}(?:低于|少于|小于|跌破)")
_NOT_ABOVE = re.compile(
    r"(?:不|未|没有?|勿|严禁|禁止)[得能可应宜会准许]{0,2}(?:超|突破|高于|大于|多于|高出|多出)|"
    r"(?:降低?|下降|减少?|压减|压降|压缩|缩减|缩小|缩短|削减|回落|控制|限制|压控)(?:到|至|为)|控制在|严控在|限制在|控制$|严控$|"
    r"低于|小于|少于|至多|最多|上限"
)
_AT_MOST_BEHIND = re.compile(r"[^,。;；、]{0,6}?(?:以内|以下|之内|小时内|日内|天内|分钟内|封顶)")
_AT_LEAST_BEHIND = re.compile(r"[^,。;；、]{0,6}?以上")
_FLOOR = re.compile(
    r"以上|至少|达到|达|[高升加增]到|[高升加增]至|高于|超过|大于|突破|完成|实现|新增|新建|新修|不断提高|保持在|下限|超$"
)
_NONE_HAPPENS = re.compile(
    r"^(?:确保|全年|年内|实现|做到|坚决|努力|力争|辖区内?|全[镇乡]|,)*"
    r"(?:(?:不|未|无|杜绝|严禁|坚决杜绝|防止|不得)(?:再)?(?:发生|出现|新增|突破)|零(?:发生|事故|死亡|新增|感染|案件|上访|伤亡|出现|违规|火灾|非访|"
    r"越级访|疫情)|杜绝|无(?=.{0,14}(?:事故|事件|案件|火情|火灾|上访|疫情|伤亡)))"
)
_GROWTH = re.compile(
    r"(?:(?:同比|比上年|较上年|比去年|较去年|年均|在上年基础上)\s*)?(增长|增幅|增速|增加|提高|提升|上升|递增|增(?=\d)|降幅|"
    r"下降|降低|减少|压减|压降|压缩|缩减|削减|回落|下调)"
    rf"(?:率|幅)?(?:达到?|为|不低于|不少于|至少|超过|在|约|≥|>)?\s*(?P<number>{_NUMBER})\s*(?P<unit>%|‰|个?百分点)?"
)
_FALLING = ("降幅", "下降", "降低", "减少", "压减", "压降", "压缩", "缩减", "削减", "回落", "下调")
_DOUBLES = re.compile(r"翻([一两二三])番")
_RANGE = re.compile(rf"({_NUMBER})\s*({_UNIT}?)\s*(?:-|—|–|~|～|至|到)\s*({_NUMBER})")
_RANGE_WITHOUT_DATES = re.compile(r"[月日年号季]")
_DEPENDS = re.compile(
    r"下达(?:任务|指标|数|计划|的|为准)?|上级(?:要求|部门|考核)|平均水平|平均数|[省市县区]平均|根据上级|按照上级|待定|以.{0,8}为准|"
    r"考核要求|以[省市县区]|超额|超计划"
)
_EACH = re.compile(r"每(?:月|季度?|周|半年|个|村|户|人|天|日|名|次|场)|[月季周]均")
_PER_PERIOD = re.compile(rf"(?:{_NUMBER})[^\d,。;、/]{{0,6}}/每?个?(?P<period>月|季度?|周|半年|日|天)")
_EACH_PERIOD = re.compile(rf"每个?(?P<period>月|季度?|半年)[^\d,。;、]{{0,12}}(?:{_NUMBER})")
_PERIODS_OF_A_YEAR = {"月": 12, "季": 4, "季度": 4, "半年": 2}
_RANKS = re.compile(
    r"排名|(?<![底日月末旬年之度号])前(?:[一二三四五六七八九十]|\d+(?!\d|个?月|季|年|期|日|天))|前列|位次|名次|"
    r"第[一二三\d]+方阵|先进|优秀等次|上游|中上"
)
_ABOUT = re.compile(r"约|大约|左右|上下|大概")

_HALVES = re.compile(
    r"(?:20\d{2}年)?(上半年|前[两二三]季度|[一1]季度|全年|年底|年末|年度)(?:累计|计划|目标|任务|达到?|为|[:：])*"
)
#: Words before 年 that name a year, and how far it is from the plan's. 近年来 and 今后 name none.
_OTHER_YEARS = {
    **dict.fromkeys(("本", "今", "当"), 0),
    **dict.fromkeys(("明", "次", "翌", "来", "转", "下", "下一", "第二", "跨", "隔"), 1),
    "后": 2,
    **dict.fromkeys(("去", "上", "上一"), -1),
    "前": -2,
}
_LATER_YEAR = r"(?:明|(?<![每首])次|翌|转|(?<![年近本])来|下一?|(?<![今往])后)"
_YEAR = rf"(?:(?<!\d)20\d{{2}}|本|今|当|{_LATER_YEAR}|第二|跨|隔|去|上一?|(?<![\d年])前)"
_YEAR_PART = rf"(?:(?P<year>{_YEAR})年度?)?"
_DATE = re.compile(
    rf"{_YEAR_PART}(?P<month>1[0-2]|0?[1-9])月(?:份)?(?:(?P<day>3[01]|[12]\d|0?[1-9])[日号])?"
    r"(?P<part>底|末|上旬|中旬|下旬)?(?P<before>之?前|以前)?"
)
_DOTTED = re.compile(
    r"(?P<year>20\d{2})[-./](?P<month>1[0-2]|0?[1-9])(?:[-./](?P<day>3[01]|[12]\d|0?[1-9]))?(?!\d)(?:日|号)?(?:之?前|以前)?"
)
_CHINESE_DIGITS = "〇零○一二三四五六七八九"
_CHINESE_DATE = re.compile(
    rf"(?:(?P<year>二[〇零○][{_CHINESE_DIGITS}]{{2}})年)?(?<![一二三四五六七八九十百几数每])"
    r"(?P<month>十[一二]?|[一二三四五六七八九])月(?=份|底|末|[上中下]旬|之?前|以前|[一二三]?十|[一二三四五六七八九]|[,。;、)]|$)"
    r"(?:(?P<day>[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])(?=[日号]))?"
)
#: Days that fall on another one in each year, and feasts before which something is to be done.
_NO_FIXED_DAY = re.compile(
    r"(?:农历|阴历|旧历)[^,。;]{0,3}?(?:月|春节|新年|年底|年前)|\((?:农历|阴历|旧历)\)|"
    # A day without 日 is one of the lunar calendar: 八月十五, 九月初九.
    r"(?<![一二三四五六七八九十百几数每个])(?:十[一二]?|[一二三四五六七八九])月(?:初十|初?[一二三四五六七八九]|[二三]?十[一二三四五六七八九]?|"
    r"廿[一二三四五六七八九]?)(?=之?前|以前|[,。;、)]|$)|腊月|腊八|(?<!真)正月|(?<!入)冬月|闰[一二三四五六七八九十]月|"
    r"(?:春节|新春|除夕|小年|元宵|清明|端午|中秋|重阳|元旦|国庆|劳动|五一|七一|八一|十一|过年|年关)(?:佳?节)?(?:假期|长假)?(?:来临|到来)?"
    r"(?:之?前|以前)|(?<![\d一二三四五六七八九十几数多])年前"
)
_SPEAKS_OF_LATER = re.compile(rf"{_LATER_YEAR}年|(?<!\d)(?P<year>20\d{{2}})(?!\d)")
_QUOTED = re.compile(r"[“\"《][^“”\"《》]{0,80}[”\"》]")
_NAMED = re.compile(
    rf"(?:(?P<year>{_YEAR})(?:年度?(?![底末终内])|(?=年(?:[底末终内]|度内))))?"
    r"(?P<name>上半年|年底|年末|年终|年度?内|全年|下半年|(?:第)?[一二三四1-4]季度|前[两二三]季度|[Qq][1-4])"
    r"(?P<part>末|底)?(?P<before>之?前|以前)?"
)
#: Numbers that are no amounts: years, ordinals, names of roads and documents, grades, hotlines, voltages, ages.
_NOT_AMOUNTS = re.compile(
    r"20\d{2}(?:[-~—至]20\d{2})?年度?|第\d++[批期届次号季]?|(?<![A-Za-z])[A-Za-z]++\d++(?:\.\d++)?|"
    rf"{_BEGIN}\d++号(?:文|路|线)?|〔\d++〕|\[\d++\]\d*+号?|"
    rf"[“\"'《][^“”\"'《》]{{0,80}}[”\"'》]|“?{_BEGIN}\d++\+\w{{1,20}}”?|(?<=[一-龥])\d++(?=工程|行动|计划|专项)|"
    rf"{_BEGIN}\d++(?:\.\d++)?[AGKDCS](?![A-Za-z])|"
    r"\d{1,2}·\d{1,2}|\d{1,2}\.\d{1,2}(?=消费|禁毒|消防|防灾|宪法|国家|世界|宣传|主题)|"
    r"(?<!\d)(?:11[04579]|12[02]|1[02]\d{3}|9\d{4})(?=热线|平台|工单|政务|服务|举报|投诉|电话|联动|便民|市民|接处?警|诉求|急救)|"
    r"[GSXYC]?\d{1,3}(?=国道|省道|县道|乡道|村道)|(?:国道|省道|县道|乡道)\d{3}(?![\d.]|公里|千米|米|km)|"
    rf"{_BEGIN}\d++(?:\.\d++)?(?:kV|KV|kv|千伏安?|伏)|{_BEGIN}\d++(?:[-~至到]\d++)?周?岁(?:及?以上|及?以下)?|"
    rf"{_BEGIN}\d++(?:强|[×*xX]\d++(?:小时)?|个?月(?=以上|内|左右))|(?<!\d)24小时|(?<!\d)365天|前\d++个月|"
    rf"连续\d++(?:个?[年月日天])?|{_BEGIN}\d++(?:\.\d++)?(?:米|m|厘米|公分)(?=宽|高|深|厚)|"
    rf"{_BEGIN}\d++(?:分钟|小时|公里)(?=[一-龥]{{0,6}}圈)"
)
#: What may stand behind a number, or behind its unit of measure, without being either.
_MANNER = re.compile(r"(?:以上|以内|以下|之内|左右|上下|目标|任务|及以上|封顶|大关).*$")
_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?: \d{3})++(?![\d])")
#: What is a figure from end to end, and none that ``_read_bare`` knows; the reader of typed amounts judges it.
_ALONE = re.compile(
    rf"\({_NUMBER}\)|{_NUMBER}[-–—]|[△▲▽▼]{_NUMBER}|{_BEGIN}\d++(?:\.\d++)?[eE][+-]?\d++|"
    rf"(?=[\d.万亿]{{0,30}}[百千]|\d{{1,11}}亿\d){_BEGIN}\d++(?:\.\d++)?[\d百千万亿]{{0,20}}(?:余|多)?[万亿]?"
)
_BETWEEN_FIGURES = re.compile(r"(?<=\d),?\s++(?=[\d.])")
#: 500头以上养殖场 tells which, and not how many; 达到500头以上 is a target.
_WHICH = re.compile(r"[^,。;、\d]{0,6}?(?:及?以上|及?以下|以内|之内)(?:的)?(?!目标|水平|标准|范围|任务|的)[一-龥]")
_SAYS_HOW_MANY = re.compile(r"[在到至达成设建增修于过破现育造进植展办织取约少多保争≤≥<>]$")
_OF_A_SIZE = re.compile(
    r"(?:[千万亿百]*元|[千万]?亩|[万]?头|[万]?羽|[万]?只|[万]?吨|公里|千米|[万]?平方米)及?以上的?[一-龥]{0,8}?"
    r"(?:项目|企业|养殖场|大户|农场|合作社|基地|园区|[村户场])(?:[^一-龥]|$)"
)
#: 8小时内办结 is a time limit of each case, 2人/村 counts for each village; 100亩/年 is the year's.
_TIME_LIMIT = re.compile(r"(?:个?小时|分钟|个?工作日|[天日]|个月)(?:以|之)?(?:内|办|响应|处置)")
_FOR_EACH = re.compile(r"[^\d,。;、/]{0,6}/(?!年)")
#: Of twice last year's figure, or three tenths, the number is no answer.
_NO_ANSWER = ("倍", "成", "番", "折")
#: 收入不足5万元的户 tells which as well.
_FALLS_SHORT = re.compile(r"不足|不到|未满|未达")
_HUNDREDS = re.compile(r"[百千]万?")
_SHAPES = {"m2": "平方米", "m3": "立方米", "km2": "平方公里", "hm2": "公顷"}


def read_wording(text: str, context: Context) -> Wording:
    """What a target's words say.

    Figures are read by ``forms.amounts``: full-width digits, thousands separators, 万 and 亿.
    """
    kept = text.strip()
    plain = _plain(kept)
    wording = Wording(kept)
    if not plain:
        return wording
    if len(plain) > LONGEST_WORDING:
        return replace(wording, question=_("This is longer than a target is worded. Shorten it."))
    for rule in (_read_bare, _read_typed, _read_never, _read_halves, _read_growth, _read_depending):
        found = rule(plain, wording, context)
        if found is not None:
            return found
    return _read_amount_and_date(plain, wording, context)


def tells_a_target(text: str) -> bool:
    """Whether the name of a task says what is to be reached: by a number, or as something that must not happen."""
    plain = _plain(text)
    return re.search(r"\d", plain) is not None or _NONE_HAPPENS.search(plain) is not None


def read_date(text: str, year: int, *, answered: bool = False) -> Wording:
    """The day by which something is due: 11月底前, 2024年6月30日, 2024-06-30, 年底, 二季度末.

    One of another year is asked, unless it was typed in answer to that (``answered``).
    """
    kept = text.strip()
    plain = _plain(kept)
    wording = Wording(kept)
    if not plain:
        return wording
    due, rest, question, proposals = _take_date(plain, year)
    if question:
        return replace(wording, question=question, proposals=proposals)
    if re.fullmatch(r"全年|长期|持续|常年|每月|每季度?|按月|按季|全年推进|长期坚持|持续推进|常态化", plain):
        return replace(wording, remark=_("“%(text)s” is no day by which it is due.") % {"text": kept})
    if due is None:
        return replace(
            wording, question=_("“%(text)s” is no date. Type the day, such as 2024-06-30.") % {"text": kept[:60]}
        )
    if re.search(r"\d", rest):
        return replace(
            wording, question=_("“%(text)s” names more than one day. Type the last one.") % {"text": kept[:60]}
        )
    if due.year != year and not answered:
        return replace(wording, **_outside(kept, due, year))  # type: ignore[arg-type]
    return replace(wording, due=due)


def outside_year(text: str, due: date, year: int) -> Wording:
    """A day that does not lie in the plan's year: asked with the same day of that year, where there is one."""
    return Wording(text, **_outside(text, due, year))  # type: ignore[arg-type]


def _outside(text: str, due: date, year: int) -> dict[str, object]:
    question = _("“%(text)s” is %(day)s and does not lie in %(year)d. Is that the day?") % {
        "text": text[:60],
        "day": due.isoformat(),
        "year": year,
    }
    is_relative = re.search(_LATER_YEAR, text) is not None
    same = () if is_relative or (due.month, due.day) == (2, 29) else (due.replace(year=year).isoformat(),)
    return {"question": question, "proposals": (due.isoformat(), *same)}


def _plain(text: str) -> str:
    """Half-width and without blanks; a range's dash keeps its own form.

    A blank groups thousands (1 234); any other between two figures parts them, as a line break does.
    """
    spaced = unicodedata.normalize("NFKC", text[: LONGEST_WORDING * 2]).replace("\u2212", "-")
    spaced = _THOUSANDS.sub(lambda match: match[0].replace(" ", ""), spaced)
    spaced = _BETWEEN_FIGURES.sub("、", spaced)
    words = re.sub(r"\s", "", spaced).replace("≦", "≤").replace("≧", "≥")
    # NFKC makes m2 of ㎡ and m², which would be a name with a number.
    words = re.sub(r"(?<=[\d万亿余多])([kh]?m[23])(?![\d.])", lambda match: _SHAPES[match[1]], words)
    return re.sub(r"百分之百|百分百", "100%", words)


# Rules, in the order in which they are asked


def _read_bare(plain: str, wording: Wording, context: Context) -> Wording | None:
    """A figure and nothing else: 634.29, 1,500, 12,000.5亩, 95%."""
    match = re.fullmatch(rf"([+-]?(?:{_NUMBER}))({_UNIT})", plain)
    if match is None:
        return None
    unit = match[2]
    known = unit in ("", "万", "亿") or units_of_measure.is_known(unit)
    if not known and not units_of_measure.same(unit, context.unit_of_measure):
        return None
    found = _figure(match[1], unit, wording, context)
    # As a bare 0 it may be the first half of a target that falls due later.
    if found.amount == 0 and not found.question and unit not in ("", "%"):
        return replace(found, direction=Direction.AT_MOST)
    return found


def _read_typed(plain: str, wording: Wording, context: Context) -> Wording | None:
    """A figure and nothing else that is no plain number: 3千, 1亿2千万; and (5), 5-, 1e3, which are asked."""
    if _ALONE.fullmatch(plain) is None:
        return None
    unit = units_of_measure.normal(context.unit_of_measure)
    try:
        amount, approximation = read_amount(plain, unit)
    except AmountError as error:
        if error.code not in ("sign", "multiple", "exponent"):
            return None
        return replace(wording, question=" ".join(error.messages), proposals=error.readings)
    return replace(
        wording,
        amount=_tidy(amount),
        unit=unit,
        approximation=approximation,
        is_rate=units_of_measure.is_share(unit),
    )


def _read_never(plain: str, wording: Wording, context: Context) -> Wording | None:
    """不发生, 零事故: a ceiling of zero."""
    if _NONE_HAPPENS.search(plain) is None:
        return None
    unit = context.unit_of_measure
    if re.search(rf"零增长|(?:{_NUMBER})", plain.replace("0起", "")):
        if "增长" in plain or "突破" in plain:
            return None
        # 不发生3人以上死亡事故: three are no floor.
        return _uncertain(wording, ("不发生", *_figures(plain, context)))
    return replace(
        wording,
        amount=Decimal(0),
        unit=unit,
        direction=Direction.AT_MOST,
        is_rate=units_of_measure.is_share(unit),
    )


def _read_halves(plain: str, wording: Wording, context: Context) -> Wording | None:
    """上半年完成3个，全年完成6个: a figure for each of several months, each counted from January."""
    clauses = [_HALVES.match(clause) for clause in re.split(r"[,;、。]", plain) if clause]
    if not 2 <= len(clauses) <= 12 or not all(clauses):
        return None
    months, found = [], []
    for clause in clauses:
        assert clause is not None
        rest = clause.string[clause.end() :]
        if len(_amounts(rest, context)) != 1 or _GROWTH.search(rest) or _DEPENDS.search(rest) or _EACH.search(rest):
            return None
        read = _read_amount_and_date(rest, wording, context)
        if read.question or read.amount is None or read.due is not None:
            return None
        months.append(_month_named(clause[1]))
        found.append(read)
    units, directions = {read.unit for read in found if read.unit}, {read.direction for read in found}
    if months != sorted(set(months)) or months[-1] != 12 or len(units) > 1 or len(directions) > 1:
        return None
    amounts = tuple((month, read.amount) for month, read in zip(months, found, strict=True) if read.amount is not None)
    return replace(
        found[-1], text=wording.text, unit=found[-1].unit or units.pop() if units else "", checkpoints=amounts
    )


def _read_growth(plain: str, wording: Wording, context: Context) -> Wording | None:
    """增长8%, 翻一番, 比上年增加200万元: asked, or computed from last year's figure where that is wanted."""
    if (doubles := _DOUBLES.search(plain)) is not None:
        times = {"一": 2, "两": 4, "二": 4, "三": 8}[doubles[1]]
        growth = Fraction((times - 1) * 100)
    elif "零增长" in plain and not context.measures_growth:
        growth = Fraction(0)
    else:
        match = _GROWTH.search(plain)
        if match is None:
            return None
        is_percent = match["unit"] == "%"
        if is_percent and units_of_measure.is_share(context.unit_of_measure) and not context.measures_growth:
            return replace(
                wording,
                question=_("“%(text)s” can mean percent or percentage points. Type the rate to be reached.")
                % {"text": wording.text[:60]},
            )
        if context.measures_growth and is_percent:
            return None
        falls = match[1] in _FALLING
        by_more = (
            falls or is_percent or match["unit"] or re.search(r"同比|比上年|较上年|比去年|较去年|上年基础", match[0])
        )
        if not by_more:
            # 增加500亩, 提高到95%: the amount itself, or what it rises to.
            return None
        if not is_percent:
            return replace(
                wording,
                question=_("“%(text)s” is measured from last year's figure. Type the amount to be reached.")
                % {"text": wording.text[:60]},
            )
        if len(_amounts(plain, context)) > 1:
            return _several(wording, context)
        growth = Fraction(match["number"].replace(",", "")) * (-1 if falls else 1)
        if falls:
            wording = replace(wording, direction=Direction.AT_MOST)
    return _grown(growth, wording, context)


def _grown(growth: Fraction, wording: Wording, context: Context) -> Wording:
    percent = _exact(growth)
    direction = wording.direction or Direction.AT_LEAST
    wording = replace(wording, growth=percent)
    if context.baseline is None:
        return replace(
            wording,
            question=_("“%(text)s” needs last year's figure, and there is none. Type the amount to be reached.")
            % {"text": wording.text[:60]},
        )
    result = _exact(Fraction(context.baseline) * (100 + growth) / 100)
    if result is None:
        return replace(
            wording,
            question=_(
                "“%(text)s” of last year's %(baseline)s has more than four decimals. Type the amount to be reached."
            )
            % {"text": wording.text[:60], "baseline": f"{context.baseline:f}"},
        )
    if context.compute_growth:
        return replace(wording, amount=result, unit=context.unit_of_measure, direction=direction)
    return replace(
        wording,
        question=_("“%(text)s” counts from last year's %(baseline)s. Is %(result)s to be reached?")
        % {"text": wording.text[:60], "baseline": f"{context.baseline:f}", "result": f"{result:f}"},
        proposals=(f"{result:f}",),
    )


def _read_depending(plain: str, wording: Wording, context: Context) -> Wording | None:
    """完成上级下达任务, 全省平均水平, 排名前三: no figure of one's own."""
    if _DEPENDS.search(plain):
        return replace(
            wording,
            question=_(
                "“%(text)s” depends on what others set. Type the figure once it is known, or keep the words alone."
            )
            % {"text": wording.text[:60]},
        )
    by_period = _PER_PERIOD.search(plain)
    is_by_period = by_period is not None and f"/{by_period['period']}" not in context.unit_of_measure
    if (is_by_period or _EACH.search(plain)) and re.search(r"\d", plain):
        return replace(
            wording,
            question=_("“%(text)s” counts for each month, unit or the like. Type the figure of the whole year.")
            % {"text": wording.text[:60]},
            proposals=_of_the_year(plain, context),
        )
    if _RANKS.search(plain):
        return replace(
            wording,
            question=_("“%(text)s” is a rank or a grade. Type a figure, or keep the words alone.")
            % {"text": wording.text[:60]},
        )
    return None


def _read_amount_and_date(plain: str, wording: Wording, context: Context) -> Wording:
    due, rest, question, proposals = _take_date(plain, context.year)
    if question:
        return replace(wording, question=question, proposals=proposals)
    if not context.answered and (other := _of_another_year(due, rest, wording, context)) is not None:
        return other
    if (between := _range_in(_NOT_AMOUNTS.sub("\n", rest), context)) is not None:
        return replace(
            wording,
            question=_("“%(text)s” is a range. Which figure is to be reached?") % {"text": wording.text[:60]},
            proposals=between,
        )
    amounts = _amounts(rest, context)
    if len({(number, unit) for number, unit, _place in amounts}) > 1:
        return replace(_several(wording, context), due=due)
    if not amounts:
        if due is not None:
            return replace(wording, due=due)
        return replace(
            wording,
            question=_("“%(text)s” holds neither a figure nor a date. Type one, or keep the words alone.")
            % {"text": wording.text[:60]},
        )
    number, unit, place = amounts[0]
    if _is_uncertain(rest, number, unit, place, context):
        if unit.startswith(_NO_ANSWER):
            return _uncertain(wording, ())
        own = unit if _is_unit(unit, context) else context.unit_of_measure
        before, after = _around(rest, place, number)
        is_ceiling = _WHICH.match(after) is None and _direction(before, after) == Direction.AT_MOST
        if (multiple := _HUNDREDS.match(unit)) is not None and not units_of_measure.is_known(unit):
            # Of 3千 the 3 is no answer.
            try:
                number = shown(read_figure(number + multiple[0], units_of_measure.normal(context.unit_of_measure)))
            except AmountError:
                return _uncertain(wording, ())
            own = context.unit_of_measure
        return _uncertain(wording, (f"{'≤' if is_ceiling else ''}{number}{own}",))
    found = _figure(number, unit, replace(wording, due=due), context)
    if found.question:
        return found
    return _with_manner(found, rest, place, number)


def _of_another_year(due: date | None, rest: str, wording: Wording, context: Context) -> Wording | None:
    """明年2月底前完成500亩, 到2025年达到500亩: not this year's target, unless somebody says so."""
    amounts = _figures(rest, context)
    if due is not None and due.year != context.year and not amounts:
        return outside_year(wording.text, due, context.year)
    later = (
        int(match["year"]) if match["year"] else 9999 for match in _SPEAKS_OF_LATER.finditer(_QUOTED.sub("", rest))
    )
    if not any(year > context.year for year in later) and (due is None or due.year == context.year):
        return None
    return replace(
        wording,
        question=_("“%(text)s” speaks of another year than %(year)d. Which figure is to be reached in %(year)d?")
        % {"text": wording.text[:60], "year": context.year},
        proposals=amounts,
    )


def _with_manner(found: Wording, rest: str, place: int, number: str) -> Wording:
    """The direction and the approximation that stand around a figure."""
    before, after = _around(rest, place, number)
    direction = _direction(before, after)
    if found.amount == 0 and direction in ("", Direction.AT_LEAST):
        direction = Direction.AT_MOST
    approximation, remark = "", ""
    if re.match(r"(?:万|亿|百|千)?(?:余|多)", after):
        approximation = Approximation.OVER
    elif re.search(r"(?<![附最临靠邻])近$", before):
        approximation = Approximation.NEARLY
    elif _ABOUT.search(before[-3:]) or re.match(rf"{_UNIT}(?:左右|上下)", after):
        remark = _("“%(text)s” is approximate; it is judged by %(amount)s.") % {
            "text": found.text[:60],
            "amount": f"{found.amount:f}",
        }
    return replace(found, direction=direction, approximation=approximation, remark=remark)


def _around(text: str, place: int, number: str) -> tuple[str, str]:
    """What stands before a number, no farther than its clause, and behind it."""
    end = place + len(number)
    return re.split(r"[,。;；、\n]", text[max(0, place - 20) : place])[-1], text[end : end + 12]


def _direction(before: str, after: str) -> str:
    sign = next((_SIGN[letter] for letter in reversed(before) if letter in _SIGN), None)
    if sign is not None:
        return sign
    if _NOT_BELOW.search(before):
        return Direction.AT_LEAST
    if _NOT_ABOVE.search(before) or _AT_MOST_BEHIND.match(after):
        return Direction.AT_MOST
    if _FLOOR.search(before) or _AT_LEAST_BEHIND.match(after):
        return Direction.AT_LEAST
    return ""


def _of_the_year(plain: str, context: Context) -> tuple[str, ...]:
    """What 每月2次 and 2次/月 can mean for a year: 24次 or 2次."""
    amounts = _amounts(plain, context)
    period = _EACH_PERIOD.search(plain) or _PER_PERIOD.search(plain)
    if period is None or len(amounts) != 1:
        return ()
    number, unit, place = amounts[0]
    times = _PERIODS_OF_A_YEAR.get(period["period"])
    if times is None or (unit and not _is_unit(unit, context)):
        return ()
    sign = "≤" if _direction(*_around(plain, place, number)) == Direction.AT_MOST else ""
    whole = _exact(Fraction(number.replace(",", "")) * times)
    return (f"{sign}{whole:f}{unit}", f"{sign}{number}{unit}")


# Parts of a wording


def _figure(number: str, unit: str, wording: Wording, context: Context) -> Wording:
    """A number with what stands behind it, in the row's unit of measure."""
    expected = units_of_measure.normal(context.unit_of_measure)
    written = _unit_of(unit, unicodedata.normalize("NFKC", context.unit_of_measure))
    digits = number
    if written.startswith(("余", "多")):
        written = written[1:]
    scaled = re.match(r"(万|亿)(?:余|多)?(.*)", written)
    if scaled is not None:
        written = scaled[1] + scaled[2]
    own = units_of_measure.normal(written)
    if scaled is not None and own != expected:
        # 1.2万亩 is 12,000 亩, unless the row itself counts in 万亩; 万元 and 亿元 are units of their own.
        counted = units_of_measure.normal(scaled[2])
        if counted == expected or not counted or (not expected and counted != "元"):
            digits, own = f"{number}{scaled[1]}", counted
    try:
        amount = read_figure(digits, expected if own == "" else "")
    except AmountError as error:
        proposals = tuple(text if text.endswith("%") else f"{text}{own or expected}" for text in error.readings)
        return replace(wording, question=" ".join(error.messages), proposals=proposals)
    if own and expected and own != expected:
        return _other_unit(amount, own, expected, wording)
    unit_of_measure = own or expected
    return replace(
        wording, amount=_tidy(amount), unit=unit_of_measure, is_rate=units_of_measure.is_share(unit_of_measure)
    )


def _other_unit(amount: Decimal | None, own: str, expected: str, wording: Wording) -> Wording:
    """The cell counts in another unit than its row: never rescaled without a question."""
    factor = units_of_measure.factor(own, expected)
    converted = _exact(Fraction(amount) * factor) if factor is not None and amount is not None else None
    question = _("“%(text)s” is in %(own)s, and the row in %(expected)s. Which figure is meant?") % {
        "text": wording.text[:60],
        "own": own,
        "expected": expected,
    }
    proposals = (f"{converted:f}{expected}",) if converted is not None else ()
    return replace(wording, question=question, proposals=proposals)


def _unit_of(text: str, expected: str = "") -> str:
    """The unit of measure at the start of what stands behind a number: 亩以上 is 亩.

    What is not known is returned as it is, up to where 以上 and the like begin. ``expected`` is the row's own unit.
    """
    text = _MANNER.sub("", text)
    scale = re.match(r"(?:万|亿)?(?:余|多)?", text)[0]  # type: ignore[index]
    rest = text[len(scale) :].removeprefix("余").removeprefix("多")
    if expected and text.startswith(expected):
        return expected
    for length in range(len(rest), 0, -1):
        if units_of_measure.is_known(rest[:length]) or rest[:length] == expected:
            return scale + rest[:length]
    return scale + rest


def _is_unit(text: str, context: Context) -> bool:
    """Whether what stands behind a number is a unit of measure, and not the name of something."""
    unit = re.sub(r"^(?:万|亿)?(?:余|多)?", "", text)
    return not unit or any(
        units_of_measure.is_known(one) or units_of_measure.same(one, context.unit_of_measure) for one in (unit, text)
    )


def _is_uncertain(text: str, number: str, unit: str, place: int, context: Context) -> bool:
    """Whether a lone number may be part of a name, or tell which ones are meant: 4级网格, 500头以上养殖场."""
    before, after = _around(text, place, number)
    if not _is_unit(unit, context):
        return True
    if before[-1:] in _SIGN:
        return False
    if not context.unit_of_measure and _TIME_LIMIT.match(after) is not None:
        return True
    if "/" not in unit and _FOR_EACH.match(after) is not None:
        return True
    if _FALLS_SHORT.search(before) is not None or _OF_A_SIZE.match(after) is not None:
        return True
    return _WHICH.match(after) is not None and _SAYS_HOW_MANY.search(before) is None


def _uncertain(wording: Wording, proposals: tuple[str, ...]) -> Wording:
    return replace(
        wording,
        question=_("“%(text)s” holds a figure that may be no target. Type the target, or keep the words alone.")
        % {"text": wording.text[:60]},
        proposals=proposals,
    )


def _amounts(text: str, context: Context) -> list[tuple[str, str, int]]:
    """The numbers of a text that are amounts, each with what stands behind it and its place."""
    expected = unicodedata.normalize("NFKC", context.unit_of_measure)

    def blanked(match: re.Match[str]) -> str:
        # In a row of 千伏 or 小时 these are amounts.
        return match[0] if expected and match[0].endswith(expected) else "\n" * len(match[0])

    found = re.finditer(rf"({_NUMBER})({_UNIT})", _NOT_AMOUNTS.sub(blanked, text))
    return [(match[1], _unit_of(match[2], expected), match.start(1)) for match in found]


def _several(wording: Wording, context: Context) -> Wording:
    return replace(
        wording,
        question=_("“%(text)s” holds several figures. Which one is the target?") % {"text": wording.text[:60]},
        proposals=_figures(_plain(wording.text), context),
    )


def _figures(plain: str, context: Context) -> tuple[str, ...]:
    """The amounts of a text as answers to choose from."""
    amounts = _amounts(plain, context)
    listed = (f"{number}{unit if _is_unit(unit, context) else ''}" for number, unit, _place in amounts)
    return tuple(dict.fromkeys(listed))[:6]


def _range_in(text: str, context: Context) -> tuple[str, str] | None:
    """The two ends of a range of amounts; dates are taken out before."""
    match = _RANGE.search(text)
    if match is None or _RANGE_WITHOUT_DATES.search(match[2]) or _RANGE_WITHOUT_DATES.match(text[match.end() :]):
        return None
    unit = _unit_of((re.match(_UNIT, text[match.end() :]) or [""])[0])
    if not _is_unit(unit, context):
        unit = ""
    if match[2] and not _is_unit(match[2], context):
        # 20万元以上村达到100% are two figures.
        return None
    return f"{match[1]}{match[2] or unit}", f"{match[3]}{unit}"


def _take_date(text: str, year: int) -> tuple[date | None, str, str, tuple[str, ...]]:
    """The last day that a text names, the text without its dates, and a question where the day is not certain."""
    found: list[date] = []
    questions: list[tuple[str, tuple[str, ...]]] = []

    def taken(match: re.Match[str]) -> str:
        days = _days(match, year)
        if len(days) == 1:
            found.append(days[0])
        elif len(days) > 1:
            both = tuple(day.isoformat() for day in days)
            questions.append(
                (
                    _("“%(text)s” can mean until %(first)s or until %(second)s. Which day is it?")
                    % {"text": match[0], "first": both[0], "second": both[1]},
                    both,
                )
            )
        else:
            questions.append((_("“%(text)s” is no day of a year. Type the date.") % {"text": match[0]}, ()))
        return "\n"

    if (other := _NO_FIXED_DAY.search(text)) is not None:
        question = _("“%(text)s” is no fixed day of a year. Type the day, such as %(year)d-06-30.")
        return None, text, question % {"text": other[0], "year": year}, ()
    text = _CHINESE_DATE.sub(_in_digits, text)
    # 1-6月 is a period, not a day.
    rest = re.sub(r"\d{1,2}月?[-~至到—–]\d{1,2}月(?:份)?", "\n", text)
    rest = _DOTTED.sub(taken, rest)
    rest = _DATE.sub(taken, rest)
    named = [match for match in _NAMED.finditer(rest) if _is_deadline(match, rest)]
    if not found and not questions:
        for match in named:
            taken(match)
    rest = _NAMED.sub("\n", rest)
    if questions:
        return None, rest, *questions[0]
    if len(set(found)) > 1:
        return (
            None,
            rest,
            _("“%(text)s” names several days. Type the last one.") % {"text": text[:60]},
            tuple(day.isoformat() for day in sorted(set(found))),
        )
    return (found[0] if found else None), rest, "", ()


def _is_deadline(match: re.Match[str], text: str) -> bool:
    """Whether 上半年, 年内 and the like say when something is due, and not what an amount counts (全年500万元)."""
    if match["name"] == "全年":
        return False
    return (
        bool(match["part"] or match["before"])
        or match["name"] in ("年底", "年末", "年内", "年度内", "年终")
        or match[0] == text
    )


def _days(match: re.Match[str], year: int) -> list[date]:
    """The days that a date can mean; none where there is no such day."""
    parts = match.groupdict()
    named_year = parts.get("year")
    of_year = year + _OTHER_YEARS.get(named_year or "本", 0)
    if named_year and named_year.isdigit():
        of_year = int(named_year)
    if (name := parts.get("name")) is not None:
        month = _month_named(name)
        if parts.get("before") and not parts.get("part") and "季度" in name:
            return [
                _last_day(of_year, month - 3) if month > 3 else date(of_year - 1, 12, 31),
                _last_day(of_year, month),
            ]
        return [_last_day(of_year, month)]
    month = int(parts["month"])
    if parts.get("day"):
        day = int(parts["day"])
        return [date(of_year, month, day)] if day <= calendar.monthrange(of_year, month)[1] else []
    part = parts.get("part")
    if part in ("上旬", "中旬"):
        return [date(of_year, month, 10 if part == "上旬" else 20)]
    if part is None and parts.get("before"):
        # 11月前: before November begins, or before it ends.
        return [_last_day(of_year, month - 1) if month > 1 else date(of_year - 1, 12, 31), _last_day(of_year, month)]
    return [_last_day(of_year, month)]


def _in_digits(match: re.Match[str]) -> str:
    """二〇二四年十一月三十日 as 2024年11月30日."""
    digits = {
        **dict.fromkeys("〇零○", "0"),
        **{letter: str(number) for number, letter in enumerate("一二三四五六七八九", 1)},
    }
    year = "".join(digits[letter] for letter in match["year"] or "")

    def number(text: str) -> str:
        if "十" not in text:
            return digits[text]
        tens, _ten, ones = text.partition("十")
        return f"{digits.get(tens, '1')}{digits.get(ones, '0')}"

    day = number(match["day"]) if match["day"] else ""
    return f"{year}年{number(match['month'])}月{day}" if year else f"{number(match['month'])}月{day}"


def _month_named(name: str) -> int:
    if name == "上半年":
        return 6
    if name.startswith("前"):
        return 9 if name[1] == "三" else 6
    for letter, month in (("一", 3), ("1", 3), ("二", 6), ("2", 6), ("三", 9), ("3", 9)):
        if letter in name:
            return month
    return 12


def _last_day(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def _exact(value: Fraction) -> Decimal | None:
    """A fraction as a decimal; ``None`` where it needs more decimals than are kept."""
    scaled = value * 10**AMOUNT_DECIMALS
    if scaled.denominator != 1:
        return None
    return _tidy(Decimal(scaled.numerator).scaleb(-AMOUNT_DECIMALS))


def _tidy(amount: Decimal | None) -> Decimal | None:
    """An amount without zeros behind its decimals: 12000.0 is 12000."""
    return None if amount is None else Decimal(shown(amount))
