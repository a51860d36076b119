//! Drill reviews (队列会操).

use axum::extract::Multipart;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chengzhi_authz::need;
use chengzhi_http::{Allow, Json, Path, Problem, ProblemBody, Query, upload_named};
use chengzhi_kernel::{Date, Quantity, UnitId};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::usecase::contest_out::{DrillContestOut, DrillContestsOut};
use crate::usecase::contest_photos::{self, Size, UPLOAD_LIMIT};
use crate::usecase::contests::{ContestInput, TeamInput, list, remove, save, view};
use crate::usecase::words::year_of;

/// Which year.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ContestsQuery {
    /// This year unless said.
    year: Option<i32>,
}

/// Reviews of a year, and which districts still owe theirs.
#[utoipa::path(get, path = "/drill/contests", tag = "drill", params(ContestsQuery), responses(
    (status = 200, body = DrillContestsOut),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn list_drill_contests(
    allow: Allow<need::DrillRead>,
    Query(query): Query<ContestsQuery>,
) -> Result<Json<DrillContestsOut>, Problem> {
    let year = year_of(query.year, allow.ctx.now)?;
    Ok(Json(list(&allow.ctx, &allow.scope, year).await?))
}

/// Reads a review.
#[utoipa::path(get, path = "/drill/contests/{id}", tag = "drill", responses(
    (status = 200, body = DrillContestOut),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn get_drill_contest(
    allow: Allow<need::DrillRead>,
    Path(id): Path<i64>,
) -> Result<Json<DrillContestOut>, Problem> {
    Ok(Json(view(&allow.ctx, &allow.scope, id).await?))
}

/// A team.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct DrillContestTeamIn {
    unit_id: i64,
    /// Points, 0 to 1000.
    #[schema(value_type = Option<f64>)]
    score: Option<Quantity>,
    #[serde(default)]
    award: String,
}

/// A review.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct DrillContestIn {
    /// `version` as read; 0 for a new one.
    version: i64,
    /// District bureau, or the city bureau for the city's contest.
    unit_id: i64,
    title: String,
    held_on: Date,
    place: String,
    #[serde(default)]
    judges: Vec<String>,
    #[serde(default)]
    note: String,
    teams: Vec<DrillContestTeamIn>,
}

impl DrillContestIn {
    fn input(self) -> ContestInput {
        ContestInput {
            version: self.version,
            unit: UnitId::from(self.unit_id),
            title: self.title,
            held_on: self.held_on,
            place: self.place,
            judges: self.judges,
            note: self.note,
            teams: self
                .teams
                .into_iter()
                .map(|team| TeamInput {
                    unit: UnitId::from(team.unit_id),
                    score: team.score,
                    award: team.award,
                })
                .collect(),
        }
    }
}

/// Enters a review with teams and results.
#[utoipa::path(post, path = "/drill/contests", tag = "drill", request_body = DrillContestIn, responses(
    (status = 200, body = DrillContestOut),
    (status = 404, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn add_drill_contest(
    allow: Allow<need::DrillContest>,
    Json(body): Json<DrillContestIn>,
) -> Result<Json<DrillContestOut>, Problem> {
    let id = save(&allow.ctx, &allow.scope, None, body.input()).await?;
    Ok(Json(view(&allow.ctx, &allow.scope, id).await?))
}

/// Changes a review.
#[utoipa::path(put, path = "/drill/contests/{id}", tag = "drill", request_body = DrillContestIn, responses(
    (status = 200, body = DrillContestOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn save_drill_contest(
    allow: Allow<need::DrillContest>,
    Path(id): Path<i64>,
    Json(body): Json<DrillContestIn>,
) -> Result<Json<DrillContestOut>, Problem> {
    save(&allow.ctx, &allow.scope, Some(id), body.input()).await?;
    Ok(Json(view(&allow.ctx, &allow.scope, id).await?))
}

/// Why a review is taken out.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct DrillContestRemoveIn {
    /// `version` as read.
    version: i64,
    reason: String,
}

/// Takes a review out of the lists.
#[utoipa::path(post, path = "/drill/contests/{id}/remove", tag = "drill", request_body = DrillContestRemoveIn, responses(
    (status = 204),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn remove_drill_contest(
    allow: Allow<need::DrillContest>,
    Path(id): Path<i64>,
    Json(body): Json<DrillContestRemoveIn>,
) -> Result<StatusCode, Problem> {
    remove(&allow.ctx, &allow.scope, id, body.version, &body.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Adds a photo.
#[utoipa::path(post, path = "/drill/contests/{id}/photos", tag = "drill",
    request_body(content_type = "multipart/form-data", description = "Field `file`: JPEG or PNG"), responses(
    (status = 200, body = DrillContestOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 413, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn add_drill_contest_photo(
    allow: Allow<need::DrillContest>,
    Path(id): Path<i64>,
    mut form: Multipart,
) -> Result<Json<DrillContestOut>, Problem> {
    let upload = upload_named(&mut form, "file", UPLOAD_LIMIT).await?;
    contest_photos::add(&allow.ctx, &allow.scope, id, upload).await?;
    Ok(Json(view(&allow.ctx, &allow.scope, id).await?))
}

/// Takes a photo off.
#[utoipa::path(delete, path = "/drill/contests/{id}/photos/{photo_id}", tag = "drill", responses(
    (status = 200, body = DrillContestOut),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn remove_drill_contest_photo(
    allow: Allow<need::DrillContest>,
    Path((id, photo)): Path<(i64, i64)>,
) -> Result<Json<DrillContestOut>, Problem> {
    contest_photos::remove(&allow.ctx, &allow.scope, id, photo).await?;
    Ok(Json(view(&allow.ctx, &allow.scope, id).await?))
}

/// A photo without camera data.
#[utoipa::path(get, path = "/drill/contests/{id}/photos/{photo_id}/file", tag = "drill", responses(
    (status = 200, content_type = "image/jpeg"),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn get_drill_contest_photo(
    allow: Allow<need::DrillRead>,
    Path((id, photo)): Path<(i64, i64)>,
) -> Result<Response, Problem> {
    let (ctx, scope) = (&allow.ctx, &allow.scope);
    Ok(jpeg(
        contest_photos::picture(ctx, scope, id, photo, Size::Full).await?,
    ))
}

/// A photo's thumbnail.
#[utoipa::path(get, path = "/drill/contests/{id}/photos/{photo_id}/thumb", tag = "drill", responses(
    (status = 200, content_type = "image/jpeg"),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn get_drill_contest_photo_thumb(
    allow: Allow<need::DrillRead>,
    Path((id, photo)): Path<(i64, i64)>,
) -> Result<Response, Problem> {
    let (ctx, scope) = (&allow.ctx, &allow.scope);
    Ok(jpeg(
        contest_photos::picture(ctx, scope, id, photo, Size::Thumb).await?,
    ))
}

fn jpeg(bytes: Vec<u8>) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("image/jpeg"));
    // Private: the next person at this computer may have no right to it.
    let cache = HeaderValue::from_static("private, max-age=3600");
    headers.insert(header::CACHE_CONTROL, cache);
    (StatusCode::OK, headers, bytes).into_response()
}
