//! What a bureau makes of a request: taken up into a programme or a course, refused, or put into another one.

use chengzhi_authz::Scope;
use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::Quantity;
use serde_json::json;

use crate::domain::kind::Kind;
use crate::domain::request::{RequestAct, RequestState, allowed};
use crate::store::plans::{self, Programme};
use crate::store::requests::{self, Request, Taken};
use crate::store::{classes, lessons, taken as took};

use super::case::running_units;
use super::request_ask::{open_one, subject};
use super::requests::{is_to_come, part};
use super::{bad_field, words};

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Into a programme that is there.
    Into(i64),
    /// Into a new programme of the year's plan.
    New,
    /// Into a course of a class that is not over.
    Course(i64),
    /// Not taken up.
    Decline,
    /// Into another request, with its voices.
    Merge(i64),
}

impl Decision {
    fn act(self) -> RequestAct {
        match self {
            Decision::Into(_) | Decision::New | Decision::Course(_) => RequestAct::Adopt,
            Decision::Decline => RequestAct::Decline,
            Decision::Merge(_) => RequestAct::Merge,
        }
    }
}

/// Decides a request of the own bureau.
///
/// # Errors
/// 404 outside the own bureau; 409 for an old version, a decided request or a year without plan; 422 for a refusal
/// without a word, or something that cannot take it up.
pub async fn decide(
    ctx: &Ctx,
    scope: &Scope,
    id: i64,
    version: i64,
    what: Decision,
    note: &str,
) -> Result<(), Problem> {
    let note = if what == Decision::Decline {
        words::required("note", "不采纳的原因", note, 300)?
    } else {
        words::optional("note", "说明", note, 300)?
    };
    let mut tx = ctx.db().write().await?;
    if let Decision::Merge(into) = what {
        // Always in the order of their numbers: two who put each into the other do not wait for one another.
        for one in [id.min(into), id.max(into)] {
            requests::hold(&mut tx, one).await?;
        }
    }
    let (mut row, tree) = open_one(&mut tx, ctx, scope, id).await?;
    let part = part(ctx, &running_units(ctx, &tree), &row, false);
    if !allowed(row.state, part).contains(&what.act()) {
        return Err(Problem::not_found());
    }
    if row.version != version {
        return Err(Problem::stale());
    }
    match what {
        Decision::Decline => row.state = RequestState::Declined,
        Decision::Merge(into) => {
            merge(&mut tx, &row, into).await?;
            row.state = RequestState::Merged;
            row.merged_into = Some(into);
        }
        Decision::Into(programme) => {
            row.taken = Some(Taken::Programme(
                into_programme(&mut tx, ctx, &row, programme).await?,
            ));
        }
        Decision::New => {
            row.taken = Some(Taken::Programme(new_programme(&mut tx, ctx, &row).await?));
        }
        Decision::Course(course) => {
            into_course(&mut tx, ctx, &row, course).await?;
            row.taken = Some(Taken::Course(course));
        }
    }
    if row.taken.is_some() {
        row.state = RequestState::Adopted;
    }
    row.decided_at = Some(ctx.now);
    row.decided_by_name = Some(ctx.actor.name.clone());
    row.decide_note = Some(note).filter(|note| !note.is_empty());
    // Who answers his own request knows the answer.
    row.seen_at = part.asks.then_some(ctx.now);
    requests::put(&mut tx, &row).await?;
    if row.merged_into.is_none() {
        requests::tell_carried(&mut tx, id).await?;
    }
    let detail = json!({
        "topic": row.topic, "state": row.state.code(), "note": row.decide_note, "into": row.merged_into,
    });
    tx.audit(
        ctx.audit("class.request_decide", subject(id))
            .unit(row.bureau_id)
            .detail(detail),
    );
    tx.commit().await?;
    Ok(())
}

