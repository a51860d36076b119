//! Calls for contributions (众筹, B-101): call, contributions, points, selection, register.

use chengzhi_authz::{Permission, Scope};
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::{Date, Timestamp, UnitId};
use chengzhi_organisation::facade as organisation;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::access::{Reach, bureau, doer, holds};
use super::courseware::{CoursewareInput, save_in};
use super::words::{line, link, optional, required};
use super::{bad_field, refused};
use crate::domain::Deny;
use crate::domain::courseware::CoursewareKind;
use crate::domain::trial::MOST;
use crate::store::calls::{self, Call, Submission};

/// A judge's points.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FacultyPointsOut {
    /// Judge.
    pub judge: String,
    /// Hundredths.
    pub score: i64,
    /// His words.
    pub note: String,
}

/// A contribution.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FacultySubmissionOut {
    /// Row.
    pub id: i64,
    /// Unit of who sent it.
    pub unit_name: String,
    /// Who sent it.
    pub person_name: String,
    /// Title.
    pub title: String,
    /// What it is about.
    pub summary: String,
    /// Where it is found.
    pub link: String,
    /// `sent`, `selected`, `refused`.
    pub state: String,
    /// Its word.
    pub state_name: String,
    /// Why.
    pub decision: String,
    /// What it became in the register.
    pub courseware_id: Option<i64>,
    /// Mean points, hundredths; only for those who judge.
    pub score: Option<i64>,
    /// Points; only for those who judge.
    pub points: Vec<FacultyPointsOut>,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub sent_at: Timestamp,
}

/// A call.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FacultyCallOut {
    /// Row.
    pub id: i64,
    /// Who calls.
    pub unit_name: String,
    /// Title.
    pub title: String,
    /// What is wanted.
    pub kind: String,
    /// Its word.
    pub kind_name: String,
    /// What it should contain.
    pub asks: String,
    /// Last day.
    pub closes_on: Date,
    /// 征集中, 评选中, 已结束.
    pub state_name: String,
    /// Whether contributions are still taken.
    pub taking: bool,
    /// Whether the caller judges and selects.
    pub may_judge: bool,
    /// How many were sent.
    pub sent: u32,
    /// How many were selected.
    pub selected: u32,
    /// Contributions: all for those who judge, else the caller's own and the selected ones.
    pub submissions: Vec<FacultySubmissionOut>,
    /// To be sent back with commands.
    pub version: i64,
}

/// All calls; they are open to everybody who trains.
///
/// # Errors
/// 500 from the engine.
pub async fn list(ctx: &Ctx, scope: &Scope) -> Result<Vec<FacultyCallOut>, Problem> {
    let mut tx = ctx.db().read().await?;
    let reach = Reach::of(&mut tx, ctx, scope).await?;
    let found = calls::all(&mut tx).await?;
    let ids: Vec<i64> = found.iter().map(|call| call.id).collect();
    let sent = calls::submissions(&mut tx, &ids).await?;
    Ok(found
        .into_iter()
        .map(|call| {
            let own: Vec<Submission> = sent
                .iter()
                .filter(|one| one.call_id == call.id)
                .cloned()
                .collect();
            call_out(ctx, &reach, call, own)
        })
        .collect())
}

fn call_out(ctx: &Ctx, reach: &Reach, call: Call, sent: Vec<Submission>) -> FacultyCallOut {
    let judges = holds(ctx, Permission::FacultyManage, call.unit_id);
    let taking = call.open && call.closes_on >= ctx.today;
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let selected = sent.iter().filter(|one| one.state == "selected").count();
    FacultyCallOut {
        id: call.id,
        unit_name: reach.name(call.unit_id),
        title: call.title,
        kind: call.kind.code().to_owned(),
        kind_name: call.kind.name().to_owned(),
        asks: call.asks,
        closes_on: call.closes_on,
        state_name: match (call.open, taking) {
            (true, true) => "征集中",
            (true, false) => "评选中",
            (false, _) => "已结束",
        }
        .to_owned(),
        taking,
        may_judge: judges,
        sent: count(sent.len()),
        selected: count(selected),
        submissions: sent
            .into_iter()
            .filter(|one| {
                judges || one.state == "selected" || Some(one.person_id) == ctx.actor.person_id
            })
            .map(|one| submission_out(reach, one, judges))
            .collect(),
        version: call.version,
    }
}

