//! A class's list as sent, and who could be on it.

use std::collections::{BTreeMap, BTreeSet};

use chengzhi_authz::{Permission, Scope};
use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::{PersonId, UnitId};
use chengzhi_organisation::facade::{self as organisation, PersonRow, post_name};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::audience::{group_word, says_everybody};
use crate::domain::enrol::Seat;
use crate::domain::kind::Kind;
use crate::store::classes::Class;
use crate::store::scan_reads;
use crate::store::trainees::{self, Trainee};

use super::case::Case;
use super::groups;

/// Somebody on the list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassTraineeOut {
    /// Row id.
    pub id: i64,
    /// Person of the roster.
    pub person_id: Option<i64>,
    /// Person from outside.
    pub outsider_id: Option<i64>,
    /// 工号.
    pub staff_no: String,
    /// Name.
    pub name: String,
    /// Unit when he came on the list.
    pub unit_id: i64,
    /// Its name.
    pub unit_name: String,
    /// `rule`, `nominated`, `added`, `moved`.
    pub source: String,
    /// Where he stands.
    pub seat: String,
    /// Its word.
    pub seat_name: String,
    /// Class he went to.
    pub moved_to: Option<i64>,
    /// Why.
    pub reason: String,
    /// Discipline remark.
    pub remark: String,
    /// What changed in the roster since: left, moved away.
    pub roster_change: Option<String>,
    /// Lessons of this class that he signed in to; they do not travel with a transfer.
    pub signed_lessons: u32,
    /// Who listed him.
    pub listed_by: String,
    /// Version.
    pub version: i64,
}

/// A list with its seats.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassTraineesOut {
    /// Seats.
    pub capacity: Option<u32>,
    /// Seats per unit with what is taken.
    pub quota: Vec<ClassQuotaOut>,
    /// Sitting.
    pub enrolled: u32,
    /// Waiting.
    pub waiting: u32,
    /// Why nobody is found by the class's rule, and what to do; none when it has one.
    pub rule_gap: Option<String>,
    /// Rows in the order of arrival.
    pub rows: Vec<ClassTraineeOut>,
}

/// Seats of a unit.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassQuotaOut {
    /// Unit.
    pub unit_id: i64,
    /// Its name.
    pub unit_name: String,
    /// Seats.
    pub seats: u32,
    /// Taken.
    pub taken: u32,
}

/// Whether somebody who reads the class may see all of its people; a squad sees its own.
pub(super) fn sees_all(ctx: &Ctx, scope: &Scope, case: &Case) -> bool {
    case.is_run_by(ctx) || scope.has_unit(case.class.unit_id) || scope.own.is_some()
}

/// The list of a class.
///
/// # Errors
/// 404 outside the scope; 500 from the engine.
pub async fn list(ctx: &Ctx, scope: &Scope, id: i64) -> Result<ClassTraineesOut, Problem> {
    let mut tx = ctx.db().read().await?;
    let case = Case::readable(&mut tx, ctx, scope, id).await?;
    let all = trainees::of_classes(&mut tx, &[id]).await?;
    let quota = trainees::quota(&mut tx, id).await?;
    let changes = roster_changes(&mut tx, ctx, &case, &all).await?;
    let signed = scan_reads::lessons_signed(&mut tx, id).await?;
    let whole = sees_all(ctx, scope, &case);
    let sitting = |unit: Option<i64>| {
        let rows = all
            .iter()
            .filter(|row| row.seat.sits() && unit.is_none_or(|unit| unit == row.unit_id.get()));
        u32::try_from(rows.count()).unwrap_or(u32::MAX)
    };
    let waiting = all.iter().filter(|row| row.seat == Seat::Waiting).count();
    Ok(ClassTraineesOut {
        rule_gap: rule_gap(&mut tx, &case.class).await?,
        capacity: case.class.capacity,
        quota: quota
            .into_iter()
            .map(|(unit, seats)| ClassQuotaOut {
                unit_id: unit,
                unit_name: case.tree.name(UnitId::from(unit)).to_owned(),
                seats,
                taken: sitting(Some(unit)),
            })
            .collect(),
        enrolled: sitting(None),
        waiting: u32::try_from(waiting).unwrap_or(u32::MAX),
        rows: all
            .into_iter()
            .filter(|row| whole || scope.has_unit(row.unit_id))
            .map(|row| ClassTraineeOut {
                roster_change: changes.get(&row.id).cloned(),
                signed_lessons: signed.get(&row.id).copied().unwrap_or(0),
                id: row.id,
                person_id: row.person_id.map(PersonId::get),
                outsider_id: row.outsider_id,
                staff_no: row.staff_no,
                name: row.name,
                unit_id: row.unit_id.get(),
                unit_name: row.unit_name,
                source: row.source,
                seat: row.seat.code().to_owned(),
                seat_name: row.seat.name().to_owned(),
                moved_to: row.moved_to,
                reason: row.reason,
                remark: row.remark,
                listed_by: row.listed_by_name,
                version: row.version,
            })
            .collect(),
    })
}

