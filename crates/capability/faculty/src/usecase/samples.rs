//! What of the year is kept as sample (B-91): marks, the year's archive, and its workbook.

use chengzhi_authz::{Permission, Scope};
use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem, Unknown};
use chengzhi_kernel::UnitId;
use chengzhi_sheets::{Column, SheetData, Value, write_xlsx};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::access::{Reach, holds};
use super::bad_field;
use super::refused;
use super::targets::targets;
use super::words::{required, year_of};
use crate::domain::{Deny, words};
use crate::store::samples::{self, Sample};
use crate::store::{cases, courseware, groups, instructors, places, teams};

words! {
    /// What can be a sample.
    Subject {
        /// Courseware.
        Courseware, "courseware", "课程资源";
        /// A base.
        Base, "base", "教学实践基地";
        /// An instructor.
        Instructor, "instructor", "教员";
        /// A studio.
        Studio, "studio", "工作室";
        /// A group.
        Group, "group", "教研组";
        /// A case.
        Case, "case", "教学案例";
    }
}

/// A sample.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FacultySampleOut {
    /// Row.
    pub id: i64,
    /// `courseware`, `base`, `instructor`, `studio`, `group`, `case`.
    pub subject: String,
    /// Its word.
    pub subject_name: String,
    /// Its row.
    pub subject_id: i64,
    /// Whose it is.
    pub unit_name: String,
    /// Its title when it was marked.
    pub title: String,
    /// Why it is one.
    pub note: String,
    /// Who marked it.
    pub by_name: String,
    /// Whether the caller may take the mark off.
    pub may_remove: bool,
}

/// Samples of a year in the scope, and the city's.
///
/// # Errors
/// 422 for the year; 500 from the engine.
pub async fn list(
    ctx: &Ctx,
    scope: &Scope,
    year: Option<i32>,
) -> Result<Vec<FacultySampleOut>, Problem> {
    let year = year_of(year, ctx.now)?;
    let mut tx = ctx.db().read().await?;
    let reach = Reach::of(&mut tx, ctx, scope).await?;
    let found = samples::of_year(&mut tx, &reach.around("s.unit_id"), year).await?;
    Ok(found
        .into_iter()
        .map(|row| FacultySampleOut {
            id: row.id,
            subject_name: Subject::from_code(&row.subject)
                .map_or("", Subject::name)
                .to_owned(),
            subject: row.subject,
            subject_id: row.subject_id,
            unit_name: reach.name(row.unit_id),
            title: row.title,
            note: row.note,
            by_name: row.by_name,
            may_remove: holds(ctx, Permission::FacultyManage, row.unit_id),
        })
        .collect())
}

/// Marks something as a sample of a year. Gives the row.
///
/// # Errors
/// 404 outside the scope; 409 when it is marked already; 422 without a reason.
pub async fn mark(
    ctx: &Ctx,
    scope: &Scope,
    year: Option<i32>,
    (subject, id, note): (Subject, i64, &str),
) -> Result<i64, Problem> {
    let year = year_of(year, ctx.now)?;
    if year > year_of(None, ctx.now)? {
        return Err(bad_field("year", "不能标记以后年度的样本。"));
    }
    let note = required("note", "推荐理由", note, 500)?;
    let mut tx = ctx.db().write().await?;
    let (unit, title) = subject_of(&mut tx, subject, id)
        .await?
        .filter(|(unit, _)| scope.has_unit(*unit))
        .ok_or_else(Problem::not_found)?;
    let new = Sample {
        id: 0,
        year,
        unit_id: unit,
        subject: subject.code().to_owned(),
        subject_id: id,
        title,
        note,
        by_name: ctx.actor.name.clone(),
        at: ctx.now,
    };
    let row = samples::insert(&mut tx, &new, ctx.actor.account_id, ctx.now).await?;
    let Some(row) = row else {
        return Err(refused(Deny::new(
            "faculty.twice",
            format!("“{}”已是{year}年样本。", new.title),
        )));
    };
    tx.audit(
        ctx.audit("faculty.sample_mark", format!("faculty_sample:{row}"))
            .unit(unit)
            .detail(json!({"year": year, "title": new.title})),
    );
    tx.commit().await?;
    Ok(row)
}

