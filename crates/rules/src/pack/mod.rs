//! Policy packs: every number, date, ratio and switch of the notices, with its clause.
//!
//! A pack is a file; `extends` puts it on top of another. Loading checks it against
//! [`schema::SCHEMA`] and gathers **all** mistakes, in Chinese, for the pack's author.

mod consistency;
mod follow;
mod read;
pub mod schema;
pub mod status;
pub mod value;

use std::collections::BTreeMap;

use chengzhi_kernel::Date;
use serde::Serialize;

pub use status::{Sets, Status, When};
pub use value::{DaySpec, Kind, Training, Value};

use crate::builtin;

/// One mistake in a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{key}：{message}")]
pub struct PackError {
    /// The key (or place) it is about.
    pub key: String,
    /// What is wrong and what is asked for.
    pub message: String,
}

impl PackError {
    pub(crate) fn new(key: &str, message: &str) -> Self {
        Self {
            key: key.to_owned(),
            message: message.to_owned(),
        }
    }
}

/// One rule of a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// Stable key, such as `study.due_day`.
    pub key: String,
    /// Its name in Chinese.
    pub title: String,
    /// The value.
    pub value: Value,
    /// `学时`, `日`; may be empty.
    pub unit: String,
    /// Requirements row, `B-37`.
    pub row: String,
    /// Clause of the notice, `宝城执〔2024〕6号 三(二)`.
    pub clause: String,
    /// `M` must, `T` target, `D` derived, `S` set by this system where the text is silent.
    pub force: String,
    /// What else the text could mean; may be empty.
    pub note: String,
    /// The pack it comes from, `shanghai/2024`.
    pub pack: String,
}

/// A checked pack with everything it extends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Pack {
    /// `shanghai`.
    pub name: String,
    /// The year it was made for.
    pub year: i32,
    /// Title in Chinese.
    pub title: String,
    /// The notice it restates.
    pub source: String,
    /// First day in force.
    pub valid_from: Date,
    /// Last day in force.
    pub valid_to: Date,
    /// `shanghai/2024` when it extends that pack.
    pub extends: Option<String>,
    /// All rules by key, those of the extended pack included.
    pub rules: BTreeMap<String, Rule>,
    /// All status entries in rank order.
    pub statuses: Vec<Status>,
}

impl Pack {
    /// `shanghai/2024`.
    #[must_use]
    pub fn id(&self) -> String {
        format!("{}/{}", self.name, self.year)
    }

    /// The built-in pack `name/year`, exactly that year.
    ///
    /// # Errors
    /// Every mistake found; one with key `policy` when there is no such pack.
    pub fn built_in(name: &str, year: i32) -> Result<Self, Vec<PackError>> {
        match builtin::pack_text(name, year) {
            Some(text) => Self::parse(text),
            None => Err(vec![PackError::new(
                "policy",
                &format!("没有规则包 {name}/{year}"),
            )]),
        }
    }

    /// Reads and checks a pack's text; `extends` is looked up among the built-in packs.
    ///
    /// # Errors
    /// Every mistake found.
    pub fn parse(text: &str) -> Result<Self, Vec<PackError>> {
        Self::parse_with(text, &|name, year| {
            builtin::pack_text(name, year).map(str::to_owned)
        })
    }

    /// [`Self::parse`] with the texts of other packs given by `find`.
    ///
    /// # Errors
    /// Every mistake found.
    pub fn parse_with(
        text: &str,
        find: &dyn Fn(&str, i32) -> Option<String>,
    ) -> Result<Self, Vec<PackError>> {
        let pack = read::layered(text, find, 0)?;
        let errors = pack.check();
        if errors.is_empty() {
            Ok(pack)
        } else {
            Err(errors)
        }
    }

    /// What the schema of one file cannot see: missing keys, sums, precedence, validity.
    #[must_use]
    pub fn check(&self) -> Vec<PackError> {
        consistency::check(self)
    }

    /// This pack with one value changed, as a draft would.
    ///
    /// # Errors
    /// When the key is unknown or the text is not such a value; the changed pack must pass
    /// [`Self::check`] as a whole, so several changes belong in [`Self::with_all`].
    pub fn with(&self, key: &str, text: &str) -> Result<Self, Vec<PackError>> {
        self.with_all(&[(key, text)])
    }

