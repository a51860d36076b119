//! What a capability says about the files that it takes.

use std::collections::BTreeMap;

use async_trait::async_trait;
use chengzhi_authz::Permission;
use chengzhi_db::Tx;
use chengzhi_files::{FILMS, MediaKind};
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::{FileHash, UnitId};

use crate::Upload;

/// What a sender asks for.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Name on his disk, without folders.
    pub file_name: String,
    /// Bytes in all.
    pub length: u64,
    /// All keys of `Upload-Metadata`, those of the capability among them (`slot`, say).
    pub metadata: BTreeMap<String, String>,
}

impl Asked {
    /// A key of the metadata; 422 in Chinese when it is missing.
    ///
    /// # Errors
    /// 422 naming the key.
    pub fn key(&self, name: &str) -> Result<&str, Problem> {
        match self.metadata.get(name).map(String::as_str) {
            Some(value) if !value.is_empty() => Ok(value),
            _ => Err(Problem::field(
                name,
                format!("上传信息中缺少“{name}”，请刷新页面后重试。"),
            )),
        }
    }
}

/// Under which limits an upload is admitted.
#[derive(Debug, Clone)]
pub struct Admission {
    /// Unit whose quota it counts against; its scope opens the upload.
    pub unit: UnitId,
    /// Name of the unit, for the storage page.
    pub unit_name: String,
    /// Where it belongs, in the capability's own words, `17:2024-11:1`.
    pub slot: String,
    /// Largest file, bytes; the default of films is 6 GiB.
    pub max_bytes: u64,
    /// All files of this purpose that the unit may keep, bytes; none is without limit.
    pub quota_bytes: Option<u64>,
}

/// A capability's rule for one purpose. Registered once, where the program is composed:
/// `Uploads::new(…).policy(Arc::new(DrillFilm))`.
///
/// How a capability takes files:
///
/// 1. Its page creates the upload (`POST /api/v1/uploads`) with `purpose`, `filename` and the
///    capability's own keys in `Upload-Metadata`. [`UploadPolicy::admit`] looks up what the keys
///    name, with the scope of its permission (what is outside does not exist: 404), checks that the
///    slot takes files now (409 with a sentence), and gives the limits.
/// 2. Bytes arrive. [`UploadPolicy::may_continue`] is asked at every request: the sender, while he
///    holds the permission for the unit.
/// 3. After the last byte the content is hashed, moved into the store, and
///    [`UploadPolicy::finished`] runs **in the transaction** that completes the upload: put the film
///    into its slot, enqueue its check. The outbox gets `upload.finished` in any case. It may be
///    called again when that transaction fails, never after it succeeded.
/// 4. The record takes the upload with [`crate::facade::claim`], which gives hash, size, type and
///    both instants (`started_at`, `received_at`, business time: which of them is held against the
///    due date is the capability's policy) and sets how long the content is kept. What nobody
///    claims within [`crate::UNCLAIMED_DAYS`] goes.
/// 5. To show it, the capability checks its own rules and hands out [`crate::link`].
#[async_trait]
pub trait UploadPolicy: Send + Sync {
    /// Stable word for it, `drill.film`.
    fn purpose(&self) -> &'static str;

    /// In Chinese, for the storage page: 队列训练录像.
    fn name(&self) -> &'static str;

    /// Permission of whoever sends.
    fn permission(&self) -> Permission;

    /// Largest file ever taken, bytes: what the server tells a sender before he asks. An admission
    /// may be narrower.
    fn max_bytes(&self) -> u64 {
        crate::DEFAULT_FILM_BYTES
    }

    /// Containers taken; all that hold films unless said otherwise.
    fn kinds(&self) -> &'static [MediaKind] {
        FILMS
    }

    /// Admits an upload, or says in Chinese why not.
    ///
    /// # Errors
    /// 403, 404, 409 or 422, as the capability's other commands.
    async fn admit(&self, ctx: &Ctx, asked: &Asked) -> Result<Admission, Problem>;

    /// Whether this caller may go on with the upload, ask for it, or end it.
    ///
    /// # Errors
    /// When it cannot be decided.
    async fn may_continue(&self, ctx: &Ctx, upload: &Upload) -> Result<bool, Problem> {
        let scope = ctx.actor.scope(self.permission());
        Ok(upload.account == ctx.actor.account_id
            && scope.is_some_and(|scope| scope.has_unit(upload.unit)))
    }

    /// The upload is whole and in the store; the transaction completes it.
    ///
    /// # Errors
    /// Nothing is completed then; it is tried again.
    async fn finished(&self, tx: &mut Tx, upload: &Upload, hash: &FileHash) -> Result<(), Problem> {
        let _ = (tx, upload, hash);
        Ok(())
    }
}