/// Unit and title of what is to be marked; none when it is not there or not in use.
async fn subject_of(
    tx: &mut Tx,
    subject: Subject,
    id: i64,
) -> Result<Option<(UnitId, String)>, Problem> {
    Ok(match subject {
        Subject::Courseware => courseware::by_id(tx, id)
            .await?
            .filter(|row| row.in_use_from.is_some())
            .map(|row| (row.unit_id, row.title)),
        Subject::Base => places::by_id(tx, id)
            .await?
            .filter(|row| row.in_use_from.is_some())
            .map(|row| (row.unit_id, row.name)),
        Subject::Instructor => instructors::by_id(tx, id)
            .await?
            .filter(|row| row.appointed_on.is_some())
            .map(|row| (row.unit_id, row.name)),
        Subject::Studio => teams::studios(tx, &format!("s.id = {id}"))
            .await?
            .pop()
            .map(|row| (row.unit_id, row.name)),
        Subject::Group => groups::all(tx, &format!("g.id = {id}"))
            .await?
            .pop()
            .map(|row| (row.unit_id, row.name)),
        Subject::Case => cases::by_id(tx, id)
            .await?
            .map(|row| (row.unit_id, row.title)),
    })
}

/// Takes a mark off.
///
/// # Errors
/// 404 outside the scope.
pub async fn unmark(ctx: &Ctx, scope: &Scope, id: i64) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    let row = samples::by_id(&mut tx, id)
        .await?
        .filter(|row| scope.has_unit(row.unit_id))
        .ok_or_else(Problem::not_found)?;
    samples::remove(&mut tx, id).await?;
    tx.audit(
        ctx.audit("faculty.sample_unmark", format!("faculty_sample:{id}"))
            .unit(row.unit_id)
            .detail(json!({"year": row.year, "title": row.title})),
    );
    tx.commit().await?;
    Ok(())
}

/// The year's archive as a workbook: samples, and targets against what there is.
///
/// # Errors
/// 409 without rules; 422 for the year.
pub async fn export(ctx: &Ctx, scope: &Scope, year: Option<i32>) -> Result<Vec<u8>, Problem> {
    let rows = list(ctx, scope, year).await?;
    let figures = targets(ctx, scope, year).await?;
    let year = figures.year;
    let kept = SheetData {
        title: format!("{year}年样本"),
        columns: vec![
            Column::text("单位", 26),
            Column::text("种类", 14),
            Column::text("名称", 40),
            Column::text("推荐理由", 60),
            Column::text("标记人", 12),
        ],
        rows: rows
            .iter()
            .map(|row| {
                [
                    &row.unit_name,
                    &row.subject_name,
                    &row.title,
                    &row.note,
                    &row.by_name,
                ]
                .map(Value::text)
                .to_vec()
            })
            .collect(),
        notes: Vec::new(),
    };
    let mut columns = vec![Column::text("单位", 26)];
    for column in &figures.columns {
        columns.push(Column::number(column.name.as_str(), 14));
        columns.push(Column::number(format!("{}目标", column.name), 18));
    }
    let count = |value: u32| Value::count(i64::from(value));
    let districts = SheetData {
        title: "区局年度目标".to_owned(),
        columns,
        rows: figures
            .districts
            .iter()
            .map(|row| {
                let mut cells = vec![Value::text(&row.unit_name)];
                for figure in &row.figures {
                    cells.push(count(figure.have));
                    cells.push(figure.target.map_or(Value::Empty, count));
                }
                cells
            })
            .collect(),
        notes: Vec::new(),
    };
    let city = SheetData {
        title: "市局年度目标".to_owned(),
        columns: vec![
            Column::text("项目", 26),
            Column::number("现有", 10),
            Column::number("目标", 10),
            Column::number("还差", 10),
        ],
        rows: figures
            .city
            .iter()
            .map(|figure| {
                vec![
                    Value::text(&figure.name),
                    count(figure.have),
                    figure.target.map_or(Value::Empty, count),
                    figure.short.map_or(Value::Empty, count),
                ]
            })
            .collect(),
        notes: vec![format!(
            "截至{}。",
            chengzhi_kernel::format_cn(figures.as_of)
        )],
    };
    let mut sheets = vec![kept, districts];
    if !figures.city.is_empty() {
        sheets.push(city);
    }
    write_xlsx(&sheets).map_err(|error| Unknown::log(&error))
}
