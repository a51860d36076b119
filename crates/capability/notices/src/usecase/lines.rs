//! The lines of a first page, from every capability that has any for this actor.

use chengzhi_assessment::facade::{self as assessment, RiskLevel, Summary};
use chengzhi_authz::Permission;
use chengzhi_bank::facade as bank;
use chengzhi_classes::facade as classes;
use chengzhi_db::Tx;
use chengzhi_drill::facade as drill;
use chengzhi_exams::facade as exams;
use chengzhi_faculty::facade as faculty;
use chengzhi_fitness::facade as fitness;
use chengzhi_http::{Ctx, Problem};
use chengzhi_study::facade as study;
use chrono::Datelike as _;

use crate::domain::page::{Block, Line, Source};

/// All lines.
///
/// # Errors
/// [`Problem`] when the database fails.
pub async fn collect(
    tx: &mut Tx,
    ctx: &Ctx,
    summary: Option<&Summary>,
) -> Result<Vec<Line>, Problem> {
    let mut lines: Vec<Line> = study::todo(tx, ctx)
        .await?
        .into_iter()
        .map(from_study)
        .collect();
    lines.extend(drill::todo(tx, ctx).await?.into_iter().map(from_drill));
    lines.extend(classes::todo(tx, ctx).await?.into_iter().map(from_class));
    lines.extend(exams::todo(tx, ctx).await?.into_iter().map(from_exam));
    lines.extend(faculty::todo(tx, ctx).await?.into_iter().map(from_faculty));
    lines.extend(fitness::todo(tx, ctx).await?.into_iter().map(from_fitness));
    lines.extend(bank::todo(tx, ctx).await?.into_iter().map(from_bank));
    lines.extend(own_year(tx, ctx).await?);
    lines.extend(summary.and_then(|summary| people_at_risk(ctx, summary)));
    lines.extend(failed_jobs(tx, ctx).await?);
    Ok(lines)
}

/// A capability's line as a line of the first page: each says the same of its own work.
macro_rules! lines_of {
    ($($name:ident: $capability:ident;)*) => {$(
        fn $name(item: $capability::TodoItem) -> Line {
            Line {
                block: match item.block {
                    $capability::Block::Overdue => Block::Overdue,
                    $capability::Block::DueSoon => Block::DueSoon,
                    $capability::Block::Waiting => Block::Waiting,
                },
                kind: item.kind.to_owned(),
                title: item.title,
                detail: item.detail,
                count: item.count.map(i64::from),
                due_on: item.due.as_ref().map(|due| due.due_on),
                source: item
                    .due
                    .map(|due| due.rule)
                    .or(item.clause)
                    .map(|clause| Source {
                        rule: clause.rule,
                        clause: clause.clause,
                        text: clause.text,
                    }),
                link: item.link,
            }
        }
    )*};
}

lines_of! {
    from_study: study;
    from_drill: drill;
    from_class: classes;
    from_exam: exams;
    from_faculty: faculty;
    from_fitness: fitness;
    from_bank: bank;
}

/// What the actor himself still owes this year.
async fn own_year(tx: &mut Tx, ctx: &Ctx) -> Result<Vec<Line>, Problem> {
    let Some(person) = ctx.actor.person_id else {
        return Ok(Vec::new());
    };
    let year = ctx.today.year();
    let Ok(Some(standing)) =
        assessment::standing(tx, &ctx.state.policy, year, person, ctx.today).await
    else {
        return Ok(Vec::new());
    };
    Ok(standing
        .into_iter()
        .filter(|(part, _)| part.level != RiskLevel::Ok || part.by.is_some())
        .map(|(part, basis)| Line {
            block: match (part.level, part.by) {
                (RiskLevel::Missed, _) => Block::Overdue,
                (_, Some(last)) if last < ctx.today => Block::Overdue,
                (RiskLevel::High | RiskLevel::Watch, Some(_)) => Block::DueSoon,
                _ => Block::Waiting,
            },
            kind: format!("own_{}", part.component.code()),
            title: format!("我的{}", part.component.name()),
            detail: part.next_step,
            count: None,
            due_on: part.by,
            source: Some(Source {
                rule: basis.row,
                clause: basis.clause,
                text: basis.text,
            }),
            link: "/assessment/me".to_owned(),
        })
        .collect())
}

/// People of the units that the actor looks after who are likely to fail the year.
fn people_at_risk(ctx: &Ctx, summary: &Summary) -> Option<Line> {
    (summary.at_risk > 0).then(|| Line {
        block: Block::Waiting,
        kind: "people_at_risk".to_owned(),
        title: format!("{}人有不达标风险", summary.at_risk),
        detail: format!(
            "{}年应考核{}人，已达标{}人。",
            ctx.today.year(),
            summary.assessed,
            summary.met
        ),
        count: Some(summary.at_risk),
        due_on: None,
        source: None,
        link: "/assessment/list?risk=high".to_owned(),
    })
}

/// Background jobs that gave up, for the system administrator.
async fn failed_jobs(tx: &mut Tx, ctx: &Ctx) -> Result<Vec<Line>, Problem> {
    if !ctx.actor.may(Permission::JobRead) {
        return Ok(Vec::new());
    }
    let failed = chengzhi_jobs::recent(tx, 200)
        .await?
        .into_iter()
        .filter(|job| job.state == "failed")
        .count();
    if failed == 0 {
        return Ok(Vec::new());
    }
    Ok(vec![Line {
        block: Block::Overdue,
        kind: "failed_jobs".to_owned(),
        title: format!("{failed}个后台任务失败"),
        detail: "请查看原因；排除后任务会在下一周期重新进行。".to_owned(),
        count: i64::try_from(failed).ok(),
        due_on: None,
        source: None,
        link: "/system/jobs".to_owned(),
    }])
}
