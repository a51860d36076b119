//! A record as sent.

use chengzhi_http::{ClauseOut, DueOut};
use chengzhi_kernel::{Date, Month, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::half::Half;

/// Squad of a record.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DrillUnitOut {
    /// Squad.
    pub id: i64,
    /// Name.
    pub name: String,
    /// Who reviews it.
    pub reviewer_name: String,
}

/// One person of the roster of a session's day.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DrillAttendanceOut {
    /// Person.
    pub person_id: i64,
    /// Staff number.
    pub staff_no: String,
    /// Name.
    pub name: String,
    /// Post.
    pub post_name: String,
    /// Attended; of a day to come: is to attend.
    pub present: bool,
    /// Why not.
    pub absence_reason: Option<String>,
    /// Not at post by status on that day (产假 …).
    pub away: Option<String>,
    /// Exempt that day: the kind (大病 …).
    pub exempt: Option<String>,
}

/// A mark of the background check.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DrillMarkOut {
    /// From the first frame, milliseconds.
    pub at_ms: i64,
    /// End of a stretch.
    pub until_ms: Option<i64>,
    /// `cut`, `frozen`, `moved` …
    pub kind: String,
    /// `info`, `check`, `strong`.
    pub severity: String,
    /// Its word.
    pub severity_name: String,
    /// Sentence.
    pub text: String,
    /// SHA-256 of a small picture.
    pub thumb_hash: Option<String>,
}

/// A session's film.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DrillFilmOut {
    /// Film.
    pub id: i64,
    /// Upload it came by.
    pub upload_id: String,
    /// SHA-256.
    pub hash: String,
    /// Name.
    pub name: String,
    /// Bytes.
    pub size: i64,
    /// Upload ended.
    #[schema(value_type = String, format = DateTime)]
    pub uploaded_at: Timestamp,
    /// `waiting`, `running`, `done`, `unavailable`, `unverified`.
    pub check_state: String,
    /// Its word.
    pub check_state_name: String,
    /// Why it could not be checked.
    pub check_note: Option<String>,
    /// Decoded length, milliseconds.
    pub duration_ms: Option<i64>,
    /// By how much it falls short, milliseconds.
    pub lacks_ms: Option<i64>,
    /// Capture time by metadata, RFC 3339.
    pub captured_at: Option<String>,
    /// Marks. The squad sees those about length and playing; its reviewer sees all.
    pub marks: Vec<DrillMarkOut>,
}

/// A clause judged for a session.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DrillVerdictOut {
    /// `length`, `continuous`, `angle`, `attendance`, `rest`, `norm`.
    pub item: String,
    /// Its word.
    pub name: String,
    /// Kept or broken; none when only the reviewer can say.
    pub ok: Option<bool>,
    /// Sentence.
    pub text: String,
    /// 依据.
    pub clause: ClauseOut,
}

/// A session.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DrillSessionOut {
    /// Session.
    pub id: i64,
    /// Day.
    pub held_on: Option<Date>,
    /// Begin, `09:30`.
    pub start_time: Option<String>,
    /// Minutes, the rest included.
    pub minutes: Option<u32>,
    /// Place.
    pub place: Option<String>,
    /// Drill instructor.
    pub instructor: Option<String>,
    /// Subjects.
    pub subjects: Option<String>,
    /// Number of rests.
    pub rest_times: Option<u32>,
    /// Minutes of rest.
    pub rest_minutes: Option<u32>,
    /// Notes.
    pub notes: Option<String>,
    /// Its day is still to come: a plan.
    pub planned: bool,
    /// Held in the second half for the first (补训).
    pub makeup: bool,
    /// Attendance by the roster of the day.
    pub attendance: Vec<DrillAttendanceOut>,
    /// Present.
    pub attended: u32,
    /// Base of the share.
    pub base: u32,
    /// Least number that is enough.
    pub least: u32,
    /// Exempt that day.
    pub exempt: u32,
    /// Film.
    pub film: Option<DrillFilmOut>,
    /// The notice's clauses.
    pub verdicts: Vec<DrillVerdictOut>,
}

/// Something missing before a hand-in.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DrillBlockerOut {
    /// Field, `sessions[0].place`; the number counts the sessions from 0.
    pub field: String,
    /// What to do.
    pub message: String,
}

