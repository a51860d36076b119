//! The one source of order by chance, written out so that it never changes: SplitMix64
//! (Steele, Lea, Flood: *Fast splittable pseudorandom number generators*, OOPSLA 2014).
//!
//! It orders questions, options and seats from a stored seed. It keeps no secret: whoever knows the
//! seed knows the order, so a seed stays on the server until the exam is over.

/// Name of this generator and of the way [`Prng::of`] mixes its parts, stored beside every seed. A
/// change of either gets a new name and leaves this one as it is.
pub const VERSION: &str = "splitmix64/1";

const GAMMA: u64 = 0x9E37_79B9_7F4A_7C15;

const fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// A running generator.
#[derive(Debug, Clone)]
pub struct Prng {
    state: u64,
}

impl Prng {
    /// Starts at `seed`.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// Starts at a seed made of several parts, each mixed in turn, so that neighbouring ids give
    /// unrelated orders.
    #[must_use]
    pub fn of(parts: &[u64]) -> Self {
        let state = parts.iter().fold(0u64, |state, part| {
            mix(state.wrapping_add(GAMMA) ^ mix(part.wrapping_add(GAMMA)))
        });
        Self { state }
    }

    /// The next 64 bits.
    pub const fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(GAMMA);
        mix(self.state)
    }

    /// A number below `bound`, each equally likely (what falls beyond the last whole multiple of
    /// `bound` is drawn again); zero for a bound of zero.
    pub fn below(&mut self, bound: u64) -> u64 {
        if bound == 0 {
            return 0;
        }
        let last_fair = u64::MAX - (u64::MAX % bound + 1) % bound;
        loop {
            let drawn = self.next_u64();
            if drawn <= last_fair {
                return drawn % bound;
            }
        }
    }

    /// Shuffles in place (Fisher–Yates, from the end).
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            let other = self.below(last as u64 + 1) as usize;
            list.swap(last, other);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_vector_for_seed_1234567() {
        let mut prng = Prng::new(1_234_567);
        let drawn: Vec<u64> = (0..5).map(|_| prng.next_u64()).collect();
        assert_eq!(
            drawn,
            [
                6_457_827_717_110_365_317,
                3_203_168_211_198_807_973,
                9_817_491_932_198_370_423,
                4_593_380_528_125_082_431,
                16_408_922_859_458_223_821
            ]
        );
    }

    #[test]
    fn a_bound_is_kept_and_every_value_comes() {
        let mut prng = Prng::new(7);
        let mut seen = [0u32; 6];
        for _ in 0..6000 {
            seen[prng.below(6) as usize] += 1;
        }
        assert!(seen.iter().all(|n| (850..1150).contains(n)), "{seen:?}");
        assert_eq!(prng.below(1), 0);
        assert_eq!(prng.below(0), 0);
    }
}
