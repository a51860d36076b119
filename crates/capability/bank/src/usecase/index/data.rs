//! What the index holds, and how it is searched.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use chengzhi_questions::similar::{Index, Print};
use chengzhi_questions::text::compact;
use chengzhi_questions::{Kind, Question};
use memchr::memmem;

use super::{Found, NearVersion, Wanted};
use crate::domain::life::{Level, State};
use crate::store::index::IndexRow;

/// Share of dead rows from which the index is built anew.
const DEAD_SHARE: usize = 2;
/// Stands between two texts; no search text holds it.
const END: u8 = b'\n';

/// A version as the index knows it.
#[derive(Debug, Clone)]
struct Entry {
    version_id: i64,
    question_id: i64,
    unit_id: i64,
    kind: Kind,
    level: Level,
    state: State,
    difficulty: u8,
    checked: bool,
    field: u32,
    topic: u32,
    law: u32,
    article: u32,
    start: usize,
    end: usize,
    alive: bool,
}

/// All versions that are not superseded.
#[derive(Debug, Default)]
pub(super) struct Data {
    /// The counter's value up to which it is read.
    pub(super) seq: i64,
    entries: Vec<Entry>,
    place: HashMap<i64, usize>,
    texts: Vec<u8>,
    words: Words,
    near: Index,
    dead: usize,
}

/// Names that many versions share, by number.
#[derive(Debug, Default)]
struct Words {
    all: Vec<Arc<str>>,
    number: HashMap<Arc<str>, u32>,
}

impl Words {
    fn number(&mut self, text: &str) -> u32 {
        if let Some(known) = self.number.get(text) {
            return *known;
        }
        let next = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        let text: Arc<str> = text.into();
        self.all.push(text.clone());
        self.number.insert(text, next);
        next
    }

    fn text(&self, number: u32) -> &str {
        self.all.get(number as usize).map_or("", |text| text)
    }
}

impl Entry {
    fn seen(&self, units: &BTreeSet<i64>) -> bool {
        !matches!(self.state, State::Draft | State::Proposed | State::Reviewed)
            || units.contains(&self.unit_id)
    }
}

/// What a question is found by, in half width and lower case without white space.
fn searchable(question: &Question, law: &str, article: &str) -> String {
    let parts = question
        .parts
        .iter()
        .flat_map(|part| std::iter::once(&part.stem).chain(&part.options));
    let texts = std::iter::once(&question.stem)
        .chain(&question.options)
        .chain(parts)
        .chain(std::iter::once(&question.topic));
    let mut text = String::new();
    for one in texts {
        text.push_str(&compact(one));
        text.push(' ');
    }
    text.push_str(&compact(law));
    text.push_str(&compact(article));
    text
}

impl Data {
    /// Takes a row in, in place of the one it was.
    pub(super) fn put(&mut self, row: &IndexRow) {
        if let Some(old) = self.place.remove(&row.version_id)
            && let Some(entry) = self.entries.get_mut(old)
        {
            entry.alive = false;
            self.dead += 1;
        }
        if row.state == State::Superseded {
            return;
        }
        let start = self.texts.len();
        self.texts
            .extend_from_slice(searchable(&row.content, &row.law, &row.article).as_bytes());
        let end = self.texts.len();
        self.texts.push(END);
        let entry = Entry {
            version_id: row.version_id,
            question_id: row.question_id,
            unit_id: row.unit_id,
            kind: row.content.kind,
            level: row.level,
            state: row.state,
            difficulty: row.difficulty,
            checked: row.checked,
            field: self.words.number(&row.content.field_of_law),
            topic: self.words.number(&row.content.topic),
            law: self.words.number(&row.law),
            article: self.words.number(&row.article),
            start,
            end,
            alive: true,
        };
        let place = self.entries.len();
        self.near.add(
            i64::try_from(place).unwrap_or(i64::MAX),
            &Print::from(&row.content),
        );
        self.place.insert(row.version_id, place);
        self.entries.push(entry);
    }

    /// Places of entries whose text holds every word, ascending; none when no word is asked for.
    fn holding(&self, text: &str) -> Option<Vec<usize>> {
        let mut words: Vec<String> = text
            .split_whitespace()
            .map(compact)
            .filter(|word| !word.is_empty())
            .collect();
        // The longest word is the rarest: it is looked for in everything, the others in what is left.
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        let (first, rest) = words.split_first()?;
        let finder = memmem::Finder::new(first.as_bytes());
        let mut found = Vec::new();
        let mut from = 0;
        while let Some(at) = self.texts.get(from..).and_then(|texts| finder.find(texts)) {
            let at = from + at;
            let place = self.entries.partition_point(|entry| entry.end <= at);
            let Some(entry) = self.entries.get(place) else {
                break;
            };
            found.push(place);
            from = entry.end + 1;
        }
        for word in rest {
            let finder = memmem::Finder::new(word.as_bytes());
            found.retain(|place| {
                self.entries
                    .get(*place)
                    .and_then(|entry| self.texts.get(entry.start..entry.end))
                    .is_some_and(|text| finder.find(text).is_some())
            });
        }
        Some(found)
    }

