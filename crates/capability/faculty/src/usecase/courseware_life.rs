//! The life of a version: its release, the version that follows, its withdrawal (B-97, B-113).

use chengzhi_authz::Scope;
use chengzhi_http::{Ctx, Problem};
use serde_json::json;

use super::access::doer;
use super::courseware::taken;
use super::words::required;
use super::{bad_field, refused};
use crate::domain::Deny;
use crate::domain::courseware::{CoursewareState, FileSort, may_edit, may_hold};
use crate::store::courseware::{self, Courseware, LawRef};

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
pub(super) fn may_follow(row: &Courseware) -> bool {
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