    /// This pack with several values changed at once. A total that is not changed itself follows
    /// its parts (B-73), and so do the yearly and the monthly study hours each other. A known key
    /// that the pack lacks is added.
    ///
    /// # Errors
    /// As [`Self::with`], all mistakes together.
    pub fn with_all(&self, changes: &[(&str, &str)]) -> Result<Self, Vec<PackError>> {
        let mut draft = self.clone();
        let mut errors = Vec::new();
        for (key, text) in changes {
            let Some(kind) = schema::kind_of(key) else {
                errors.push(PackError::new(key, "没有这个参数"));
                continue;
            };
            match Value::read_text(kind, text) {
                Err(asked) => errors.push(PackError::new(key, &asked)),
                Ok(value) => match draft.rules.get_mut(*key) {
                    Some(rule) => rule.value = value,
                    None => {
                        draft
                            .rules
                            .insert((*key).to_owned(), self.added(key, value));
                    }
                },
            }
        }
        if errors.is_empty() {
            follow::derived(&mut draft, changes);
            errors = draft.check();
        }
        if errors.is_empty() {
            Ok(draft)
        } else {
            Err(errors)
        }
    }

    fn added(&self, key: &str, value: Value) -> Rule {
        Rule {
            key: key.to_owned(),
            title: key.to_owned(),
            value,
            unit: String::new(),
            row: "B-07".to_owned(),
            clause: self.source.clone(),
            force: "S".to_owned(),
            note: "草案增加".to_owned(),
            pack: self.id(),
        }
    }

    /// The keys whose value differs from `other`'s, with both values as text (`无` where absent).
    #[must_use]
    pub fn differences(&self, other: &Self) -> Vec<Difference> {
        let mut list = Vec::new();
        let keys: std::collections::BTreeSet<_> =
            self.rules.keys().chain(other.rules.keys()).collect();
        for key in keys {
            let (a, b) = (self.rules.get(key), other.rules.get(key));
            if a.map(|r| &r.value) != b.map(|r| &r.value) {
                let Some(known) = b.or(a) else { continue };
                let text =
                    |r: Option<&Rule>| r.map_or_else(|| "无".to_owned(), |r| r.value.text_cn());
                list.push(Difference {
                    key: key.clone(),
                    title: known.title.clone(),
                    before: text(a),
                    after: text(b),
                    unit: known.unit.clone(),
                    clause: known.clause.clone(),
                });
            }
        }
        let status = |pack: &Self, key: &str| pack.statuses.iter().find(|s| s.key == key).cloned();
        let keys: std::collections::BTreeSet<_> = self
            .statuses
            .iter()
            .chain(&other.statuses)
            .map(|s| s.key.as_str())
            .collect();
        for key in keys {
            let (a, b) = (status(self, key), status(other, key));
            if a != b {
                let Some(known) = b.clone().or_else(|| a.clone()) else {
                    continue;
                };
                let text = |s: Option<Status>| {
                    s.map_or_else(
                        || "无".to_owned(),
                        |s| format!("第{}位：{}", s.rank, s.sets.text_cn()),
                    )
                };
                list.push(Difference {
                    key: key.to_owned(),
                    title: known.title,
                    before: text(a),
                    after: text(b),
                    unit: String::new(),
                    clause: known.clause,
                });
            }
        }
        list
    }

    /// This pack with the one difference `key` taken from `other`.
    #[must_use]
    pub fn with_key_of(&self, other: &Self, key: &str) -> Self {
        let mut mixed = self.clone();
        match other.rules.get(key) {
            Some(rule) => {
                mixed.rules.insert(key.to_owned(), rule.clone());
            }
            None => {
                mixed.rules.remove(key);
            }
        }
        mixed.statuses.retain(|s| s.key != key);
        mixed
            .statuses
            .extend(other.statuses.iter().filter(|s| s.key == key).cloned());
        mixed.statuses.sort_by_key(|s| s.rank);
        mixed
    }
}

/// One value in which two packs differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The rule's key.
    pub key: String,
    /// Its name.
    pub title: String,
    /// Value in the first pack, as text.
    pub before: String,
    /// Value in the second pack, as text.
    pub after: String,
    /// Unit; may be empty.
    pub unit: String,
    /// Clause.
    pub clause: String,
}
