//! A record as sent.

use chengzhi_http::DueOut;
use chengzhi_kernel::{Month, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use super::tasks::MaterialOut;

/// Unit of a record.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RecordUnitOut {
    /// Unit.
    pub id: i64,
    /// Name.
    pub name: String,
    /// Who reviews it.
    pub reviewer_name: String,
}

/// Task of the record's month.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RecordTaskOut {
    /// Topic.
    pub topic: String,
    /// Guidance.
    pub guidance: String,
    /// Files.
    pub materials: Vec<MaterialOut>,
}

/// Session as recorded.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SessionOut {
    /// Day.
    pub held_on: Option<chengzhi_kernel::Date>,
    /// Begin, `09:30`.
    pub start_time: Option<String>,
    /// Minutes.
    pub minutes: Option<u32>,
    /// Place.
    pub place: Option<String>,
    /// Speaker.
    pub speaker: Option<String>,
    /// Topic.
    pub topic: Option<String>,
    /// Content.
    pub content: Option<String>,
    /// Whether the whole session was filmed (B-29).
    pub filmed: Option<bool>,
    /// Where the film is kept.
    pub film_place: Option<String>,
    /// Notes.
    pub notes: Option<String>,
}

/// One person of the roster of the session's day.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AttendanceOut {
    /// Person.
    pub person_id: i64,
    /// Staff number.
    pub staff_no: String,
    /// Name.
    pub name: String,
    /// Post.
    pub post_name: String,
    /// Attended.
    pub present: bool,
    /// Why not.
    pub absence_reason: Option<String>,
    /// Away by status on that day (长病假 …).
    pub away: Option<String>,
}

/// A photo.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PhotoOut {
    /// Photo.
    pub id: i64,
    /// SHA-256.
    pub hash: String,
    /// Small picture without camera data.
    pub thumb_url: String,
    /// The picture: the original for its reviewer, without camera data for everybody else.
    pub url: String,
    /// Camera time.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub taken_at: Option<Timestamp>,
    /// Bytes.
    pub size: i64,
    /// Used elsewhere; for the reviewer only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub look_alikes: Option<Vec<LookAlikeOut>>,
    /// Camera place; for the reviewer only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
}

/// Another record with the same or a similar photo.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LookAlikeOut {
    /// Unit of the other record.
    pub unit_name: String,
    /// Its month.
    #[schema(value_type = String)]
    pub month: Month,
    /// `same` or `similar`.
    pub kind: String,
}

/// Something missing before a hand-in.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BlockerOut {
    /// Field.
    pub field: String,
    /// What to do.
    pub message: String,
}

/// 回执 of the last hand-in.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReceiptOut {
    /// When it came.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Start of the content's SHA-256.
    pub hash_short: String,
    /// Who may still change it.
    pub who_can_change: String,
}

/// Reason with its words.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReasonOut {
    /// Code.
    pub code: String,
    /// Words.
    pub text: String,
    /// How it is mended: what the reviewer was told the unit would read.
    pub mend: String,
}

/// A line of the history.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct HistoryOut {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Who.
    pub by: String,
    /// Code.
    pub event: String,
    /// Word.
    pub event_name: String,
    /// Reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<ReasonOut>,
    /// Note.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Round.
    pub round: u32,
}

/// A difference to the hand-in that was sent back.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ChangeOut {
    /// Field.
    pub field: String,
    /// Its name.
    pub label: String,
    /// Before.
    pub before: String,
    /// After.
    pub after: String,
}

/// Who reads it at the moment.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct HoldOut {
    /// Account.
    pub by: String,
    /// Name.
    pub name: String,
    /// Until when.
    #[schema(value_type = String, format = DateTime)]
    pub until: Timestamp,
    /// True when it is the caller's own.
    pub mine: bool,
}

/// An action that is refused, with the reason.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DeniedOut {
    /// Action.
    pub action: String,
    /// Why.
    pub why: String,
}

/// Names that came onto or fell off the list.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct RosterChangesOut {
    /// New on the list.
    pub joined: Vec<String>,
    /// No longer on it.
    pub left: Vec<String>,
}

/// A monthly study record.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RecordOut {
    /// Unit.
    pub unit: RecordUnitOut,
    /// Month.
    #[schema(value_type = String)]
    pub month: Month,
    /// State.
    pub state: String,
    /// Its word.
    pub state_name: String,
    /// To be sent back with commands; 0 before anything was recorded.
    pub version: i64,
    /// The city's task, if issued.
    pub task: Option<RecordTaskOut>,
    /// Session.
    pub session: SessionOut,
    /// Attendance by the roster of the day.
    pub attendance: Vec<AttendanceOut>,
    /// Expected people.
    pub expected: u32,
    /// Present people.
    pub attended: u32,
    /// Photos.
    pub photos: Vec<PhotoOut>,
    /// Hand-in.
    pub submit_due: DueOut,
    /// Review.
    pub review_due: DueOut,
    /// Lock.
    pub lock_at: DueOut,
    /// What is missing before a hand-in; only while the unit may change the record.
    pub blockers: Vec<BlockerOut>,
    /// Number of the hand-in.
    pub round: u32,
    /// Whether the first hand-in was in time.
    pub on_time: Option<bool>,
    /// Whether the decision was late.
    pub reviewed_late: Option<bool>,
    /// 回执.
    pub receipt: Option<ReceiptOut>,
    /// History, oldest first.
    pub history: Vec<HistoryOut>,
    /// Against the hand-in that was sent back.
    pub diff: Option<Vec<ChangeOut>>,
    /// Who reads it.
    pub hold: Option<HoldOut>,
    /// Passed to the city's training office.
    pub passed_up: bool,
    /// Who came onto or fell off the list since it was stored.
    pub roster_changes: RosterChangesOut,
    /// What the caller may do.
    pub allowed: Vec<String>,
    /// What he may not, and why.
    pub denied: Vec<DeniedOut>,
}
