//! Secrets: the one place that makes them, from the operating system's source of randomness.

use rand::TryRngCore as _;
use rand::rngs::OsRng;
use thiserror::Error;

/// The operating system gave no randomness; nothing secret can be made then.
#[derive(Debug, Error)]
#[error("the operating system gave no randomness")]
pub struct NoRandomness(#[from] rand::rand_core::OsError);

/// `N` unpredictable bytes: session ids, one-time codes, password salts.
///
/// # Errors
/// [`NoRandomness`]; there is no weaker fallback.
pub fn random_bytes<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0_u8; N];
    OsRng.try_fill_bytes(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_secrets_are_alike() {
        let first = random_bytes::<32>().unwrap();
        let second = random_bytes::<32>().unwrap();
        assert_ne!(first, second);
        assert_ne!(first, [0; 32]);
    }
}
