//! The courseware register (B-97, B-101): its list, drafts and their content.

use chengzhi_authz::Scope;
use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Paging, Problem};
use chengzhi_kernel::UnitId;
use serde_json::json;

use super::access::{Reach, doer};
use super::courseware_out::{
    FacultyCoursewareOut, FacultyCoursewaresOut, FacultyFileOut, FacultyLaw,
};
use super::words::{line, link, optional};
use super::{bad_field, refused};
use crate::domain::courseware::{CoursewareKind, CoursewareState, may_edit};
use crate::domain::fields;
use crate::store::courseware::{self, Courseware, LawRef, Wanted};
use crate::store::{groups, instructors, taught};

/// Most articles of one version.
const MOST_LAWS: usize = 40;

/// Lists versions.
///
/// # Errors
/// 404 for an unknown unit; 500 from the engine.
pub async fn list(
    ctx: &Ctx,
    scope: &Scope,
    wanted: &Wanted,
    unit: Option<i64>,
    paging: Paging,
) -> Result<FacultyCoursewaresOut, Problem> {
    let mut tx = ctx.db().read().await?;
    let reach = Reach::of(&mut tx, ctx, scope).await?;
    let mut seen = format!("({})", reach.courseware());
    if let Some(units) = reach.narrowed(unit)? {
        seen = format!("{seen} and c.unit_id in {units}");
    }
    let page = (paging.limit(), paging.offset());
    let (total, rows) = courseware::list(&mut tx, &seen, wanted, page).await?;
    Ok(FacultyCoursewaresOut {
        total,
        rows: rows_out(&mut tx, &reach, rows).await?,
    })
}

/// Versions as sent, without a link to their files.
///
/// # Errors
/// 500 from the engine.
pub(super) async fn rows_out(
    tx: &mut Tx,
    reach: &Reach,
    rows: Vec<Courseware>,
) -> Result<Vec<FacultyCoursewareOut>, Problem> {
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let laws = courseware::laws(tx, &ids).await?;
    let used = taught::of_courseware(tx, &ids).await?;
    Ok(rows
        .into_iter()
        .map(|row| FacultyCoursewareOut {
            laws: laws
                .iter()
                .filter(|(id, _)| *id == row.id)
                .map(|(_, law)| FacultyLaw {
                    law: law.law.clone(),
                    article: law.article.clone(),
                    edition: law.edition.clone(),
                })
                .collect(),
            used: u32::try_from(
                used.iter()
                    .filter(|lesson| lesson.courseware_id == Some(row.id))
                    .count(),
            )
            .unwrap_or(u32::MAX),
            id: row.id,
            series_id: row.series_id,
            number: row.number,
            unit_id: row.unit_id.get(),
            unit_name: reach.name(row.unit_id),
            kind: row.kind.code().to_owned(),
            kind_name: row.kind.name().to_owned(),
            title: row.title,
            field_name: fields::name(&row.field).unwrap_or_default().to_owned(),
            field: row.field,
            summary: row.summary,
            author: row.author,
            minutes: row.minutes,
            link: row.link,
            file: row.file.map(|file| FacultyFileOut {
                name: file.name,
                size: file.size,
                mime: file.mime,
                hash: file.hash,
                url: None,
            }),
            state: row.state.code().to_owned(),
            state_name: row.state.name().to_owned(),
            in_use_from: row.in_use_from,
            from_call: row.submission_id.is_some(),
            version: row.version,
        })
        .collect())
}

/// A version as entered.
#[derive(Debug, Clone)]
pub struct CoursewareInput {
    /// As read; 0 for a new one.
    pub version: i64,
    /// Who keeps it.
    pub unit: UnitId,
    /// Kind.
    pub kind: CoursewareKind,
    /// Title.
    pub title: String,
    /// Code of its field.
    pub field: String,
    /// What it is about.
    pub summary: String,
    /// Content by block.
    pub blocks: Vec<(String, String)>,
    /// Who made it.
    pub author: String,
    /// The instructor whose it is.
    pub instructor: Option<i64>,
    /// The group that developed it.
    pub group: Option<i64>,
    /// Length of a film.
    pub minutes: Option<i64>,
    /// Where it is found.
    pub link: String,
    /// Articles it rests on.
    pub laws: Vec<LawRef>,
}

/// Enters a draft, or changes one. Gives its row.
///
/// # Errors
/// 404 outside the scope; 409 for a version in use or an old one; 422 for a field.
pub async fn save(
    ctx: &Ctx,
    scope: &Scope,
    id: Option<i64>,
    input: CoursewareInput,
) -> Result<i64, Problem> {
    let mut tx = ctx.db().write().await?;
    let id = save_in(&mut tx, ctx, scope, (id, None), input).await?;
    tx.commit().await?;
    Ok(id)
}

