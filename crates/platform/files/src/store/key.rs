//! Names in the store.

use chengzhi_kernel::FileHash;

/// A content of the store: a file, or something computed from one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ContentKey {
    /// SHA-256 of the original.
    pub hash: FileHash,
    /// What was computed from it, `review` or `thumb`; none is the original.
    pub derived: Option<String>,
}

impl ContentKey {
    /// The file itself.
    #[must_use]
    pub fn original(hash: &FileHash) -> Self {
        ContentKey {
            hash: hash.clone(),
            derived: None,
        }
    }

    /// Something computed from the file. The kind is a short plain word of the program.
    #[must_use]
    pub fn derived(hash: &FileHash, kind: &str) -> Self {
        ContentKey {
            hash: hash.clone(),
            derived: Some(kind.to_owned()),
        }
    }

    /// Path below the store's root. ASCII only: file names that people gave stay in the database.
    #[must_use]
    pub fn path(&self) -> String {
        let name = self.hash.as_str();
        let shelf = name.get(..2).unwrap_or("xx");
        match &self.derived {
            None => format!("{shelf}/{name}"),
            Some(kind) => format!("derived/{kind}/{shelf}/{name}"),
        }
    }
}

/// An original found in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its name.
    pub hash: FileHash,
    /// Bytes.
    pub size: u64,
    /// When it was stored or last stored again, microseconds since 1970.
    pub modified_micros: i64,
}
