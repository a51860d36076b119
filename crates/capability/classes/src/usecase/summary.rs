//! The summary of a class: drafted from the data, edited by the teacher (B-107).

use std::fmt::Write as _;

use chengzhi_authz::Scope;
use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::domain::phase::Act;
use crate::store::{classes, evaluations, results};

use super::case::Case;
use super::print::staff;
use super::{presence, words};

/// A summary.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassSummaryOut {
    /// As it was edited; none before.
    pub text: Option<String>,
    /// As the data tells it now.
    pub draft: String,
    /// Version of the class.
    pub version: i64,
}

/// The summary and a fresh draft, for whoever runs the class.
///
/// # Errors
/// 404 for classes of others; 500 from the engine.
pub async fn view(ctx: &Ctx, id: i64) -> Result<ClassSummaryOut, Problem> {
    let mut tx = ctx.db().read().await?;
    let case = Case::run_by(&mut tx, ctx, id).await?;
    out(&mut tx, ctx, case).await
}

/// The same for whoever runs, oversees or reviews the class.
///
/// # Errors
/// 404 outside the scope and for trainees; 500 from the engine.
pub async fn read(ctx: &Ctx, scope: &Scope, id: i64) -> Result<ClassSummaryOut, Problem> {
    let mut tx = ctx.db().read().await?;
    let case = Case::readable(&mut tx, ctx, scope, id).await?;
    if !staff(ctx, scope, &case) {
        return Err(Problem::not_found());
    }
    out(&mut tx, ctx, case).await
}

async fn out(tx: &mut Tx, ctx: &Ctx, case: Case) -> Result<ClassSummaryOut, Problem> {
    Ok(ClassSummaryOut {
        draft: draft(tx, ctx, &case).await?,
        text: case.class.summary,
        version: case.class.version,
    })
}

/// The summary as the data tells it.
///
/// # Errors
/// 500 from the engine.
pub(super) async fn draft(tx: &mut Tx, ctx: &Ctx, case: &Case) -> Result<String, Problem> {
    let id = case.class.id;
    let table = presence::table(tx, ctx, case).await?;
    let scores = results::of_classes(tx, &[id]).await?;
    let answers = evaluations::of_classes(tx, &[id]).await?;
    let outside = evaluations::outside(tx, id).await?;
    let class = &case.class;
    let mut text = String::new();
    let plain = chengzhi_kernel::dates::format_cn_plain;
    let days = class
        .days()
        .map(|(first, last)| format!("于{}至{}", plain(first), plain(last)))
        .unwrap_or_default();
    let place = if class.place.is_empty() {
        String::new()
    } else {
        format!("在{}", class.place)
    };
    let _ = writeln!(
        text,
        "一、基本情况\n{}{days}{place}举办{}，培训对象为{}，参训{}人。",
        case.tree.name(class.unit_id),
        case.full_title(),
        class.audience,
        table.rows.len()
    );
    let hours: chengzhi_kernel::Quantity = case.courses.iter().map(|course| course.hours).sum();
    let titles: Vec<&str> = case
        .courses
        .iter()
        .map(|course| course.title.as_str())
        .collect();
    let _ = writeln!(
        text,
        "二、课程安排\n共安排{}门课程、{}个课次、{hours}学时：{}。",
        titles.len(),
        case.lessons.len(),
        titles.join("、")
    );
    let cells = || table.rows.iter().flat_map(|(_, cells)| cells);
    let attended = cells().filter(|cell| cell.presence.attended(false)).count();
    let _ = writeln!(
        text,
        "三、考勤和考核\n应到{}人次，实到{attended}人次。",
        cells().count()
    );
    if class.has_exam {
        let sat = scores.values().filter(|result| !result.absent).count();
        let passed = scores.values().filter(|result| result.passed).count();
        let _ = writeln!(text, "参加考试{sat}人，及格{passed}人。");
    }
    let _ = writeln!(text, "四、培训评价\n收到在线评价{}份。", answers.len());
    for row in &outside {
        let _ = writeln!(text, "{}现场评价{}分。", row.evaluator, row.score);
    }
    Ok(text.trim_end().to_owned())
}

/// Writes the summary.
///
/// # Errors
/// 404 for classes of others; 409 for an old version or a class that cannot be recorded; 422 for its length.
pub async fn save(ctx: &Ctx, id: i64, version: i64, text: &str) -> Result<(), Problem> {
    let text = words::required("text", "培训总结", text, 10_000)?;
    let mut tx = ctx.db().write().await?;
    let mut case = Case::take(&mut tx, ctx, id).await?;
    case.fresh(version)?;
    case.may(Act::Record)?;
    case.class.summary = Some(text);
    classes::put(&mut tx, &case.class).await?;
    tx.audit(
        ctx.audit("class.summary", case.subject())
            .unit(case.class.unit_id)
            .detail(json!({"title": case.full_title()})),
    );
    tx.commit().await?;
    Ok(())
}
