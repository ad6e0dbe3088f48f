"""The words that the cells of plans use for kinds, directions and the like."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from targets.models import Target
from targets.models.indicators import Accumulation, Direction, Frequency, Kind

#: An exact word counts first, then the first that a cell holds.
KINDS: dict[str, str] = {
    "定量": Kind.QUANTITY, "数量": Kind.QUANTITY, "量化": Kind.QUANTITY, "quantity": Kind.QUANTITY,
    "比率": Kind.RATE, "比例": Kind.RATE, "百分比": Kind.RATE, "率": Kind.RATE, "rate": Kind.RATE,
    "节点": Kind.MILESTONE, "定性": Kind.MILESTONE,
    "milestone": Kind.MILESTONE,
}  # fmt: skip
ACCUMULATIONS: dict[str, str] = {
    "累计": Accumulation.FLOW, "时期": Accumulation.FLOW, "累加": Accumulation.FLOW, "flow": Accumulation.FLOW,
    "时点": Accumulation.STOCK, "存量": Accumulation.STOCK, "期末": Accumulation.STOCK, "stock": Accumulation.STOCK,
}  # fmt: skip
DIRECTIONS: dict[str, str] = {
    "正向": Direction.AT_LEAST, "at_least": Direction.AT_LEAST, "≥": Direction.AT_LEAST, "不低于": Direction.AT_LEAST,
    "越高越好": Direction.AT_LEAST,
    "逆向": Direction.AT_MOST, "反向": Direction.AT_MOST, "负向": Direction.AT_MOST, "上限": Direction.AT_MOST,
    "at_most": Direction.AT_MOST, "≤": Direction.AT_MOST, "不高于": Direction.AT_MOST, "控制": Direction.AT_MOST,
    "监测": Direction.MONITOR, "不评价": Direction.MONITOR, "monitor": Direction.MONITOR,
}  # fmt: skip
FREQUENCIES: dict[str, str] = {
    "半年": Frequency.HALF_YEAR, "half_year": Frequency.HALF_YEAR, "季": Frequency.QUARTER,
    "quarter": Frequency.QUARTER, "月": Frequency.MONTH, "month": Frequency.MONTH, "年": Frequency.YEAR,
    "year": Frequency.YEAR,
}  # fmt: skip

#: How a plan goes from one checkpoint to the next.
PATHS: dict[str, str] = {
    "分段推进": Target.Interpolation.STEP, "分段": Target.Interpolation.STEP, "阶梯": Target.Interpolation.STEP,
    "step": Target.Interpolation.STEP, "均匀推进": Target.Interpolation.LINEAR, "均匀": Target.Interpolation.LINEAR,
    "均衡": Target.Interpolation.LINEAR, "直线": Target.Interpolation.LINEAR, "linear": Target.Interpolation.LINEAR,
}  # fmt: skip

#: Indicators whose target may be a ceiling, and those which only sound so (信访事项化解率).
CEILINGS = re.compile(
    r"事故|死亡|失业率|信访|上访|案件|发案|能耗|排放|返贫|违法|违规|火灾|投诉|浓度|PM2|PM10|负债|债务|三公|纠纷发生|伤亡|发病率|死淘|超标"
)
NO_CEILINGS = re.compile(
    r"化解|整改|办结|查处|破案|调处|回复|满意|覆盖|下降|减少|排查|宣传|培训|处置|调解|监测|演练|检查|帮扶|消除|及时率|合格率|救助"
)
#: Indicators that are there at a time and do not add up over months.
STOCKS = re.compile(
    r"存量|总量|总数|总人口|保有|在册|实有|存栏|总户数|总人数|覆盖户|拥有量|余额|库存|在岗|常住人口|户籍人口"
)
#: Indicators that are counted in percent where nothing else is said.
RATES = re.compile(r"(?:(?<![效频])率|占比|比重|比例|满意度|增速|增幅)(?:[（(][^（()）]*[)）])?$")
#: A unit that is no unit.
EVERYONE = re.compile(r"^(?:各|全体|所有|全[镇乡]|有关|相关)|各村|各办|各站所|各单位")

_ROLES = re.compile(
    r"[(（](?:牵头|配合|主办|协办|责任|主责)[^()（）]*[)）]|^(?:牵头|配合|主办|协办|责任)(?:单位)?[:：]"
)
#: Not farther ahead than a name is long: a cell full of 和 would take hours.
_BETWEEN = re.compile(r"[、,，;；/\n]|\s{2,}|和(?=.{2,40}[办所站村室局])")

#: How headings within a table are numbered, by rank; what is not numbered is of the first.
_RANKS = (r"", r"[(（][一二三四五六七八九十]{1,3}[)）]", r"\d{1,3}[、.．]", r"[(（]\d{1,3}[)）]")


def rank_of_heading(text: str) -> int:
    """0 for 一、经济发展 and for a name alone, 1 for （一）招商引资 below it, and so on."""
    words = re.sub(r"\s", "", text)
    return next((rank for rank in (1, 2, 3) if re.match(_RANKS[rank], words)), 0)


def unit_names(text: str) -> list[str]:
    """The names in a cell of units: 经发办（牵头）、财政所 are two."""
    parts = (_ROLES.sub("", part.strip()).strip(" 　。.") for part in _BETWEEN.split(text))
    return [part for part in parts if part and part not in ("-", "—", "/", "无")]


def word_of(words: Mapping[str, str], value: str) -> str:
    """How a plan that goes out says a value: the first word that is read as it."""
    return next((word for word, meaning in words.items() if meaning == value), "")


def steps_in_words(steps: Iterable[tuple[str, date | None, Decimal]]) -> str:
    """The steps of a task in one cell, as they are read again: name, and in brackets day and weight."""
    listed = []
    for name, due, weight in steps:
        parts = [due.isoformat()] if due is not None else []
        if weight != 1:
            parts.append(f"权重{weight.normalize():f}")
        listed.append(f"{name}（{'，'.join(parts)}）" if parts else name)
    return "；".join(listed)
