"""Units of measure as people write them: brought to one spelling where that is certain, else kept as they are.

``normal`` changes names only, never amounts: 500 万元 stays 500 万元. ``factor`` is exact. 人 and 人次, 户 and 户次
count different things.
"""

import re
import unicodedata
from fractions import Fraction
from functools import lru_cache

#: Other spellings of the same unit, to the one of GB 3100. 公里 and 公斤 are customary names of 千米 and 千克.
_SPELLINGS = {
    "公里": "千米", "km": "千米",
    "m": "米", "公尺": "米",
    "公斤": "千克", "kg": "千克",
    "t": "吨", "公吨": "吨",
    "㎡": "平方米", "m2": "平方米", "m²": "平方米", "平米": "平方米", "平方": "平方米",
    "m3": "立方米", "m³": "立方米", "立方": "立方米",
    "平方千米": "平方公里", "km2": "平方公里", "km²": "平方公里",
    "hm2": "公顷", "hm²": "公顷", "ha": "公顷",
    "百分比": "%", "百分数": "%", "百分之": "%",
    "pct": "%", "个百分点": "百分点",
    "个村": "村",
    "个月": "月", "个小时": "小时", "个工作日": "工作日",
    "人民币万元": "万元", "万元人民币": "万元", "RMB万元": "万元",
    "圆": "元", "人民币": "元",
    "戶": "户", "個": "个", "畝": "亩",
}  # fmt: skip

#: What is seen in plans of townships: enough to tell a unit of measure from the name of an office.
_COUNTS = """
    个 人 名 户 件 起 次 处 条 座 栋 间 家 份 例 场 期 批 篇 组 支 台 套 辆 只 头 羽 株 棵 眼 口 块 宗
    项 所 村 人次 户次 件次 场次 户数 人数 个村 万人 万户 万人次 万头 万羽 万株 万只 千瓦 万千瓦 千瓦时
    度 天 月 小时 分 亩次 万亩次 村次 元/人 公斤/亩 千克/亩 微克/立方米 毫克/升 升 百分点 ‰ 名次 位 篇次
    人/户 平方米/人 分钟 工作日 轮 本 册 张 幅 笔 幢 根 片 尾 盏 匹 箱 兆瓦
"""
#: Units of one quantity, by what one of them is of the smallest.
_FAMILIES: tuple[dict[str, int | Fraction], ...] = (
    {"元": 1, "千元": 1_000, "万元": 10_000, "百万元": 1_000_000, "亿元": 100_000_000},
    {"米": 1, "千米": 1_000, "万米": 10_000},
    {"千克": 1, "万千克": 10_000, "吨": 1_000, "万吨": 10_000_000, "斤": Fraction(1, 2), "万斤": 5_000},
    # 1 公顷 = 15 亩 = 10,000 平方米; 1 平方公里 = 1,500 亩.
    {
        "平方米": 1,
        "万平方米": 10_000,
        "亩": Fraction(10_000, 15),
        "万亩": Fraction(100_000_000, 15),
        "公顷": 10_000,
        "平方公里": 1_000_000,
    },
    {"人": 1, "万人": 10_000},
    {"人次": 1, "万人次": 10_000},
    {"户": 1, "万户": 10_000},
    {"立方米": 1, "万立方米": 10_000},
    {"‰": 1, "%": 10},
)
_KNOWN = frozenset(_COUNTS.split()) | {unit for family in _FAMILIES for unit in family} | {"%"}
_SCALES = {"万": 10_000, "亿": 100_000_000, "百万": 1_000_000, "千": 1_000}


@lru_cache(maxsize=4_096)
def normal(text: str) -> str:
    """A unit of measure in its one spelling; what is not known stays, without blanks, brackets and full-width letters.

    公里 becomes 千米 and 万公斤 becomes 万千克; the amount beside it stays the same.
    """
    unit = _plain(text)
    if (spelling := _SPELLINGS.get(unit) or _SPELLINGS.get(unit.lower())) is not None:
        return spelling
    for scale in _SCALES:
        rest = unit.removeprefix(scale)
        if rest != unit and rest in _SPELLINGS and f"{scale}{_SPELLINGS[rest]}" in _KNOWN:
            return f"{scale}{_SPELLINGS[rest]}"
    return unit


def same(left: str, right: str) -> bool:
    """Whether two names are of the same unit: 公里 and 千米."""
    return normal(left) == normal(right)


def is_known(text: str) -> bool:
    """Whether this is a unit of measure that plans are written in."""
    unit = normal(text)
    return unit in _KNOWN or any(unit.removeprefix(scale) in _KNOWN for scale in _SCALES if unit.startswith(scale))


def is_share(text: str) -> bool:
    """Whether amounts in this unit are rates: never summed, kept in percent."""
    return normal(text) in ("%", "‰")


def factor(old: str, new: str) -> Fraction | None:
    """How many of ``new`` one of ``old`` is: 10,000 from 万元 to 元; ``None`` where they measure different things."""
    old, new = normal(old), normal(new)
    for family in _FAMILIES:
        if old in family and new in family:
            return Fraction(family[old]) / Fraction(family[new])
    (one, plain_old), (other, plain_new) = without_multiple(old), without_multiple(new)
    return Fraction(one, other) if plain_old == plain_new else None


def without_multiple(text: str) -> tuple[int, str]:
    """A unit of measure that counts in multiples as both: 万吨 is 10,000 and 吨, 千米 is 1 and 千米."""
    unit = normal(text)
    for scale, times in _SCALES.items():
        if unit.startswith(scale) and unit not in ("千米", "千克", "千瓦", "千瓦时"):
            return times, unit.removeprefix(scale)
    return 1, unit


def _plain(text: str) -> str:
    # ㎡ and ² fall apart into plain letters under NFKC: that is wanted, the table has those too.
    unit = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    unit = unit.strip("()[]（）【】:：,，。.、")
    return unit.removeprefix("单位")
