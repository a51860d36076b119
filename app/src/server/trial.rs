//! A purpose for the tests of the real program, and for nobody else: it exists in builds with debug
//! assertions only (never in a release), and there only when `CHENGZHI_TEST_UPLOADS` is set.
//!
//! It takes films of the system administrator, who needs no unit or slot for it, so that a test can
//! kill and trace the server without a city behind it.

use std::sync::Arc;

use async_trait::async_trait;
use chengzhi_authz::Permission;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::UnitId;
use chengzhi_uploads::{Admission, Asked, DEFAULT_FILM_BYTES, Upload, UploadPolicy, Uploads};

/// Adds the purpose when the environment asks for it.
pub(super) fn with_trial_purpose(uploads: Uploads) -> Uploads {
    if std::env::var_os("CHENGZHI_TEST_UPLOADS").is_some() {
        uploads.policy(Arc::new(TrialFilm))
    } else {
        uploads
    }
}

struct TrialFilm;

#[async_trait]
impl UploadPolicy for TrialFilm {
    fn purpose(&self) -> &'static str {
        "trial.film"
    }

    fn name(&self) -> &'static str {
        "试传录像"
    }

    fn permission(&self) -> Permission {
        Permission::StorageRead
    }

    async fn admit(&self, ctx: &Ctx, asked: &Asked) -> Result<Admission, Problem> {
        ctx.scope(self.permission())?;
        let unit: i64 = asked
            .key("unit")?
            .parse()
            .map_err(|_| Problem::field("unit", "应为机构编号。"))?;
        Ok(Admission {
            unit: UnitId::from(unit),
            unit_name: "试传".to_owned(),
            slot: asked.key("slot")?.to_owned(),
            max_bytes: DEFAULT_FILM_BYTES,
            quota_bytes: None,
        })
    }

    async fn may_continue(&self, ctx: &Ctx, upload: &Upload) -> Result<bool, Problem> {
        Ok(ctx.actor.may(self.permission()) && upload.account == ctx.actor.account_id)
    }
}