async fn merge(tx: &mut Tx, row: &Request, into: i64) -> Result<(), Problem> {
    let wrong = |text: &str| bad_field("request_id", text);
    if into == row.id {
        return Err(wrong("不能并入自身，请选择另一条需求。"));
    }
    let target = requests::hold(tx, into)
        .await?
        .filter(|target| target.bureau_id == row.bureau_id && target.year == row.year)
        .ok_or_else(|| wrong("本年度没有这条需求，请重新选择。"))?;
    if !target.state.takes_others() {
        return Err(wrong(
            "要并入的需求已经撤回、并入其他需求或者未采纳，请重新选择。",
        ));
    }
    requests::carry_over(tx, row.id, into).await?;
    Ok(())
}

/// The plan of the request's year, locked: who edits it at this moment must see the new line.
async fn plan_of(tx: &mut Tx, row: &Request) -> Result<plans::Plan, Problem> {
    let plan = plans::of_unit(tx, row.bureau_id, row.year)
        .await?
        .ok_or_else(|| {
            Problem::conflict(
                "class.no_plan",
                format!(
                    "{}年还没有培训计划，请先在“年度计划”制定计划再采纳。",
                    row.year
                ),
            )
        })?;
    plans::take(tx, plan.id)
        .await?
        .ok_or_else(Problem::not_found)
}

fn plan_audit(tx: &mut Tx, ctx: &Ctx, plan: &plans::Plan, title: &str) {
    tx.audit(
        ctx.audit("class.programme_save", format!("class_plan:{}", plan.id))
            .unit(plan.unit_id)
            .detail(json!({"title": title})),
    );
}

/// Writes the topic into the contents of a programme of the bureau's plan.
async fn into_programme(tx: &mut Tx, ctx: &Ctx, row: &Request, id: i64) -> Result<i64, Problem> {
    let plan = plan_of(tx, row).await?;
    let mut programme = plans::programmes(tx, &[plan.id])
        .await?
        .into_iter()
        .find(|programme| programme.id == id)
        .ok_or_else(|| bad_field("programme_id", "本年度计划中没有这个项目，请重新选择。"))?;
    if !programme.content.lines().any(|line| line == row.topic) {
        if !programme.content.is_empty() {
            programme.content.push('\n');
        }
        programme.content.push_str(&row.topic);
    }
    if programme.content.chars().count() > 4_000 {
        return Err(bad_field(
            "programme_id",
            "这个项目的内容已满4000字，请选择其他项目或者新设项目。",
        ));
    }
    plan_audit(tx, ctx, &plan, &programme.title);
    Ok(plans::save_programme(tx, &programme).await?)
}

/// Makes a programme of its own from the topic; audience, month and hours are for the bureau to fill in.
async fn new_programme(tx: &mut Tx, ctx: &Ctx, row: &Request) -> Result<i64, Problem> {
    let plan = plan_of(tx, row).await?;
    let all = plans::programmes(tx, &[plan.id]).await?;
    let programme = Programme {
        id: 0,
        plan_id: plan.id,
        seq: all.iter().map(|one| one.seq).max().unwrap_or(0) + 1,
        kind: Kind::Special,
        template: None,
        title: row.topic.clone(),
        audience: "按需求确定".to_owned(),
        audience_posts: Vec::new(),
        content: row.reason.clone(),
        section: String::new(),
        for_month: None,
        hours: Quantity::ZERO,
        row: Some("B-115".to_owned()),
        clause: None,
    };
    plan_audit(tx, ctx, &plan, &programme.title);
    Ok(plans::save_programme(tx, &programme).await?)
}

/// Checks a course that is to take the topic up. Its class stays locked.
async fn into_course(tx: &mut Tx, ctx: &Ctx, row: &Request, course: i64) -> Result<(), Problem> {
    let wrong = || {
        bad_field(
            "course_id",
            "这门课程不在本局当年未结束的培训班中，请重新选择。",
        )
    };
    let found = took::courses(tx, &[course])
        .await?
        .remove(&course)
        .ok_or_else(wrong)?;
    let class = classes::take(tx, found.class_id)
        .await?
        .filter(|class| class.unit_id == row.bureau_id && class.year == row.year)
        .filter(|class| is_to_come(ctx, class))
        .ok_or_else(wrong)?;
    // Read again under the lock: the course may have been taken out in between.
    if lessons::courses(tx, class.id)
        .await?
        .iter()
        .any(|known| known.id == course)
    {
        Ok(())
    } else {
        Err(wrong())
    }
}
