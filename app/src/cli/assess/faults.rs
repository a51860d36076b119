//! Faults of the input: gathered per file, told line by line.

use std::borrow::Cow;
use std::io::Write as _;
use std::path::Path;

/// How many faults of one file are told.
const SHOWN: usize = 100;

/// Column name of faults that concern the file as a whole.
pub const FILE: &str = "文件";

#[derive(Debug, Clone)]
struct Fault {
    line: u32,
    column: Cow<'static, str>,
    reason: Cow<'static, str>,
}

/// The faults of one file, the first hundred by line.
#[derive(Debug, Clone)]
pub struct FaultList {
    file: String,
    faults: Vec<Fault>,
}

impl FaultList {
    /// For the file as named on the command line.
    #[must_use]
    pub fn new(file: &Path) -> Self {
        Self::named(&file.to_string_lossy())
    }

    /// For something that is no file, such as the pack.
    #[must_use]
    pub fn named(file: &str) -> Self {
        Self {
            file: file.to_owned(),
            faults: Vec::new(),
        }
    }

    /// An empty list for the same file, for work done side by side.
    #[must_use]
    pub fn sibling(&self) -> Self {
        Self {
            file: self.file.clone(),
            faults: Vec::new(),
        }
    }

    /// Adds a fault; far more than are shown are never kept.
    pub fn add(
        &mut self,
        line: u32,
        column: impl Into<Cow<'static, str>>,
        reason: impl Into<Cow<'static, str>>,
    ) {
        self.faults.push(Fault {
            line,
            column: column.into(),
            reason: reason.into(),
        });
        if self.faults.len() >= 64 * SHOWN {
            self.trim();
        }
    }

    /// Takes in the faults of a sibling.
    pub fn merge(&mut self, other: Self) {
        self.faults.extend(other.faults);
        self.trim();
    }

    /// Whether nothing was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.faults.is_empty()
    }

    fn trim(&mut self) {
        self.faults.sort_by_key(|f| f.line);
        self.faults.truncate(SHOWN);
    }
}

/// A cell of the input as it may stand in a fault: on one line, and not too long.
#[must_use]
pub fn quoted(cell: &[u8]) -> String {
    const LONGEST: usize = 40;
    let text = String::from_utf8_lossy(cell);
    let mut shown: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(LONGEST)
        .collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown
}

/// Prints `file:line: column: reason` for each fault, at most a hundred a file.
pub fn print_faults(lists: &[FaultList]) {
    let mut out = std::io::stderr().lock();
    for list in lists {
        let mut list = list.clone();
        list.trim();
        for fault in &list.faults {
            let _ = writeln!(
                out,
                "{}:{}: {}: {}",
                list.file, fault.line, fault.column, fault.reason
            );
        }
    }
}
