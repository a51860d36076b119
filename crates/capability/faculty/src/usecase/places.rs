//! Bases, rooms and smart classrooms: the register (B-96).

use chengzhi_authz::{Permission, Scope};
use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::UnitId;
use serde_json::json;

use super::access::{Reach, doer, holds, is_bureau};
use super::places_out::{
    FacultyAnswerOut, FacultyPlacePageOut, FacultyPlacesOut, check_out, rows_out,
};
use super::policy::{Rules, clause};
use super::words::{line, optional, required, year_of};
use super::{bad, bad_field, refused};
use crate::domain::place::{PlaceEvent, PlaceKind, PlaceState, check_capacity, step};
use crate::store::courseware;
use crate::store::places::{self, Place, Wanted};

/// Lists places.
///
/// # Errors
/// 404 for an unknown unit; 409 without rules.
pub async fn list(
    ctx: &Ctx,
    scope: &Scope,
    wanted: &Wanted,
    unit: Option<i64>,
) -> Result<FacultyPlacesOut, Problem> {
    let mut tx = ctx.db().read().await?;
    let reach = Reach::of(&mut tx, ctx, scope).await?;
    let rules = Rules::load(&mut tx, &ctx.state, year_of(None, ctx.now)?).await?;
    let mut seen = format!("({})", reach.places());
    if let Some(units) = reach.narrowed(unit)? {
        seen = format!("{seen} and p.unit_id in {units}");
    }
    let found = places::list(&mut tx, &seen, wanted).await?;
    let own = places::list(&mut tx, &scope.unit_sql("p.unit_id"), &Wanted::default()).await?;
    let count = |is: &dyn Fn(&Place) -> bool| {
        u32::try_from(own.iter().filter(|row| is(row)).count()).unwrap_or(u32::MAX)
    };
    let in_use = |row: &Place| row.kind == PlaceKind::Base && row.state == PlaceState::InUse;
    Ok(FacultyPlacesOut {
        bases_in_use: count(&in_use),
        recheck_due: count(&|row| {
            in_use(row) && row.recheck_due.is_some_and(|due| due < ctx.today)
        }),
        waiting: count(&waits),
        rows: rows_out(&mut tx, ctx, &reach, &rules, found).await?,
    })
}

/// Waits for the city: a base for its score, a classroom for its grade.
#[must_use]
pub fn waits(row: &Place) -> bool {
    row.state == PlaceState::Applied
        || (row.state == PlaceState::InUse && row.grade_asked.is_some())
}

/// A place's page.
///
/// # Errors
/// 404 when it is not seen; 409 without rules.
pub async fn view(ctx: &Ctx, scope: &Scope, id: i64) -> Result<FacultyPlacePageOut, Problem> {
    let mut tx = ctx.db().read().await?;
    let reach = Reach::of(&mut tx, ctx, scope).await?;
    let row = places::by_id(&mut tx, id)
        .await?
        .filter(|row| reach.sees_place(row))
        .ok_or_else(Problem::not_found)?;
    let rules = Rules::load(&mut tx, &ctx.state, year_of(None, ctx.now)?).await?;
    let inside = reach.units.contains(&row.unit_id.get());
    let checks = places::checks(&mut tx, id).await?;
    let manages = holds(ctx, Permission::FacultyManage, row.unit_id);
    let appoints = holds(ctx, Permission::FacultyAppoint, row.unit_id);
    let can = |event: PlaceEvent| row.kind == PlaceKind::Base && step(row.state, event).is_ok();
    let may = [
        ("change", manages && row.state != PlaceState::Withdrawn),
        ("apply", manages && can(PlaceEvent::Apply)),
        ("score", appoints && can(PlaceEvent::Pass)),
        ("recheck", appoints && can(PlaceEvent::Recheck)),
        (
            "assess",
            manages && row.kind == PlaceKind::SmartClassroom && row.state == PlaceState::InUse,
        ),
        (
            "confirm",
            appoints && row.grade_asked.is_some() && row.state == PlaceState::InUse,
        ),
        (
            "withdraw",
            manages && step(row.state, PlaceEvent::Withdraw).is_ok(),
        ),
    ]
    .into_iter()
    .filter(|(_, allowed)| *allowed)
    .map(|(word, _)| word.to_owned())
    .collect();
    let pass = &rules.faculty().base_pass;
    Ok(FacultyPlacePageOut {
        score_rule: clause(pass, format!("现场评分不低于{}分。", pass.value)),
        answers: row
            .answers
            .iter()
            .filter(|_| inside)
            .map(|(code, evidence)| FacultyAnswerOut {
                code: code.clone(),
                evidence: evidence.clone(),
            })
            .collect(),
        checks: checks
            .into_iter()
            .filter(|_| inside)
            .map(check_out)
            .collect(),
        may,
        place: rows_out(&mut tx, ctx, &reach, &rules, vec![row])
            .await?
            .pop()
            .ok_or_else(Problem::not_found)?,
    })
}

/// A place as entered.
#[derive(Debug, Clone)]
pub struct PlaceInput {
    /// As read; 0 for a new one.
    pub version: i64,
    /// Kind; fixed once it is entered.
    pub kind: PlaceKind,
    /// Who keeps it: a bureau for bases and smart classrooms, any unit for rooms.
    pub unit: UnitId,
    /// The base a room belongs to.
    pub base: Option<i64>,
    /// Name.
    pub name: String,
    /// Where it is.
    pub address: String,
    /// How many people it holds.
    pub capacity: i64,
    /// Whom to ask.
    pub contact: String,
    /// What is taught there, what it has.
    pub features: String,
    /// The base's excellent course: a version in use.
    pub course: Option<i64>,
}

