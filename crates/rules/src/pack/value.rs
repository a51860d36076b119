//! The values a rule may hold, and how they are read from a pack and written for people.

use chengzhi_kernel::deadline::{DeadlineRule, Unit};
use chengzhi_kernel::{Date, Month, Quantity};
use serde::Serialize;

/// What a rule's value must look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A whole number from the first to the second bound.
    Count(i64, i64),
    /// Hours or credits, zero or more.
    Amount,
    /// Yes or no.
    Flag,
    /// Free text, not empty.
    Text,
    /// One of the listed words.
    OneOf(&'static [&'static str]),
    /// A list of texts, at least one.
    List,
    /// A list of month numbers.
    Months,
    /// A share such as `7/10`, at most one.
    Ratio,
    /// A day of the year, `06-30`.
    DayOfYear,
    /// A day of the month: a number, `月底`, or `月底+3`.
    DayOfMonth,
    /// A training: audience, content, section.
    Training,
}

/// A day within (or just after) a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum DaySpec {
    /// Day number; the last day in shorter months.
    Day(u32),
    /// The month's last day moved by so many days.
    MonthEnd(i32),
}

impl DaySpec {
    /// The deadline rule for it: half-open at the end of that day.
    #[must_use]
    pub fn rule(self, key: &str, clause: &str) -> DeadlineRule {
        match self {
            Self::Day(n) => DeadlineRule::new(key, n.cast_signed(), Unit::DayOfMonth),
            Self::MonthEnd(offset) => DeadlineRule::new(key, offset, Unit::EndOfPeriod),
        }
        .with_clause(clause)
    }

    /// The day itself in `month`.
    #[must_use]
    pub fn in_month(self, month: Month) -> Date {
        match self {
            Self::Day(n) => month.day(n),
            Self::MonthEnd(offset) => {
                chengzhi_kernel::deadline::plus_days(month.last_day(), i64::from(offset))
            }
        }
    }

    /// The day before, for notices whose "by the 20th" leaves the 20th out.
    #[must_use]
    pub fn day_before(self) -> Self {
        match self {
            Self::Day(n) => Self::Day(n.saturating_sub(1)),
            Self::MonthEnd(offset) => Self::MonthEnd(offset - 1),
        }
    }
}

/// A training of the year's plan (B-76…B-84).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Training {
    /// Who attends.
    pub audience: String,
    /// What is taught.
    pub content: Vec<String>,
    /// The responsible section; empty when the text names none.
    pub section: String,
}

/// A rule's value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// Whole number.
    Count(i64),
    /// Hours or credits.
    Amount(Quantity),
    /// Yes or no.
    Flag(bool),
    /// Text.
    Text(String),
    /// Texts.
    List(Vec<String>),
    /// Month numbers, ascending.
    Months(Vec<u32>),
    /// Numerator and denominator.
    Ratio(i64, i64),
    /// Month and day.
    DayOfYear(u32, u32),
    /// Day within a month.
    DayOfMonth(DaySpec),
    /// Training.
    Training(Training),
}

impl Value {
    /// Reads a pack's value as `kind`; the error says in Chinese what is asked for.
    ///
    /// # Errors
    /// The sentence for the pack's author.
    pub fn read(kind: Kind, raw: &toml::Value) -> Result<Self, String> {
        let wanted = || Err(kind.asked());
        match (kind, raw) {
            (Kind::Count(low, high), toml::Value::Integer(n)) => {
                if (low..=high).contains(n) {
                    Ok(Self::Count(*n))
                } else {
                    wanted()
                }
            }
            (Kind::Amount, toml::Value::Integer(_) | toml::Value::Float(_)) => {
                match Quantity::parse_non_negative(raw.to_string().as_bytes()) {
                    Ok(q) => Ok(Self::Amount(q)),
                    // A float such as 23.5 prints as itself, 24.0 as "24.0": both are read.
                    Err(_) => wanted(),
                }
            }
            (Kind::Flag, toml::Value::Boolean(b)) => Ok(Self::Flag(*b)),
            (Kind::Text, toml::Value::String(s)) if !s.trim().is_empty() => {
                Ok(Self::Text(s.clone()))
            }
            (Kind::OneOf(words), toml::Value::String(s)) if words.contains(&s.as_str()) => {
                Ok(Self::Text(s.clone()))
            }
            (Kind::List, toml::Value::Array(items)) if !items.is_empty() => {
                texts(items).map_or_else(wanted, |list| Ok(Self::List(list)))
            }
            (Kind::Months, toml::Value::Array(items)) if !items.is_empty() => {
                months(items).map_or_else(wanted, |list| Ok(Self::Months(list)))
            }
            (Kind::Ratio, toml::Value::String(s)) => ratio(s).map_or_else(wanted, Ok),
            (Kind::DayOfYear, toml::Value::String(s)) => day_of_year(s).map_or_else(wanted, Ok),
            (Kind::DayOfMonth, toml::Value::Integer(n)) => match u32::try_from(*n) {
                Ok(n @ 2..=31) => Ok(Self::DayOfMonth(DaySpec::Day(n))),
                _ => wanted(),
            },
            (Kind::DayOfMonth, toml::Value::String(s)) => month_end(s).map_or_else(wanted, Ok),
            (Kind::Training, toml::Value::Table(t)) => training(t).map_or_else(wanted, Ok),
            _ => wanted(),
        }
    }

