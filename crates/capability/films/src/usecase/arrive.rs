//! How films arrive: the rule for uploads of the purpose `drill.film`, and drill's way to them.

use async_trait::async_trait;
use chengzhi_authz::Permission;
use chengzhi_db::Tx;
use chengzhi_drill::facade::{
    self as drill, FILM_PURPOSE, FilmUpload, FilmUploads, Half, SessionKey, SlotKey, film_limits,
};
use chengzhi_http::{AppState, Ctx, Problem};
use chengzhi_kernel::{Month, Timestamp, UnitId};
use chengzhi_organisation::facade as organisation;
use chengzhi_uploads::facade::{self as uploads, Keep};
use chengzhi_uploads::{Admission, Asked, DEFAULT_FILM_BYTES, UploadPolicy};

/// Who may send a film, for which session, how large.
#[derive(Debug, Clone, Copy, Default)]
pub struct FilmPolicy;

#[async_trait]
impl UploadPolicy for FilmPolicy {
    fn purpose(&self) -> &'static str {
        FILM_PURPOSE
    }

    fn name(&self) -> &'static str {
        "队列训练影像"
    }

    fn permission(&self) -> Permission {
        Permission::DrillReport
    }

    async fn admit(&self, ctx: &Ctx, asked: &Asked) -> Result<Admission, Problem> {
        let key = session_key(asked)?;
        let scope = ctx.scope(self.permission())?;
        let mut tx = ctx.db().read().await?;
        drill::may_upload_film(&mut tx, ctx, &scope, key).await?;
        let limits = film_limits(&mut tx, &ctx.state, key.slot.month).await?;
        let tree = organisation::tree(&mut tx, ctx.today).await?;
        Ok(Admission {
            unit: key.slot.unit,
            unit_name: tree.name(key.slot.unit).to_owned(),
            slot: slot_text(key),
            max_bytes: limits.max_bytes.unwrap_or(DEFAULT_FILM_BYTES),
            quota_bytes: limits.quota_bytes,
        })
    }
}

/// `17/2024-11/1/32`: squad, month, half, session.
fn slot_text(key: SessionKey) -> String {
    format!("{}/{}", key.slot, key.session)
}

fn session_key(asked: &Asked) -> Result<SessionKey, Problem> {
    let number = |name: &str| -> Result<i64, Problem> {
        asked
            .key(name)?
            .parse()
            .map_err(|_| Problem::field(name, "上传信息有误，请刷新页面后重试。"))
    };
    let month: Month = asked
        .key("month")?
        .parse()
        .map_err(|_| Problem::field("month", "月份应为2024-11的形式。"))?;
    let half = u32::try_from(number("half")?)
        .ok()
        .and_then(Half::from_number)
        .ok_or_else(|| Problem::field("half", "上半月写1，下半月写2。"))?;
    Ok(SessionKey {
        slot: SlotKey {
            unit: UnitId::from(number("unit_id")?),
            month,
            half,
        },
        session: number("session_id")?,
    })
}

/// The uploads of this installation, as drill asks for them.
#[derive(Clone)]
pub struct ClaimedFilms {
    /// For the rules on keeping; none where routes are only described.
    pub state: Option<AppState>,
}

#[async_trait]
impl FilmUploads for ClaimedFilms {
    async fn take(
        &self,
        tx: &mut Tx,
        key: SessionKey,
        upload_id: &str,
    ) -> Result<Option<FilmUpload>, Problem> {
        let Ok(id) = upload_id.parse::<i64>() else {
            return Ok(None);
        };
        let slot = slot_text(key);
        let ours = uploads::find(tx, id)
            .await?
            .is_some_and(|upload| upload.purpose == FILM_PURPOSE && upload.slot == slot);
        if !ours {
            return Ok(None);
        }
        let keeping = self.keeping(tx, key.slot.month).await?;
        let claimed = uploads::claim(tx, id, (FILM_PURPOSE, &slot), &key.owner(), keeping).await?;
        Ok(Some(FilmUpload {
            upload_id: upload_id.to_owned(),
            hash: claimed.hash.as_str().to_owned(),
            name: claimed.file_name,
            size: i64::try_from(claimed.size).unwrap_or(i64::MAX),
            started_at: claimed.started_at,
            finished_at: claimed.received_at,
        }))
    }

    async fn release(
        &self,
        tx: &mut Tx,
        key: SessionKey,
        upload_id: &str,
        now: Timestamp,
    ) -> Result<(), Problem> {
        if let Ok(id) = upload_id.parse::<i64>() {
            uploads::release(tx, id, &key.owner(), now).await?;
        }
        Ok(())
    }
}

impl ClaimedFilms {
    /// Until when a film is kept: so many months after the month it belongs to, counted as 31 days.
    async fn keeping(&self, tx: &mut Tx, month: Month) -> Result<Keep, Problem> {
        let Some(state) = &self.state else {
            return Ok(Keep::Forever);
        };
        let limits = film_limits(tx, state, month).await?;
        Ok(match limits.keep_months {
            None => Keep::Forever,
            Some(months) => Keep::Until(
                Timestamp::end_of_day(month.last_day()).plus_days(i64::from(months) * 31),
            ),
        })
    }
}
