//! The courseware register (B-97, B-101, B-113): drafts, release, new versions, withdrawal.

use chengzhi_authz::{Permission, Scope};
use chengzhi_db::Tx;
use chengzhi_files::ContentKey;
use chengzhi_http::{Ctx, Paging, Problem};
use chengzhi_kernel::{FileHash, UnitId};
use chengzhi_uploads::{LINK_SECONDS, link as media_link};
use serde_json::json;

use super::access::{Reach, doer, holds};
use super::courseware_out::{
    FacultyBlockOut, FacultyCoursewareOut, FacultyCoursewarePageOut, FacultyCoursewaresOut,
    FacultyFileOut, FacultyLaw, FacultyVersionOut,
};
use super::instructor_page::taught_out;
use super::words::{line, link, optional, required};
use super::{bad_field, refused};
use crate::domain::courseware::{CoursewareKind, CoursewareState, FileSort, may_edit, may_hold};
use crate::domain::{Deny, fields};
use crate::store::courseware::{self, Courseware, LawRef, Wanted};
use crate::store::{groups, instructors, places, taught};

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

async fn rows_out(
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

/// A version's page, with a link that plays its file.
///
/// # Errors
/// 404 when it is not seen.
pub async fn view(ctx: &Ctx, scope: &Scope, id: i64) -> Result<FacultyCoursewarePageOut, Problem> {
    let mut tx = ctx.db().read().await?;
    let reach = Reach::of(&mut tx, ctx, scope).await?;
    let row = courseware::by_id(&mut tx, id)
        .await?
        .filter(|row| reach.sees_courseware(row))
        .ok_or_else(Problem::not_found)?;
    let instructor = match row.instructor_id {
        None => None,
        Some(id) => instructors::by_id(&mut tx, id).await?,
    };
    let group = match row.group_id {
        None => None,
        Some(id) => groups::all(&mut tx, &format!("g.id = {id}")).await?.pop(),
    };
    let versions: Vec<Courseware> = courseware::versions(&mut tx, row.series_id)
        .await?
        .into_iter()
        .filter(|version| reach.sees_courseware(version))
        .collect();
    let ids: Vec<i64> = versions.iter().map(|version| version.id).collect();
    let lessons = taught::of_courseware(&mut tx, &ids).await?;
    let teachers: Vec<i64> = lessons.iter().map(|lesson| lesson.instructor_id).collect();
    let teachers = instructors::of_ids(&mut tx, &teachers).await?;
    let list = chengzhi_db::int_list(ids.iter().copied());
    let of_course = format!("p.course_id in {list} and p.state = 'in_use'");
    let bases = places::list(&mut tx, &of_course, &places::Wanted::default()).await?;
    let blocks = blocks_out(&row);
    let may = may(ctx, &row, versions.first());
    let (ended_on, end_reason) = (row.ended_on, row.end_reason.clone());
    let (by_name, group_id) = (row.by_name.clone(), row.group_id);
    let hash = row
        .file
        .as_ref()
        .and_then(|file| FileHash::parse(&file.hash));
    let mut out = rows_out(&mut tx, &reach, vec![row])
        .await?
        .pop()
        .ok_or_else(Problem::not_found)?;
    drop(tx);
    if let (Some(file), Some(hash)) = (&mut out.file, hash) {
        let key = ContentKey::original(&hash);
        file.url = Some(media_link(ctx, &key, LINK_SECONDS).await?);
    }
    Ok(FacultyCoursewarePageOut {
        courseware: out,
        blocks,
        instructor_id: instructor.as_ref().map(|person| person.id),
        instructor_name: instructor.map(|person| person.name).unwrap_or_default(),
        group_id,
        group_name: group.map(|group| group.name).unwrap_or_default(),
        ended_on,
        end_reason,
        by_name,
        versions: versions
            .into_iter()
            .map(|version| FacultyVersionOut {
                id: version.id,
                number: version.number,
                state: version.state.code().to_owned(),
                state_name: version.state.name().to_owned(),
                in_use_from: version.in_use_from,
                ended_on: version.ended_on,
            })
            .collect(),
        used: lessons
            .into_iter()
            .map(|lesson| {
                let name = teachers
                    .iter()
                    .find(|person| person.id == lesson.instructor_id)
                    .map_or("", |person| person.name.as_str());
                taught_out(lesson, name)
            })
            .collect(),
        bases: bases.into_iter().map(|base| base.name).collect(),
        may,
    })
}

fn blocks_out(row: &Courseware) -> Vec<FacultyBlockOut> {
    row.kind
        .blocks()
        .iter()
        .map(|(code, name)| FacultyBlockOut {
            code: (*code).to_owned(),
            name: (*name).to_owned(),
            text: row
                .blocks
                .iter()
                .find(|(known, _)| known == code)
                .map(|(_, text)| text.clone())
                .unwrap_or_default(),
        })
        .collect()
}

fn may(ctx: &Ctx, row: &Courseware, newest: Option<&Courseware>) -> Vec<String> {
    let proposes = holds(ctx, Permission::FacultyNominate, row.unit_id);
    let manages = holds(ctx, Permission::FacultyManage, row.unit_id);
    let draft = row.state == CoursewareState::Draft;
    let in_use = row.state == CoursewareState::InUse;
    // Of what was taken out of use only the last version is followed by another.
    let is_last = in_use || newest.is_none_or(|newest| newest.id == row.id);
    let newest_draft = newest.is_some_and(|newest| newest.state == CoursewareState::Draft);
    [
        ("change", proposes && draft),
        ("upload", proposes && draft),
        ("release", manages && draft),
        (
            "supersede",
            proposes && may_follow(row) && is_last && !newest_draft,
        ),
        ("withdraw", manages && (draft || in_use)),
    ]
    .into_iter()
    .filter(|(_, allowed)| *allowed)
    .map(|(word, _)| word.to_owned())
    .collect()
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

/// Puts a draft into use; the version in use until now is superseded.
///
/// # Errors
/// 404 outside the scope; 409 by state or version; 422 while something is missing.
pub async fn release(ctx: &Ctx, scope: &Scope, id: i64, version: i64) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    let mut row = taken(&mut tx, scope, id, version).await?;
    may_edit(row.state).map_err(refused)?;
    complete(&row)?;
    for mut other in courseware::versions(&mut tx, row.series_id).await? {
        if other.state == CoursewareState::InUse {
            other.state = CoursewareState::Superseded;
            other.ended_on = Some(ctx.today);
            other.end_reason = format!("由第{}版代替", row.number);
            courseware::put(&mut tx, &other).await?;
        }
    }
    row.state = CoursewareState::InUse;
    row.in_use_from = Some(ctx.today);
    courseware::put(&mut tx, &row).await?;
    tx.audit(
        ctx.audit(
            "faculty.courseware_release",
            format!("faculty_courseware:{id}"),
        )
        .unit(row.unit_id)
        .detail(json!({"title": row.title, "number": row.number})),
    );
    tx.commit().await?;
    Ok(())
}

/// What must be there before anybody teaches from it: something to see or read, and for kinds with a
/// template all four blocks (B-113).
fn complete(row: &Courseware) -> Result<(), Problem> {
    let missing: Vec<&str> = row
        .kind
        .blocks()
        .iter()
        .filter(|(code, _)| !row.blocks.iter().any(|(known, _)| known == code))
        .map(|(_, name)| *name)
        .collect();
    if !missing.is_empty() {
        return Err(bad_field(
            "blocks",
            format!("请先填写{}。", missing.join("、")),
        ));
    }
    if let Some(file) = &row.file {
        // The kind may have been changed since the file came.
        may_hold(row.kind, FileSort::of_mime(&file.mime)).map_err(refused)?;
    }
    if row.file.is_none() && row.link.is_empty() && row.summary.is_empty() {
        return Err(bad_field("summary", "请先上传文件、填写链接或者内容简介。"));
    }
    Ok(())
}

/// Whether a next version may be begun: of what is in use, and of what was taken out of use, such as
/// when an article it rests on changed.
fn may_follow(row: &Courseware) -> bool {
    match row.state {
        CoursewareState::InUse => true,
        CoursewareState::Withdrawn => row.in_use_from.is_some(),
        CoursewareState::Draft | CoursewareState::Superseded => false,
    }
}

/// Begins a new version as a copy of one that is or was in use, without its file. Gives its row.
///
/// # Errors
/// 404 outside the scope; 409 when it is not in use or a draft stands already.
pub async fn supersede(ctx: &Ctx, scope: &Scope, id: i64, version: i64) -> Result<i64, Problem> {
    let mut tx = ctx.db().write().await?;
    let row = taken(&mut tx, scope, id, version).await?;
    if !may_follow(&row) {
        return Err(refused(Deny::new(
            "faculty.courseware_state",
            "只有在用或停用的课件可以新建一版。",
        )));
    }
    let newest = courseware::versions(&mut tx, row.series_id).await?;
    let newest = newest.first().ok_or_else(Problem::not_found)?;
    if newest.state == CoursewareState::Draft {
        return Err(refused(Deny::new(
            "faculty.courseware_draft",
            format!("第{}版正在起草，请在该版上修改。", newest.number),
        )));
    }
    let copy = Courseware {
        id: 0,
        number: newest.number + 1,
        file: None,
        state: CoursewareState::Draft,
        in_use_from: None,
        ended_on: None,
        end_reason: String::new(),
        ..row.clone()
    };
    let new = courseware::insert(&mut tx, &copy, doer(ctx), ctx.now).await?;
    let laws: Vec<LawRef> = courseware::laws(&mut tx, &[id])
        .await?
        .into_iter()
        .map(|(_, law)| law)
        .collect();
    courseware::put_laws(&mut tx, new, &laws).await?;
    tx.audit(
        ctx.audit(
            "faculty.courseware_next",
            format!("faculty_courseware:{new}"),
        )
        .unit(row.unit_id)
        .detail(json!({"title": row.title, "number": copy.number})),
    );
    tx.commit().await?;
    Ok(new)
}

/// Takes a version out of use, or a draft off the list.
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
    let reason = required("reason", "停用原因", reason, 300)?;
    let mut tx = ctx.db().write().await?;
    let mut row = taken(&mut tx, scope, id, version).await?;
    if !matches!(row.state, CoursewareState::Draft | CoursewareState::InUse) {
        return Err(refused(Deny::new(
            "faculty.courseware_state",
            format!("这一版{}，无需再停用。", row.state.name()),
        )));
    }
    row.state = CoursewareState::Withdrawn;
    row.ended_on = Some(ctx.today);
    row.end_reason = reason;
    courseware::put(&mut tx, &row).await?;
    tx.audit(
        ctx.audit(
            "faculty.courseware_withdraw",
            format!("faculty_courseware:{id}"),
        )
        .unit(row.unit_id)
        .detail(json!({"reason": row.end_reason})),
    );
    tx.commit().await?;
    Ok(())
}
