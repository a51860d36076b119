//! Near-duplicates of Chinese questions: character pairs of the stem and whole options, compared by
//! the share they have in common; an index that finds the like of one question among many.

use std::collections::HashMap;

use crate::text::{half, is_blank};

/// Share in common, in thousandths, from which two questions are pointed out.
const ALIKE: u32 = 550;
/// Least share of the stems where options speak for likeness too.
const LEAST_STEM: u32 = 300;
/// Share of the shorter stem inside a longer one from which it counts as repeated.
const CONTAINED: u32 = 900;
/// Pairs from which a stem says enough to be judged without its options.
const ENOUGH: usize = 6;

/// What stands in many stems and says nothing about their subject.
const PHRASES: [&str; 26] = [
    "下列",
    "以下",
    "关于",
    "说法",
    "表述",
    "正确的",
    "错误的",
    "不正确的",
    "哪些",
    "哪项",
    "哪一项",
    "哪种",
    "选项中",
    "根据",
    "依据",
    "按照",
    "规定",
    "请问",
    "有关",
    "属于",
    "中华人民共和国",
    "的是",
    "是指",
    "包括",
    "应当",
    "之一",
];

/// A 128-bit look of a stem, to be stored beside a question. Likeness shows as a small distance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Signature(pub u128);

impl Signature {
    /// Bits in which two signatures differ; about 64 for stems that share nothing.
    #[must_use]
    pub fn distance(self, other: Self) -> u32 {
        (self.0 ^ other.0).count_ones()
    }

    /// Whether two stems can be alike at all: a quick test before the real one. A pair of
    /// [`similar`] questions is passed over by it about once in a thousand.
    #[must_use]
    pub fn may_match(self, other: Self) -> bool {
        self.distance(other) <= 60
    }

    /// The bytes for a database, big-endian.
    #[must_use]
    pub fn to_bytes(self) -> [u8; 16] {
        self.0.to_be_bytes()
    }

    /// Back from a database.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(u128::from_be_bytes(bytes))
    }
}

/// What is compared of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Print {
    /// Hashed pairs of the stem, ascending, each once.
    stem: Vec<u64>,
    /// Hashed options, ascending, each once: their order does not matter.
    options: Vec<u64>,
    signature: Signature,
}

impl Print {
    /// The print of a question; `options` may be empty, as for a stem that is being typed.
    pub fn of(stem: &str, options: &[impl AsRef<str>]) -> Self {
        let stem = features(stem);
        let mut options: Vec<u64> = options
            .iter()
            .map(|option| hash(normal(option.as_ref()).into_iter()))
            .collect();
        options.sort_unstable();
        options.dedup();
        Self {
            signature: signature(&stem),
            stem,
            options,
        }
    }

    /// The look that can be stored.
    #[must_use]
    pub fn signature(&self) -> Signature {
        self.signature
    }
}

impl From<&crate::Question> for Print {
    fn from(question: &crate::Question) -> Self {
        Print::of(&question.stem, &question.options)
    }
}

/// Characters in half width and lower case without spaces, punctuation and words that say nothing.
fn normal(text: &str) -> Vec<char> {
    let plain: String = text
        .chars()
        .flat_map(|c| half(c).to_lowercase())
        .filter(|c| !is_blank(*c) && (c.is_alphanumeric() || matches!(c, '%' | '‰')))
        .collect();
    let mut text = plain;
    for phrase in PHRASES {
        if text.contains(phrase) {
            text = text.replace(phrase, "");
        }
    }
    text.chars()
        .filter(|c| !matches!(c, '的' | '了' | '在' | '_'))
        .collect()
}

