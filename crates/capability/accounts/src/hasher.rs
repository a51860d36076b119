//! Password hashing: Argon2id on the blocking pool, a few at a time.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use argon2::password_hash::{Output, PasswordHash, PasswordHasher as _, SaltString};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use chengzhi_http::{NoRandomness, random_bytes};
use thiserror::Error;
use tokio::sync::Semaphore;

/// How expensive a hash is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HashCost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
}

impl Default for HashCost {
    /// OWASP's level for Argon2id with one lane: 19 MiB, two passes.
    fn default() -> Self {
        HashCost {
            memory_kib: 19_456,
            passes: 2,
        }
    }
}

/// Hashing could not be done.
#[derive(Debug, Error)]
pub enum HashError {
    /// Too many are waiting.
    #[error("too many passwords are being checked")]
    Busy,
    /// No salt.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
    /// The library refused.
    #[error("password hashing failed: {0}")]
    Argon(String),
}

/// Hashes and verifies.
pub struct PasswordHasher {
    argon: Argon2<'static>,
    slots: Arc<Semaphore>,
    decoy: Arc<OnceLock<String>>,
    memory: Arc<Memory>,
}

/// Working memory of the checks, used again: taken anew for each it would be cleared by the system every time, and
/// stay behind in every thread that ever checked a password.
#[derive(Default)]
struct Memory(Mutex<Vec<Vec<Block>>>);

impl Memory {
    fn take(&self) -> Vec<Block> {
        let mut free = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        free.pop().unwrap_or_default()
    }

    fn give_back(&self, blocks: Vec<Block>) {
        let mut free = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        free.push(blocks);
    }
}

/// Longest wait for a free slot.
const PATIENCE: Duration = Duration::from_secs(15);

impl PasswordHasher {
    /// A hasher that uses at most as many threads as the machine has cores.
    ///
    /// # Errors
    /// [`HashError::Argon`] when the cost is out of the algorithm's range.
    pub fn new(cost: HashCost) -> Result<Self, HashError> {
        let params = Params::new(cost.memory_kib, cost.passes, 1, None).map_err(argon_error)?;
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Ok(PasswordHasher {
            argon: Argon2::new(Algorithm::Argon2id, Version::V0x13, params),
            slots: Arc::new(Semaphore::new(cores.min(8))),
            decoy: Arc::new(OnceLock::new()),
            memory: Arc::default(),
        })
    }

    /// The hash to store for a password.
    ///
    /// # Errors
    /// [`HashError`].
    pub async fn hash(&self, password: String) -> Result<String, HashError> {
        let salt = random_bytes::<16>()?;
        let argon = self.argon.clone();
        self.blocking(move || hash_with(&argon, &password, &salt))
            .await?
    }

    /// Whether the password belongs to the hash. Without a hash the same work is done for nothing,
    /// so that the answer takes as long for names that nobody has.
    ///
    /// # Errors
    /// [`HashError`].
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, HashError> {
        let decoy_salt = random_bytes::<16>()?;
        let argon = self.argon.clone();
        let decoy = self.decoy.clone();
        let memory = self.memory.clone();
        self.blocking(move || {
            let (stored, real) = match hash {
                Some(hash) => (hash, true),
                None => {
                    if decoy.get().is_none() {
                        let _ = decoy.set(hash_with(&argon, "", &decoy_salt)?);
                    }
                    (decoy.get().cloned().unwrap_or_default(), false)
                }
            };
            let parsed = PasswordHash::new(&stored).map_err(argon_error)?;
            let mut blocks = memory.take();
            let fits = fits(&parsed, password.as_bytes(), &mut blocks);
            memory.give_back(blocks);
            Ok(fits? && real)
        })
        .await?
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, HashError> {
        let slot = tokio::time::timeout(PATIENCE, self.slots.clone().acquire_owned())
            .await
            .map_err(|_| HashError::Busy)?
            .map_err(|_| HashError::Busy)?;
        tokio::task::spawn_blocking(move || {
            let result = work();
            drop(slot);
            result
        })
        .await
        .map_err(|error| HashError::Argon(error.to_string()))
    }
}

/// Whether a password belongs to a hash. The parameters inside the hash are used, so older hashes stay valid.
fn fits(
    stored: &PasswordHash<'_>,
    password: &[u8],
    blocks: &mut Vec<Block>,
) -> Result<bool, HashError> {
    let (Some(salt), Some(expected)) = (stored.salt, stored.hash) else {
        return Ok(false);
    };
    let algorithm = Algorithm::try_from(stored.algorithm).map_err(argon_error)?;
    let version = match stored.version {
        Some(version) => Version::try_from(version).map_err(argon_error)?,
        None => Version::default(),
    };
    let params = Params::try_from(stored).map_err(argon_error)?;
    let mut buffer = [0; 64];
    let salt = salt.decode_b64(&mut buffer).map_err(argon_error)?;
    let count = params.block_count();
    if blocks.len() < count {
        blocks.resize_with(count, Block::default);
    }
    let found = Output::init_with(expected.len(), |out| {
        Argon2::new(algorithm, version, params)
            .hash_password_into_with_memory(password, salt, out, &mut blocks[..count])
            .map_err(Into::into)
    })
    .map_err(argon_error)?;
    // Compared in a time that does not depend on where they differ.
    Ok(found == expected)
}

fn hash_with(argon: &Argon2<'_>, password: &str, salt: &[u8]) -> Result<String, HashError> {
    let salt = SaltString::encode_b64(salt).map_err(argon_error)?;
    let hash = argon
        .hash_password(password.as_bytes(), &salt)
        .map_err(argon_error)?;
    Ok(hash.to_string())
}

fn argon_error(error: impl std::fmt::Display) -> HashError {
    HashError::Argon(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_hash_fits_its_password_only_and_is_salted() {
        let hasher = PasswordHasher::new(HashCost {
            memory_kib: 64,
            passes: 1,
        })
        .unwrap();
        let first = hasher.hash("Xk3-vm20pQ".to_owned()).await.unwrap();
        let second = hasher.hash("Xk3-vm20pQ".to_owned()).await.unwrap();
        assert_ne!(first, second);
        assert!(first.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{first}");
        assert!(
            hasher
                .verify("Xk3-vm20pQ".to_owned(), Some(first.clone()))
                .await
                .unwrap()
        );
        assert!(
            !hasher
                .verify("xk3-vm20pQ".to_owned(), Some(first))
                .await
                .unwrap()
        );
        assert!(
            !hasher.verify(String::new(), None).await.unwrap(),
            "the decoy opens nothing"
        );
    }

    #[test]
    fn a_hash_of_other_cost_is_checked_with_its_own_parameters_and_used_memory() {
        let made = |memory_kib, passes| {
            let params = Params::new(memory_kib, passes, 1, None).unwrap();
            let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
            hash_with(&argon, "Xk3-vm20pQ", &[7; 16]).unwrap()
        };
        let mut blocks = Vec::new();
        for stored in [made(256, 1), made(64, 2), made(128, 3)] {
            let parsed = PasswordHash::new(&stored).unwrap();
            assert!(fits(&parsed, b"Xk3-vm20pQ", &mut blocks).unwrap());
            assert!(!fits(&parsed, b"Xk3-vm20pq", &mut blocks).unwrap());
        }
        let cut = PasswordHash::new("$argon2id$v=19$m=64,t=1,p=1").unwrap();
        assert!(!fits(&cut, b"", &mut blocks).unwrap());
    }

    #[test]
    fn the_default_cost_is_owasp_level() {
        let cost = HashCost::default();
        assert!(cost.memory_kib >= 19_456 && cost.passes >= 2);
    }
}
