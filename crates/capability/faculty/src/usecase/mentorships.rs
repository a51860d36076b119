//! Mentors and apprentices (师带徒, B-99).

use chengzhi_authz::{Permission, Scope};
use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::{Date, PersonId};
use chengzhi_organisation::facade as organisation;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::access::{Reach, holds, serving};
use super::words::required;
use super::{bad_field, refused};
use crate::domain::Deny;
use crate::store::instructors;
use crate::store::teams::{self, Mentorship};

/// A mentor with an apprentice.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FacultyMentorshipOut {
    /// Row.
    pub id: i64,
    /// The mentor's bureau.
    pub unit_name: String,
    /// Mentor.
    pub mentor_id: i64,
    /// His name.
    pub mentor_name: String,
    /// Apprentice.
    pub apprentice_name: String,
    /// 工号.
    pub apprentice_staff_no: String,
    /// What he is to learn.
    pub goals: String,
    /// Since.
    pub from: Date,
    /// Planned until.
    pub until: Date,
    /// Ended on.
    pub ended_on: Option<Date>,
    /// What came of it.
    pub outcome: String,
    /// True when it runs beyond its planned end.
    pub overdue: bool,
    /// Whether the caller may end it.
    pub may_end: bool,
}

/// Pairs that the caller sees: those of his units, and his own.
///
/// # Errors
/// 500 from the engine.
pub async fn list(
    tx: &mut Tx,
    ctx: &Ctx,
    reach: &Reach,
) -> Result<Vec<FacultyMentorshipOut>, Problem> {
    let units = chengzhi_db::int_list(reach.units.iter().copied());
    let own = reach.person.map_or(-1, PersonId::get);
    let seen = format!("(m.unit_id in {units} or m.apprentice_id = {own})");
    let pairs = teams::mentorships(tx, &seen).await?;
    let ids: Vec<i64> = pairs.iter().map(|pair| pair.mentor_id).collect();
    let mentors = instructors::of_ids(tx, &ids).await?;
    Ok(pairs
        .into_iter()
        .map(|pair| FacultyMentorshipOut {
            id: pair.id,
            unit_name: reach.name(pair.unit_id),
            mentor_name: mentors
                .iter()
                .find(|mentor| mentor.id == pair.mentor_id)
                .map(|mentor| mentor.name.clone())
                .unwrap_or_default(),
            mentor_id: pair.mentor_id,
            apprentice_name: pair.apprentice_name,
            apprentice_staff_no: pair.apprentice_staff_no,
            goals: pair.goals,
            from: pair.from,
            until: pair.until,
            overdue: pair.ended_on.is_none() && pair.until < ctx.today,
            may_end: pair.ended_on.is_none() && holds(ctx, Permission::FacultyManage, pair.unit_id),
            ended_on: pair.ended_on,
            outcome: pair.outcome,
        })
        .collect())
}

/// A pair as entered.
#[derive(Debug, Clone)]
pub struct MentorshipInput {
    /// Mentor.
    pub mentor: i64,
    /// Apprentice.
    pub apprentice: PersonId,
    /// What he is to learn.
    pub goals: String,
    /// Since.
    pub from: Date,
    /// Planned until.
    pub until: Date,
}

/// Puts an apprentice to a mentor. Gives the row.
///
/// # Errors
/// 404 for a mentor outside the scope; 409 when he does not serve or the pair stands; 422 for a field.
pub async fn pair(ctx: &Ctx, scope: &Scope, input: MentorshipInput) -> Result<i64, Problem> {
    let mut tx = ctx.db().write().await?;
    let reach = Reach::of(&mut tx, ctx, scope).await?;
    let mentor = serving(&mut tx, &reach, &[input.mentor])
        .await?
        .pop()
        .filter(|mentor| scope.has_unit(mentor.unit_id))
        .ok_or_else(Problem::not_found)?;
    let home = organisation::unit_of(&mut tx, input.apprentice, ctx.today).await?;
    let apprentice = organisation::person(&mut tx, input.apprentice)
        .await?
        .filter(|_| home.is_some_and(|unit| scope.has_unit(unit)))
        .ok_or_else(|| bad_field("apprentice_id", "这名人员不在本单位，请核对。"))?;
    if mentor.person_id == Some(apprentice.id) {
        return Err(bad_field("apprentice_id", "师傅和徒弟不能是同一个人。"));
    }
    if input.until <= input.from {
        return Err(bad_field("until", "结束日期应晚于开始日期。"));
    }
    let standing = format!(
        "m.mentor_id = {} and m.apprentice_id = {} and m.ended_on is null",
        mentor.id,
        apprentice.id.get()
    );
    if !teams::mentorships(&mut tx, &standing).await?.is_empty() {
        return Err(refused(Deny::new(
            "faculty.twice",
            format!("{}已在跟{}学习。", apprentice.name, mentor.name),
        )));
    }
    let new = Mentorship {
        id: 0,
        unit_id: mentor.unit_id,
        mentor_id: mentor.id,
        apprentice_id: apprentice.id,
        apprentice_name: apprentice.name,
        apprentice_staff_no: apprentice.staff_no,
        goals: required("goals", "带教目标", &input.goals, 500)?,
        from: input.from,
        until: input.until,
        ended_on: None,
        outcome: String::new(),
    };
    let id = teams::insert_mentorship(&mut tx, &new).await?;
    tx.audit(
        ctx.audit("faculty.mentor_add", format!("faculty_mentorship:{id}"))
            .unit(new.unit_id)
            .detail(json!({"mentor": mentor.id, "apprentice": new.apprentice_id.get()})),
    );
    tx.commit().await?;
    Ok(id)
}

/// Ends a pair with what came of it.
///
/// # Errors
/// 404 outside the scope; 409 when it has ended; 422 for the day or without a word.
pub async fn end(
    ctx: &Ctx,
    scope: &Scope,
    id: i64,
    (on, outcome): (Date, &str),
) -> Result<(), Problem> {
    let outcome = required("outcome", "带教成效", outcome, 500)?;
    let mut tx = ctx.db().write().await?;
    let pair = teams::take_mentorship(&mut tx, id)
        .await?
        .filter(|pair| scope.has_unit(pair.unit_id))
        .ok_or_else(Problem::not_found)?;
    if pair.ended_on.is_some() {
        return Err(refused(Deny::new(
            "faculty.mentor_ended",
            "这对师徒已经结对期满，无需再次办理。",
        )));
    }
    if on < pair.from || on > ctx.today {
        return Err(bad_field("on", "结束日期应在开始日期和今天之间。"));
    }
    teams::end_mentorship(&mut tx, id, on, &outcome).await?;
    tx.audit(
        ctx.audit("faculty.mentor_end", format!("faculty_mentorship:{id}"))
            .unit(pair.unit_id),
    );
    tx.commit().await?;
    Ok(())
}
