//! Results of a class's exam: typed, corrected. Those of an exam held in this system come from it (`exam_link`).

use std::collections::BTreeSet;

use chengzhi_authz::Scope;
use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::Quantity;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::domain::phase::Act;
use crate::store::classes::Class;
use crate::store::results::{self, ResultRow};
use crate::store::trainees::{self, Trainee};

use super::case::Case;
use super::enrol_list::sees_all;
use super::exam_link::{ClassExamTraceOut, given_by_exam, trace_of};
use super::{bad_field, words};

/// A result as entered.
#[derive(Debug, Clone)]
pub struct ResultInput {
    /// Trainee.
    pub trainee: i64,
    /// Points.
    pub score: Option<Quantity>,
    /// Passed, where no points are told.
    pub passed: Option<bool>,
    /// Did not come.
    pub absent: bool,
    /// Remark.
    pub note: String,
}

/// Points are 0 to this.
const MOST: Quantity = Quantity::from_thousandths(1_000_000);
/// Points to pass where the class names none.
pub const USUAL_PASS: Quantity = Quantity::from_thousandths(60_000);

/// Points above this are rare: marks are out of a hundred as a rule.
const USUAL_MOST: Quantity = Quantity::from_thousandths(100_000);

/// Points to pass in a class: its own, else the usual ones.
#[must_use]
pub fn pass_line(class: &Class) -> Quantity {
    class.pass_score.unwrap_or(USUAL_PASS)
}

/// Whether points look as if they were not out of a hundred.
#[must_use]
pub(super) fn is_unusual(score: Quantity) -> bool {
    score > USUAL_MOST
}

/// Checks a result against its class.
///
/// # Errors
/// A field and a sentence.
pub(super) fn checked(
    case: &Case,
    score: Option<Quantity>,
    passed: Option<bool>,
    absent: bool,
) -> Result<bool, (&'static str, String)> {
    if absent {
        return if score.is_some() || passed == Some(true) {
            Err(("absent", "缺考的学员不能有成绩".to_owned()))
        } else {
            Ok(false)
        };
    }
    let line = pass_line(&case.class);
    match (score, passed) {
        (Some(score), _) if score < Quantity::from_thousandths(0) || score > MOST => {
            Err(("score", "成绩应在0至1000之间".to_owned()))
        }
        (Some(score), Some(passed)) if passed != (score >= line) => Err((
            "passed",
            format!("成绩{score}与及格分{line}对不上，请核对是否及格"),
        )),
        (Some(score), _) => Ok(score >= line),
        (None, Some(passed)) => Ok(passed),
        (None, None) => Err(("score", "请填写成绩、是否及格或缺考".to_owned())),
    }
}

/// Whether a class takes results.
///
/// # Errors
/// 409.
pub(super) fn takes_results(case: &Case) -> Result<(), Problem> {
    case.may(Act::Record)?;
    if case.class.has_exam {
        Ok(())
    } else {
        Err(Problem::conflict(
            "class.no_exam",
            "本班没有设考试，请先在基本信息中勾选考试考核。",
        ))
    }
}

