//! Commands and queries. Commands work on a transaction that the caller opened and commits, so that
//! the command line and the demo city can put many of them into one.

mod fields;
pub mod people;
pub mod reach;
pub mod reviewing;
pub mod roster_import;
pub mod status;
mod unit_views;
pub mod units;

use chengzhi_authz::Scope;
use chengzhi_db::Audit;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::{AccountId, Date, PersonId, Timestamp, UnitId};

/// Who changes units and people, when, and how far he may reach.
#[derive(Debug, Clone)]
pub struct Editor {
    /// The account; none on the command line.
    pub account: Option<AccountId>,
    /// Name for the audit log.
    pub name: String,
    /// Business time.
    pub now: Timestamp,
    /// The rows his right reaches; none is everything (command line, demo city).
    pub scope: Option<Scope>,
}

impl Editor {
    /// The actor of a request with the scope of the right that the request needs.
    #[must_use]
    pub fn of(ctx: &Ctx, scope: Scope) -> Self {
        Editor {
            account: Some(ctx.actor.account_id),
            name: ctx.actor.name.clone(),
            now: ctx.now,
            scope: Some(scope),
        }
    }

    /// A named person at the command line, who reaches everything.
    #[must_use]
    pub fn command_line(name: &str, now: Timestamp) -> Self {
        Editor {
            account: None,
            name: format!("命令行：{name}"),
            now,
            scope: None,
        }
    }

    /// Business day.
    #[must_use]
    pub fn today(&self) -> Date {
        self.now.date()
    }

    /// True when rows of the unit may be changed.
    #[must_use]
    pub fn reaches(&self, unit: UnitId) -> bool {
        self.scope.as_ref().is_none_or(|scope| scope.has_unit(unit))
    }

    /// True when the person's rows may be changed: through his unit only, nobody edits himself.
    #[must_use]
    pub fn reaches_person(&self, person: PersonId, unit: Option<UnitId>) -> bool {
        match &self.scope {
            None => true,
            Some(scope) => {
                scope.own != Some(person) && unit.is_some_and(|unit| scope.has_unit(unit))
            }
        }
    }

    /// An audit line in his name.
    pub fn audit(&self, action: &str, subject: impl Into<String>) -> Audit {
        Audit::new(self.account, self.name.clone(), action, subject)
    }
}

/// Checks a day that people typed: 1949 to 2099.
///
/// # Errors
/// 422 naming the field.
pub(crate) fn plain_day(field: &str, day: Date) -> Result<Date, Problem> {
    if (1949..2100).contains(&chrono::Datelike::year(&day)) {
        Ok(day)
    } else {
        Err(Problem::field(field, "日期的年份不对，请核对。"))
    }
}

/// Checks a text that people typed: not empty, not too long, no control characters.
///
/// # Errors
/// 422 naming the field.
pub(crate) fn plain_text(
    field: &str,
    name: &str,
    text: &str,
    longest: usize,
) -> Result<String, Problem> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Problem::field(field, format!("{name}不能为空。")));
    }
    if text.chars().count() > longest {
        return Err(Problem::field(
            field,
            format!("{name}不能超过{longest}个字。"),
        ));
    }
    if text.chars().any(char::is_control) {
        return Err(Problem::field(
            field,
            format!("{name}不能有换行等控制字符。"),
        ));
    }
    Ok(text.to_owned())
}
