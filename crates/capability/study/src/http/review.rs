//! The reviewer's commands.

use chengzhi_authz::need;
use chengzhi_http::{Allow, Json, Path, Problem, ProblemBody, SignedIn};
use chengzhi_kernel::PersonId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::records::{VersionIn, slot};
use crate::domain::reasons::REASONS;
use crate::usecase::correct::{Correction, correct};
use crate::usecase::record_out::RecordOut;
use crate::usecase::record_view::view;
use crate::usecase::review::{self, Complaint};

/// Takes a record to read it, for half an hour.
#[utoipa::path(post, path = "/study/records/{unit_id}/{month}/review/open", tag = "study", request_body = VersionIn, responses(
    (status = 200, body = RecordOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn open_study_review(
    allow: Allow<need::StudyReview>,
    Path((unit, month)): Path<(i64, String)>,
    Json(body): Json<VersionIn>,
) -> Result<Json<RecordOut>, Problem> {
    let slot = slot(unit, &month)?;
    review::open(&allow.ctx, &allow.scope, slot, body.version).await?;
    Ok(Json(
        view(&allow.ctx, &allow.scope, slot.0, slot.1, None).await?,
    ))
}

/// Puts a record back.
#[utoipa::path(post, path = "/study/records/{unit_id}/{month}/review/release", tag = "study", responses(
    (status = 200, body = RecordOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn release_study_review(
    allow: Allow<need::StudyReview>,
    Path((unit, month)): Path<(i64, String)>,
) -> Result<Json<RecordOut>, Problem> {
    let slot = slot(unit, &month)?;
    review::release(&allow.ctx, &allow.scope, slot).await?;
    Ok(Json(
        view(&allow.ctx, &allow.scope, slot.0, slot.1, None).await?,
    ))
}

/// Passes a record that four eyes keep from the caller to the city's training office.
#[utoipa::path(post, path = "/study/records/{unit_id}/{month}/review/pass-up", tag = "study", request_body = VersionIn, responses(
    (status = 200, body = RecordOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn pass_up_study_record(
    allow: Allow<need::StudyReview>,
    Path((unit, month)): Path<(i64, String)>,
    Json(body): Json<VersionIn>,
) -> Result<Json<RecordOut>, Problem> {
    let slot = slot(unit, &month)?;
    review::pass_up(&allow.ctx, &allow.scope, slot, body.version).await?;
    Ok(Json(
        view(&allow.ctx, &allow.scope, slot.0, slot.1, None).await?,
    ))
}

/// A confirmation.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ConfirmIn {
    version: i64,
    #[serde(default)]
    note: Option<String>,
}

/// Confirms a record; attendance goes to the ledger in the same transaction.
#[utoipa::path(post, path = "/study/records/{unit_id}/{month}/confirm", tag = "study", request_body = ConfirmIn, responses(
    (status = 200, body = RecordOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn confirm_study_record(
    allow: Allow<need::StudyReview>,
    Path((unit, month)): Path<(i64, String)>,
    Json(body): Json<ConfirmIn>,
) -> Result<Json<RecordOut>, Problem> {
    let slot = slot(unit, &month)?;
    let note = body.note.unwrap_or_default();
    review::confirm(&allow.ctx, &allow.scope, slot, body.version, &note).await?;
    Ok(Json(
        view(&allow.ctx, &allow.scope, slot.0, slot.1, None).await?,
    ))
}

/// Why a record goes back or is refused.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ComplaintIn {
    version: i64,
    reason_code: String,
    #[serde(default)]
    note: Option<String>,
    #[serde(default)]
    fields: Vec<String>,
}

impl ComplaintIn {
    fn parts(self) -> (i64, Complaint) {
        let complaint = Complaint {
            reason_code: self.reason_code,
            note: self.note.unwrap_or_default(),
            fields: self.fields,
        };
        (self.version, complaint)
    }
}

/// Sends a record back.
#[utoipa::path(post, path = "/study/records/{unit_id}/{month}/return", tag = "study", request_body = ComplaintIn, responses(
    (status = 200, body = RecordOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn return_study_record(
    allow: Allow<need::StudyReview>,
    Path((unit, month)): Path<(i64, String)>,
    Json(body): Json<ComplaintIn>,
) -> Result<Json<RecordOut>, Problem> {
    let slot = slot(unit, &month)?;
    let (version, complaint) = body.parts();
    review::send_back(&allow.ctx, &allow.scope, slot, version, complaint).await?;
    Ok(Json(
        view(&allow.ctx, &allow.scope, slot.0, slot.1, None).await?,
    ))
}

/// Refuses a record for good, after the lock.
#[utoipa::path(post, path = "/study/records/{unit_id}/{month}/reject", tag = "study", request_body = ComplaintIn, responses(
    (status = 200, body = RecordOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn reject_study_record(
    allow: Allow<need::StudyReview>,
    Path((unit, month)): Path<(i64, String)>,
    Json(body): Json<ComplaintIn>,
) -> Result<Json<RecordOut>, Problem> {
    let slot = slot(unit, &month)?;
    let (version, complaint) = body.parts();
    review::reject(&allow.ctx, &allow.scope, slot, version, complaint).await?;
    Ok(Json(
        view(&allow.ctx, &allow.scope, slot.0, slot.1, None).await?,
    ))
}

/// A correction of one person's attendance.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct CorrectionIn {
    person_id: i64,
    present: bool,
    reason: String,
    #[serde(default)]
    version: Option<i64>,
}

/// Corrects attendance of a confirmed record; posts or reverses in the ledger.
#[utoipa::path(post, path = "/study/records/{unit_id}/{month}/correct", tag = "study", request_body = CorrectionIn, responses(
    (status = 200, body = RecordOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn correct_study_record(
    allow: Allow<need::StudyReview>,
    Path((unit, month)): Path<(i64, String)>,
    Json(body): Json<CorrectionIn>,
) -> Result<Json<RecordOut>, Problem> {
    let slot = slot(unit, &month)?;
    let correction = Correction {
        person: PersonId::from(body.person_id),
        present: body.present,
        reason: body.reason,
        version: body.version,
    };
    correct(&allow.ctx, &allow.scope, slot, correction).await?;
    Ok(Json(
        view(&allow.ctx, &allow.scope, slot.0, slot.1, None).await?,
    ))
}

/// A reason to send back.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct ReturnReasonOut {
    /// Code.
    code: String,
    /// Words.
    text: String,
    /// What the unit does about it.
    mend: String,
    /// Whether a note is needed.
    note_required: bool,
}

/// The reasons to send a record back.
#[utoipa::path(get, path = "/study/return-reasons", tag = "study", responses((status = 200, body = Vec<ReturnReasonOut>)))]
pub(super) async fn list_study_return_reasons(_signed_in: SignedIn) -> Json<Vec<ReturnReasonOut>> {
    Json(
        REASONS
            .iter()
            .map(|reason| ReturnReasonOut {
                code: reason.code.to_owned(),
                text: reason.text.to_owned(),
                mend: reason.mend.to_owned(),
                note_required: reason.note_required,
            })
            .collect(),
    )
}