    /// Reads the text of `--set key=value` as `kind`.
    ///
    /// # Errors
    /// The sentence for the person at the keyboard.
    pub fn read_text(kind: Kind, text: &str) -> Result<Self, String> {
        let text = text.trim();
        let list = || {
            text.split(['、', ',', '，'])
                .map(str::trim)
                .filter(|s| !s.is_empty())
        };
        let number = |s: &str| {
            s.parse()
                .map_or_else(|_| toml::Value::String(s.to_owned()), toml::Value::Integer)
        };
        let raw = match kind {
            Kind::Count(..) | Kind::DayOfMonth => number(text),
            Kind::Amount => {
                return Quantity::parse_non_negative(text.as_bytes())
                    .map(Self::Amount)
                    .map_err(|_| kind.asked());
            }
            Kind::Flag => match text {
                "true" | "是" => toml::Value::Boolean(true),
                "false" | "否" => toml::Value::Boolean(false),
                _ => toml::Value::String(text.to_owned()),
            },
            Kind::List => {
                toml::Value::Array(list().map(|s| toml::Value::String(s.to_owned())).collect())
            }
            Kind::Months => toml::Value::Array(list().map(number).collect()),
            Kind::Text | Kind::OneOf(_) | Kind::Ratio | Kind::DayOfYear | Kind::Training => {
                toml::Value::String(text.to_owned())
            }
        };
        Self::read(kind, &raw)
    }

    /// The value as people read it: `60`, `是`, `月底`, `七成` as `7/10`, lists joined by 、.
    #[must_use]
    pub fn text_cn(&self) -> String {
        match self {
            Self::Count(n) => n.to_string(),
            Self::Amount(q) => q.to_string(),
            Self::Flag(b) => if *b { "是" } else { "否" }.to_owned(),
            Self::Text(s) => s.clone(),
            Self::List(items) => items.join("、"),
            Self::Months(items) => items
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join("、"),
            Self::Ratio(n, d) => format!("{n}/{d}"),
            Self::DayOfYear(m, d) => format!("{m}月{d}日"),
            Self::DayOfMonth(DaySpec::Day(n)) => n.to_string(),
            Self::DayOfMonth(DaySpec::MonthEnd(0)) => "月底".to_owned(),
            Self::DayOfMonth(DaySpec::MonthEnd(n)) => format!("月底{n:+}"),
            Self::Training(t) => {
                let content = t.content.join("；");
                if t.section.is_empty() {
                    format!("对象：{}。内容：{content}", t.audience)
                } else {
                    format!(
                        "对象：{}。内容：{content}。责任科室：{}",
                        t.audience, t.section
                    )
                }
            }
        }
    }
}

impl Kind {
    /// What a value of this kind looks like, for error texts.
    #[must_use]
    pub fn asked(self) -> String {
        match self {
            Self::Count(low, high) => format!("应为{low}到{high}之间的整数"),
            Self::Amount => "应为不小于0、最多三位小数的数".to_owned(),
            Self::Flag => "应为 true 或 false".to_owned(),
            Self::Text => "应为非空文字".to_owned(),
            Self::OneOf(words) => format!("应为{}之一", words.join("、")),
            Self::List => "应为非空的文字列表".to_owned(),
            Self::Months => "应为1到12的月份列表".to_owned(),
            Self::Ratio => "应为不大于1的分数，如 \"7/10\"".to_owned(),
            Self::DayOfYear => "应为月日，如 \"06-30\"".to_owned(),
            Self::DayOfMonth => "应为2到31的日数、\"月底\"或\"月底+3\"".to_owned(),
            Self::Training => "应写明 audience、content、section".to_owned(),
        }
    }
}

