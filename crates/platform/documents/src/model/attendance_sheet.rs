//! 签到表: who was there.

use chengzhi_kernel::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::{check_rows, own_fields, words};
use crate::{Document, DocumentError};

/// A trainee's line.
#[derive(Debug, Clone, Serialize)]
pub struct AttendanceRow {
    /// His unit.
    pub unit: String,
    /// His name.
    pub name: String,
    /// When he signed in, if he did.
    #[serde(serialize_with = "words::as_clock_option")]
    pub signed_in: Option<Timestamp>,
    /// When he signed out, if he did.
    #[serde(serialize_with = "words::as_clock_option")]
    pub signed_out: Option<Timestamp>,
    /// 正常, 迟到, 请假. Empty on a sheet to be signed by hand.
    pub status: String,
    /// Anything else, for instance the reason of a manual entry.
    pub note: String,
}

/// The sign-in sheet of one session, with a blank column for signatures. The heading and the head
/// of the table stand on every page.
#[derive(Debug, Clone, Serialize)]
pub struct AttendanceSheet {
    /// The class.
    pub class: String,
    /// What was taught in this session.
    pub session: String,
    /// When: start.
    #[serde(skip)]
    pub start: Timestamp,
    /// When: end.
    #[serde(skip)]
    pub end: Timestamp,
    /// Where.
    pub place: String,
    /// The class teacher, who signs at the end.
    pub teacher: String,
    /// One line of counts under the heading: 应到 40 人，实到 38 人. Empty: none.
    pub counts: String,
    /// The trainees, in the order of printing.
    pub rows: Vec<AttendanceRow>,
}

impl Document for AttendanceSheet {
    fn template(&self) -> &'static str {
        "attendance_sheet.typ"
    }

    fn name(&self) -> &'static str {
        "签到表"
    }

    fn data(&self) -> Result<Value, DocumentError> {
        check_rows(self.rows.len())?;
        let mut data = own_fields(self)?;
        data["time"] = words::span(self.start, self.end).into();
        Ok(data)
    }
}
