"""The words that headings of plans are made of. Read in published tables of counties and townships."""

import re


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


#: What each field is called, by the field's code. The first field that has a word keeps it.
FIELDS: dict[str, tuple[str, ...]] = {
    "code": _words(
        """
        编号 编码 代码 指标编码 指标编号 指标代码 任务编号 目标编号 code
        """
    ),
    "section": _words(
        """
        板块 类别 指标类别 考核类别 任务类别 所属板块 工作板块 一级指标 大类 分类 领域 项目类别 目标类别
        section
        """
    ),
    "name": _words(
        """
        指标名称 指标 任务名称 任务指标名称 指标任务名称 目标名称 考核指标 二级指标 三级指标 目标任务名称
        任务/指标名称 指标(任务)名称 工作任务名称 主要指标 具体指标 指标内容 项目名称 事项 工作事项
        indicator name
        """
    ),
    "unit_of_measure": _words(
        """
        计量单位 单位(计量) 指标单位 度量单位 unitofmeasure
        """
    ),
    "kind": _words(
        """
        指标类型 任务类型 目标类型 类型 指标性质 指标属性 kind
        """
    ),
    "accumulation": _words(
        """
        累计方式 统计方式 accumulation
        """
    ),
    "direction": _words(
        """
        方向 指标方向 考核方向 正逆向 direction
        """
    ),
    "unit": _words(
        """
        责任单位 牵头单位 责任站所 责任科室 责任部门 责任办所 牵头部门 牵头科室 牵头责任单位 主责单位
        承办单位 承办部门 责任办公室 责任股室 落实单位 完成单位 填报单位 责任村 主办单位 牵头站所 牵头办所
        责任单位(部门) 任务单位 实施单位 责任主体
        """
    ),
    "supporting": _words(
        """
        配合单位 协办单位 配合部门 参与单位 协助单位 配合站所 协同单位 协作单位 配合责任单位 责任单位(配合)
        """
    ),
    "lead_leader": _words(
        """
        分管领导 牵头领导 责任领导 包抓领导 联系领导 分管责任人 挂点领导 包保领导 牵头县领导 牵头(分管)领导
        主管领导 分管负责人
        """
    ),
    "responsible_person": _words(
        """
        责任人 具体责任人 直接责任人 经办人 承办人 联络员 第一责任人 负责人 工作责任人 具体经办人
        """
    ),
    "baseline": _words(
        """
        上年实绩 上年完成 上年实际 去年实绩 去年完成 去年实际 基数 上年基数 基期值 上年数 去年数 上年完成数
        上年实际完成 去年同期 上年完成情况 上年值 基准值 去年基数 baseline
        """
    ),
    "weight": _words(
        """
        权重 分值 标准分 满分 基本分 分数 赋分 考核分值 各项分值 权重(分) 基础分 weight
        """
    ),
    "deadline": _words(
        """
        完成时限 完成时间 时限 办结时限 完成期限 时间节点 计划完成时间 截止时间 要求完成时间 完成日期
        时限要求 时间要求 责任时限 deadline
        """
    ),
    "steps": _words(
        """
        工作节点 节点安排 任务节点 节点任务安排 steps
        """
    ),
    "wording": _words(
        """
        目标原文 任务原文 原文 目标任务原文 任务描述 目标描述 目标任务及要求 工作目标及任务要求 任务要求
        目标要求 工作要求
        """
    ),
    "definition": _words(
        """
        口径 口径说明 指标口径 统计口径 指标解释 指标说明 计算口径 指标定义 口径解释 计算方法 definition
        """
    ),
    "source": _words(
        """
        数据来源 监考单位 考核单位 来源 数据提供单位 考核部门 评价部门 负责考核部门 数据来源单位
        考核责任单位 source
        """
    ),
    "path": _words(
        """
        推进方式 计划方式 序时方式 进度方式 阶段目标之间 plan path
        """
    ),
    "frequency": _words(
        """
        填报频率 报送频率 频率 调度频率 报送周期 填报周期 报送频次 填报频次 frequency
        """
    ),
    "note": _words(
        """
        备注 说明 note 备注说明 其他说明 备注/口径说明
        """
    ),
}

#: What a table also has and a plan does not keep: numbering, progress, scores.
UNUSED = _words(
    """
    序号 序 no 编排 完成率 完成比例 序时进度 序时 时序进度 差距 与序时差距 亮灯 亮牌 进展情况 工作进展
    进度情况 存在问题 问题 下一步措施 下一步打算 下步打算 工作措施 工作举措 主要措施 推进措施 具体措施
    措施 得分 自评分 考核分 考核得分 评分标准 评分细则 计分办法 考核办法 考核标准 本月完成 本月 累计完成
    当前进度 完成情况 完成进度 目前进度 当前完成 实际完成 排名 联系电话 签字 同比 增幅 增长 增长率 增量 增速 同比增长
    今年完成 累计完成率 工作动态 资金使用情况 工作进度 是否完成
    """
)

#: Of these, what only numbers the rows.
NUMBERING = _words("序号 序 no 编排")
#: Words that say too little alone: what they may be, in order. Contents put another one first.
AMBIGUOUS: dict[str, tuple[str, ...]] = {
    "单位": ("unit_of_measure", "unit"),
    "责任": ("unit", "responsible_person"),
    "目标任务": ("wording", "checkpoint-12", "name"),
    "工作目标": ("wording", "checkpoint-12", "name"),
    "任务目标": ("wording", "checkpoint-12", "name"),
    "工作任务": ("name", "wording"),
    "主要任务": ("name", "wording"),
    "重点任务": ("name", "wording"),
    "重点工作": ("name", "wording"),
    "年度任务": ("checkpoint-12", "wording", "name"),
    "年度目标任务": ("checkpoint-12", "wording", "name"),
    "任务内容": ("name", "wording"),
    "工作内容": ("name", "wording"),
    "考核内容": ("name", "wording"),
    "目标内容": ("wording", "name"),
    "任务": ("name", "wording"),
    "内容": ("name", "wording"),
    "名称": ("name",),
    "项目": ("name", "section"),
    "考核项目": ("section", "name"),
    "工作项目": ("name", "section"),
}

#: What makes a heading with a month or a year a target, and what makes it a result.
TARGET = _words("目标 任务 计划 指标值 阶段 应完成 预期 预计 安排 要求 节点")
RESULT = _words("实绩 实际 完成 基数 同期 执行")
LATER_YEAR = re.compile("(?:明|次|翌|来|下一?)年")
LAST_YEAR = _words("上年 去年 上一年 前一年 基期")
#: A heading of these alone is the annual target.
ANNUAL = _words(
    """
    目标 目标值 目标数 任务数 计划数 任务值 计划值 指标值 全年 年度 年度数 考核目标 考核目标值 指标数 target
    annualtarget
    """
)


def heading_of(key: str) -> str:
    """What a column is called when a plan goes out: the word that is read again without doubt."""
    name, _dash, month = key.partition("-")
    if not month:
        return FIELDS[name][0]
    return {"6": "上半年目标", "12": "全年目标"}.get(month, f"{month}月底目标")
