//! Finds, among the fingerprints of a whole city, the stretches one film shares with others.
//!
//! Two codes four seconds apart make a key of 20 bits. The index keeps, for each key, where it occurs; a film is
//! looked up key by key, also with each single bit turned over, and every hit votes for one film and one offset.
//! Where votes agree, the codes themselves are compared along that offset.

use super::{CODE_HZ, Fingerprint, MIRROR};

/// Codes between the two parts of a key.
const PART: usize = 16;
/// Only every second position of a stored film is indexed; the film looked up is taken at all of them.
const STRIDE: usize = 2;
const KEY_BITS: u32 = 20;
/// Keys that occur more often say nothing, as a share of all positions.
const COMMON: usize = 4000;
/// Votes a film and offset needs to be compared.
const VOTES: u32 = 4;
/// Offsets compared at most.
const CANDIDATES: usize = 400;
/// Half width, in codes, of the window over which agreement is judged: ±4 s.
const HALF: usize = 16;
/// Share of wrong bits below which a window agrees.
const WINDOW_WRONG: f32 = 0.33;
/// Between films that have nothing to do with each other the share of wrong bits over `s` seconds is one half, give or
/// take `CHANCE · s^-0.5` (measured, see bench/README.md). A stretch must lie so many of these below.
const CHANCE: f32 = 0.22;
const SURE: f32 = 6.0;
/// A stretch never has more wrong bits than this, however long it is.
const STRETCH_WRONG: f32 = 0.27;

/// Rises over a short time come more often than those over a long time and weigh more: eight, four, two, one.
const WEIGHTS: [u32; 4] = [8, 4, 2, 1];
/// All bits of a code wrong.
const ALL_WRONG: u32 = 8 * 15;

/// A stretch that two films share, in seconds.
#[derive(Debug, Clone, PartialEq)]
pub struct Reuse<K> {
    /// Which film.
    pub key: K,
    /// In the film that was looked up.
    pub from: f64,
    /// See `from`.
    pub to: f64,
    /// In the film found.
    pub other_from: f64,
    /// See `other_from`.
    pub other_to: f64,
    /// Left and right exchanged.
    pub mirrored: bool,
    /// Share of bits that agree, 0.5 for chance and 1 for the same file.
    pub agreement: f32,
}

/// Fingerprints of many films in memory, about 25 kB for twenty minutes.
#[derive(Debug, Clone)]
pub struct Index<K> {
    films: Vec<(K, Fingerprint)>,
    /// Positions (film, code) ordered by key; `starts[key]..starts[key + 1]` belong to a key.
    places: Vec<(u32, u32)>,
    starts: Vec<u32>,
    /// Films added since the last [`Index::build`]; they are compared one by one.
    fresh: usize,
}

impl<K> Default for Index<K> {
    fn default() -> Self {
        Self {
            films: Vec::new(),
            places: Vec::new(),
            starts: vec![0; (1 << KEY_BITS) + 1],
            fresh: 0,
        }
    }
}

impl<K: Clone + PartialEq> Index<K> {
    /// An index over `films`.
    #[must_use]
    pub fn build(films: Vec<(K, Fingerprint)>) -> Self {
        let mut starts = vec![0u32; (1 << KEY_BITS) + 1];
        let each = |visit: &mut dyn FnMut(u32, u32, u32)| {
            for (film, (_, print)) in films.iter().enumerate() {
                for n in (0..print.codes().len()).step_by(STRIDE) {
                    if let Some(key) = key(print, n) {
                        visit(key, film as u32, n as u32);
                    }
                }
            }
        };
        each(&mut |key, _, _| starts[key as usize + 1] += 1);
        for k in 1..starts.len() {
            starts[k] += starts[k - 1];
        }
        let mut next = starts.clone();
        let mut places = vec![(0, 0); starts[starts.len() - 1] as usize];
        each(&mut |key, film, n| {
            let slot = &mut next[key as usize];
            places[*slot as usize] = (film, n);
            *slot += 1;
        });
        Self {
            films,
            places,
            starts,
            fresh: 0,
        }
    }

    /// Adds a film; until the next [`Index::build`] it is found by comparing at every offset.
    pub fn add(&mut self, key: K, print: Fingerprint) {
        self.films.push((key, print));
        self.fresh += 1;
    }

    /// Number of films.
    #[must_use]
    pub fn len(&self) -> usize {
        self.films.len()
    }