/// The text without the law that it is based on, `根据《…》，`, and the names of these laws: who asks
/// about an article may name the law or not.
fn without_lead(text: &str) -> (String, Vec<&str>) {
    let (mut out, mut laws) = (String::with_capacity(text.len()), Vec::new());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('《') {
        let leads = ["根据", "依据", "按照", "依照"]
            .iter()
            .any(|word| before.ends_with(word));
        match after.split_once('》') {
            Some((law, tail)) if leads => {
                out.push_str(before);
                laws.push(law);
                rest = tail;
            }
            _ => {
                out.push_str(before);
                out.push('《');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    (out, laws)
}

/// Pairs of neighbours; a run of digits is one sign, so that 200 and 2000 differ, and counts twice,
/// as does the law that a question is based on.
fn features(text: &str) -> Vec<u64> {
    let (text, laws) = without_lead(text);
    let chars = normal(&text);
    let mut tokens: Vec<String> = Vec::new();
    let mut in_number = false;
    for c in chars {
        let digit = c.is_ascii_digit();
        match tokens.last_mut() {
            Some(last) if digit && in_number => last.push(c),
            _ => tokens.push(c.to_string()),
        }
        in_number = digit;
    }
    let mut found: Vec<u64> = tokens
        .windows(2)
        .map(|pair| hash(pair.iter().flat_map(|token| token.chars())))
        .collect();
    found.extend(
        tokens
            .iter()
            .filter(|token| token.starts_with(|c: char| c.is_ascii_digit()))
            .map(|token| hash(token.chars())),
    );
    for law in laws {
        let law = hash(normal(law).into_iter());
        found.extend([law, stir(law)]);
    }
    if let ([only], true) = (tokens.as_slice(), found.is_empty()) {
        found.push(hash(only.chars()));
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// FNV-1a over the characters, stirred: the same on every machine and in every version.
fn hash(chars: impl Iterator<Item = char>) -> u64 {
    let mut value = 0xcbf2_9ce4_8422_2325_u64;
    for c in chars {
        value = (value ^ u64::from(u32::from(c))).wrapping_mul(0x0100_0000_01b3);
    }
    stir(value)
}

fn stir(mut value: u64) -> u64 {
    value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// Each bit follows the majority of the features.
fn signature(features: &[u64]) -> Signature {
    let mut sums = [0_i32; 128];
    for feature in features {
        let wide = u128::from(*feature) << 64 | u128::from(stir(feature ^ 0x9e37_79b9_7f4a_7c15));
        for (bit, sum) in sums.iter_mut().enumerate() {
            *sum += if wide >> bit & 1 == 1 { 1 } else { -1 };
        }
    }
    let bits = sums.iter().enumerate().filter(|(_, sum)| **sum > 0);
    Signature(bits.fold(0, |value, (bit, _)| value | 1 << bit))
}

/// How much two questions have in common, in thousandths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Likeness {
    /// Common pairs of the stems among all of both (Jaccard).
    pub stem: u32,
    /// Common pairs among those of the shorter stem.
    pub contained: u32,
    /// Common options among all of both; `None` where one has none.
    pub options: Option<u32>,
    /// What decides: from 550 on the questions are pointed out.
    pub score: u32,
}

impl Likeness {
    fn of(
        common: usize,
        sizes: (usize, usize),
        common_options: usize,
        options: (usize, usize),
    ) -> Self {
        let share = |part: usize, whole: usize| {
            u32::try_from((part * 1000).checked_div(whole).unwrap_or(0)).unwrap_or(1000)
        };
        let stem = share(common, sizes.0 + sizes.1 - common);
        let shorter = sizes.0.min(sizes.1);
        let contained = share(common, shorter);
        let both = options.0 > 0 && options.1 > 0;
        let options = both.then(|| share(common_options, options.0 + options.1 - common_options));
        let score = match options {
            // "Which is right?" is no subject: the options are.
            Some(options) if shorter < ENOUGH => options.min(if sizes.0 == sizes.1 {
                1000
            } else {
                stem.max(500)
            }),
            // Other options to a stem that is not quite the same: another question.
            Some(options) if stem < 850 && options < 200 => (2 * stem + options) / 3,
            Some(options) if stem >= LEAST_STEM => stem.max((2 * stem + options) / 3),
            _ if shorter < ENOUGH && stem < 1000 => 0,
            _ => stem,
        };
        let repeated = contained >= CONTAINED && shorter >= 2 * ENOUGH;
        Self {
            stem,
            contained,
            options,
            score: if repeated {
                score.max(contained.min(ALIKE + 100))
            } else {
                score
            },
        }
    }

    /// Whether the questions are to be pointed out.
    #[must_use]
    pub fn is_alike(self) -> bool {
        self.score >= ALIKE
    }
}

/// Compares two questions.
#[must_use]
pub fn likeness(a: &Print, b: &Print) -> Likeness {
    Likeness::of(
        common(&a.stem, &b.stem),
        (a.stem.len(), b.stem.len()),
        common(&a.options, &b.options),
        (a.options.len(), b.options.len()),
    )
}

/// Whether two questions say nearly the same.
#[must_use]
pub fn similar(a: &Print, b: &Print) -> bool {
    likeness(a, b).is_alike()
}

/// Common entries of two ascending lists.
fn common(a: &[u64], b: &[u64]) -> usize {
    let (mut left, mut right, mut count) = (a.iter().peekable(), b.iter().peekable(), 0);
    while let (Some(x), Some(y)) = (left.peek(), right.peek()) {
        match x.cmp(y) {
            std::cmp::Ordering::Less => drop(left.next()),
            std::cmp::Ordering::Greater => drop(right.next()),
            std::cmp::Ordering::Equal => {
                count += 1;
                left.next();
                right.next();
            }
        }
    }
    count
}

/// A find.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Near {
    /// The id that was given to [`Index::add`].
    pub id: i64,
    /// How alike.
    pub likeness: Likeness,
}

/// Prints of many questions, searchable. About 300 bytes each.
#[derive(Debug, Default)]
pub struct Index {
    ids: Vec<i64>,
    sizes: Vec<(u16, u16)>,
    stems: HashMap<u64, Vec<u32>>,
    options: HashMap<u64, Vec<u32>>,
}

impl Index {
    /// An empty index.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a question under an id. The same id may be added twice and is then found twice.
    pub fn add(&mut self, id: i64, print: &Print) {
        let Ok(place) = u32::try_from(self.ids.len()) else {
            return;
        };
        let size = |list: &Vec<u64>| u16::try_from(list.len()).unwrap_or(u16::MAX);
        self.ids.push(id);
        self.sizes.push((size(&print.stem), size(&print.options)));
        for feature in &print.stem {
            self.stems.entry(*feature).or_default().push(place);
        }
        for feature in &print.options {
            self.options.entry(*feature).or_default().push(place);
        }
    }

    /// Questions in the index.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The questions that are like this one, the most alike first, then in the order of adding; at
    /// most `limit`.
    #[must_use]
    pub fn near(&self, print: &Print, limit: usize) -> Vec<Near> {
        let count = |features: &[u64], lists: &HashMap<u64, Vec<u32>>| {
            let mut counts = vec![0_u16; self.ids.len()];
            for places in features.iter().filter_map(|feature| lists.get(feature)) {
                for place in places {
                    if let Some(count) = counts.get_mut(*place as usize) {
                        *count = count.saturating_add(1);
                    }
                }
            }
            counts
        };
        let stems = count(&print.stem, &self.stems);
        let options = count(&print.options, &self.options);
        let mut found: Vec<Near> = Vec::new();
        let rows = self
            .ids
            .iter()
            .zip(&self.sizes)
            .zip(stems.iter().zip(&options));
        for ((id, (stem_size, option_size)), (stem, option)) in rows {
            if *stem == 0 && *option == 0 {
                continue;
            }
            let likeness = Likeness::of(
                usize::from(*stem),
                (print.stem.len(), usize::from(*stem_size)),
                usize::from(*option),
                (print.options.len(), usize::from(*option_size)),
            );
            if likeness.is_alike() {
                found.push(Near { id: *id, likeness });
            }
        }
        found.sort_by_key(|near| std::cmp::Reverse(near.likeness.score));
        found.truncate(limit);
        found
    }
}

#[cfg(test)]
mod tests;
