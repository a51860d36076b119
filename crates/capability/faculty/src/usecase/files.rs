//! Files of courseware, by the uploads of this installation.

use async_trait::async_trait;
use chengzhi_authz::{Permission, Scope};
use chengzhi_files::{ALL_KINDS, MediaKind};
use chengzhi_http::{Ctx, Problem};
use chengzhi_organisation::facade as organisation;
use chengzhi_uploads::facade::{self as uploads, Keep};
use chengzhi_uploads::{Admission, Asked, UploadPolicy};
use serde_json::json;

use super::policy::Rules;
use super::words::year_of;
use super::{bad, refused};
use crate::domain::courseware::{FileSort, may_edit, may_hold};
use crate::store::courseware::{self, FileRef};

/// The purpose under which files arrive.
pub const PURPOSE: &str = "faculty.courseware";

/// Who may send a file, for which draft, how large.
#[derive(Debug, Clone, Copy, Default)]
pub struct CoursewarePolicy;

#[async_trait]
impl UploadPolicy for CoursewarePolicy {
    fn purpose(&self) -> &'static str {
        PURPOSE
    }

    fn name(&self) -> &'static str {
        "课程资源"
    }

    fn permission(&self) -> Permission {
        Permission::FacultyNominate
    }

    fn kinds(&self) -> &'static [MediaKind] {
        ALL_KINDS
    }

    async fn admit(&self, ctx: &Ctx, asked: &Asked) -> Result<Admission, Problem> {
        let id: i64 = asked
            .key("courseware_id")?
            .parse()
            .map_err(|_| Problem::field("courseware_id", "上传信息有误，请刷新页面后重试。"))?;
        let scope = ctx.scope(self.permission())?;
        let mut tx = ctx.db().read().await?;
        let row = courseware::by_id(&mut tx, id)
            .await?
            .filter(|row| scope.has_unit(row.unit_id))
            .ok_or_else(Problem::not_found)?;
        may_edit(row.state).map_err(refused)?;
        // A name that promises another sort is told before the first byte; the content is judged when it is there.
        if let Some(promised) = FileSort::of_name(&asked.file_name) {
            may_hold(row.kind, Some(promised)).map_err(bad("filename"))?;
        }
        let rules = Rules::load(&mut tx, &ctx.state, year_of(None, ctx.now)?).await?;
        let tree = organisation::tree(&mut tx, ctx.today).await?;
        Ok(Admission {
            unit: row.unit_id,
            unit_name: tree.name(row.unit_id).to_owned(),
            slot: slot(id),
            max_bytes: u64::from(rules.faculty().file_max_mib.value) << 20,
            quota_bytes: Some(u64::from(rules.faculty().file_quota_gib.value) << 30),
        })
    }
}

fn slot(id: i64) -> String {
    format!("courseware/{id}")
}

fn owner(id: i64) -> String {
    format!("faculty_courseware:{id}")
}

/// Takes a whole upload as the file of a draft, in place of an earlier one.
///
/// # Errors
/// 404 outside the scope, for an upload of another draft or purpose; 409 by state or version, or for a file that does
/// not fit the kind.
pub async fn attach(
    ctx: &Ctx,
    scope: &Scope,
    id: i64,
    version: i64,
    upload_id: &str,
) -> Result<(), Problem> {
    let upload: i64 = upload_id.parse().map_err(|_| Problem::not_found())?;
    let mut tx = ctx.db().write().await?;
    let mut row = super::courseware::taken(&mut tx, scope, id, version).await?;
    may_edit(row.state).map_err(refused)?;
    let key = (PURPOSE, slot(id));
    let claimed =
        uploads::claim(&mut tx, upload, (key.0, &key.1), &owner(id), Keep::Forever).await?;
    may_hold(row.kind, FileSort::of_mime(&claimed.mime)).map_err(refused)?;
    if let Some(old) = row.file.filter(|old| old.upload_id != upload) {
        uploads::release(&mut tx, old.upload_id, &owner(id), ctx.now).await?;
    }
    row.file = Some(FileRef {
        upload_id: upload,
        hash: claimed.hash.as_str().to_owned(),
        name: claimed.file_name,
        size: i64::try_from(claimed.size).unwrap_or(i64::MAX),
        mime: claimed.mime,
    });
    courseware::put(&mut tx, &row).await?;
    tx.audit(
        ctx.audit(
            "faculty.courseware_file",
            format!("faculty_courseware:{id}"),
        )
        .unit(row.unit_id)
        .detail(json!({"hash": claimed.hash.as_str()})),
    );
    tx.commit().await?;
    Ok(())
}