fn submission_out(reach: &Reach, one: Submission, judges: bool) -> FacultySubmissionOut {
    let count = i64::try_from(one.scores.len()).unwrap_or(0);
    let sum: i64 = one.scores.iter().map(|(_, score, _)| score).sum();
    FacultySubmissionOut {
        id: one.id,
        unit_name: reach.name(one.unit_id),
        person_name: one.person_name,
        title: one.title,
        summary: one.summary,
        link: one.link,
        state_name: match one.state.as_str() {
            "selected" => "入选",
            "refused" => "未入选",
            _ => "待评选",
        }
        .to_owned(),
        state: one.state,
        decision: one.decision,
        courseware_id: one.courseware_id,
        score: (judges && count > 0).then(|| (2 * sum + count) / (2 * count)),
        points: one
            .scores
            .into_iter()
            .filter(|_| judges)
            .map(|(judge, score, note)| FacultyPointsOut { judge, score, note })
            .collect(),
        sent_at: one.sent_at,
    }
}

/// A call as entered.
#[derive(Debug, Clone)]
pub struct CallInput {
    /// Who calls.
    pub unit: UnitId,
    /// Title.
    pub title: String,
    /// What is wanted.
    pub kind: CoursewareKind,
    /// What it should contain.
    pub asks: String,
    /// Last day.
    pub closes_on: Date,
}

/// Opens a call. Gives its row.
///
/// # Errors
/// 404 outside the scope; 422 for a field.
pub async fn open(ctx: &Ctx, scope: &Scope, input: CallInput) -> Result<i64, Problem> {
    let mut tx = ctx.db().write().await?;
    let tree = organisation::tree(&mut tx, ctx.today).await?;
    let unit = bureau(&tree, scope, input.unit)?;
    if input.closes_on < ctx.today {
        return Err(bad_field("closes_on", "截止日期不能早于今天。"));
    }
    let call = Call {
        id: 0,
        unit_id: unit.id,
        title: line("title", "名称", &input.title, 100)?,
        kind: input.kind,
        asks: required("asks", "征集要求", &input.asks, 2_000)?,
        closes_on: input.closes_on,
        open: true,
        by_name: ctx.actor.name.clone(),
        version: 1,
    };
    let id = calls::insert(&mut tx, &call, ctx.actor.account_id, ctx.now).await?;
    tx.audit(
        ctx.audit("faculty.call_open", format!("faculty_call:{id}"))
            .unit(unit.id)
            .detail(json!({"title": call.title})),
    );
    tx.commit().await?;
    Ok(id)
}

/// Ends the selection; what was not selected by then is refused.
///
/// # Errors
/// 404 outside the scope; 409 when it has ended, or for an old version.
pub async fn end(ctx: &Ctx, scope: &Scope, id: i64, version: i64) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    let call = calls::take(&mut tx, id)
        .await?
        .filter(|call| scope.has_unit(call.unit_id))
        .ok_or_else(Problem::not_found)?;
    if call.version != version {
        return Err(Problem::stale());
    }
    still_open(&call)?;
    for one in calls::submissions(&mut tx, &[id]).await? {
        if one.state == "sent" {
            calls::decide(&mut tx, one.id, "refused", "评选结束，未入选。", None).await?;
        }
    }
    calls::end(&mut tx, id).await?;
    tx.audit(
        ctx.audit("faculty.call_end", format!("faculty_call:{id}"))
            .unit(call.unit_id),
    );
    tx.commit().await?;
    Ok(())
}

fn still_open(call: &Call) -> Result<(), Problem> {
    if call.open {
        Ok(())
    } else {
        Err(refused(Deny::new(
            "faculty.call_over",
            "征集已经结束，不能再办理。",
        )))
    }
}

/// A contribution as entered.
#[derive(Debug, Clone)]
pub struct Contribution {
    /// Title.
    pub title: String,
    /// What it is about.
    pub summary: String,
    /// Where it is found.
    pub link: String,
}

/// Sends a contribution in one's own name. Gives its row.
///
/// # Errors
/// 404 for an account without a person or an unknown call; 409 after the last day; 422 for a field.
pub async fn contribute(ctx: &Ctx, call: i64, input: Contribution) -> Result<i64, Problem> {
    let person = ctx.actor.person_id.ok_or_else(Problem::not_found)?;
    let mut tx = ctx.db().write().await?;
    let call = calls::take(&mut tx, call)
        .await?
        .ok_or_else(Problem::not_found)?;
    still_open(&call)?;
    if call.closes_on < ctx.today {
        return Err(refused(Deny::new(
            "faculty.call_over",
            "征集已截止，正在评选，不能再投稿。",
        )));
    }
    let me = organisation::person(&mut tx, person)
        .await?
        .ok_or_else(Problem::not_found)?;
    let home = organisation::home_unit(&mut tx, &ctx.actor, ctx.today)
        .await?
        .ok_or_else(|| bad_field("person_id", "您目前没有所属单位，不能投稿。"))?;
    let title = line("title", "名称", &input.title, 100)?;
    let earlier = calls::submissions(&mut tx, &[call.id]).await?;
    if earlier
        .iter()
        .any(|one| one.person_id == person && one.title == title)
    {
        return Err(refused(Deny::new(
            "faculty.twice",
            format!("“{title}”已经投稿，无需重复提交。"),
        )));
    }
    let new = Submission {
        id: 0,
        call_id: call.id,
        unit_id: home,
        person_id: person,
        person_name: me.name,
        title,
        summary: required("summary", "内容简介", &input.summary, 2_000)?,
        link: link(&input.link)?,
        state: "sent".to_owned(),
        decision: String::new(),
        courseware_id: None,
        sent_at: ctx.now,
        scores: Vec::new(),
    };
    let id = calls::send(&mut tx, &new, ctx.now).await?;
    tx.audit(
        ctx.audit("faculty.contribute", format!("faculty_submission:{id}"))
            .unit(home)
            .detail(json!({"title": new.title, "call": call.id})),
    );
    tx.commit().await?;
    Ok(id)
}

