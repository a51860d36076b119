//! Blocks, lines and figures of a first page.

use chengzhi_kernel::Date;

/// At most three blocks: what is late, what is due soon, what waits for somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Block {
    /// 已逾期.
    Overdue,
    /// 快到期.
    DueSoon,
    /// 等待处理.
    Waiting,
}

impl Block {
    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Block::Overdue => "overdue",
            Block::DueSoon => "due_soon",
            Block::Waiting => "waiting",
        }
    }

    /// Heading.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Block::Overdue => "已逾期",
            Block::DueSoon => "快到期",
            Block::Waiting => "待处理",
        }
    }
}

/// Where a last day comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Row of the requirements.
    pub rule: String,
    /// Clause.
    pub clause: String,
    /// What it says.
    pub text: String,
}

/// One line: one action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Where it stands.
    pub block: Block,
    /// Stable kind.
    pub kind: String,
    /// What.
    pub title: String,
    /// More, in one sentence.
    pub detail: String,
    /// How many, when it stands for several.
    pub count: Option<i64>,
    /// Last day.
    pub due_on: Option<Date>,
    /// 依据 of the last day.
    pub source: Option<Source>,
    /// Where it is done.
    pub link: String,
}

/// Lines of a block: nearest last day first, then as collected.
#[must_use]
pub fn lines_of(block: Block, lines: &[Line]) -> Vec<&Line> {
    let mut found: Vec<&Line> = lines.iter().filter(|line| line.block == block).collect();
    found.sort_by_key(|line| line.due_on.unwrap_or(Date::MAX));
    found
}

/// The sentence on top of the page.
#[must_use]
pub fn headline(lines: &[Line]) -> String {
    let count = |block| lines.iter().filter(|line| line.block == block).count();
    match (
        count(Block::Overdue),
        count(Block::DueSoon),
        count(Block::Waiting),
    ) {
        (0, 0, 0) => "今天没有待办。".to_owned(),
        (0, 0, waiting) => format!("没有逾期和快到期的事项，待处理{waiting}项。"),
        (0, soon, _) => format!("没有逾期，快到期{soon}项。"),
        (late, 0, _) => format!("已逾期{late}项，请先处理。"),
        (late, soon, _) => format!("已逾期{late}项，快到期{soon}项。"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(block: Block, due: Option<&str>) -> Line {
        Line {
            block,
            kind: "x".to_owned(),
            title: String::new(),
            detail: String::new(),
            count: None,
            due_on: due.map(|text| chengzhi_kernel::parse_date(text).unwrap()),
            source: None,
            link: String::new(),
        }
    }

    #[test]
    fn the_headline_names_what_is_worst() {
        assert_eq!(headline(&[]), "今天没有待办。");
        assert_eq!(
            headline(&[line(Block::Waiting, None)]),
            "没有逾期和快到期的事项，待处理1项。"
        );
        let all = [
            line(Block::Overdue, None),
            line(Block::DueSoon, None),
            line(Block::DueSoon, None),
        ];
        assert_eq!(headline(&all), "已逾期1项，快到期2项。");
    }

    #[test]
    fn the_nearest_last_day_comes_first() {
        let lines = [
            line(Block::DueSoon, None),
            line(Block::DueSoon, Some("2024-11-25")),
            line(Block::DueSoon, Some("2024-11-20")),
        ];
        let days: Vec<_> = lines_of(Block::DueSoon, &lines)
            .iter()
            .map(|line| line.due_on)
            .collect();
        assert_eq!(days, [lines[2].due_on, lines[1].due_on, None]);
    }
}
