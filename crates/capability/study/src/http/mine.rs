//! An officer's own year.

use chengzhi_authz::need;
use chengzhi_http::{Allow, Json, Problem, ProblemBody, Query};

use super::tasks::YearQuery;
use crate::usecase::mine::{self, MyMonthOut};
use crate::usecase::words::year_of;

/// The own twelve months of a year: attendance, and what the record became.
#[utoipa::path(get, path = "/study/mine", tag = "study", params(YearQuery), responses(
    (status = 200, body = Vec<MyMonthOut>),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn list_my_study(
    allow: Allow<need::StudyOwn>,
    Query(query): Query<YearQuery>,
) -> Result<Json<Vec<MyMonthOut>>, Problem> {
    let year = year_of(query.year, allow.ctx.now)?;
    Ok(Json(mine::list(&allow.ctx, year).await?))
}
