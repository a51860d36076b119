//! Links for playing a film.

use std::collections::BTreeMap;

use chengzhi_authz::need;
use chengzhi_drill::facade as drill;
use chengzhi_files::{ContentKey, find_file};
use chengzhi_http::{Allow, AppState, Json, Path, Problem, ProblemBody};
use chengzhi_kernel::{FileHash, Timestamp};
use chengzhi_uploads::{LINK_SECONDS, link};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::store;
use crate::usecase::check::REVIEW_COPY;

/// All routes, relative to `/api/v1`.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(get_drill_film))
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
        expires_at: ctx.state.wall.now().plus_seconds(LINK_SECONDS),
        thumbs: links,
    }))
}