    /// True without films.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.films.is_empty()
    }

    /// How many were added since the index was built.
    #[must_use]
    pub fn fresh(&self) -> usize {
        self.fresh
    }

    /// The stretches of at least `min_s` seconds that `print` shares with films of the index, the film `own` left out.
    #[must_use]
    pub fn search(&self, print: &Fingerprint, own: Option<&K>, min_s: f64) -> Vec<Reuse<K>> {
        let mut found: Vec<(u32, Match)> = Vec::new();
        for mirrored in [false, true] {
            let asked = if mirrored {
                mirror(print)
            } else {
                print.clone()
            };
            for (film, offset) in self.candidates(&asked) {
                let (key, other) = &self.films[film as usize];
                if own == Some(key) {
                    continue;
                }
                for shared in compare(&asked, other, offset, min_s) {
                    found.push((film, Match { mirrored, ..shared }));
                }
            }
        }
        // Neighbouring offsets tell the same story; the best tells it once.
        found.sort_by(|a, b| b.1.weight().total_cmp(&a.1.weight()));
        let mut told: Vec<(u32, Match)> = Vec::new();
        for (film, shared) in found {
            let known = told
                .iter()
                .any(|(f, t)| *f == film && t.from < shared.to && shared.from < t.to);
            if !known {
                told.push((film, shared));
            }
        }
        told.sort_by_key(|(film, shared)| (shared.from, *film));
        told.into_iter()
            .map(|(film, shared)| shared.seconds(self.films[film as usize].0.clone()))
            .collect()
    }

    /// Films and offsets (position there minus position here) worth comparing.
    fn candidates(&self, asked: &Fingerprint) -> Vec<(u32, i32)> {
        let mut votes: Vec<u64> = Vec::new();
        for n in 0..asked.codes().len() {
            let Some(key) = key(asked, n) else { continue };
            for flip in std::iter::once(0).chain((0..KEY_BITS).map(|b| 1 << b)) {
                let key = (key ^ flip) as usize;
                let places = &self.places[self.starts[key] as usize..self.starts[key + 1] as usize];
                if places.len() > COMMON {
                    continue;
                }
                for (film, at) in places {
                    let offset = i64::from(*at) - n as i64 + (1 << 24);
                    votes.push(u64::from(*film) << 32 | (offset as u64));
                }
            }
        }
        votes.sort_unstable();
        let mut counted: Vec<(u32, u32, i32)> = Vec::new();
        for run in votes.chunk_by(|a, b| a == b) {
            let offset = ((run[0] & 0xffff_ffff) as i64 - (1 << 24)) as i32;
            counted.push((run.len() as u32, (run[0] >> 32) as u32, offset));
        }
        counted.retain(|c| c.0 >= VOTES);
        counted.sort_unstable_by(|a, b| b.cmp(a));
        counted.truncate(CANDIDATES);
        let mut all: Vec<(u32, i32)> = counted
            .into_iter()
            .map(|(_, film, offset)| (film, offset))
            .collect();
        let here = asked.codes().len() as i32;
        for film in self.films.len() - self.fresh..self.films.len() {
            let there = self.films[film].1.codes().len() as i32;
            all.extend((-here..there).map(|offset| (film as u32, offset)));
        }
        all
    }
}

/// A shared stretch in codes.
#[derive(Debug, Clone, Copy)]
struct Match {
    from: usize,
    to: usize,
    offset: i32,
    mirrored: bool,
    wrong: f32,
}

impl Match {
    fn weight(&self) -> f32 {
        (self.to - self.from) as f32 * (0.5 - self.wrong)
    }

    fn seconds<K>(&self, key: K) -> Reuse<K> {
        let at = |n: i64| n as f64 / CODE_HZ;
        let (from, to, offset) = (self.from as i64, self.to as i64, i64::from(self.offset));
        Reuse {
            key,
            from: at(from),
            to: at(to),
            other_from: at(from + offset),
            other_to: at(to + offset),
            mirrored: self.mirrored,
            agreement: 1.0 - self.wrong,
        }
    }
}

/// The five sturdiest quantities over 3.5 and 6 seconds.
fn coarse(code: u32) -> u32 {
    (code >> 16 & 0x1f) | (code >> 24 & 0x1f) << 5
}

/// The coarse bits of two codes, four seconds apart.
fn key(print: &Fingerprint, n: usize) -> Option<u32> {
    let (a, b) = (print.valid(n)?, print.valid(n + PART)?);
    Some(coarse(a) << 10 | coarse(b))
}

fn mirror(print: &Fingerprint) -> Fingerprint {
    Fingerprint::from_codes(print.codes().iter().map(|c| c ^ MIRROR).collect())
}

/// Weighed number of wrong bits.
fn weighed(wrong: u32) -> u32 {
    WEIGHTS
        .iter()
        .enumerate()
        .map(|(lag, weight)| (wrong >> (8 * lag) & 0xff).count_ones() * weight)
        .sum()
}

/// The share of wrong bits up to which agreement over so many codes is no chance.
fn allowed(codes: usize) -> f32 {
    let seconds = codes as f32 / CODE_HZ as f32;
    (0.5 - SURE * CHANCE / seconds.sqrt()).min(STRETCH_WRONG)
}

/// The stretches along one offset in which the codes agree.
fn compare(here: &Fingerprint, there: &Fingerprint, offset: i32, min_s: f64) -> Vec<Match> {
    let first = (-offset).max(0) as usize;
    let last = (here.codes().len() as i64)
        .min(there.codes().len() as i64 - i64::from(offset))
        .max(0) as usize;
    if last <= first + (min_s * CODE_HZ) as usize {
        return Vec::new();
    }
    // Running sums of wrong bits and of compared codes.
    let mut wrong = vec![0u32; last - first + 1];
    let mut known = vec![0u32; last - first + 1];
    for n in first..last {
        let pair = here
            .valid(n)
            .zip(there.valid((n as i64 + i64::from(offset)) as usize));
        let (bits, count) = pair.map_or((0, 0), |(a, b)| (weighed(a ^ b), 1));
        wrong[n - first + 1] = wrong[n - first] + bits;
        known[n - first + 1] = known[n - first] + count;
    }
    let share = |from: usize, to: usize| {
        let compared = known[to] - known[from];
        if compared * 2 < (to - from) as u32 {
            1.0
        } else {
            (wrong[to] - wrong[from]) as f32 / (compared * ALL_WRONG) as f32
        }
    };
    let length = last - first;
    let agrees = (0..length)
        .map(|i| share(i.saturating_sub(HALF), (i + HALF + 1).min(length)) < WINDOW_WRONG);
    crate::detect::runs(agrees)
        .into_iter()
        .map(|run| Match {
            from: run.start + first,
            to: run.end + first,
            offset,
            mirrored: false,
            wrong: share(run.start, run.end),
        })
        .filter(|m| (m.to - m.from) as f64 >= min_s * CODE_HZ && m.wrong < allowed(m.to - m.from))
        .collect()
}
