//! Papers of a class as PDF, for those who may read them.

use chengzhi_authz::{Permission, Scope};
use chengzhi_documents::{Document, DocumentError, Typesetter};
use chengzhi_http::{Ctx, Problem, Unknown};
use chengzhi_kernel::Timestamp;

use super::case::Case;
use super::papers::{self, Plan};
use super::{bad_field, certificates, presence, summary};

/// A document with the name of its file.
pub struct Printed {
    /// `签到表-….pdf`.
    pub name: String,
    /// PDF.
    pub bytes: Vec<u8>,
}

/// What could not be set, told to the caller.
#[must_use]
pub(super) fn told(error: DocumentError) -> Problem {
    let unavailable = |code, title| {
        Problem::new(
            axum::http::StatusCode::SERVICE_UNAVAILABLE,
            code,
            title,
            error.to_string(),
        )
    };
    match &error {
        DocumentError::NoFont { .. } | DocumentError::FontFile { .. } => {
            tracing::error!(error = %error, "no font for documents");
            unavailable("documents.no_font", "没有中文字体")
        }
        DocumentError::TimedOut { .. } => unavailable("documents.busy", "生成文书超时"),
        DocumentError::Content(_) | DocumentError::QrTooLong { .. } => {
            Problem::conflict("documents.content", error.to_string())
        }
        DocumentError::Typesetting { .. } => Unknown::log(&error),
    }
}

/// Sets one document.
///
/// # Errors
/// As [`told`].
pub(super) async fn set(
    setter: &Typesetter,
    document: impl Document + 'static,
    at: Timestamp,
) -> Result<Vec<u8>, Problem> {
    Ok(setter.render_async(document, at).await.map_err(told)?.bytes)
}

/// Whether somebody who reads a class may read papers that name its people.
pub(super) fn staff(ctx: &Ctx, scope: &Scope, case: &Case) -> bool {
    case.is_run_by(ctx)
        || (scope.has_unit(case.class.unit_id) && scope.own.is_none())
        || (ctx.actor.may(Permission::ClassReview)
            && ctx
                .actor
                .scope(Permission::ClassReview)
                .is_some_and(|scope| scope.has_unit(case.class.unit_id)))
}

/// A paper of a class: `notice`, `timetable`, `results`, `summary`. Certificates, which may be hundreds, are for
/// [`super::archive::certificates_of`].
///
/// # Errors
/// 404 outside the scope; 409 for what is not there yet; 422 for an unknown paper; 503 without fonts.
pub async fn paper(
    ctx: &Ctx,
    scope: &Scope,
    setter: &Typesetter,
    id: i64,
    paper: &str,
) -> Result<Printed, Problem> {
    let mut tx = ctx.db().read().await?;
    let case = Case::readable(&mut tx, ctx, scope, id).await?;
    if !matches!(paper, "notice" | "timetable") && !staff(ctx, scope, &case) {
        return Err(Problem::not_found());
    }
    let title = case.full_title();
    let name = |word: &str| format!("{word}-{title}.pdf");
    let at = ctx.now;
    let (name, bytes) = match paper {
        "notice" => {
            let notice = papers::notice(ctx, &case);
            drop(tx);
            (name("培训通知"), set(setter, notice, at).await?)
        }
        "timetable" => {
            drop(tx);
            let bytes = match papers::timetable(ctx, &case)? {
                Plan::Week(week) => set(setter, week, at).await?,
                Plan::List(list) => set(setter, list, at).await?,
            };
            (name("课程表"), bytes)
        }
        "results" => {
            let list = papers::scores(&mut tx, ctx, &case).await?;
            drop(tx);
            (name("成绩单"), set(setter, list, at).await?)
        }
        "summary" => {
            let text = match &case.class.summary {
                Some(text) => text.clone(),
                None => summary::draft(&mut tx, ctx, &case).await?,
            };
            let report = papers::report(&mut tx, ctx, &case, &text).await?;
            drop(tx);
            (name("培训总结"), set(setter, report, at).await?)
        }
        _ => return Err(bad_field("paper", "没有这种文书，请从培训班页面下载。")),
    };
    Ok(Printed { name, bytes })
}

/// The sign-in sheet of one lesson, with times.
///
/// # Errors
/// 404 outside the scope; 503 without fonts.
pub async fn sheet(
    ctx: &Ctx,
    scope: &Scope,
    setter: &Typesetter,
    id: i64,
    lesson: i64,
) -> Result<Printed, Problem> {
    let mut tx = ctx.db().read().await?;
    let case = Case::readable(&mut tx, ctx, scope, id).await?;
    let index = case.lessons.iter().position(|row| row.lesson.id == lesson);
    let index = index
        .filter(|_| staff(ctx, scope, &case))
        .ok_or_else(Problem::not_found)?;
    let table = presence::table(&mut tx, ctx, &case).await?;
    drop(tx);
    let sheet = papers::sheet(&case, &table, index).ok_or_else(Problem::not_found)?;
    Ok(Printed {
        name: format!("签到表-{}-{:02}.pdf", case.full_title(), index + 1),
        bytes: set(setter, sheet, ctx.now).await?,
    })
}

/// One certificate, for its holder and for whoever runs or oversees the class.
///
/// # Errors
/// 404 for others and for one that was revoked; 503 without fonts.
pub async fn certificate(
    ctx: &Ctx,
    setter: &Typesetter,
    id: i64,
    origin: &str,
) -> Result<Printed, Problem> {
    let (page, name) = certificates::one(ctx, id, origin).await?;
    Ok(Printed {
        name,
        bytes: set(setter, page, ctx.now).await?,
    })
}
