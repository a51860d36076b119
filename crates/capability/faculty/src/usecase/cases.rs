//! Cases for district instructors at a set interval (B-92): who was handed what, where it was used,
//! who is behind.

use chengzhi_authz::{Permission, Scope};
use chengzhi_db::Tx;
use chengzhi_http::{ClauseOut, Ctx, Problem};
use chengzhi_kernel::{Date, UnitId};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::access::{Reach, bureau, doer, holds, is_district, serving};
use super::policy::{Rules, clause};
use super::words::{line, required, year_of};
use super::{bad_field, refused};
use crate::domain::instructor::{Kind, State};
use crate::domain::{Deny, fields, supply};
use crate::store::cases::{self, SuppliedCase};
use crate::store::{courseware, instructors};

/// A case.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FacultyCaseOut {
    /// Row.
    pub id: i64,
    /// Who handed it out.
    pub unit_name: String,
    /// To whom.
    pub instructor_id: i64,
    /// His name.
    pub instructor_name: String,
    /// When.
    pub handed_on: Date,
    /// Number of the case.
    pub case_no: String,
    /// Title.
    pub title: String,
    /// Field.
    pub field_name: String,
    /// What it shows.
    pub summary: String,
    /// Course in which it was used.
    pub course_title: Option<String>,
    /// When.
    pub used_on: Option<Date>,
    /// Whether the caller may say where it was used.
    pub may_use: bool,
}

/// An instructor who should have been handed more.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FacultyBehindOut {
    /// Instructor.
    pub instructor_id: i64,
    /// Name.
    pub name: String,
    /// His bureau.
    pub unit_name: String,
    /// Handed out this year.
    pub handed: u32,
    /// Owed by now.
    pub owed: u32,
}

/// How a bureau stands.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FacultySupplyOut {
    /// Bureau.
    pub unit_id: i64,
    /// Its name.
    pub unit_name: String,
    /// Serving district instructors.
    pub instructors: u32,
    /// Cases handed out.
    pub handed: u32,
    /// Of them used in a course.
    pub used: u32,
    /// Cases still owed.
    pub behind: u32,
}

/// The register of a year.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FacultyCasesOut {
    /// Year.
    pub year: i32,
    /// 依据.
    pub clause: ClauseOut,
    /// Bureaus of the caller's units.
    pub units: Vec<FacultySupplyOut>,
    /// Who is behind, most first.
    pub behind: Vec<FacultyBehindOut>,
    /// Cases, newest first.
    pub rows: Vec<FacultyCaseOut>,
}

/// Cases as sent.
///
/// # Errors
/// 500 from the engine.
pub async fn cases_out(
    tx: &mut Tx,
    reach: &Reach,
    rows: Vec<SuppliedCase>,
) -> Result<Vec<FacultyCaseOut>, Problem> {
    let people: Vec<i64> = rows.iter().map(|row| row.instructor_id).collect();
    let people = instructors::of_ids(tx, &people).await?;
    let courses: Vec<i64> = rows.iter().filter_map(|row| row.courseware_id).collect();
    let courses = courseware::of_ids(tx, &courses).await?;
    Ok(rows
        .into_iter()
        .map(|row| FacultyCaseOut {
            id: row.id,
            unit_name: reach.name(row.unit_id),
            instructor_name: people
                .iter()
                .find(|person| person.id == row.instructor_id)
                .map(|person| person.name.clone())
                .unwrap_or_default(),
            instructor_id: row.instructor_id,
            handed_on: row.handed_on,
            case_no: row.case_no,
            title: row.title,
            field_name: fields::name(&row.field).unwrap_or_default().to_owned(),
            summary: row.summary,
            course_title: courses
                .iter()
                .find(|course| Some(course.id) == row.courseware_id)
                .map(|course| course.title.clone()),
            used_on: row.used_on,
            may_use: row.used_on.is_none() && reach.units.contains(&row.unit_id.get()),
        })
        .collect())
}

/// The register of a year.
///
/// # Errors
/// 409 without rules; 500 from the engine.
pub async fn list(ctx: &Ctx, scope: &Scope, year: Option<i32>) -> Result<FacultyCasesOut, Problem> {
    let year = year_of(year, ctx.now)?;
    let mut tx = ctx.db().read().await?;
    let reach = Reach::of(&mut tx, ctx, scope).await?;
    let rules = Rules::load(&mut tx, &ctx.state, year).await?;
    let rows = cases::of_year(&mut tx, &scope.unit_sql("k.unit_id"), year).await?;
    let handed = cases::handed(&mut tx, year).await?;
    let serving = serving_districts(&mut tx, &scope.unit_sql("i.unit_id")).await?;
    let per_month = &rules.faculty().cases_per_month;
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let mut behind = Vec::new();
    for row in &serving {
        let Some(from) = row.appointed_on else {
            continue;
        };
        let owed = supply::owed(per_month.value, from, year, ctx.today);
        let got = handed.get(&row.id).copied().unwrap_or(0);
        if supply::behind(owed, got) > 0 {
            behind.push((
                row.unit_id,
                FacultyBehindOut {
                    instructor_id: row.id,
                    name: row.name.clone(),
                    unit_name: reach.name(row.unit_id),
                    handed: got,
                    owed,
                },
            ));
        }
    }
    let units = reach
        .tree
        .iter()
        .map(|node| &node.unit)
        .filter(|unit| is_district(unit) && scope.has_unit(unit.id))
        .map(|unit| FacultySupplyOut {
            unit_id: unit.id.get(),
            unit_name: unit.name.clone(),
            instructors: count(serving.iter().filter(|row| row.unit_id == unit.id).count()),
            handed: count(rows.iter().filter(|row| row.unit_id == unit.id).count()),
            used: count(
                rows.iter()
                    .filter(|row| row.unit_id == unit.id && row.used_on.is_some())
                    .count(),
            ),
            behind: behind
                .iter()
                .filter(|(of, _)| *of == unit.id)
                .map(|(_, row)| supply::behind(row.owed, row.handed))
                .sum(),
        })
        .collect();
    let mut behind: Vec<FacultyBehindOut> = behind.into_iter().map(|(_, row)| row).collect();
    behind.sort_by_key(|row| std::cmp::Reverse(supply::behind(row.owed, row.handed)));
    let mut rows = cases_out(&mut tx, &reach, rows).await?;
    if !ctx.actor.may(Permission::FacultyManage) {
        rows.iter_mut().for_each(|row| row.may_use = false);
    }
    Ok(FacultyCasesOut {
        year,
        clause: clause(
            per_month,
            format!("每月向每名区局师资提供{}件案例。", per_month.value),
        ),
        units,
        behind,
        rows,
    })
}

