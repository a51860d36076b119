//! The generator's own log: what the server acknowledged, written down before anything else happens with it.

use std::cell::RefCell;
use std::fs::File;
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::path::Path;
use std::rc::Rc;

use anyhow::Context as _;

/// An acknowledged answer.
#[derive(Debug, Clone)]
pub struct Acknowledged {
    /// Attempt.
    pub attempt: i64,
    /// Whose.
    pub person: i64,
    /// Its number.
    pub sequence: u64,
    /// Question.
    pub question: i64,
    /// The answer as the candidate saw it, JSON.
    pub answer: String,
    /// The receipt of the last answer of its request; empty for those before it.
    pub receipt: String,
}

/// The log.
#[derive(Clone)]
pub struct Log(Rc<RefCell<BufWriter<File>>>);

impl Log {
    /// An empty log.
    pub fn create(path: &Path) -> anyhow::Result<Self> {
        let file = File::create(path).with_context(|| path.display().to_string())?;
        Ok(Log(Rc::new(RefCell::new(BufWriter::new(file)))))
    }

    /// Adds a line.
    pub fn add(&self, one: &Acknowledged) -> std::io::Result<()> {
        writeln!(
            self.0.borrow_mut(),
            "{} {} {} {} {} {}",
            one.attempt,
            one.person,
            one.sequence,
            one.question,
            if one.receipt.is_empty() {
                "-"
            } else {
                &one.receipt
            },
            one.answer
        )
    }

    /// Brings it to the file.
    pub fn flush(&self) -> std::io::Result<()> {
        self.0.borrow_mut().flush()
    }
}

/// Reads a log.
pub fn read(path: &Path) -> anyhow::Result<Vec<Acknowledged>> {
    let file = BufReader::new(File::open(path)?);
    file.lines()
        .map(|line| {
            let line = line?;
            let mut parts = line.splitn(6, ' ');
            let mut next = || parts.next().context("a line of the log is too short");
            Ok(Acknowledged {
                attempt: next()?.parse()?,
                person: next()?.parse()?,
                sequence: next()?.parse()?,
                question: next()?.parse()?,
                receipt: next()?.trim_matches('-').to_owned(),
                answer: next()?.to_owned(),
            })
        })
        .collect()
}
