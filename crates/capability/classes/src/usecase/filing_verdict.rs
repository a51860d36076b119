//! Whether a class was told in time (B-26): the verdict that stands, with the days that it was held against.

use chengzhi_kernel::Date;
use chengzhi_kernel::dates::format_cn;
use serde::Serialize;
use utoipa::ToSchema;

use crate::store::filings::Filing;

/// The verdict that stands for a class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ClassFilingVerdictOut {
    /// It came too late.
    pub late: bool,
    /// Day of the filing or change that is judged.
    pub filed_on: Date,
    /// First day that it told.
    pub first_on: Date,
    /// Last day in time for that first day.
    pub due_on: Date,
    /// All days in a sentence or two.
    pub text: String,
}

/// The filing that decides: the last one that was held against a deadline. A change that brought no earlier first day
/// has none of its own.
#[must_use]
pub fn deciding(filings: &[Filing]) -> Option<&Filing> {
    filings.iter().rev().find(|filing| filing.late.is_some())
}

/// Whether a change is held against a deadline of its own: the first day came before the one last told.
#[must_use]
pub fn is_earlier(filings: &[Filing], first_on: Date) -> bool {
    filings
        .last()
        .is_some_and(|filing| first_on < filing.first_on)
}

/// The verdict of a class whose first day is now `first_on`.
#[must_use]
pub fn verdict(filings: &[Filing], first_on: Option<Date>) -> Option<ClassFilingVerdictOut> {
    let filing = deciding(filings)?;
    let (late, due_on) = (filing.late?, filing.due_on?);
    let filed_on = filing.filed_at.date();
    let day = format_cn;
    let came = if late {
        "迟于期限，记为迟报，不影响办班"
    } else {
        "在期限内"
    };
    let before = filings
        .iter()
        .rev()
        .find(|earlier| earlier.seq < filing.seq);
    let mut text = match before {
        None => format!(
            "报备的首日为{}，应不晚于{}报备；实际于{}报备，{came}。",
            day(filing.first_on),
            day(due_on),
            day(filed_on)
        ),
        Some(told) => format!(
            "{}所报的首日为{}；{}改为提前到{}开班，应不晚于{}报备，变更{came}。",
            day(told.filed_at.date()),
            day(told.first_on),
            day(filed_on),
            day(filing.first_on),
            day(due_on)
        ),
    };
    if let Some(now) = first_on.filter(|now| *now != filing.first_on) {
        text.push_str(&format!("此后首日改为{}，没有提前，不另计迟报。", day(now)));
    }
    Some(ClassFilingVerdictOut {
        late,
        filed_on,
        first_on: filing.first_on,
        due_on,
        text,
    })
}
