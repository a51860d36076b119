//! Grades of smart classrooms (B-104): the bureau answers the standard with evidence, the city
//! confirms.

use chengzhi_authz::Scope;
use chengzhi_http::{ClauseOut, Ctx, Problem};
use chengzhi_kernel::Date;
use chengzhi_rules::{Grade, classroom_standard};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::places::taken;
use super::words::{optional, required};
use super::{bad_field, refused};
use crate::domain::Deny;
use crate::domain::place::{PlaceKind, PlaceState};
use crate::store::places::{self, Check};

/// An item of the standard.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FacultyStandardItemOut {
    /// Stable code.
    pub code: String,
    /// The lowest grade that asks for it.
    pub grade: String,
    /// Its word.
    pub grade_name: String,
    /// Name.
    pub title: String,
    /// What is asked.
    pub asks: String,
}

/// The standard.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FacultyStandardOut {
    /// Title.
    pub title: String,
    /// 依据, with what of it is proposed only.
    pub clause: ClauseOut,
    /// Items, lowest grade first.
    pub items: Vec<FacultyStandardItemOut>,
}

/// The standard in force.
#[must_use]
pub fn standard() -> FacultyStandardOut {
    let standard = classroom_standard();
    FacultyStandardOut {
        title: standard.title.clone(),
        clause: ClauseOut {
            rule: standard.row.clone(),
            clause: standard.source.clone(),
            text: standard.note.clone(),
        },
        items: standard
            .items
            .iter()
            .map(|item| FacultyStandardItemOut {
                code: item.code.clone(),
                grade: item.grade.code().to_owned(),
                grade_name: item.grade.name().to_owned(),
                title: item.title.clone(),
                asks: item.asks.clone(),
            })
            .collect(),
    }
}

/// Answers the standard: evidence for each item that is met. The grade asked for is the highest that
/// the answers reach.
///
/// # Errors
/// 404 outside the scope; 409 by state or version; 422 for a field or when no grade is reached.
pub async fn self_assess(
    ctx: &Ctx,
    scope: &Scope,
    id: i64,
    version: i64,
    answers: Vec<(String, String)>,
) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    let mut row = taken(&mut tx, scope, id, version).await?;
    if row.kind != PlaceKind::SmartClassroom || row.state != PlaceState::InUse {
        return Err(refused(Deny::new(
            "faculty.place_state",
            "只有在用的智慧教室可以自评等级。",
        )));
    }
    let standard = classroom_standard();
    let mut kept: Vec<(String, String)> = Vec::new();
    for (code, evidence) in answers {
        let item = standard
            .items
            .iter()
            .find(|item| item.code == code)
            .ok_or_else(|| bad_field("answers", "标准中没有这一条，请刷新页面。"))?;
        if kept.iter().any(|(known, _)| *known == code) {
            return Err(bad_field(
                "answers",
                format!("“{}”填写了两遍。", item.title),
            ));
        }
        let label = format!("“{}”的佐证", item.title);
        let evidence = required(&format!("answers.{code}"), &label, &evidence, 300)?;
        kept.push((code, evidence));
    }
    let reached = standard.reached(|code| kept.iter().any(|(known, _)| known == code));
    let Some(grade) = reached else {
        return Err(bad_field(
            "answers",
            "还没有达到初级的全部条件，请逐条填写佐证。",
        ));
    };
    if row.grade == Some(grade) && row.grade_asked.is_none() {
        return Err(refused(Deny::new(
            "faculty.grade_same",
            format!("已确认为{}，自评没有提高。", grade.name()),
        )));
    }
    row.grade_asked = Some(grade);
    row.answers = kept;
    places::put(&mut tx, &row).await?;
    tx.audit(
        ctx.audit("faculty.grade_ask", format!("faculty_place:{id}"))
            .unit(row.unit_id)
            .detail(json!({"grade": grade.code()})),
    );
    tx.commit().await?;
    Ok(())
}

/// Confirms the grade asked for, or a lower one; none sends it back.
///
/// # Errors
/// 404 outside the scope; 409 when none is asked for; 422 for a grade that is not reached, or for
/// sending back without a word.
pub async fn confirm(
    ctx: &Ctx,
    scope: &Scope,
    id: i64,
    version: i64,
    (grade, on, note): (Option<Grade>, Date, &str),
) -> Result<(), Problem> {
    let note = optional("note", "意见", note, 500)?;
    let mut tx = ctx.db().write().await?;
    let mut row = taken(&mut tx, scope, id, version).await?;
    let Some(asked) = row.grade_asked.filter(|_| row.state == PlaceState::InUse) else {
        return Err(refused(Deny::new(
            "faculty.grade_none",
            "没有待确认的等级。",
        )));
    };
    if on > ctx.today {
        return Err(bad_field("on", "确认日期不能晚于今天。"));
    }
    if grade.is_some_and(|grade| grade > asked) {
        return Err(bad_field(
            "grade",
            format!("自评只达到{}，不能确认更高等级。", asked.name()),
        ));
    }
    if grade.is_none_or(|grade| grade < asked) && note.is_empty() {
        return Err(bad_field("note", "退回或者降级确认的，请写明原因。"));
    }
    row.grade_asked = None;
    if let Some(grade) = grade {
        row.grade = Some(grade);
        row.grade_on = Some(on);
    }
    let text = match grade {
        Some(grade) if note.is_empty() => format!("确认为{}", grade.name()),
        Some(grade) => format!("确认为{}：{note}", grade.name()),
        None => format!("自评{}退回：{note}", asked.name()),
    };
    let check = Check {
        kind: "grade".to_owned(),
        held_on: on,
        score: None,
        judges: String::new(),
        passed: grade.is_some(),
        note: text,
        by_name: ctx.actor.name.clone(),
    };
    places::add_check(&mut tx, id, &check, ctx.actor.account_id, ctx.now).await?;
    places::put(&mut tx, &row).await?;
    tx.audit(
        ctx.audit("faculty.grade_confirm", format!("faculty_place:{id}"))
            .unit(row.unit_id)
            .detail(json!({"asked": asked.code(), "grade": grade.map(Grade::code)})),
    );
    tx.commit().await?;
    Ok(())
}
