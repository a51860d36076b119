//! Bases, rooms and smart classrooms: the register, and how bases are created and rechecked (B-96).

use chengzhi_authz::{Permission, Scope};
use chengzhi_db::Tx;
use chengzhi_http::{ClauseOut, Ctx, DueOut, Problem};
use chengzhi_kernel::{Date, UnitId, format_cn};
use chengzhi_rules::Grade;
use chrono::Datelike as _;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::access::{Reach, doer, holds, is_bureau};
use super::policy::{Rules, clause};
use super::steps::points;
use super::words::{FacultyWordOut, line, optional, required, year_of};
use super::{bad, bad_field, refused};
use crate::domain::place::{PlaceEvent, PlaceKind, PlaceState, check_capacity, recheck_due, step};
use crate::domain::trial::MOST;
use crate::store::courseware;
use crate::store::places::{self, Check, Place, Wanted};

/// A check as sent.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FacultyPlaceCheckOut {
    /// 创建评分, 复检, 等级确认.
    pub kind_name: String,
    /// Day.
    pub held_on: Date,
    /// Hundredths; none for grades.
    pub score: Option<i64>,
    /// Who judged.
    pub judges: String,
    /// Good enough.
    pub passed: bool,
    /// Note.
    pub note: String,
    /// Who entered it.
    pub by_name: String,
}

/// An item of the classroom standard with what the bureau says of it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FacultyAnswerOut {
    /// Item.
    pub code: String,
    /// Evidence.
    pub evidence: String,
}

/// A place.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FacultyPlaceOut {
    /// Row.
    pub id: i64,
    /// `base`, `room`, `smart_classroom`.
    pub kind: String,
    /// Its word.
    pub kind_name: String,
    /// Who keeps it.
    pub unit_id: i64,
    /// Its name.
    pub unit_name: String,
    /// The base a room belongs to.
    pub base_id: Option<i64>,
    /// Name.
    pub name: String,
    /// Where it is.
    pub address: String,
    /// How many people it holds.
    pub capacity: i64,
    /// Whom to ask; only for its bureau.
    pub contact: Option<String>,
    /// What is taught there, what it has.
    pub features: String,
    /// The base's excellent course, with its title.
    pub course: Option<FacultyWordOut>,
    /// True for a base in use without one (B-102).
    pub course_missing: bool,
    /// `planned`, `applied`, `in_use`, `withdrawn`.
    pub state: String,
    /// Its word, 待复检 included.
    pub state_name: String,
    /// In use since.
    pub in_use_from: Option<Date>,
    /// Next check, with 依据.
    pub recheck_due: Option<DueOut>,
    /// Grade that its bureau claims.
    pub grade_asked: Option<String>,
    /// Its word.
    pub grade_asked_name: Option<String>,
    /// Grade that the city confirmed.
    pub grade: Option<String>,
    /// Its word.
    pub grade_name: Option<String>,
    /// When.
    pub grade_on: Option<Date>,
    /// Out of use since.
    pub withdrawn_on: Option<Date>,
    /// Why.
    pub withdraw_reason: String,
    /// To be sent back with commands.
    pub version: i64,
}

/// A list of places with its counts.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FacultyPlacesOut {
    /// Bases in use in the caller's units.
    pub bases_in_use: u32,
    /// Of them due for a recheck.
    pub recheck_due: u32,
    /// Waiting for a score or a grade in the caller's units.
    pub waiting: u32,
    /// Rows.
    pub rows: Vec<FacultyPlaceOut>,
}

/// A place's page.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FacultyPlacePageOut {
    /// The row.
    pub place: FacultyPlaceOut,
    /// Least score on site, with 依据.
    pub score_rule: ClauseOut,
    /// What the bureau says of the standard's items.
    pub answers: Vec<FacultyAnswerOut>,
    /// Checks, newest first; only for its bureau and the city.
    pub checks: Vec<FacultyPlaceCheckOut>,
    /// What the caller may do: `change`, `apply`, `score`, `recheck`, `assess`, `confirm`, `withdraw`.
    pub may: Vec<String>,
}

fn recheck_clause(rules: &Rules) -> ClauseOut {
    let months = rules.faculty().recheck_months.value;
    clause(
        &rules.faculty().recheck_months,
        format!("在用基地每{months}个月复检一次。"),
    )
}