    /// See [`super::Bank::find`].
    pub(super) fn find(&self, wanted: &Wanted, (limit, offset): (usize, usize)) -> Found {
        let number = |text: &Option<String>| match text.as_deref().filter(|text| !text.is_empty()) {
            None => Ok(None),
            Some(text) => self.words.number.get(text).copied().map(Some).ok_or(()),
        };
        // A name that nothing has matches nothing.
        let (Ok(field), Ok(topic), Ok(law), Ok(article)) = (
            number(&wanted.field),
            number(&wanted.topic),
            number(&wanted.law),
            number(&wanted.article),
        ) else {
            return Found::default();
        };
        let fits = |one: &Entry| {
            one.alive
                && one.seen(&wanted.units)
                && wanted.state.is_none_or(|state| state == one.state)
                && wanted.kind.is_none_or(|kind| kind == one.kind)
                && wanted.level.is_none_or(|level| level == one.level)
                && wanted
                    .difficulty
                    .is_none_or(|level| level == one.difficulty)
                && wanted.checked.is_none_or(|checked| checked == one.checked)
                && wanted.unit.is_none_or(|unit| unit == one.unit_id)
                && field.is_none_or(|field| field == one.field)
                && topic.is_none_or(|topic| topic == one.topic)
                && law.is_none_or(|law| law == one.law)
                && article.is_none_or(|article| article == one.article)
        };
        let mut keys: Vec<(i64, i64)> = match self.holding(&wanted.text) {
            None => self
                .entries
                .iter()
                .filter(|one| fits(one))
                .map(|one| (one.question_id, one.version_id))
                .collect(),
            Some(places) => places
                .iter()
                .filter_map(|place| self.entries.get(*place))
                .filter(|one| fits(one))
                .map(|one| (one.question_id, one.version_id))
                .collect(),
        };
        keys.sort_unstable_by(|a, b| b.cmp(a));
        Found {
            total: keys.len(),
            ids: keys
                .into_iter()
                .skip(offset)
                .take(limit)
                .map(|(_, version)| version)
                .collect(),
        }
    }

    /// See [`super::Bank`].
    pub(super) fn near(
        &self,
        print: &Print,
        except: Option<i64>,
        limit: usize,
    ) -> Vec<NearVersion> {
        let mut seen = BTreeSet::new();
        let mut found = Vec::new();
        // Dead rows and other versions of a question found already take places of their own.
        for near in self.near.near(print, limit * 4 + 20) {
            let Some(one) = usize::try_from(near.id)
                .ok()
                .and_then(|place| self.entries.get(place))
                .filter(|one| one.alive && one.state != State::Retired)
            else {
                continue;
            };
            if Some(one.question_id) != except && seen.insert(one.question_id) {
                found.push(NearVersion {
                    version_id: one.version_id,
                    question_id: one.question_id,
                    likeness: near.likeness,
                });
            }
            if found.len() == limit {
                break;
            }
        }
        found
    }

    /// See [`super::Bank`].
    pub(super) fn topics(&self) -> Vec<(String, String, usize)> {
        let mut counts: HashMap<(u32, u32), usize> = HashMap::new();
        for one in self.entries.iter().filter(|one| one.alive) {
            if one.state != State::Retired {
                *counts.entry((one.field, one.topic)).or_default() += 1;
            }
        }
        let mut topics: Vec<(String, String, usize)> = counts
            .into_iter()
            .map(|((field, topic), count)| {
                let text = |number| self.words.text(number).to_owned();
                (text(field), text(topic), count)
            })
            .filter(|(_, topic, _)| !topic.is_empty())
            .collect();
        topics.sort();
        topics
    }

    /// See [`super::Bank::states`].
    pub(super) fn states(&self, units: &BTreeSet<i64>) -> Vec<(State, usize)> {
        State::ALL
            .iter()
            .map(|state| {
                let count = self
                    .entries
                    .iter()
                    .filter(|one| one.alive && one.state == *state && one.seen(units))
                    .count();
                (*state, count)
            })
            .collect()
    }

    /// Bytes of all texts, and versions that are alive.
    pub(super) fn size(&self) -> (usize, usize) {
        (self.texts.len(), self.entries.len() - self.dead)
    }

    /// Whether so many rows are dead that reading everything again is cheaper than carrying them.
    pub(super) fn is_worn(&self) -> bool {
        self.entries.len() > 1_000 && self.dead > self.entries.len() / DEAD_SHARE
    }
}
