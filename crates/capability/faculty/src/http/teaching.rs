//! Invitations, the calendar, and what an instructor sees of himself.

use chengzhi_authz::need;
use chengzhi_http::{Allow, Json, Path, Problem, ProblemBody, Query, SignedIn};
use chengzhi_kernel::{Date, Timestamp, UnitId};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::FacultyMadeOut;
use crate::usecase::bad_field;
use crate::usecase::calendar::{Asked, FacultyCalendarOut, calendar};
use crate::usecase::invitations::{
    FacultyInvitationOut, InvitationInput, answer, invite, list, withdraw,
};
use crate::usecase::own::{FacultyOwnOut, own};

/// An invitation.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct FacultyInvitationIn {
    /// The bureau that asks.
    unit_id: i64,
    /// Day.
    on: Date,
    /// `09:00`.
    from: String,
    /// `11:30`, not included; `24:00` is the day's end.
    until: String,
    topic: String,
    place: String,
    #[serde(default)]
    note: String,
}

/// An instant of a day by its clock.
fn clock(field: &str, on: Date, text: &str) -> Result<Timestamp, Problem> {
    let wrong = || bad_field(field, "时间请写成09:00的样子。");
    let (hour, minute) = text.split_once(':').ok_or_else(wrong)?;
    let (hour, minute): (u32, u32) = (
        hour.parse().map_err(|_| wrong())?,
        minute.parse().map_err(|_| wrong())?,
    );
    match (hour, minute) {
        (24, 0) => Ok(Timestamp::end_of_day(on)),
        (0..=23, 0..=59) => Ok(Timestamp::at(on, hour, minute)),
        _ => Err(wrong()),
    }
}

/// Asks an instructor to teach.
#[utoipa::path(post, path = "/faculty/instructors/{id}/invitations", tag = "faculty", request_body = FacultyInvitationIn, responses(
    (status = 200, body = FacultyMadeOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn invite_faculty_instructor(
    allow: Allow<need::FacultyManage>,
    Path(id): Path<i64>,
    Json(body): Json<FacultyInvitationIn>,
) -> Result<Json<FacultyMadeOut>, Problem> {
    let input = InvitationInput {
        unit: UnitId::from(body.unit_id),
        starts_at: clock("from", body.on, &body.from)?,
        ends_at: clock("until", body.on, &body.until)?,
        topic: body.topic,
        place: body.place,
        note: body.note,
    };
    let id = invite(&allow.ctx, &allow.scope, id, input).await?;
    Ok(Json(FacultyMadeOut { id }))
}

/// Invitations that the caller's bureaus sent.
#[utoipa::path(get, path = "/faculty/invitations", tag = "faculty", responses(
    (status = 200, body = Vec<FacultyInvitationOut>),
))]
pub(super) async fn list_faculty_invitations(
    allow: Allow<need::FacultyManage>,
) -> Result<Json<Vec<FacultyInvitationOut>>, Problem> {
    Ok(Json(list(&allow.ctx, &allow.scope).await?))
}

/// Why it is taken back.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct FacultyTakeBackIn {
    reason: String,
}

/// Takes an invitation back.
#[utoipa::path(post, path = "/faculty/invitations/{id}/withdraw", tag = "faculty", request_body = FacultyTakeBackIn, responses(
    (status = 200, body = Vec<FacultyInvitationOut>),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn withdraw_faculty_invitation(
    allow: Allow<need::FacultyManage>,
    Path(id): Path<i64>,
    Json(body): Json<FacultyTakeBackIn>,
) -> Result<Json<Vec<FacultyInvitationOut>>, Problem> {
    withdraw(&allow.ctx, &allow.scope, id, &body.reason).await?;
    Ok(Json(list(&allow.ctx, &allow.scope).await?))
}

/// An answer.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct FacultyAnswerIn {
    /// True to come.
    accept: bool,
    #[serde(default)]
    answer: String,
}

/// Answers an invitation of one's own.
#[utoipa::path(post, path = "/faculty/invitations/{id}/answer", tag = "faculty", request_body = FacultyAnswerIn, responses(
    (status = 200, body = FacultyOwnOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn answer_faculty_invitation(
    allow: Allow<need::FacultyRead>,
    Path(id): Path<i64>,
    Json(body): Json<FacultyAnswerIn>,
) -> Result<Json<FacultyOwnOut>, Problem> {
    answer(&allow.ctx, id, body.accept, &body.answer).await?;
    Ok(Json(own(&allow.ctx).await?))
}

/// Which days, of whom or what.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct CalendarQuery {
    /// First day.
    from: Date,
    /// Last day.
    to: Date,
    /// One instructor only.
    instructor: Option<i64>,
    /// One place only.
    place: Option<i64>,
}

/// Who and what is taken when.
#[utoipa::path(get, path = "/faculty/calendar", tag = "faculty", params(CalendarQuery), responses(
    (status = 200, body = FacultyCalendarOut),
    (status = 404, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn get_faculty_calendar(
    allow: Allow<need::FacultyRead>,
    Query(query): Query<CalendarQuery>,
) -> Result<Json<FacultyCalendarOut>, Problem> {
    let asked = Asked {
        from: query.from,
        to: query.to,
        instructor: query.instructor,
        place: query.place,
    };
    Ok(Json(calendar(&allow.ctx, &allow.scope, asked).await?))
}

/// The caller as instructor: invitations, calendar, record.
#[utoipa::path(get, path = "/faculty/me", tag = "faculty", responses(
    (status = 200, body = FacultyOwnOut),
))]
pub(super) async fn get_own_faculty(
    SignedIn(ctx): SignedIn,
) -> Result<Json<FacultyOwnOut>, Problem> {
    Ok(Json(own(&ctx).await?))
}