/// Places as sent.
///
/// # Errors
/// 500 from the engine.
async fn rows_out(
    tx: &mut Tx,
    ctx: &Ctx,
    reach: &Reach,
    rules: &Rules,
    found: Vec<Place>,
) -> Result<Vec<FacultyPlaceOut>, Problem> {
    let ids: Vec<i64> = found.iter().filter_map(|row| row.course_id).collect();
    let courses = courseware::of_ids(tx, &ids).await?;
    Ok(found
        .into_iter()
        .map(|row| {
            let known = holds(ctx, Permission::FacultyManage, row.unit_id);
            let late = row.state == PlaceState::InUse
                && row.recheck_due.is_some_and(|due| due < ctx.today);
            let course = courses
                .iter()
                .find(|course| Some(course.id) == row.course_id)
                .map(|course| FacultyWordOut::new(&course.id.to_string(), &course.title));
            let grade_word = |grade: Option<Grade>| grade.map(|grade| grade.name().to_owned());
            let grade_code = |grade: Option<Grade>| grade.map(|grade| grade.code().to_owned());
            FacultyPlaceOut {
                id: row.id,
                kind: row.kind.code().to_owned(),
                kind_name: row.kind.name().to_owned(),
                unit_id: row.unit_id.get(),
                unit_name: reach.name(row.unit_id),
                base_id: row.base_id,
                name: row.name,
                address: row.address,
                capacity: row.capacity,
                contact: known.then_some(row.contact),
                features: row.features,
                course_missing: row.kind == PlaceKind::Base
                    && row.state == PlaceState::InUse
                    && rules.faculty().course_per_base.value
                    && course.is_none(),
                course,
                state: row.state.code().to_owned(),
                state_name: if late {
                    "待复检".to_owned()
                } else {
                    row.state.name().to_owned()
                },
                in_use_from: row.in_use_from,
                recheck_due: row
                    .recheck_due
                    .filter(|_| row.state == PlaceState::InUse)
                    .map(|due| rules.due(due, ctx.now, recheck_clause(rules))),
                grade_asked_name: grade_word(row.grade_asked),
                grade_asked: grade_code(row.grade_asked),
                grade_name: grade_word(row.grade),
                grade: grade_code(row.grade),
                grade_on: row.grade_on,
                withdrawn_on: row.withdrawn_on,
                withdraw_reason: row.withdraw_reason,
                version: row.version,
            }
        })
        .collect())
}

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
            .map(|check| FacultyPlaceCheckOut {
                kind_name: match check.kind.as_str() {
                    "create" => "创建评分",
                    "recheck" => "复检",
                    _ => "等级确认",
                }
                .to_owned(),
                held_on: check.held_on,
                score: check.score,
                judges: check.judges,
                passed: check.passed,
                note: check.note,
                by_name: check.by_name,
            })
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

/// Asks for a base's score on site.
///
/// # Errors
/// 404 outside the scope; 409 by state or version; 422 for what is no base.
pub async fn apply(ctx: &Ctx, scope: &Scope, id: i64, version: i64) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    let mut row = taken(&mut tx, scope, id, version).await?;
    base_only(&row)?;
    row.state = step(row.state, PlaceEvent::Apply).map_err(refused)?;
    required("address", "地址", &row.address, 120)?;
    places::put(&mut tx, &row).await?;
    tx.audit(
        ctx.audit("faculty.base_apply", format!("faculty_place:{id}"))
            .unit(row.unit_id),
    );
    tx.commit().await?;
    Ok(())
}

fn base_only(row: &Place) -> Result<(), Problem> {
    if row.kind == PlaceKind::Base {
        Ok(())
    } else {
        Err(bad_field("id", "只有教学实践基地需要创建和复检。"))
    }
}

/// A check on site as entered.
#[derive(Debug, Clone)]
pub struct CheckInput {
    /// As read.
    pub version: i64,
    /// Day.
    pub held_on: Date,
    /// Hundredths.
    pub score: i64,
    /// Who judged.
    pub judges: String,
    /// Note.
    pub note: String,
}

/// Scores a base on site: the first time to put it in use, later as recheck. A base that fails its
/// recheck stays in use until it is withdrawn; it stays due.
///
/// # Errors
/// 404 outside the scope; 409 by state or version; 422 for day and points.
pub async fn check(ctx: &Ctx, scope: &Scope, id: i64, input: CheckInput) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    let mut row = taken(&mut tx, scope, id, input.version).await?;
    base_only(&row)?;
    if input.held_on > ctx.today {
        return Err(bad_field("held_on", "现场评分还没有进行，进行后再登记。"));
    }
    if !(0..=MOST).contains(&input.score) {
        return Err(bad_field("score", "评分应在0至100之间。"));
    }
    let rules = Rules::load(&mut tx, &ctx.state, input.held_on.year()).await?;
    let passed = input.score >= i64::from(rules.faculty().base_pass.value) * 100;
    let first = row.state != PlaceState::InUse;
    let event = match (first, passed) {
        (true, true) => PlaceEvent::Pass,
        (true, false) => PlaceEvent::Fail,
        (false, _) => PlaceEvent::Recheck,
    };
    row.state = step(row.state, event).map_err(refused)?;
    if !first && row.in_use_from.is_some_and(|from| input.held_on < from) {
        return Err(bad_field("held_on", "复检日期不能早于启用日期。"));
    }
    if passed {
        row.recheck_due = recheck_due(input.held_on, rules.faculty().recheck_months.value);
        row.in_use_from = row.in_use_from.or(Some(input.held_on));
    }
    let check = Check {
        kind: if first { "create" } else { "recheck" }.to_owned(),
        held_on: input.held_on,
        score: Some(input.score),
        judges: optional("judges", "评分人员", &input.judges, 200)?,
        passed,
        note: optional("note", "评分意见", &input.note, 1_000)?,
        by_name: ctx.actor.name.clone(),
    };
    if !passed && check.note.is_empty() {
        return Err(bad_field("note", "评分未合格的，请写明需要整改的内容。"));
    }
    places::add_check(&mut tx, id, &check, ctx.actor.account_id, ctx.now).await?;
    places::put(&mut tx, &row).await?;
    tx.audit(
        ctx.audit("faculty.base_check", format!("faculty_place:{id}"))
            .unit(row.unit_id)
            .detail(json!({
                "on": format_cn(input.held_on), "score": points(input.score), "passed": passed,
            })),
    );
    tx.commit().await?;
    Ok(())
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
