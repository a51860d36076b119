//! What sign-in keeps in memory beside the database, and its settings.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chengzhi_kernel::Timestamp;

use crate::domain::session::SessionLimits;
use crate::domain::throttle::Throttle;
use crate::hasher::{HashCost, HashError, PasswordHasher};

/// Settings of sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccountSettings {
    /// Limits of a session.
    pub limits: SessionLimits,
    /// Days after which a password must be changed; 0 is never.
    pub password_max_days: i64,
    /// Cost of a password's hash.
    pub cost: HashCost,
}

impl Default for AccountSettings {
    /// 30 minutes idle, 12 hours in all, a new password every 90 days.
    fn default() -> Self {
        AccountSettings {
            limits: SessionLimits {
                idle_seconds: 30 * 60,
                max_seconds: 12 * 3600,
            },
            password_max_days: 90,
            cost: HashCost::default(),
        }
    }
}

/// Last requests of sessions on their way into the database.
#[derive(Default)]
pub(crate) struct Unstored(Mutex<BTreeMap<String, Timestamp>>);

impl Unstored {
    /// Puts one among them. True when it is the first.
    pub(crate) fn note(&self, token_hash: String, now: Timestamp) -> bool {
        let mut waiting = held(&self.0);
        waiting.insert(token_hash, now);
        waiting.len() == 1
    }

    /// Takes all, in the order in which every process stores them.
    pub(crate) fn take(&self) -> BTreeMap<String, Timestamp> {
        std::mem::take(&mut *held(&self.0))
    }
}

/// The running part of the accounts: one for each process, shared by all requests.
pub struct Accounts {
    pub(crate) settings: AccountSettings,
    pub(crate) hasher: PasswordHasher,
    throttle: Mutex<Throttle>,
    seen: Mutex<HashMap<String, Timestamp>>,
    unstored: Arc<Unstored>,
}

impl Accounts {
    /// With these settings.
    ///
    /// # Errors
    /// [`HashError`] when the cost cannot be used.
    pub fn new(settings: AccountSettings) -> Result<Self, HashError> {
        Ok(Accounts {
            settings,
            hasher: PasswordHasher::new(settings.cost)?,
            throttle: Mutex::default(),
            seen: Mutex::default(),
            unstored: Arc::default(),
        })
    }

    /// Seconds that an address must wait after too many failures.
    pub(crate) fn wait_seconds(&self, address: IpAddr, now: Timestamp) -> i64 {
        held(&self.throttle).wait_seconds(address, now)
    }

    pub(crate) fn note_failure(&self, address: IpAddr, now: Timestamp) {
        held(&self.throttle).failed(address, now);
    }

    /// The last request of a session known here or in the database.
    pub(crate) fn last_seen(&self, token_hash: &str, stored: Timestamp) -> Timestamp {
        held(&self.seen)
            .get(token_hash)
            .copied()
            .unwrap_or(stored)
            .max(stored)
    }

    pub(crate) fn note_seen(&self, token_hash: &str, now: Timestamp) {
        held(&self.seen).insert(token_hash.to_owned(), now);
    }

    /// Last requests that are to be stored.
    pub(crate) fn unstored(&self) -> &Arc<Unstored> {
        &self.unstored
    }

    /// Forgets sessions not seen for longer than they may idle.
    pub(crate) fn forget_idle(&self, now: Timestamp) {
        let idle = self.settings.limits.idle_seconds;
        held(&self.seen).retain(|_, seen| now < seen.plus_seconds(idle));
    }

    /// Whether a password chosen then must be changed by now.
    pub(crate) fn password_is_old(&self, chosen: Option<Timestamp>, now: Timestamp) -> bool {
        let days = self.settings.password_max_days;
        days > 0 && chosen.is_some_and(|chosen| now >= chosen.plus_days(days))
    }
}

/// A panic elsewhere leaves both tables usable.
fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}
