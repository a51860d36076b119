//! Who does something: the number of an account, or the machine itself.

use serde::{Deserialize, Serialize};

/// The acting account. `ActorId(0)` is the system itself (timers, migrations).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ActorId(pub i64);

impl ActorId {
    /// The system: timers, migrations, the making of the demo city.
    pub const SYSTEM: Self = Self(0);
}

impl std::fmt::Display for ActorId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}
