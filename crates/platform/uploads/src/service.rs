//! What all requests about uploads share.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use chengzhi_files::{SpaceProbe, Spool, disk_space};
use chengzhi_http::Problem;
use tokio::sync::Notify;

use crate::policy::UploadPolicy;

/// Limits that the installation sets.
#[derive(Debug, Clone)]
pub struct UploadSettings {
    /// Hours without a byte after which an open upload expires.
    pub expiry_hours: i64,
    /// Bytes of the disk that uploads never touch: the database lives there too.
    pub reserve_bytes: u64,
    /// Open uploads of one account.
    pub open_per_account: i64,
    /// A part that brings no byte for this long is ended; what arrived is kept.
    pub silence: Duration,
    /// A part without checksum is made durable each time it has brought this many bytes.
    pub sync_bytes: u64,
}

impl Default for UploadSettings {
    fn default() -> Self {
        UploadSettings {
            expiry_hours: 7 * 24,
            reserve_bytes: 1024 * 1024 * 1024,
            open_per_account: 100,
            silence: Duration::from_secs(30),
            sync_bytes: 8 * 1024 * 1024,
        }
    }
}

/// The uploads of a server.
pub struct Uploads {
    pub(crate) settings: UploadSettings,
    pub(crate) spool: Spool,
    pub(crate) space: SpaceProbe,
    pub(crate) writers: Writers,
    policies: BTreeMap<&'static str, Arc<dyn UploadPolicy>>,
}

impl Uploads {
    /// Uploads through a spool folder, which [`Uploads::prepare`] makes. On the same file system
    /// as a local file store a finished upload costs no copy.
    #[must_use]
    pub fn new(spool: impl Into<PathBuf>, settings: UploadSettings) -> Self {
        Uploads {
            settings,
            spool: Spool::new(spool),
            space: Arc::new(disk_space),
            writers: Writers::default(),
            policies: BTreeMap::new(),
        }
    }

    /// Adds what a capability takes.
    #[must_use]
    pub fn policy(mut self, policy: Arc<dyn UploadPolicy>) -> Self {
        self.policies.insert(policy.purpose(), policy);
        self
    }

    /// Asks for the free space otherwise, for tests.
    #[must_use]
    pub fn space(mut self, probe: SpaceProbe) -> Self {
        self.space = probe;
        self
    }

    /// Makes the spool folder.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn prepare(&self) -> io::Result<()> {
        self.spool.prepare()
    }

    /// The largest file that any purpose takes, bytes.
    pub(crate) fn max_bytes(&self) -> u64 {
        let largest = self.policies.values().map(|policy| policy.max_bytes());
        largest.max().unwrap_or(crate::DEFAULT_FILM_BYTES)
    }

    pub(crate) fn policy_of(&self, purpose: &str) -> Option<&Arc<dyn UploadPolicy>> {
        self.policies.get(purpose)
    }

    /// The policy of a purpose that a sender named.
    pub(crate) fn known_policy(&self, purpose: &str) -> Result<&Arc<dyn UploadPolicy>, Problem> {
        self.policy_of(purpose)
            .ok_or_else(|| Problem::field("purpose", "上传用途不明，请从填报页面选择文件上传。"))
    }
}

/// Who is writing to which upload in this process, so that a sender whose old connection hangs
/// (a phone that changed its network) need not wait for it to die.
#[derive(Default)]
pub(crate) struct Writers(Mutex<HashMap<i64, Arc<Writing>>>);

/// One part on its way in.
pub(crate) struct Writing {
    /// When the last byte came.
    last: Mutex<Instant>,
    /// Tells the part to end.
    pub(crate) stop: Notify,
}

impl Writing {
    /// A byte came.
    pub(crate) fn touch(&self) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    fn silent_for(&self) -> Duration {
        self.last
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .elapsed()
    }
}

impl Writers {
    /// Notes that a part is on its way; forgotten when the result is dropped.
    pub(crate) fn enter(&self, upload: i64) -> Arc<Writing> {
        let writing = Arc::new(Writing {
            last: Mutex::new(Instant::now()),
            stop: Notify::new(),
        });
        self.table().insert(upload, writing.clone());
        writing
    }

    /// Forgets the part, unless another has taken its place.
    pub(crate) fn leave(&self, upload: i64, writing: &Arc<Writing>) {
        let mut table = self.table();
        if table
            .get(&upload)
            .is_some_and(|known| Arc::ptr_eq(known, writing))
        {
            table.remove(&upload);
        }
    }

    /// Ends the part that is on its way if it was silent for `silence`; true when it was told to.
    pub(crate) fn end_silent(&self, upload: i64, silence: Duration) -> bool {
        let table = self.table();
        let Some(writing) = table
            .get(&upload)
            .filter(|writing| writing.silent_for() >= silence)
        else {
            return false;
        };
        // A permit stays until it is taken, so the signal cannot fall between two looks.
        writing.stop.notify_one();
        true
    }

    fn table(&self) -> std::sync::MutexGuard<'_, HashMap<i64, Arc<Writing>>> {
        // Whatever a panicking thread left is still a list of who writes.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
