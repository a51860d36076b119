//! Codes that nobody can guess or make up: a number with a signature of the installation's own key.

use chengzhi_db::Tx;
use chengzhi_http::{Problem, Unknown, random_bytes};
use chengzhi_kernel::Timestamp;
use ring::hmac;

use crate::store::certificates;

/// Bytes of a signature that a code carries: 128 bits.
const SIGN_BYTES: usize = 16;

/// The key, made at the first asking.
///
/// # Errors
/// 500 from the engine, or without randomness.
async fn key(tx: &mut Tx, now: Timestamp) -> Result<hmac::Key, Problem> {
    let secret = match certificates::key(tx).await? {
        Some(secret) => secret,
        None => {
            let fresh = random_bytes::<32>().map_err(|error| Unknown::log(&error))?;
            certificates::add_key(tx, &fresh, now).await?;
            certificates::key(tx).await?.unwrap_or_default()
        }
    };
    Ok(hmac::Key::new(hmac::HMAC_SHA256, &secret))
}

fn text(key: &hmac::Key, what: &str, id: i64) -> String {
    let tag = hmac::sign(key, format!("{what}:{id}").as_bytes());
    hex::encode(tag.as_ref().get(..SIGN_BYTES).unwrap_or_default())
}

/// The code of a row: `12-0f3a…`. Makes the key where there is none, so it needs a writing transaction.
///
/// # Errors
/// As [`key`].
pub(super) async fn code(
    tx: &mut Tx,
    what: &str,
    id: i64,
    now: Timestamp,
) -> Result<String, Problem> {
    let key = key(tx, now).await?;
    Ok(format!("{id}-{}", text(&key, what, id)))
}

/// The code of a row, for reading; none before the first code was made.
///
/// # Errors
/// 500 from the engine.
pub(super) async fn known_code(
    tx: &mut Tx,
    what: &str,
    id: i64,
) -> Result<Option<String>, Problem> {
    Ok(certificates::key(tx).await?.map(|secret| {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &secret);
        format!("{id}-{}", text(&key, what, id))
    }))
}

/// The id that a code names. What is signed may depend on the row: `what` is told the id. Whether the signature is good
/// is for [`genuine`] to say.
#[must_use]
pub(super) fn named(code: &str) -> Option<(i64, &str)> {
    let (id, sign) = code.split_once('-')?;
    let plain = id.len() <= 18 && !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    let hex = sign.len() == SIGN_BYTES * 2 && sign.bytes().all(|byte| byte.is_ascii_hexdigit());
    (plain && hex).then(|| Some((id.parse().ok()?, sign)))?
}

/// Whether a signature is good; compared in constant time.
///
/// # Errors
/// 500 from the engine.
pub(super) async fn genuine(tx: &mut Tx, what: &str, id: i64, sign: &str) -> Result<bool, Problem> {
    let Some(secret) = certificates::key(tx).await? else {
        return Ok(false);
    };
    let key = hmac::Key::new(hmac::HMAC_SHA256, &secret);
    let wanted = text(&key, what, id);
    let same = wanted
        .bytes()
        .zip(sign.bytes())
        .fold(wanted.len() ^ sign.len(), |differs, (one, other)| {
            differs | usize::from(one ^ other.to_ascii_lowercase())
        });
    Ok(same == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_codes_are_read() {
        let sign = "0123456789abcdef0123456789abcdef";
        assert_eq!(named(&format!("12-{sign}")), Some((12, sign)));
        for broken in [
            "",
            "12",
            "12-",
            "-1-0123456789abcdef0123456789abcdef",
            "x-0123456789abcdef0123456789abcdef",
            "12-0123456789abcdef0123456789abcde",
            "12-0123456789abcdef0123456789abcdeg",
            "99999999999999999999-0123456789abcdef0123456789abcdef",
        ] {
            assert_eq!(named(broken), None, "{broken}");
        }
    }
}