/// Enters a place, or changes one. Gives its row. A base begins as planned; rooms and classrooms are
/// in use from the day they are entered.
///
/// # Errors
/// 404 outside the scope; 409 for an old version or after its end; 422 for a field.
pub async fn save(
    ctx: &Ctx,
    scope: &Scope,
    id: Option<i64>,
    input: PlaceInput,
) -> Result<i64, Problem> {
    let mut tx = ctx.db().write().await?;
    let reach = Reach::of(&mut tx, ctx, scope).await?;
    let unit = reach
        .tree
        .unit(input.unit)
        .filter(|unit| scope.has_unit(unit.id))
        .ok_or_else(Problem::not_found)?
        .clone();
    if input.kind != PlaceKind::Room && !is_bureau(&unit) {
        return Err(bad_field(
            "unit_id",
            format!("{}由区局或者市局管理，请选择区局。", input.kind.name()),
        ));
    }
    let stored = match id {
        None => None,
        Some(id) => {
            let stored = taken(&mut tx, scope, id, input.version).await?;
            if stored.kind != input.kind || stored.unit_id != unit.id {
                return Err(bad_field("kind", "场所种类和管理单位不能修改。"));
            }
            if stored.state == PlaceState::Withdrawn {
                return Err(refused(crate::domain::Deny::new(
                    "faculty.place_state",
                    "该场所已撤销，不能修改。",
                )));
            }
            Some(stored)
        }
    };
    let base = match input.base.filter(|_| input.kind != PlaceKind::Base) {
        None => None,
        Some(base) => Some(
            places::by_id(&mut tx, base)
                .await?
                .filter(|row| row.kind == PlaceKind::Base && scope.has_unit(row.unit_id))
                .ok_or_else(|| bad_field("base_id", "请选择本单位的基地。"))?
                .id,
        ),
    };
    let course = match input.course.filter(|_| input.kind == PlaceKind::Base) {
        None => None,
        Some(course) => {
            let found = courseware::by_id(&mut tx, course).await?;
            let found = found.filter(|row| row.in_use_from.is_some() && reach.sees_courseware(row));
            let found = found.ok_or_else(|| {
                bad_field("course_id", "精品课应为课程资源中在用的课件，请重新选择。")
            })?;
            Some(found.id)
        }
    };
    let fresh = input.kind != PlaceKind::Base;
    let mut row = stored.unwrap_or(Place {
        id: 0,
        kind: input.kind,
        unit_id: unit.id,
        base_id: None,
        name: String::new(),
        address: String::new(),
        capacity: 1,
        contact: String::new(),
        features: String::new(),
        course_id: None,
        state: if fresh {
            PlaceState::InUse
        } else {
            PlaceState::Planned
        },
        in_use_from: fresh.then_some(ctx.today),
        recheck_due: None,
        withdrawn_on: None,
        withdraw_reason: String::new(),
        grade_asked: None,
        grade: None,
        grade_on: None,
        answers: Vec::new(),
        version: 1,
    });
    row.base_id = base;
    row.course_id = course;
    row.name = line("name", "名称", &input.name, 60)?;
    row.address = optional("address", "地址", &input.address, 120)?;
    row.capacity = check_capacity(input.capacity).map_err(bad("capacity"))?;
    row.contact = optional("contact", "联系人和电话", &input.contact, 100)?;
    row.features = optional("features", "教学内容和设施", &input.features, 1_000)?;
    let id = if row.id == 0 {
        places::insert(&mut tx, &row, doer(ctx), ctx.now).await?
    } else {
        places::put(&mut tx, &row).await?;
        row.id
    };
    if row.id == 0 && row.course_id.is_some() {
        row.id = id;
        places::put(&mut tx, &row).await?;
    }
    tx.audit(
        ctx.audit("faculty.place_save", format!("faculty_place:{id}"))
            .unit(unit.id)
            .detail(json!({"kind": row.kind.code(), "name": row.name})),
    );
    tx.commit().await?;
    Ok(id)
}

/// A place of the scope for changing, at the version that was read.
///
/// # Errors
/// 404 outside the scope; 409 for an old version.
pub(super) async fn taken(
    tx: &mut Tx,
    scope: &Scope,
    id: i64,
    version: i64,
) -> Result<Place, Problem> {
    let row = places::take(tx, id)
        .await?
        .filter(|row| scope.has_unit(row.unit_id))
        .ok_or_else(Problem::not_found)?;
    if row.version == version {
        Ok(row)
    } else {
        Err(Problem::stale())
    }
}

/// Takes a place out of use.
///
/// # Errors
/// 404 outside the scope; 409 by state or version; 422 without a reason.
pub async fn withdraw(
    ctx: &Ctx,
    scope: &Scope,
    id: i64,
    version: i64,
    reason: &str,
) -> Result<(), Problem> {
    let reason = required("reason", "撤销原因", reason, 300)?;
    let mut tx = ctx.db().write().await?;
    let mut row = taken(&mut tx, scope, id, version).await?;
    row.state = step(row.state, PlaceEvent::Withdraw).map_err(refused)?;
    row.withdrawn_on = Some(ctx.today);
    row.withdraw_reason = reason;
    row.grade_asked = None;
    places::put(&mut tx, &row).await?;
    tx.audit(
        ctx.audit("faculty.place_withdraw", format!("faculty_place:{id}"))
            .unit(row.unit_id)
            .detail(json!({"reason": row.withdraw_reason})),
    );
    tx.commit().await?;
    Ok(())
}