/// Enters results; a result that stands is superseded. A row without points, pass or absence takes the standing result of
/// its trainee back.
///
/// # Errors
/// 404 for classes of others; 409 for a class without exam, or to take back what hours were posted for; 422 for somebody
/// not in the class or a wrong result.
pub async fn save(ctx: &Ctx, id: i64, input: Vec<ResultInput>) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    let case = Case::take(&mut tx, ctx, id).await?;
    takes_results(&case)?;
    let list = trainees::of_classes(&mut tx, &[id]).await?;
    let known = results::of_classes(&mut tx, &[id]).await?;
    let mut seen = BTreeSet::new();
    let posted: BTreeSet<i64> = results::posted(&mut tx, id)
        .await?
        .into_iter()
        .map(|row| row.trainee_id)
        .collect();
    let mut taken_back: Vec<&Trainee> = Vec::new();
    let mut rows = Vec::new();
    for (index, row) in input.into_iter().enumerate() {
        let field = |name: &str| format!("results[{index}].{name}");
        let who = list
            .iter()
            .find(|trainee| trainee.id == row.trainee && trainee.seat.sits())
            .ok_or_else(|| bad_field(&field("trainee_id"), "这名学员不在本班名单中。"))?;
        if !seen.insert(who.id) {
            return Err(bad_field(
                &field("trainee_id"),
                format!("{}填写了两遍。", who.name),
            ));
        }
        if let Some(text) = known.get(&who.id).and_then(given_by_exam) {
            return Err(bad_field(
                &field("score"),
                format!("{}：{text}。", who.name),
            ));
        }
        let empty = row.score.is_none() && row.passed.is_none() && !row.absent;
        if empty && known.contains_key(&who.id) {
            if posted.contains(&who.id) {
                return Err(Problem::conflict(
                    "class.result_awarded",
                    format!(
                        "{}的学时学分已按这一成绩记入台账，不能直接撤销。请先把成绩更正为缺考，在“学时学分”中“记入台账”冲回后再撤销。",
                        who.name
                    ),
                ));
            }
            taken_back.push(who);
            continue;
        }
        let passed = checked(&case, row.score, row.passed, row.absent)
            .map_err(|(name, text)| bad_field(&field(name), format!("{}：{text}。", who.name)))?;
        rows.push(ResultRow {
            trainee_id: who.id,
            score: row.score,
            passed,
            absent: row.absent,
            note: words::optional(&field("note"), "备注", &row.note, 200)?,
            source: "typed".to_owned(),
            entered_by_name: ctx.actor.name.clone(),
            trace: None,
        });
    }
    take_back(&mut tx, ctx, &case, &taken_back).await?;
    if !rows.is_empty() || taken_back.is_empty() {
        store(&mut tx, ctx, &case, &rows).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Takes results back; they stay as history.
async fn take_back(tx: &mut Tx, ctx: &Ctx, case: &Case, who: &[&Trainee]) -> Result<(), Problem> {
    if who.is_empty() {
        return Ok(());
    }
    let ids: Vec<i64> = who.iter().map(|row| row.id).collect();
    let names: Vec<&str> = who.iter().map(|row| row.name.as_str()).collect();
    results::withdraw(tx, &ids, ctx.now).await?;
    tx.audit(
        ctx.audit("class.result_withdraw", case.subject())
            .unit(case.class.unit_id)
            .detail(json!({"names": names})),
    );
    Ok(())
}

/// Stores results with their audit line.
///
/// # Errors
/// 500 from the engine.
pub(super) async fn store(
    tx: &mut Tx,
    ctx: &Ctx,
    case: &Case,
    rows: &[ResultRow],
) -> Result<(), Problem> {
    results::put(tx, rows, ctx.actor.account_id, ctx.now).await?;
    tx.audit(
        ctx.audit("class.results", case.subject())
            .unit(case.class.unit_id)
            .detail(json!({"rows": rows.len()})),
    );
    Ok(())
}

/// A result as sent.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassResultOut {
    /// Trainee.
    pub trainee_id: i64,
    /// 工号.
    pub staff_no: String,
    /// Name.
    pub name: String,
    /// Unit.
    pub unit_name: String,
    /// Points.
    #[schema(value_type = Option<f64>)]
    pub score: Option<Quantity>,
    /// Passed; none without a result.
    pub passed: Option<bool>,
    /// Did not come.
    pub absent: bool,
    /// Remark.
    pub note: String,
    /// `typed`, `imported`, `exam`.
    pub source: Option<String>,
    /// Who entered it.
    pub entered_by: Option<String>,
    /// Where a result that an exam gave comes from.
    pub trace: Option<ClassExamTraceOut>,
    /// Discipline remark (B-31).
    pub remark: String,
}

/// Results of a class as the scope reads them; a squad sees its own people.
///
/// # Errors
/// 404 outside the scope; 500 from the engine.
pub async fn list(ctx: &Ctx, scope: &Scope, id: i64) -> Result<Vec<ClassResultOut>, Problem> {
    let mut tx = ctx.db().read().await?;
    let case = Case::readable(&mut tx, ctx, scope, id).await?;
    let whole = sees_all(ctx, scope, &case);
    let known = results::of_classes(&mut tx, &[id]).await?;
    Ok(trainees::of_classes(&mut tx, &[id])
        .await?
        .into_iter()
        .filter(|row: &Trainee| row.seat.sits() && (whole || scope.has_unit(row.unit_id)))
        .map(|row| {
            let result = known.get(&row.id);
            ClassResultOut {
                trainee_id: row.id,
                staff_no: row.staff_no,
                name: row.name,
                unit_name: row.unit_name,
                score: result.and_then(|result| result.score),
                passed: result.map(|result| result.passed),
                absent: result.is_some_and(|result| result.absent),
                note: result.map(|result| result.note.clone()).unwrap_or_default(),
                source: result.map(|result| result.source.clone()),
                entered_by: result.map(|result| result.entered_by_name.clone()),
                trace: result.and_then(trace_of),
                remark: row.remark,
            }
        })
        .collect())
}