fn texts(items: &[toml::Value]) -> Option<Vec<String>> {
    items
        .iter()
        .map(|v| {
            v.as_str()
                .filter(|s| !s.trim().is_empty())
                .map(str::to_owned)
        })
        .collect()
}

fn months(items: &[toml::Value]) -> Option<Vec<u32>> {
    let read = |v: &toml::Value| {
        u32::try_from(v.as_integer()?)
            .ok()
            .filter(|m| (1..=12).contains(m))
    };
    let mut list = items.iter().map(read).collect::<Option<Vec<_>>>()?;
    list.sort_unstable();
    list.dedup();
    Some(list)
}

fn ratio(text: &str) -> Option<Value> {
    let (n, d) = text.split_once('/')?;
    let (n, d): (i64, i64) = (n.trim().parse().ok()?, d.trim().parse().ok()?);
    (0 < n && n <= d && d <= 1000).then_some(Value::Ratio(n, d))
}

fn day_of_year(text: &str) -> Option<Value> {
    let (m, d) = text.split_once('-')?;
    let (m, d): (u32, u32) = (m.parse().ok()?, d.parse().ok()?);
    // Judged in a leap year; 02-29 becomes the 28th where the year has none.
    Date::from_ymd_opt(2024, m, d).map(|_| Value::DayOfYear(m, d))
}

fn month_end(text: &str) -> Option<Value> {
    let rest = text.strip_prefix("月底")?;
    let offset = if rest.is_empty() {
        0
    } else {
        rest.parse::<i32>().ok()?
    };
    let signed = rest.is_empty() || rest.starts_with(['+', '-']);
    (signed && (-20..=20).contains(&offset)).then_some(Value::DayOfMonth(DaySpec::MonthEnd(offset)))
}

fn training(table: &toml::Table) -> Option<Value> {
    let text = |key: &str| {
        table
            .get(key)
            .and_then(toml::Value::as_str)
            .map(str::to_owned)
    };
    let training = Training {
        audience: text("audience").filter(|s| !s.is_empty())?,
        content: texts(table.get("content")?.as_array()?)?,
        section: text("section")?,
    };
    (table.len() == 3 && !training.content.is_empty()).then_some(Value::Training(training))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn set_texts_are_read_like_pack_values() {
        let cases = [
            (Kind::Count(0, 100), "18", Some("18")),
            (Kind::Count(0, 10), "18", None),
            (Kind::Amount, "23.5", Some("23.5")),
            (Kind::Amount, "-1", None),
            (Kind::Flag, "是", Some("是")),
            (Kind::Flag, "maybe", None),
            (Kind::Ratio, "6/10", Some("6/10")),
            (Kind::Ratio, "11/10", None),
            (Kind::DayOfMonth, "18", Some("18")),
            (Kind::DayOfMonth, "月底+3", Some("月底+3")),
            (Kind::DayOfMonth, "月底3", None),
            (Kind::DayOfMonth, "32", None),
            (Kind::DayOfYear, "06-31", None),
            (Kind::List, "甲、乙", Some("甲、乙")),
            (Kind::Months, "10,5", Some("5、10")),
            (Kind::OneOf(&["不顺延"]), "顺延", None),
        ];
        for (kind, text, want) in cases {
            let got = Value::read_text(kind, text).ok().map(|v| v.text_cn());
            assert_eq!(got.as_deref(), want, "{kind:?} {text}");
        }
    }

    #[test]
    fn days_resolve_in_their_month() {
        let feb = Month::new(2024, 2).unwrap();
        assert_eq!(DaySpec::Day(31).in_month(feb).to_string(), "2024-02-29");
        assert_eq!(DaySpec::MonthEnd(3).in_month(feb).to_string(), "2024-03-03");
        assert_eq!(
            DaySpec::MonthEnd(-1).in_month(feb).to_string(),
            "2024-02-28"
        );
    }
}