/// 回执 of the last hand-in.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DrillReceiptOut {
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
pub struct DrillReasonOut {
    /// Code.
    pub code: String,
    /// Words.
    pub text: String,
}

/// A line of the history.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DrillHistoryOut {
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
    pub reason: Option<DrillReasonOut>,
    /// Note.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Round.
    pub round: u32,
}

/// A reviewer's note.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DrillNoteOut {
    /// Note.
    pub id: i64,
    /// Session it is about.
    pub session_id: Option<i64>,
    /// Moment of the film, milliseconds.
    pub at_ms: Option<i64>,
    /// `3分20秒`, if it has a moment.
    pub at_label: Option<String>,
    /// Words.
    pub text: String,
    /// Round of the hand-in.
    pub round: u32,
    /// Who.
    pub by: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub written_at: Timestamp,
    /// True when the caller may take it back.
    pub mine: bool,
}

/// A line of the check list as answered.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DrillCheckOut {
    /// Clause.
    pub item: String,
    /// Its word.
    pub name: String,
    /// `pass`, `fail`, `unclear`.
    pub answer: String,
    /// Its word.
    pub answer_name: String,
    /// Note.
    pub note: String,
}

/// A clause of the check list with what arithmetic says of it over all sessions.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DrillCheckItemOut {
    /// Clause.
    pub item: String,
    /// Its word.
    pub name: String,
    /// Broken by arithmetic in some session: to be passed only with a note.
    pub broken: bool,
    /// 依据.
    pub clause: ClauseOut,
}

/// A difference to the hand-in that was sent back.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DrillChangeOut {
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
pub struct DrillHoldOut {
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
pub struct DrillDeniedOut {
    /// Action.
    pub action: String,
    /// Why.
    pub why: String,
}

/// Names that came onto or fell off a list.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct DrillRosterChangesOut {
    /// New on the list.
    pub joined: Vec<String>,
    /// No longer on it.
    pub left: Vec<String>,
}

/// The drill record of a squad's half-month.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DrillRecordOut {
    /// Squad.
    pub unit: DrillUnitOut,
    /// Month.
    #[schema(value_type = String)]
    pub month: Month,
    /// 1 or 2.
    #[schema(value_type = u32)]
    pub half: Half,
    /// 上半月, 下半月.
    pub half_name: String,
    /// First day of the half.
    pub from: Date,
    /// Last day of the half.
    pub to: Date,
    /// State.
    pub state: String,
    /// Its word.
    pub state_name: String,
    /// To be sent back with commands; 0 before anything was recorded.
    pub version: i64,
    /// Sessions.
    pub sessions: Vec<DrillSessionOut>,
    /// Hand-in.
    pub submit_due: DueOut,
    /// Review.
    pub review_due: DueOut,
    /// Lock.
    pub lock_at: DueOut,
    /// Days by which a review may pass its day; 0 is "same day".
    pub review_grace_days: u32,
    /// What is missing before a hand-in; only while the squad may change the record.
    pub blockers: Vec<DrillBlockerOut>,
    /// Rules that are broken: told before the hand-in, judged by the reviewer.
    pub warnings: Vec<String>,
    /// Number of the hand-in.
    pub round: u32,
    /// Whether the first hand-in was in time.
    pub on_time: Option<bool>,
    /// What counts as in time, in one sentence.
    pub counted_by: String,
    /// Whether the decision was late.
    pub reviewed_late: Option<bool>,
    /// 回执.
    pub receipt: Option<DrillReceiptOut>,
    /// History, oldest first.
    pub history: Vec<DrillHistoryOut>,
    /// Notes of reviewers: of decided rounds for everybody, of the present one for reviewers.
    pub notes: Vec<DrillNoteOut>,
    /// The check list.
    pub check_items: Vec<DrillCheckItemOut>,
    /// The check list of the last decision.
    pub checks: Vec<DrillCheckOut>,
    /// Against the hand-in that was sent back.
    pub diff: Option<Vec<DrillChangeOut>>,
    /// Who reads it.
    pub hold: Option<DrillHoldOut>,
    /// Passed to the city's training office.
    pub passed_up: bool,
    /// Who came onto or fell off a list since it was stored.
    pub roster_changes: DrillRosterChangesOut,
    /// What the caller may do.
    pub allowed: Vec<String>,
    /// What he may not, and why.
    pub denied: Vec<DrillDeniedOut>,
}
