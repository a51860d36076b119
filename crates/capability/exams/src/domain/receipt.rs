//! Receipts (回执): each saved answer answers with a link of a hash chain, so that a candidate, or an
//! objection months later, can show what the server had and in which order (field notes 4).
//!
//! Version [`VERSION`], all numbers big-endian, `‖` is concatenation:
//! `start = SHA-256("chengzhi-receipt/1" ‖ attempt:i64)`,
//! `link  = SHA-256(previous:32 ‖ attempt:i64 ‖ sequence:u64 ‖ question:i64 ‖ length:u64 ‖ answer ‖ instant:i64)`
//! with the instant in microseconds since 1970 UTC and the answer as the bytes that were stored.
//! The answer's length stands before it, so that no two entries read alike.

use std::fmt;

use chengzhi_kernel::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{AttemptId, QuestionId};

/// Name of the rule above.
pub const VERSION: &str = "chengzhi-receipt/1";

/// A link: 32 bytes, 64 lower-case hexadecimal digits in text.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Link([u8; 32]);

impl Link {
    /// Where the chain of an attempt begins.
    #[must_use]
    pub fn start(attempt: AttemptId) -> Self {
        let mut hash = Sha256::new();
        hash.update(VERSION.as_bytes());
        hash.update(attempt.get().to_be_bytes());
        Self(hash.finalize().into())
    }

    /// The link after this one.
    #[must_use]
    pub fn next(self, entry: &Entry) -> Self {
        let mut hash = Sha256::new();
        hash.update(self.0);
        hash.update(entry.attempt.get().to_be_bytes());
        hash.update(entry.sequence.to_be_bytes());
        hash.update(entry.question.get().to_be_bytes());
        hash.update((entry.answer.len() as u64).to_be_bytes());
        hash.update(&entry.answer);
        hash.update(entry.at.micros().to_be_bytes());
        Self(hash.finalize().into())
    }

    /// From its bytes, as stored.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The first eight digits in two groups, for reading out: `3f9a-01c2`.
    #[must_use]
    pub fn short(&self) -> String {
        let digits = hex::encode(&self.0[..4]);
        format!("{}-{}", &digits[..4], &digits[4..])
    }

    /// Reads 64 hexadecimal digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).ok()?;
        Some(Self(bytes))
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Link({self})")
    }
}

impl Serialize for Link {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Link {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("回执应为64位十六进制数字"))
    }
}

/// A saved answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Whose.
    pub attempt: AttemptId,
    /// From 1, without gaps.
    pub sequence: u64,
    /// To which question.
    pub question: QuestionId,
    /// The bytes that were stored.
    pub answer: Vec<u8>,
    /// When the server had it.
    pub at: Timestamp,
}

/// Where a chain breaks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// An entry of another attempt.
    #[error("第{0}条记录不属于这次作答")]
    Foreign(u64),
    /// A number is missing or comes twice.
    #[error("第{0}条记录缺失或次序不对")]
    Gap(u64),
    /// The content differs from what was receipted.
    #[error("第{0}条记录与当时的回执不符")]
    Changed(u64),
    /// Time runs backwards.
    #[error("第{0}条记录的时间早于前一条")]
    Backwards(u64),
}

/// Checks a chain from its beginning; gives its last link.
///
/// # Errors
/// The first entry that does not fit.
pub fn verify(attempt: AttemptId, chain: &[(Entry, Link)]) -> Result<Link, Broken> {
    let mut last = Link::start(attempt);
    let mut before: Option<Timestamp> = None;
    for ((entry, link), wanted) in chain.iter().zip(1u64..) {
        if entry.sequence != wanted {
            return Err(Broken::Gap(wanted));
        }
        if entry.attempt != attempt {
            return Err(Broken::Foreign(wanted));
        }
        let next = last.next(entry);
        if next != *link {
            return Err(Broken::Changed(wanted));
        }
        if before.is_some_and(|before| entry.at < before) {
            return Err(Broken::Backwards(wanted));
        }
        before = Some(entry.at);
        last = next;
    }
    Ok(last)
}