/// Serving district instructors that a condition on `i` names.
///
/// # Errors
/// 500 from the engine.
pub async fn serving_districts(
    tx: &mut Tx,
    condition: &str,
) -> Result<Vec<instructors::Instructor>, Problem> {
    let condition = format!("({condition}) and i.state = 'appointed' and i.kind = 'district'");
    Ok(instructors::all(tx, &condition).await?)
}

/// A case as entered.
#[derive(Debug, Clone)]
pub struct CaseInput {
    /// Who hands it out.
    pub unit: UnitId,
    /// To whom.
    pub instructors: Vec<i64>,
    /// When.
    pub handed_on: Date,
    /// Number of the case.
    pub case_no: String,
    /// Title.
    pub title: String,
    /// Code of its field.
    pub field: String,
    /// What it shows.
    pub summary: String,
}

/// Hands a case to district instructors. Gives how many.
///
/// # Errors
/// 404 outside the scope; 409 when one of them has it already or does not serve; 422 for a field.
pub async fn hand_out(ctx: &Ctx, scope: &Scope, input: CaseInput) -> Result<usize, Problem> {
    let mut tx = ctx.db().write().await?;
    let reach = Reach::of(&mut tx, ctx, scope).await?;
    let unit = bureau(&reach.tree, scope, input.unit)?;
    if input.handed_on > ctx.today {
        return Err(bad_field("handed_on", "提供日期不能晚于今天。"));
    }
    if fields::name(&input.field).is_none() {
        return Err(bad_field("field", "请选择所属领域。"));
    }
    let mut ids = input.instructors;
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Err(bad_field("instructors", "请选择接收案例的师资。"));
    }
    for row in serving(&mut tx, &reach, &ids).await? {
        if row.kind != Kind::District || row.unit_id != unit.id || row.state != State::Appointed {
            return Err(bad_field(
                "instructors",
                format!("{}不是本区局在聘的区局师资。", row.name),
            ));
        }
        let new = SuppliedCase {
            id: 0,
            unit_id: unit.id,
            instructor_id: row.id,
            handed_on: input.handed_on,
            case_no: line("case_no", "案件编号", &input.case_no, 60)?,
            title: line("title", "案例名称", &input.title, 100)?,
            field: input.field.clone(),
            summary: required("summary", "案情和要点", &input.summary, 2_000)?,
            courseware_id: None,
            used_on: None,
        };
        let id = cases::insert(&mut tx, &new, doer(ctx), ctx.now).await?;
        let Some(id) = id else {
            return Err(refused(Deny::new(
                "faculty.twice",
                format!("案例{}已经提供给{}。", new.case_no, row.name),
            )));
        };
        tx.audit(
            ctx.audit("faculty.case_hand_out", format!("faculty_case:{id}"))
                .unit(unit.id)
                .detail(json!({"case_no": new.case_no, "instructor": row.id})),
        );
    }
    tx.commit().await?;
    Ok(ids.len())
}

/// Says in which course a case was used, and when.
///
/// # Errors
/// 404 outside the scope; 409 when it was told already; 422 for course or day.
pub async fn use_case(
    ctx: &Ctx,
    scope: &Scope,
    id: i64,
    (course, on): (i64, Date),
) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    let reach = Reach::of(&mut tx, ctx, scope).await?;
    let row = cases::take(&mut tx, id)
        .await?
        .filter(|row| holds(ctx, Permission::FacultyManage, row.unit_id))
        .ok_or_else(Problem::not_found)?;
    if row.used_on.is_some() {
        return Err(refused(Deny::new(
            "faculty.case_used",
            "该案例的使用情况已经登记。",
        )));
    }
    if on < row.handed_on || on > ctx.today {
        return Err(bad_field("on", "使用日期应在提供日期和今天之间。"));
    }
    let course = courseware::by_id(&mut tx, course)
        .await?
        .filter(|course| reach.sees_courseware(course))
        .ok_or_else(|| bad_field("courseware_id", "请选择课程资源中的课件。"))?;
    cases::used(&mut tx, id, course.id, on).await?;
    tx.audit(
        ctx.audit("faculty.case_use", format!("faculty_case:{id}"))
            .unit(row.unit_id)
            .detail(json!({"courseware": course.id})),
    );
    tx.commit().await?;
    Ok(())
}
