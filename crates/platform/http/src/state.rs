//! What a running server holds.

use std::sync::Arc;

use async_trait::async_trait;
use axum::http::request::Parts;
use chengzhi_authz::Actor;
use chengzhi_db::Db;
use chengzhi_files::FileStore;
use chengzhi_kernel::{Clock, Timestamp, WorkCalendar};

use crate::Problem;

/// Header that every changing request carries; a foreign page cannot set it without a preflight.
pub const CSRF_HEADER: &str = "x-chengzhi";

/// Finds the actor behind a request. Implemented by the accounts capability.
#[async_trait]
pub trait Authenticator: Send + Sync {
    /// The actor of the session named by the request's cookie.
    ///
    /// # Errors
    /// A 401 problem without a valid session, 403 while the password must be changed first.
    async fn actor(&self, state: &AppState, parts: &Parts) -> Result<Actor, Problem>;
}

/// The machine's clock: the one place that reads it.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the machine's clock enters here and is handed on"
    )]
    fn now(&self) -> Timestamp {
        let since_1970 = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let micros = since_1970.map_or(0, |elapsed| elapsed.as_micros());
        Timestamp::from_micros(i64::try_from(micros).unwrap_or(i64::MAX))
    }
}

/// The clock of the business: deadlines and "today" follow it. It runs at the machine's pace from
/// a chosen start, so that a demo can stand in another year.
#[derive(Clone)]
pub struct BusinessClock {
    wall: Arc<dyn Clock>,
    offset_micros: i64,
}

impl BusinessClock {
    /// The machine's time.
    #[must_use]
    pub fn real(wall: Arc<dyn Clock>) -> Self {
        BusinessClock {
            wall,
            offset_micros: 0,
        }
    }

    /// Stands at `start` now and runs on.
    #[must_use]
    pub fn starting_at(wall: Arc<dyn Clock>, start: Timestamp) -> Self {
        let offset_micros = start.micros() - wall.now().micros();
        BusinessClock {
            wall,
            offset_micros,
        }
    }
}

impl Clock for BusinessClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.wall.now().micros() + self.offset_micros)
    }
}

/// Everything a handler can reach. Cheap to clone.
#[derive(Clone)]
pub struct AppState {
    /// The database.
    pub db: Db,
    /// Business time.
    pub clock: Arc<dyn Clock>,
    /// Machine time: sessions, cookies, audit.
    pub wall: Arc<dyn Clock>,
    /// Evidence files.
    pub files: FileStore,
    /// The State Council's calendar.
    pub calendar: Arc<WorkCalendar>,
    /// Family of the policy packs of this installation, `shanghai`.
    pub policy: Arc<str>,
    /// Who is behind a request.
    pub authenticator: Arc<dyn Authenticator>,
    /// True for the demo city: pages say so.
    pub demo: bool,
    /// True when pages are reached by TLS: cookies are marked `Secure`.
    pub secure_cookies: bool,
}
