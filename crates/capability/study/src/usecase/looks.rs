//! Which photos of many look alike, without comparing each with each.

use std::collections::{BTreeSet, HashMap};

use chengzhi_files::{SIMILAR_DISTANCE, look_distance};
use chengzhi_kernel::RecordId;

/// Pairs of photos of different records that are the same or nearly so. Two looks that differ in at
/// most six bits agree in at least one of seven bands, so only photos that share a band are
/// compared. The newer photo of a pair is told about the older one; at most ten each.
pub fn alike_pairs(
    known: &[(i64, RecordId, String, Option<i64>)],
) -> Vec<(i64, i64, &'static str)> {
    const BANDS: u32 = SIMILAR_DISTANCE + 1;
    const MOST: usize = 10;
    let width = 64_u32.div_ceil(BANDS);
    let mut index: HashMap<(u32, u64), Vec<usize>> = HashMap::new();
    let mut pairs = Vec::new();
    for (place, (id, record, hash, look)) in known.iter().enumerate() {
        let Some(look) = look else { continue };
        let mut near: BTreeSet<usize> = BTreeSet::new();
        for band in 0..BANDS {
            let shift = band * width;
            let bits = (look.cast_unsigned() >> shift) & ((1_u64 << width) - 1);
            let same_band = index.entry((band, bits)).or_default();
            near.extend(same_band.iter().copied());
            same_band.push(place);
        }
        let mut told = 0;
        for other in near {
            let Some((other_id, other_record, other_hash, Some(other_look))) = known.get(other)
            else {
                continue;
            };
            if other_record == record || told >= MOST {
                continue;
            }
            if other_hash == hash {
                pairs.push((*id, *other_id, "same"));
                told += 1;
            } else if look_distance(*look, *other_look) <= SIMILAR_DISTANCE {
                pairs.push((*id, *other_id, "similar"));
                told += 1;
            }
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn photos_within_six_bits_are_found_and_others_are_not() {
        let photo = |id: i64, look: u64| {
            let hash = format!("h{id}");
            (id, RecordId::from(id), hash, Some(look.cast_signed()))
        };
        let base = 0x0123_4567_89AB_CDEF_u64;
        let six = base ^ 0b1000_0001_0000_0010_0000_0100_0000_1000_0001_0000;
        assert_eq!((base ^ six).count_ones(), 6);
        let spread = base ^ (1 | 1 << 10 | 1 << 20 | 1 << 30 | 1 << 40 | 1 << 50);
        let seven = spread ^ (1 << 63);
        let known = [
            photo(1, base),
            photo(2, six),
            photo(3, spread),
            photo(4, seven),
        ];
        let pairs = alike_pairs(&known);
        assert!(pairs.contains(&(2, 1, "similar")));
        assert!(pairs.contains(&(3, 1, "similar")));
        assert!(!pairs.iter().any(|p| (p.0, p.1) == (4, 1)));
        assert!(pairs.contains(&(4, 3, "similar")));
    }

    #[test]
    fn one_record_may_repeat_its_own_picture() {
        let same = |id: i64| (id, RecordId::from(1), "h".to_owned(), Some(5_i64));
        assert_eq!(alike_pairs(&[same(1), same(2)]), []);
    }
}
