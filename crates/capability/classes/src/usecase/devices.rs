//! Phones that sign scans.

use chengzhi_http::{Ctx, Problem, Unknown, random_bytes};
use serde::Serialize;
use utoipa::ToSchema;

use crate::store::scans;

use super::words;

/// A phone's number and secret; the secret is told this once.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassDeviceOut {
    /// Number.
    pub id: i64,
    /// Secret of 32 bytes, hex.
    pub key: String,
}

/// Phones that an account may register in a day.
const MOST_A_DAY: i64 = 20;

/// Registers the phone whose page asks.
///
/// # Errors
/// 409 when the account has registered too many today; 422 for the label.
pub async fn register(ctx: &Ctx, label: &str) -> Result<ClassDeviceOut, Problem> {
    let label = words::optional("label", "手机名称", label, 100)?;
    let key = random_bytes::<32>().map_err(|error| Unknown::log(&error))?;
    let mut tx = ctx.db().write().await?;
    let since = ctx.now.plus_minutes(-24 * 60);
    let account = ctx.actor.account_id;
    if scans::devices_since(&mut tx, account, since).await? >= MOST_A_DAY {
        return Err(Problem::conflict(
            "class.too_many_devices",
            "今天登记的手机太多，请用登记过的手机，或请班主任补登签到。",
        ));
    }
    let id = scans::add_device(&mut tx, account, &key, &label, ctx.now).await?;
    tx.commit().await?;
    Ok(ClassDeviceOut {
        id,
        key: hex::encode(key),
    })
}
