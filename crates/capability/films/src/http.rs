//! Links for playing a film, the hold on it, and the room a squad has for films.

use std::collections::BTreeMap;

use chengzhi_authz::need;
use chengzhi_drill::facade as drill;
use chengzhi_files::{ContentKey, FileRow, find_file};
use chengzhi_http::{Allow, AppState, Json, Path, Problem, ProblemBody, Query};
use chengzhi_kernel::{FileHash, Month, Timestamp, UnitId};
use chengzhi_uploads::{LINK_SECONDS, link};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::store;
use crate::usecase::check::REVIEW_COPY;
use crate::usecase::hold;
use crate::usecase::room::{self, Room};

/// All routes, relative to `/api/v1`.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(get_film_room))
        .routes(routes!(get_drill_film))
        .routes(routes!(hold_drill_film, unhold_drill_film))
}

/// Whose room, under the rules of which month.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct FilmRoomQuery {
    /// Squad.
    unit_id: i64,
    /// Month of the record.
    #[param(value_type = String)]
    month: Month,
}

/// What a squad may still send, told before anybody films.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FilmRoomOut {
    /// Largest film, bytes.
    pub max_bytes: u64,
    /// All films the squad may keep, bytes; none is without limit.
    pub quota_bytes: Option<u64>,
    /// Films here or on their way, bytes.
    pub used_bytes: u64,
    /// What is left, bytes; none is without limit.
    pub free_bytes: Option<u64>,
}

impl From<Room> for FilmRoomOut {
    fn from(room: Room) -> FilmRoomOut {
        FilmRoomOut {
            max_bytes: room.max_bytes,
            quota_bytes: room.quota_bytes,
            used_bytes: room.used_bytes,
            free_bytes: room.free_bytes(),
        }
    }
}

/// What a squad may still send.
#[utoipa::path(get, path = "/films/room", tag = "drill", params(FilmRoomQuery), responses(
    (status = 200, body = FilmRoomOut),
    (status = 404, body = ProblemBody),
))]
pub(crate) async fn get_film_room(
    allow: Allow<need::DrillReport>,
    Query(query): Query<FilmRoomQuery>,
) -> Result<Json<FilmRoomOut>, Problem> {
    let unit = UnitId::from(query.unit_id);
    if !allow.scope.has_unit(unit) {
        return Err(Problem::not_found());
    }
    let mut tx = allow.ctx.db().read().await?;
    let room = room::of_unit(&mut tx, &allow.ctx.state, unit, query.month).await?;
    Ok(Json(room.into()))
}

/// A film with links that play it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FilmLinksOut {
    /// SHA-256.
    pub hash: String,
    /// Type by content.
    pub mime: String,
    /// Bytes.
    pub size: i64,
    /// Plays the original, by ranges; none once its keeping period is over.
    pub url: Option<String>,
    /// Plays a copy that every browser knows, where the original is not for browsers.
    pub review_url: Option<String>,
    /// When the content went; record, marks and fingerprint stay.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub gone_at: Option<Timestamp>,
    /// Last instant of its keeping period; none is for good.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub keep_until: Option<Timestamp>,
    /// True while it stays whatever its keeping period says.
    pub hold: bool,
    /// Links are good until then.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
    /// Pictures of marks by their hash.
    pub thumbs: BTreeMap<String, String>,
}

/// Links for playing a film of a record that the caller may read.
#[utoipa::path(get, path = "/films/{hash}", tag = "drill", responses(
    (status = 200, body = FilmLinksOut),
    (status = 404, body = ProblemBody),
))]
pub(crate) async fn get_drill_film(
    allow: Allow<need::DrillRead>,
    Path(hash): Path<String>,
) -> Result<Json<FilmLinksOut>, Problem> {
    let hash = FileHash::parse(&hash).ok_or_else(Problem::not_found)?;
    let mut tx = allow.ctx.db().read().await?;
    if !drill::may_play(&mut tx, &allow.scope, hash.as_str()).await? {
        return Err(Problem::not_found());
    }
    let row = find_file(&mut tx, &hash)
        .await?
        .ok_or_else(Problem::not_found)?;
    let thumbs = drill::thumbs_of(&mut tx, hash.as_str()).await?;
    let copied = store::has_review_copy(&mut tx, hash.as_str()).await?;
    drop(tx);
    let ctx = &allow.ctx;
    let original = ContentKey::original(&hash);
    let copy = ContentKey::derived(&hash, REVIEW_COPY);
    let mut links = BTreeMap::new();
    for thumb in thumbs {
        if let Some(key) = FileHash::parse(&thumb) {
            let url = link(ctx, &ContentKey::original(&key), LINK_SECONDS).await?;
            links.insert(thumb, url);
        }
    }
    let here = row.gone_at.is_none();
    Ok(Json(FilmLinksOut {
        url: if here {
            Some(link(ctx, &original, LINK_SECONDS).await?)
        } else {
            None
        },
        review_url: if here && copied {
            Some(link(ctx, &copy, LINK_SECONDS).await?)
        } else {
            None
        },
        hash: hash.as_str().to_owned(),
        mime: row.mime,
        size: row.size,
        gone_at: row.gone_at,
        keep_until: row.keep_until,
        hold: row.hold,
        expires_at: ctx.state.wall.now().plus_seconds(LINK_SECONDS),
        thumbs: links,
    }))
}

/// Why a film is held, or no longer.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct FilmHoldIn {
    /// Stands in the audit log.
    reason: String,
}

/// How long a film is kept.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FilmKeepingOut {
    /// Last instant of its keeping period; none is for good.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub keep_until: Option<Timestamp>,
    /// True while it stays whatever its keeping period says.
    pub hold: bool,
}

impl From<FileRow> for FilmKeepingOut {
    fn from(row: FileRow) -> FilmKeepingOut {
        FilmKeepingOut {
            keep_until: row.keep_until,
            hold: row.hold,
        }
    }
}

async fn put_hold(
    allow: &Allow<need::DrillReview>,
    hash: &str,
    hold: bool,
    reason: &str,
) -> Result<Json<FilmKeepingOut>, Problem> {
    let hash = FileHash::parse(hash).ok_or_else(Problem::not_found)?;
    let row = hold::set(&allow.ctx, &allow.scope, &hash, hold, reason).await?;
    Ok(Json(row.into()))
}

/// Holds a film: it stays beyond its keeping period.
#[utoipa::path(post, path = "/films/{hash}/hold", tag = "drill", request_body = FilmHoldIn, responses(
    (status = 200, body = FilmKeepingOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(crate) async fn hold_drill_film(
    allow: Allow<need::DrillReview>,
    Path(hash): Path<String>,
    Json(body): Json<FilmHoldIn>,
) -> Result<Json<FilmKeepingOut>, Problem> {
    put_hold(&allow, &hash, true, &body.reason).await
}

/// Lifts the hold: the keeping period counts again.
#[utoipa::path(delete, path = "/films/{hash}/hold", tag = "drill", request_body = FilmHoldIn, responses(
    (status = 200, body = FilmKeepingOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(crate) async fn unhold_drill_film(
    allow: Allow<need::DrillReview>,
    Path(hash): Path<String>,
    Json(body): Json<FilmHoldIn>,
) -> Result<Json<FilmKeepingOut>, Problem> {
    put_hold(&allow, &hash, false, &body.reason).await
}
