//! A version's page: its content, its versions, what was taught with it, what the caller may do.

use chengzhi_authz::{Permission, Scope};
use chengzhi_files::ContentKey;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::FileHash;
use chengzhi_uploads::{LINK_SECONDS, link as media_link};

use super::access::{Reach, holds};
use super::courseware::rows_out;
use super::courseware_life::may_follow;
use super::courseware_out::{FacultyBlockOut, FacultyCoursewarePageOut, FacultyVersionOut};
use super::instructor_page::taught_out;
use crate::domain::courseware::CoursewareState;
use crate::store::courseware::{self, Courseware};
use crate::store::{groups, instructors, places, taught};

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