/// The contribution with its call, which a caller of this scope judges.
async fn judged(
    tx: &mut chengzhi_db::Tx,
    scope: &Scope,
    id: i64,
) -> Result<(Submission, Call), Problem> {
    let one = calls::take_submission(tx, id)
        .await?
        .ok_or_else(Problem::not_found)?;
    let call = calls::take(tx, one.call_id)
        .await?
        .filter(|call| scope.has_unit(call.unit_id))
        .ok_or_else(Problem::not_found)?;
    still_open(&call)?;
    if one.state == "sent" {
        Ok((one, call))
    } else {
        Err(refused(Deny::new(
            "faculty.decided",
            "这件作品已经评选，不能再改。",
        )))
    }
}

/// Gives points to a contribution; one's earlier ones are replaced.
///
/// # Errors
/// 404 outside the scope; 409 after the decision, or for one's own contribution; 422 for the points.
pub async fn judge(
    ctx: &Ctx,
    scope: &Scope,
    id: i64,
    (score, note): (i64, &str),
) -> Result<(), Problem> {
    let note = optional("note", "评语", note, 500)?;
    if !(0..=MOST).contains(&score) {
        return Err(bad_field("score", "评分应在0至100之间。"));
    }
    let mut tx = ctx.db().write().await?;
    let (one, call) = judged(&mut tx, scope, id).await?;
    if Some(one.person_id) == ctx.actor.person_id {
        return Err(refused(Deny::new(
            "faculty.own_work",
            "不能给自己的作品评分。",
        )));
    }
    calls::judge(&mut tx, id, doer(ctx), (score, &note), ctx.now).await?;
    tx.audit(
        ctx.audit("faculty.judge", format!("faculty_submission:{id}"))
            .unit(call.unit_id)
            .detail(json!({"score": score})),
    );
    tx.commit().await?;
    Ok(())
}

/// Selects a contribution, which enters the register as a draft of the calling bureau, or refuses it.
///
/// # Errors
/// 404 outside the scope; 409 after the decision or without points; 422 without field or reason.
pub async fn decide(
    ctx: &Ctx,
    scope: &Scope,
    id: i64,
    (select, field, reason): (bool, &str, &str),
) -> Result<(), Problem> {
    let reason = optional("reason", "理由", reason, 300)?;
    let mut tx = ctx.db().write().await?;
    let (one, call) = judged(&mut tx, scope, id).await?;
    let mut courseware = None;
    if select {
        let judges = calls::submissions(&mut tx, &[call.id]).await?;
        let scored = judges
            .iter()
            .any(|other| other.id == id && !other.scores.is_empty());
        if !scored {
            return Err(refused(Deny::new(
                "faculty.unscored",
                "还没有评委评分，评分后再确定入选。",
            )));
        }
        let input = CoursewareInput {
            version: 0,
            unit: call.unit_id,
            kind: call.kind,
            title: one.title.clone(),
            field: field.to_owned(),
            summary: one.summary.clone(),
            blocks: Vec::new(),
            author: one.person_name.clone(),
            instructor: None,
            group: None,
            minutes: None,
            link: one.link.clone(),
            laws: Vec::new(),
        };
        courseware = Some(save_in(&mut tx, ctx, scope, (None, Some(id)), input).await?);
    } else if reason.is_empty() {
        return Err(bad_field("reason", "请填写未入选的理由。"));
    }
    let state = if select { "selected" } else { "refused" };
    calls::decide(&mut tx, id, state, &reason, courseware).await?;
    tx.audit(
        ctx.audit("faculty.select", format!("faculty_submission:{id}"))
            .unit(call.unit_id)
            .detail(json!({"state": state})),
    );
    tx.commit().await?;
    Ok(())
}
