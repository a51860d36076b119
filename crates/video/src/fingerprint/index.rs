//! Finds, among the fingerprints of a whole city, the stretches one film shares with others.
//!
//! Two codes four seconds apart make a key of 20 bits. The index keeps a bucket for each key with the places where it
//! occurs; a film is looked up key by key, also with each single bit turned over, and every hit votes for one film and one
//! offset. Where votes agree, the codes themselves are compared along that offset. A film is added by putting its places
//! into their buckets: nothing is ever built anew.

use super::{CODE_HZ, Fingerprint, MIRROR};

/// Codes between the two parts of a key.
const PART: usize = 16;
/// Only every second position of a stored film is indexed; the film looked up is taken at all of them.
const STRIDE: usize = 2;
const KEY_BITS: u32 = 20;
/// A key that occurs more often than this says nothing: its bucket is neither read nor filled further.
const COMMON: usize = 240;
/// Codes from which a film is long: five minutes.
const LONG: usize = 1200;
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

/// A place of a key: the number of the film and of the code in it, in steps of [`STRIDE`].
#[derive(Debug, Clone, Copy)]
struct Place {
    film: u32,
    step: u32,
}

/// Fingerprints of many films in memory, about 50 kB for twenty minutes.
#[derive(Debug, Clone)]
pub struct Index<K> {
    films: Vec<(K, Fingerprint)>,
    /// One for each key.
    buckets: Vec<Vec<Place>>,
}

impl<K> Default for Index<K> {
    fn default() -> Self {
        Self {
            films: Vec::new(),
            buckets: vec![Vec::new(); 1 << KEY_BITS],
        }
    }
}

impl<K: Clone + PartialEq> Index<K> {
    /// An index over `films`.
    #[must_use]
    pub fn build(films: Vec<(K, Fingerprint)>) -> Self {
        let mut index = Self::default();
        for (key, print) in films {
            index.add(key, print);
        }
        index
    }

    /// Adds a film; it is found from now on. Costs as much as the film is long, whatever the index holds.
    pub fn add(&mut self, key: K, print: Fingerprint) {
        let film = self.films.len() as u32;
        for n in (0..print.codes().len()).step_by(STRIDE) {
            let Some(key) = self::key(&print, n) else {
                continue;
            };
            let bucket = &mut self.buckets[key as usize];
            // One more than common tells that it is.
            if bucket.len() <= COMMON {
                let step = (n / STRIDE) as u32;
                bucket.push(Place { film, step });
            }
        }
        self.films.push((key, print));
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
            // A long film has positions to spare: every fourth pair of them will do.
            if asked.codes().len() > LONG && n / 2 % 4 != 0 {
                continue;
            }
            let Some(key) = key(asked, n) else { continue };
            for flip in std::iter::once(0).chain((0..KEY_BITS).map(|b| 1 << b)) {
                let places = &self.buckets[(key ^ flip) as usize];
                if places.len() > COMMON {
                    continue;
                }
                for place in places {
                    let at = i64::from(place.step) * STRIDE as i64;
                    let offset = at - n as i64 + (1 << 24);
                    votes.push(u64::from(place.film) << 32 | (offset as u64));
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
        counted
            .into_iter()
            .map(|(_, film, offset)| (film, offset))
            .collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Codes that go on for a while as they are, as those of a film do.
    fn print(seed: u32, codes: usize) -> Fingerprint {
        let mut state = u64::from(seed) * 2 + 1;
        let mut code = 0u32;
        Fingerprint::from_codes(
            (0..codes)
                .map(|_| {
                    for _ in 0..3 {
                        state = state
                            .wrapping_mul(6_364_136_223_846_793_005)
                            .wrapping_add(1_442_695_040_888_963_407);
                        code ^= 1 << (state >> 59);
                    }
                    code.min(u32::MAX - 1)
                })
                .collect(),
        )
    }

    #[test]
    fn a_film_added_later_is_found_like_one_added_first() {
        let films: Vec<(u32, Fingerprint)> = (0..60).map(|n| (n, print(n, 600))).collect();
        let mut grown = Index::default();
        for (key, print) in films.iter().cloned() {
            grown.add(key, print);
        }
        let built = Index::build(films.clone());
        for (key, whole) in &films {
            let part = Fingerprint::from_codes(whole.codes()[120..420].to_vec());
            let found = grown.search(&part, None, 10.0);
            assert_eq!(found, built.search(&part, None, 10.0));
            assert_eq!(found.len(), 1, "{key}: {found:?}");
            assert!(found[0].key == *key && (found[0].other_from - 30.0).abs() < 0.3);
            assert!(grown.search(&part, Some(key), 10.0).is_empty());
        }
    }

    #[test]
    fn a_key_in_every_film_is_passed_over_and_the_rest_still_finds() {
        // Every film begins alike: these keys become common, those of the rest do not.
        let opening = print(1, 200);
        let film = |n: u32| {
            let mut codes = opening.codes().to_vec();
            codes.extend(print(1000 + n, 400).codes());
            Fingerprint::from_codes(codes)
        };
        let index = Index::build((0..300).map(|n| (n, film(n))).collect());
        assert!(index.buckets.iter().all(|b| b.len() <= COMMON + 1));
        let part = Fingerprint::from_codes(film(299).codes()[260..560].to_vec());
        let found = index.search(&part, None, 30.0);
        assert_eq!(found.iter().map(|f| f.key).collect::<Vec<_>>(), [299]);
    }
}