/// What happened in the roster to those on the list since they came on it, by row.
///
/// # Errors
/// 500 from the engine.
async fn roster_changes(
    tx: &mut Tx,
    ctx: &Ctx,
    case: &Case,
    list: &[Trainee],
) -> Result<BTreeMap<i64, String>, Problem> {
    let below = case.tree.subtree(case.class.unit_id);
    let people: BTreeMap<PersonId, PersonRow> = organisation::people_in(tx, &below, ctx.today)
        .await?
        .into_iter()
        .map(|person| (person.id, person))
        .collect();
    let mut found = BTreeMap::new();
    for row in list {
        let Some(person) = row
            .person_id
            .filter(|_| !matches!(row.seat, Seat::Withdrawn | Seat::Moved))
        else {
            continue;
        };
        let text = match people.get(&person) {
            Some(known) if !known.in_service => "已不在职，请核对名单。".to_owned(),
            Some(known) if known.unit_id != row.unit_id => {
                format!(
                    "入班后已调至{}，请核对名单。",
                    case.tree.name(known.unit_id)
                )
            }
            Some(_) => continue,
            None => "已调出本局，请核对名单。".to_owned(),
        };
        found.insert(row.id, text);
    }
    Ok(found)
}

/// Somebody who could be listed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassCandidateOut {
    /// Person.
    pub person_id: i64,
    /// 工号.
    pub staff_no: String,
    /// Name.
    pub name: String,
    /// Unit.
    pub unit_id: i64,
    /// Its name.
    pub unit_name: String,
    /// Words of his posts.
    pub posts: String,
}

/// People by the class's rule who are in no batch of the same yet: in service, established, holding one of the posts;
/// for induction those who joined in the year. A squad is offered its own people.
///
/// # Errors
/// 404 outside the scope; 500 from the engine.
pub async fn candidates(
    ctx: &Ctx,
    scope: &Scope,
    id: i64,
) -> Result<Vec<ClassCandidateOut>, Problem> {
    let mut tx = ctx.db().read().await?;
    let case = Case::readable(&mut tx, ctx, scope, id).await?;
    let mut units = case.tree.subtree(case.class.unit_id);
    if !case.is_run_by(ctx) {
        let own = ctx
            .actor
            .scope(Permission::ClassNominate)
            .ok_or_else(Problem::not_found)?;
        units.retain(|unit| own.units.contains(unit));
    }
    let found = by_rule(&mut tx, ctx, &case, &units).await?;
    Ok(found
        .into_iter()
        .map(|(person, posts)| ClassCandidateOut {
            person_id: person.id.get(),
            staff_no: person.staff_no,
            name: person.name,
            unit_id: person.unit_id.get(),
            unit_name: case.tree.name(person.unit_id).to_owned(),
            posts: posts
                .iter()
                .filter_map(|code| post_name(code))
                .collect::<Vec<_>>()
                .join("、"),
        })
        .collect())
}

/// Whether everybody is the rule of a class without posts: the closed training, the induction of whoever joined in the
/// year, and an audience that says so.
fn is_for_everybody(class: &Class) -> bool {
    matches!(class.kind, Kind::Closed | Kind::Induction) || says_everybody(&class.audience)
}

/// Why the rule of a class finds nobody, and what to do; none when it has a rule.
///
/// # Errors
/// 500 from the engine.
async fn rule_gap(tx: &mut Tx, class: &Class) -> Result<Option<String>, Problem> {
    if !class.audience_posts.is_empty()
        || is_for_everybody(class)
        || groups::named_in(tx, class.unit_id, &class.audience)
            .await?
            .is_some()
    {
        return Ok(None);
    }
    Ok(Some(match group_word(&class.audience) {
        Some(word) => format!(
            "培训对象“{}”没有对应的职务，请先在“对象分组”建立“{word}”等分组，再按分组带出。",
            class.audience
        ),
        None => "本班没有写明培训对象，请先在基本信息中填写，或选定对象职务。".to_owned(),
    }))
}

/// People of these units whom the class's rule finds, with the codes of their posts.
///
/// # Errors
/// 500 from the engine.
pub(super) async fn by_rule(
    tx: &mut Tx,
    ctx: &Ctx,
    case: &Case,
    units: &BTreeSet<i64>,
) -> Result<Vec<(PersonRow, Vec<String>)>, Problem> {
    let mut people = organisation::people_in(tx, units, ctx.today).await?;
    people.retain(|person| person.in_service && person.established);
    let ids: Vec<PersonId> = people.iter().map(|person| person.id).collect();
    let mut posts = organisation::posts_on(tx, &ids, ctx.today).await?;
    let raw: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    let elsewhere = trainees::elsewhere(tx, &case.class, &raw).await?;
    let here: BTreeSet<PersonId> = trainees::of_classes(tx, &[case.class.id])
        .await?
        .iter()
        .filter(|row| !matches!(row.seat, Seat::Withdrawn | Seat::Moved))
        .filter_map(|row| row.person_id)
        .collect();
    let wanted = &case.class.audience_posts;
    let members = groups::named_in(tx, case.class.unit_id, &case.class.audience).await?;
    let everybody = is_for_everybody(&case.class);
    Ok(people
        .into_iter()
        .filter(|person| !here.contains(&person.id) && !elsewhere.contains_key(&person.id.get()))
        .filter_map(|person| {
            let held = posts.remove(&person.id).unwrap_or_default();
            // By post, or by a group that the audience names; everybody only where that is the rule.
            let by_post = match &members {
                Some(members) if members.contains(&person.id.get()) => true,
                Some(_) => held.iter().any(|post| wanted.contains(post)),
                None if wanted.is_empty() => everybody,
                None => held.iter().any(|post| wanted.contains(post)),
            };
            let by_year = case.class.kind != Kind::Induction
                || chrono::Datelike::year(&person.joined_on) == case.class.year;
            (by_post && by_year).then_some((person, held))
        })
        .collect())
}
