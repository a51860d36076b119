//! What becomes of an upload.

use chengzhi_kernel::{AccountId, FileHash, Timestamp, UnitId};

/// State of an upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UploadState {
    /// Bytes are awaited, or the last step is under way.
    Open,
    /// Whole, checked, in the store.
    Complete,
    /// Its content is not what its purpose takes.
    Refused,
    /// Its sender gave it up.
    Ended,
    /// Nobody went on with it in time, or nobody used it.
    Expired,
}

impl UploadState {
    /// Stable code, as stored and sent.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            UploadState::Open => "open",
            UploadState::Complete => "complete",
            UploadState::Refused => "refused",
            UploadState::Ended => "ended",
            UploadState::Expired => "expired",
        }
    }

    pub(crate) fn parse(code: &str) -> Option<Self> {
        [
            UploadState::Open,
            UploadState::Complete,
            UploadState::Refused,
            UploadState::Ended,
            UploadState::Expired,
        ]
        .into_iter()
        .find(|state| state.code() == code)
    }
}

/// An upload as stored.
#[derive(Debug, Clone)]
pub struct Upload {
    /// Row id; the last part of its address.
    pub id: i64,
    /// Which policy admitted it, `drill.film`.
    pub purpose: String,
    /// Unit whose quota it counts against and whose scope opens it.
    pub unit: UnitId,
    /// Where it belongs, in the words of the capability, `17:2024-11:1`.
    pub slot: String,
    /// Who sends it.
    pub account: AccountId,
    /// His name.
    pub account_name: String,
    /// Name on the sender's disk. Never a path, never trusted.
    pub file_name: String,
    /// `Upload-Metadata` as sent.
    pub metadata: String,
    /// Bytes in all.
    pub length: u64,
    /// Durable bytes.
    pub received: u64,
    /// Name of the spool file.
    pub(crate) spool: String,
    /// State.
    pub state: UploadState,
    /// Why it was refused, in Chinese.
    pub reason: Option<String>,
    /// Content type by content, once enough bytes are there.
    pub mime: Option<String>,
    /// SHA-256 of the whole, once complete.
    pub hash: Option<FileHash>,
    /// Business time of creation.
    pub started_at: Timestamp,
    /// Business time at which the last byte was durable: what counts for a due date.
    pub received_at: Option<Timestamp>,
    /// Machine time after which it expires unless somebody goes on.
    pub expires_at: Timestamp,
    /// Record that uses it, `drill_session:17`.
    pub claimed_by: Option<String>,
}

impl Upload {
    /// True when all bytes are there and only the last step is missing.
    #[must_use]
    pub fn awaits_finish(&self) -> bool {
        self.state == UploadState::Open && self.received == self.length
    }
}