/// [`save`] inside a transaction; `submission` is the contribution that it comes from.
///
/// # Errors
/// As [`save`].
pub async fn save_in(
    tx: &mut Tx,
    ctx: &Ctx,
    scope: &Scope,
    (id, submission): (Option<i64>, Option<i64>),
    input: CoursewareInput,
) -> Result<i64, Problem> {
    let reach = Reach::of(tx, ctx, scope).await?;
    let unit = reach
        .tree
        .unit(input.unit)
        .filter(|unit| scope.has_unit(unit.id))
        .ok_or_else(Problem::not_found)?
        .id;
    let stored = match id {
        None => None,
        Some(id) => {
            let stored = taken(tx, scope, id, input.version).await?;
            may_edit(stored.state).map_err(refused)?;
            Some(stored)
        }
    };
    let laws = check_laws(input.laws)?;
    if fields::name(&input.field).is_none() {
        return Err(bad_field("field", "请选择所属领域。"));
    }
    if input
        .minutes
        .is_some_and(|minutes| !(1..=1_000).contains(&minutes))
    {
        return Err(bad_field("minutes", "时长应在1至1000分钟之间。"));
    }
    if let Some(instructor) = input.instructor {
        instructors::by_id(tx, instructor)
            .await?
            .filter(|row| reach.sees(row))
            .ok_or_else(|| bad_field("instructor_id", "没有找到这名教员，请重新选择。"))?;
    }
    if let Some(group) = input.group {
        let seen = format!("g.id = {group} and {}", reach.around("g.unit_id"));
        if groups::all(tx, &seen).await?.is_empty() {
            return Err(bad_field("group_id", "没有找到这个教研组，请重新选择。"));
        }
    }
    let mut blocks = Vec::new();
    for (code, name) in input.kind.blocks() {
        let text = input
            .blocks
            .iter()
            .find(|(known, _)| known == code)
            .map_or("", |(_, text)| text.as_str());
        let text = optional(&format!("blocks.{code}"), name, text, 2_000)?;
        if !text.is_empty() {
            blocks.push(((*code).to_owned(), text));
        }
    }
    let mut row = stored.unwrap_or_else(|| blank(unit));
    row.kind = input.kind;
    row.title = line("title", "名称", &input.title, 100)?;
    row.field = input.field;
    row.summary = optional("summary", "内容简介", &input.summary, 2_000)?;
    row.blocks = blocks;
    row.author = optional("author", "制作人", &input.author, 60)?;
    row.instructor_id = input.instructor;
    row.group_id = input.group;
    row.submission_id = row.submission_id.or(submission);
    row.minutes = input.minutes;
    row.link = link(&input.link)?;
    let id = if row.id == 0 {
        courseware::insert(tx, &row, doer(ctx), ctx.now).await?
    } else {
        courseware::put(tx, &row).await?;
        row.id
    };
    courseware::put_laws(tx, id, &laws).await?;
    tx.audit(
        ctx.audit(
            "faculty.courseware_save",
            format!("faculty_courseware:{id}"),
        )
        .unit(unit)
        .detail(json!({"title": row.title, "kind": row.kind.code()})),
    );
    Ok(id)
}

fn blank(unit: UnitId) -> Courseware {
    Courseware {
        id: 0,
        series_id: 0,
        number: 1,
        unit_id: unit,
        kind: CoursewareKind::Video,
        title: String::new(),
        field: String::new(),
        summary: String::new(),
        blocks: Vec::new(),
        author: String::new(),
        instructor_id: None,
        group_id: None,
        submission_id: None,
        minutes: None,
        link: String::new(),
        file: None,
        state: CoursewareState::Draft,
        in_use_from: None,
        ended_on: None,
        end_reason: String::new(),
        by_name: String::new(),
        version: 1,
    }
}

fn check_laws(laws: Vec<LawRef>) -> Result<Vec<LawRef>, Problem> {
    if laws.len() > MOST_LAWS {
        return Err(bad_field("laws", format!("法条依据最多{MOST_LAWS}条。")));
    }
    laws.into_iter()
        .enumerate()
        .map(|(index, law)| {
            let field = |name: &str| format!("laws[{index}].{name}");
            Ok(LawRef {
                law: line(&field("law"), "法律法规名称", &law.law, 80)?,
                article: line(&field("article"), "条款", &law.article, 40)?,
                edition: optional(&field("edition"), "版本", &law.edition, 40)?,
            })
        })
        .collect()
}

/// A version of the scope for changing, at the version that was read.
///
/// # Errors
/// 404 outside the scope; 409 for an old version.
pub(super) async fn taken(
    tx: &mut Tx,
    scope: &Scope,
    id: i64,
    version: i64,
) -> Result<Courseware, Problem> {
    let row = courseware::take(tx, id)
        .await?
        .filter(|row| scope.has_unit(row.unit_id))
        .ok_or_else(Problem::not_found)?;
    if row.version == version {
        Ok(row)
    } else {
        Err(Problem::stale())
    }
}
