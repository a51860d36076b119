//! Links that expire: signed for one account and one content, so that an address copied elsewhere
//! opens nothing.

use chengzhi_db::Db;
use chengzhi_files::ContentKey;
use chengzhi_http::{Ctx, Problem, Unknown, random_bytes};
use chengzhi_kernel::{AccountId, Clock as _};
use ring::hmac;

use crate::store::keys;

/// Path of a content below the API's root.
pub(crate) const MEDIA_PATH: &str = "/api/v1/media";
/// Seconds for which a link is good unless said otherwise: longer than a film of an hour is looked
/// at, shorter than a working day.
pub const LINK_SECONDS: i64 = 4 * 3600;

/// A link to a content for this caller, for `seconds`. Whoever calls it has checked that the caller
/// may see the content; the link opens it for this account only, while it is signed in.
///
/// # Errors
/// 500 from the engine.
pub async fn link(ctx: &Ctx, content: &ContentKey, seconds: i64) -> Result<String, Problem> {
    let until = ctx.state.wall.now().plus_seconds(seconds).micros() / 1_000_000;
    let key = key(ctx.db()).await?;
    let text = signed_text(ctx.actor.account_id, content, until);
    let sign = hex::encode(hmac::sign(&key, text.as_bytes()));
    let kind = content
        .derived
        .as_ref()
        .map_or(String::new(), |kind| format!("&kind={kind}"));
    Ok(format!(
        "{MEDIA_PATH}/{}?until={until}{kind}&sign={sign}",
        content.hash
    ))
}

/// True when the link was made for this caller and is still good.
///
/// # Errors
/// 500 from the engine.
pub(crate) async fn is_good(
    ctx: &Ctx,
    content: &ContentKey,
    until: i64,
    sign: &str,
) -> Result<bool, Problem> {
    let Ok(sign) = hex::decode(sign) else {
        return Ok(false);
    };
    let key = key(ctx.db()).await?;
    let text = signed_text(ctx.actor.account_id, content, until);
    let signed = hmac::verify(&key, text.as_bytes(), &sign).is_ok();
    Ok(signed && ctx.state.wall.now().micros() / 1_000_000 < until)
}

fn signed_text(account: AccountId, content: &ContentKey, until: i64) -> String {
    let kind = content.derived.as_deref().unwrap_or("");
    format!("media|{account}|{}|{kind}|{until}", content.hash)
}

/// The installation's key, made at its first use.
async fn key(db: &Db) -> Result<hmac::Key, Problem> {
    let mut tx = db.read().await?;
    let known = keys::find(&mut tx).await?;
    drop(tx);
    let text = match known {
        Some(text) => text,
        None => {
            let fresh = random_bytes::<32>().map_err(|error| Unknown::log(&error))?;
            let mut tx = db.write().await?;
            keys::insert(&mut tx, &hex::encode(fresh)).await?;
            // Another process may have been faster; its key counts.
            let stored = keys::find(&mut tx).await?.unwrap_or_default();
            tx.commit().await?;
            stored
        }
    };
    let bytes = hex::decode(&text).unwrap_or_default();
    if bytes.len() < 32 {
        return Err(Unknown::log(&std::io::Error::other(
            "the key of links is damaged",
        )));
    }
    Ok(hmac::Key::new(hmac::HMAC_SHA256, &bytes))
}
