//! The reviewer's commands.

use chengzhi_authz::need;
use chengzhi_http::{Allow, ClauseOut, Json, Path, Problem, ProblemBody, Query};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::records::{DrillVersionIn, slot};
use crate::domain::checklist::{Answer, Checked};
use crate::domain::reasons::reasons;
use crate::usecase::notes::{self, NoteInput};
use crate::usecase::policy::YearRules;
use crate::usecase::record_out::DrillRecordOut;
use crate::usecase::record_view::view;
use crate::usecase::review::{self, Complaint};
use crate::usecase::words::year_of;

/// Takes a record to read it, for half an hour.
#[utoipa::path(post, path = "/drill/records/{unit_id}/{month}/{half}/review/open", tag = "drill", request_body = DrillVersionIn, responses(
    (status = 200, body = DrillRecordOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn open_drill_review(
    allow: Allow<need::DrillReview>,
    Path((unit, month, half)): Path<(i64, String, u32)>,
    Json(body): Json<DrillVersionIn>,
) -> Result<Json<DrillRecordOut>, Problem> {
    let key = slot(unit, &month, half)?;
    review::open(&allow.ctx, &allow.scope, key, body.version).await?;
    Ok(Json(view(&allow.ctx, &allow.scope, key, None).await?))
}

/// Puts a record back.
#[utoipa::path(post, path = "/drill/records/{unit_id}/{month}/{half}/review/release", tag = "drill", responses(
    (status = 200, body = DrillRecordOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn release_drill_review(
    allow: Allow<need::DrillReview>,
    Path((unit, month, half)): Path<(i64, String, u32)>,
) -> Result<Json<DrillRecordOut>, Problem> {
    let key = slot(unit, &month, half)?;
    review::release(&allow.ctx, &allow.scope, key).await?;
    Ok(Json(view(&allow.ctx, &allow.scope, key, None).await?))
}

/// Passes a record that four eyes keep from the caller to the city's training office.
#[utoipa::path(post, path = "/drill/records/{unit_id}/{month}/{half}/review/pass-up", tag = "drill", request_body = DrillVersionIn, responses(
    (status = 200, body = DrillRecordOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn pass_up_drill_record(
    allow: Allow<need::DrillReview>,
    Path((unit, month, half)): Path<(i64, String, u32)>,
    Json(body): Json<DrillVersionIn>,
) -> Result<Json<DrillRecordOut>, Problem> {
    let key = slot(unit, &month, half)?;
    review::pass_up(&allow.ctx, &allow.scope, key, body.version).await?;
    Ok(Json(view(&allow.ctx, &allow.scope, key, None).await?))
}

/// A line of the check list.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct DrillCheckIn {
    /// `length`, `continuous`, `angle`, `attendance`, `rest`, `norm`.
    item: String,
    /// `pass`, `fail`, `unclear`.
    answer: String,
    #[serde(default)]
    note: Option<String>,
}

fn answers(sent: Vec<DrillCheckIn>) -> Result<Vec<Checked>, Problem> {
    sent.into_iter()
        .map(|line| {
            let answer = Answer::from_code(&line.answer).ok_or_else(|| {
                Problem::field("checks", "核对结论请选择符合、不符合或未能核验。")
            })?;
            Ok(Checked {
                item: line.item,
                answer,
                note: line.note.unwrap_or_default(),
            })
        })
        .collect()
}

/// A confirmation: every clause answered.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct DrillConfirmIn {
    version: i64,
    #[serde(default)]
    note: Option<String>,
    checks: Vec<DrillCheckIn>,
}

/// Confirms a record; its sessions count.
#[utoipa::path(post, path = "/drill/records/{unit_id}/{month}/{half}/confirm", tag = "drill", request_body = DrillConfirmIn, responses(
    (status = 200, body = DrillRecordOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn confirm_drill_record(
    allow: Allow<need::DrillReview>,
    Path((unit, month, half)): Path<(i64, String, u32)>,
    Json(body): Json<DrillConfirmIn>,
) -> Result<Json<DrillRecordOut>, Problem> {
    let key = slot(unit, &month, half)?;
    let (ctx, scope) = (&allow.ctx, &allow.scope);
    let note = body.note.unwrap_or_default();
    let checks = answers(body.checks)?;
    review::confirm(ctx, scope, key, body.version, &note, checks).await?;
    Ok(Json(view(ctx, scope, key, None).await?))
}

/// Why a record goes back or is refused.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct DrillComplaintIn {
    version: i64,
    reason_code: String,
    #[serde(default)]
    note: Option<String>,
    #[serde(default)]
    checks: Vec<DrillCheckIn>,
}

impl DrillComplaintIn {
    fn parts(self) -> Result<(i64, Complaint), Problem> {
        let complaint = Complaint {
            reason_code: self.reason_code,
            note: self.note.unwrap_or_default(),
            checks: answers(self.checks)?,
        };
        Ok((self.version, complaint))
    }
}

/// Sends a record back, to be mended within the month.
#[utoipa::path(post, path = "/drill/records/{unit_id}/{month}/{half}/return", tag = "drill", request_body = DrillComplaintIn, responses(
    (status = 200, body = DrillRecordOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn return_drill_record(
    allow: Allow<need::DrillReview>,
    Path((unit, month, half)): Path<(i64, String, u32)>,
    Json(body): Json<DrillComplaintIn>,
) -> Result<Json<DrillRecordOut>, Problem> {
    let key = slot(unit, &month, half)?;
    let (version, complaint) = body.parts()?;
    review::send_back(&allow.ctx, &allow.scope, key, version, complaint).await?;
    Ok(Json(view(&allow.ctx, &allow.scope, key, None).await?))
}

/// Refuses a record for good, after the lock.
#[utoipa::path(post, path = "/drill/records/{unit_id}/{month}/{half}/reject", tag = "drill", request_body = DrillComplaintIn, responses(
    (status = 200, body = DrillRecordOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn reject_drill_record(
    allow: Allow<need::DrillReview>,
    Path((unit, month, half)): Path<(i64, String, u32)>,
    Json(body): Json<DrillComplaintIn>,
) -> Result<Json<DrillRecordOut>, Problem> {
    let key = slot(unit, &month, half)?;
    let (version, complaint) = body.parts()?;
    review::reject(&allow.ctx, &allow.scope, key, version, complaint).await?;
    Ok(Json(view(&allow.ctx, &allow.scope, key, None).await?))
}

/// A note at a moment of a film.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct DrillNoteIn {
    /// Session; missing for the whole record.
    session_id: Option<i64>,
    /// Moment of its film, milliseconds.
    at_ms: Option<i64>,
    text: String,
}

/// Writes a note on the hand-in that waits for review.
#[utoipa::path(post, path = "/drill/records/{unit_id}/{month}/{half}/notes", tag = "drill", request_body = DrillNoteIn, responses(
    (status = 200, body = DrillRecordOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn add_drill_note(
    allow: Allow<need::DrillReview>,
    Path((unit, month, half)): Path<(i64, String, u32)>,
    Json(body): Json<DrillNoteIn>,
) -> Result<Json<DrillRecordOut>, Problem> {
    let key = slot(unit, &month, half)?;
    let input = NoteInput {
        session_id: body.session_id,
        at_ms: body.at_ms,
        text: body.text,
    };
    notes::add(&allow.ctx, &allow.scope, key, input).await?;
    Ok(Json(view(&allow.ctx, &allow.scope, key, None).await?))
}

/// Takes back a note of one's own before the decision.
#[utoipa::path(delete, path = "/drill/records/{unit_id}/{month}/{half}/notes/{id}", tag = "drill", responses(
    (status = 200, body = DrillRecordOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn remove_drill_note(
    allow: Allow<need::DrillReview>,
    Path((unit, month, half, id)): Path<(i64, String, u32, i64)>,
) -> Result<Json<DrillRecordOut>, Problem> {
    let key = slot(unit, &month, half)?;
    notes::remove(&allow.ctx, &allow.scope, key, id).await?;
    Ok(Json(view(&allow.ctx, &allow.scope, key, None).await?))
}

/// Which year's rules.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct DrillReasonsQuery {
    /// This year unless said.
    year: Option<i32>,
}

/// A reason to send back.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct DrillReturnReasonOut {
    /// Code.
    code: String,
    /// Words, with the numbers of the year.
    text: String,
    /// What the squad does about it.
    mend: String,
    /// Clause of the check list it belongs to.
    item: Option<String>,
    /// 依据.
    clause: Option<ClauseOut>,
    /// Whether a note is needed.
    note_required: bool,
}

/// The reasons to send a record back, by the rules of a year.
#[utoipa::path(get, path = "/drill/return-reasons", tag = "drill", params(DrillReasonsQuery), responses(
    (status = 200, body = Vec<DrillReturnReasonOut>),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn list_drill_return_reasons(
    allow: Allow<need::DrillRead>,
    Query(query): Query<DrillReasonsQuery>,
) -> Result<Json<Vec<DrillReturnReasonOut>>, Problem> {
    let year = year_of(query.year, allow.ctx.now)?;
    let mut tx = allow.ctx.db().read().await?;
    let rules = YearRules::load(&mut tx, &allow.ctx.state, year).await?;
    Ok(Json(
        reasons(&rules.params)
            .into_iter()
            .map(|reason| DrillReturnReasonOut {
                code: reason.code.to_owned(),
                text: reason.text,
                mend: reason.mend,
                item: reason.item.map(|item| item.code().to_owned()),
                clause: rules.reason_clause(reason.ground),
                note_required: reason.note_required,
            })
            .collect(),
    ))
}
