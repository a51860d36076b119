//! The documents there are, each as a type: a field that is misspelt does not compile.
//!
//! Texts are plain: they are printed as they are, line breaks included, and never read as markup.

mod answer_sheet;
mod attendance_sheet;
mod certificate;
mod class_notice;
mod exam_paper;
mod picture;
mod table_report;
mod ticket;
mod timetable;
mod words;

pub use answer_sheet::{AnswerQuestion, AnswerSection, AnswerSheet};
pub use attendance_sheet::{AttendanceRow, AttendanceSheet};
pub use certificate::Certificate;
pub use class_notice::{ClassNotice, NoticeFact};
pub use exam_paper::{ExamPaper, PaperPicture, PaperQuestion, PaperSection, QuestionKind};
pub use table_report::{Align, ReportColumn, ScoreList, ScoreRow, TableReport};
pub use ticket::{AdmissionTicket, TicketSession};
pub use timetable::{Lesson, Period, Timetable, TimetableDay};

use serde::Serialize;
use serde_json::Value;

use crate::DocumentError;

/// Rows of one document, some 130 pages. Setting them takes memory in proportion; beyond this a
/// spreadsheet is the right form.
pub const MAX_ROWS: usize = 2_000;

/// The data of a template that is the document's own fields.
fn own_fields<T: Serialize>(document: &T) -> Result<Value, DocumentError> {
    serde_json::to_value(document)
        .map_err(|error| DocumentError::Content(format!("文书内容无法写出：{error}")))
}

/// Refuses more rows than a document holds.
fn check_rows(rows: usize) -> Result<(), DocumentError> {
    if rows > MAX_ROWS {
        return Err(DocumentError::Content(format!(
            "一份文书最多 {MAX_ROWS} 行，现有 {rows} 行，请分批生成或改用电子表格"
        )));
    }
    Ok(())
}