/// Whether a receipt that somebody holds stands in a chain, and with which sequence number.
#[must_use]
pub fn find(chain: &[(Entry, Link)], receipt: Link) -> Option<u64> {
    let hit = chain.iter().find(|(_, link)| *link == receipt);
    hit.map(|(entry, _)| entry.sequence)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ATTEMPT: AttemptId = AttemptId(42);

    fn entry(sequence: u64, question: i64, answer: &str) -> Entry {
        Entry {
            attempt: ATTEMPT,
            sequence,
            question: QuestionId(question),
            answer: answer.as_bytes().to_vec(),
            at: Timestamp::from_micros(1_729_130_400_000_000 + sequence as i64),
        }
    }

    fn chain(answers: &[(i64, &str)]) -> Vec<(Entry, Link)> {
        let mut last = Link::start(ATTEMPT);
        let numbered = answers.iter().zip(1..);
        numbered
            .map(|((question, answer), sequence)| {
                let entry = entry(sequence, *question, answer);
                last = last.next(&entry);
                (entry, last)
            })
            .collect()
    }

    /// Computed by an independent program from the rule in the module's head.
    #[test]
    fn the_vectors_of_version_1() {
        assert_eq!(Link::start(ATTEMPT).to_string(), VECTORS[0]);
        let made = chain(&[(7, "B"), (8, "应当告知听证权")]);
        assert_eq!(made[0].1.to_string(), VECTORS[1]);
        assert_eq!(made[1].1.to_string(), VECTORS[2]);
        assert_eq!(
            made[0].1.short(),
            format!("{}-{}", &VECTORS[1][..4], &VECTORS[1][4..8])
        );
        assert_eq!(Link::parse(VECTORS[1]), Some(made[0].1));
    }

    const VECTORS: [&str; 3] = [
        "3a3ccd0b7fe7f0caa0e827d977f2cbf447107c5859452e067d38321fef921450",
        "ef369094fbb63415c910a6acb75cdf74910397d55d81c8ae03ba32b04204aae7",
        "92ec106091cfd4faaa76ea732bae12819fd1ec7eef52054dbc69aab5618155f2",
    ];

    #[test]
    fn a_changed_missing_or_foreign_entry_is_found() {
        let good = chain(&[(1, "A"), (2, "B"), (1, "C")]);
        assert_eq!(verify(ATTEMPT, &good), Ok(good[2].1));
        assert_eq!(verify(ATTEMPT, &[]), Ok(Link::start(ATTEMPT)));
        assert_eq!(find(&good, good[1].1), Some(2));
        assert_eq!(find(&good, Link::start(ATTEMPT)), None);
        let broken = |spoil: fn(&mut Vec<(Entry, Link)>)| {
            let mut chain = good.clone();
            spoil(&mut chain);
            verify(ATTEMPT, &chain).unwrap_err()
        };
        assert_eq!(
            broken(|c| c[1].0.answer = b"D".to_vec()),
            Broken::Changed(2)
        );
        assert_eq!(
            broken(|c| c[1].0.at = Timestamp::from_micros(0)),
            Broken::Changed(2)
        );
        assert_eq!(
            broken(|c| {
                c.remove(1);
            }),
            Broken::Gap(2)
        );
        assert_eq!(broken(|c| c.swap(0, 1)), Broken::Gap(1));
        assert_eq!(
            broken(|c| c[2].0.attempt = AttemptId(43)),
            Broken::Foreign(3)
        );
        assert_eq!(verify(AttemptId(43), &good), Err(Broken::Foreign(1)));
        let mut back = good.clone();
        back[1].0.at = Timestamp::from_micros(0);
        back[1].1 = back[0].1.next(&back[1].0);
        assert_eq!(verify(ATTEMPT, &back[..2]), Err(Broken::Backwards(2)));
    }

    #[test]
    fn where_one_answer_ends_is_part_of_the_link() {
        // The same bytes in a row, cut differently.
        let start = Link::start(ATTEMPT);
        let one = Entry {
            answer: vec![0; 8],
            ..entry(1, 0, "")
        };
        let other = Entry {
            answer: vec![0; 7],
            ..entry(1, 0, "")
        };
        assert_ne!(start.next(&one), start.next(&other));
    }

    proptest! {
        #[test]
        fn no_single_changed_byte_goes_unseen(
            answers in prop::collection::vec((1i64..50, "[A-D]{1,4}"), 1..20),
            pick: prop::sample::Index,
            byte: u8,
        ) {
            let list: Vec<(i64, &str)> = answers.iter().map(|(q, a)| (*q, a.as_str())).collect();
            let mut chain = chain(&list);
            prop_assert!(verify(ATTEMPT, &chain).is_ok());
            let at = pick.index(chain.len());
            prop_assume!(chain[at].0.answer[0] != byte);
            chain[at].0.answer[0] = byte;
            prop_assert_eq!(verify(ATTEMPT, &chain), Err(Broken::Changed(at as u64 + 1)));
        }
    }
}
