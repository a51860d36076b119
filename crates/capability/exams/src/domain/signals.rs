//! Signals (线索), never verdicts: what an invigilator or a reviewer may want to look at. Each is one
//! sentence with its numbers; none changes a score.

use std::collections::BTreeMap;

use chengzhi_kernel::{PersonId, Timestamp};
use serde::{Deserialize, Serialize};

use super::QuestionId;
use super::coded::coded;

coded! {
    /// Kinds of signal.
    pub enum SignalKind {
        /// Neighbours with the same wrong answers.
        SameWrong = "same_wrong", "邻座雷同";
        /// Answers faster than reading.
        TooFast = "too_fast", "作答过快";
        /// The page was left.
        PageLeft = "page_left", "离开页面";
        /// More than one device.
        Devices = "devices", "多台设备";
    }
}

/// A signal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Signal {
    /// Kind.
    pub kind: SignalKind,
    /// Whom it is about.
    pub people: Vec<PersonId>,
    /// Sentence.
    pub text: String,
}

const NO_VERDICT: &str = "仅供复核，不作结论。";

/// One candidate's choices: the bank's letters as text (`B`, `ACD`, `对`), and whether they are
/// right. Questions left open are not listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choices {
    /// Who.
    pub person: PersonId,
    /// By question.
    pub answers: BTreeMap<QuestionId, (String, bool)>,
}

/// When alike answers of neighbours are worth a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlikePolicy {
    /// Fewer identical wrong answers are never a signal.
    pub least_same: u32,
    /// A signal if chance alone would show it in fewer than one of so many exams of this size.
    pub one_in: u32,
}

impl Default for AlikePolicy {
    /// Five identical wrong answers; once in a hundred exams.
    fn default() -> Self {
        Self {
            least_same: 5,
            one_in: 100,
        }
    }
}

/// Identical wrong answers of neighbours, compared with chance.
///
/// Right answers agree among people who know; wrong ones agree by chance as often as the whole room
/// prefers that wrong answer. For each question both got wrong, the expected agreement is the share
/// of the *other* candidates with a wrong answer there who gave the same wrong answer as the first
/// of the pair (one more is added to each count, so that a rare answer is never impossible). The number
/// of agreements then follows a Poisson-binomial law, whose tail is summed exactly. Because all
/// pairs of the exam are looked at, the tail is multiplied by their number (Bonferroni). The idea is
/// that of the error-similarity indices (Bellezza & Bellezza 1989; Holland's K-index, ETS 1996).
#[must_use]
pub fn alike(
    sitters: &[Choices],
    neighbours: &[(PersonId, PersonId)],
    policy: &AlikePolicy,
) -> Vec<Signal> {
    let by_person: BTreeMap<PersonId, &Choices> = sitters.iter().map(|s| (s.person, s)).collect();
    let mut wrong: BTreeMap<QuestionId, BTreeMap<&str, u32>> = BTreeMap::new();
    for (question, (text, right)) in sitters.iter().flat_map(|s| &s.answers) {
        if !right {
            let counts = wrong.entry(*question).or_default();
            *counts.entry(text).or_insert(0) += 1;
        }
    }
    let mut signals = Vec::new();
    for (a, b) in neighbours {
        let (Some(first), Some(second)) = (by_person.get(a), by_person.get(b)) else {
            continue;
        };
        let mut same = 0u32;
        let mut chances = Vec::new();
        for (question, (mine, right)) in &first.answers {
            let Some((theirs, theirs_right)) = second.answers.get(question) else {
                continue;
            };
            if *right || *theirs_right {
                continue;
            }
            let equal = mine == theirs;
            same += u32::from(equal);
            let Some(counts) = wrong.get(question) else {
                continue;
            };
            // The pair itself is no evidence about the others.
            let all: u32 = counts.values().sum::<u32>().saturating_sub(2);
            let own = counts.get(mine.as_str()).copied().unwrap_or(0);
            let own = own.saturating_sub(1 + u32::from(equal));
            chances.push(f64::from(own + 1) / f64::from(all + 2));
        }
        if same < policy.least_same {
            continue;
        }
        let expected: f64 = chances.iter().sum();
        let tail = tail(&chances, same as usize) * neighbours.len() as f64;
        if tail * f64::from(policy.one_in.max(1)) < 1.0 {
            signals.push(Signal {
                kind: SignalKind::SameWrong,
                people: vec![*a, *b],
                text: format!(
                    "邻座两人共同答错{}题，其中{same}题错得相同，按全场答错情况预计约{expected:.1}题。{NO_VERDICT}",
                    chances.len()
                ),
            });
        }
    }
    signals
}

/// Probability of at least `least` successes of independent trials with these chances.
fn tail(chances: &[f64], least: usize) -> f64 {
    // exactly[k]: k successes so far; the last entry gathers `least` and more.
    let mut exactly = vec![0.0; least + 1];
    exactly[0] = 1.0;
    for chance in chances {
        for k in (0..=least).rev() {
            let stay = if k == least {
                exactly[k]
            } else {
                exactly[k] * (1.0 - chance)
            };
            let rise = if k > 0 { exactly[k - 1] * chance } else { 0.0 };
            exactly[k] = stay + rise;
        }
    }
    exactly[least]
}

/// Answers faster than anybody reads: at least `least_count` questions answered in less than
/// `least_seconds` each. `seconds`: time each question was on the screen until its first answer.
#[must_use]
pub fn too_fast(
    person: PersonId,
    seconds: &[u32],
    least_seconds: u32,
    least_count: u32,
) -> Option<Signal> {
    let fast = seconds.iter().filter(|s| **s < least_seconds).count();
    (fast > 0 && fast >= least_count as usize).then(|| Signal {
        kind: SignalKind::TooFast,
        people: vec![person],
        text: format!(
            "{}题中有{fast}题从出现到作答不足{least_seconds}秒。{NO_VERDICT}",
            seconds.len()
        ),
    })
}

/// The page was left: more than `most_times`, or for longer than `most_seconds` in all. Spans are
/// half-open; one that has not ended counts up to `now`.
#[must_use]
pub fn page_left(
    person: PersonId,
    spans: &[(Timestamp, Option<Timestamp>)],
    now: Timestamp,
    most_times: u32,
    most_seconds: i64,
) -> Option<Signal> {
    let seconds: i64 = spans
        .iter()
        .map(|(from, to)| to.unwrap_or(now).seconds_since(*from).max(0))
        .sum();
    (spans.len() > most_times as usize || seconds > most_seconds).then(|| Signal {
        kind: SignalKind::PageLeft,
        people: vec![person],
        text: format!(
            "离开答题页面{}次，共{seconds}秒；断网、来电也会造成离开。{NO_VERDICT}",
            spans.len()
        ),
    })
}

/// More than one device: how often the sitting was taken over, and from how many addresses.
#[must_use]
pub fn devices(person: PersonId, takeovers: u32, addresses: u32) -> Option<Signal> {
    (takeovers > 0).then(|| Signal {
        kind: SignalKind::Devices,
        people: vec![person],
        text: format!(
            "作答中换过{takeovers}次设备，来自{addresses}个网络地址；设备故障也会造成更换。{NO_VERDICT}"
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::prng::Prng;

    /// 60 people, 60 questions with key A, each wrong with chance 0.3 on one of three options.
    fn room() -> Vec<Choices> {
        let mut prng = Prng::new(11);
        (1..=60)
            .map(|person| Choices {
                person: PersonId(person),
                answers: (0..60)
                    .map(|q| {
                        let letter = match prng.below(10) {
                            0 => "B",
                            1 => "C",
                            2 => "D",
                            _ => "A",
                        };
                        (QuestionId(q), (letter.to_owned(), letter == "A"))
                    })
                    .collect(),
            })
            .collect()
    }

    fn neighbours() -> Vec<(PersonId, PersonId)> {
        (1..60).map(|n| (PersonId(n), PersonId(n + 1))).collect()
    }

    #[test]
    fn independent_neighbours_give_no_signal_and_a_copy_does() {
        let mut sitters = room();
        let policy = AlikePolicy::default();
        assert_eq!(alike(&sitters, &neighbours(), &policy), []);
        sitters[20].answers = sitters[19].answers.clone();
        let found = alike(&sitters, &neighbours(), &policy);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].people, [PersonId(20), PersonId(21)]);
        assert!(found[0].text.ends_with(NO_VERDICT));
        // The same pair seated apart is nobody's neighbour.
        assert_eq!(alike(&sitters, &[(PersonId(1), PersonId(2))], &policy), []);
    }

    #[test]
    fn a_wrong_answer_everybody_gives_proves_nothing() {
        // A wrong key: all 60 give the same "wrong" answers.
        let answers: BTreeMap<_, _> = (0..12)
            .map(|q| (QuestionId(q), ("B".to_owned(), false)))
            .collect();
        let sitters: Vec<Choices> = (1..=60)
            .map(|n| Choices {
                person: PersonId(n),
                answers: answers.clone(),
            })
            .collect();
        assert_eq!(alike(&sitters, &neighbours(), &AlikePolicy::default()), []);
    }

    #[test]
    fn tails_by_hand() {
        let near = |a: f64, b: f64| (a - b).abs() < 1e-12;
        assert!(near(tail(&[0.5, 0.5], 1), 0.75));
        assert!(near(tail(&[0.5, 0.5], 2), 0.25));
        assert!(near(tail(&[0.2, 0.3, 0.4], 0), 1.0));
        // 0.2·0.3·0.6 + 0.2·0.7·0.4 + 0.8·0.3·0.4 + 0.2·0.3·0.4
        assert!(near(tail(&[0.2, 0.3, 0.4], 2), 0.212));
        assert!(near(tail(&[0.2], 2), 0.0));
    }

    #[test]
    fn the_other_signals_have_edges() {
        let me = PersonId(1);
        assert!(too_fast(me, &[1, 1, 9], 2, 3).is_none());
        let fast = too_fast(me, &[1, 1, 9], 2, 2).unwrap();
        assert_eq!(
            fast.text,
            "3题中有2题从出现到作答不足2秒。仅供复核，不作结论。"
        );
        assert!(too_fast(me, &[], 2, 0).is_none());
        let at = |s: i64| Timestamp::from_micros(0).plus_seconds(s);
        let spans = [(at(0), Some(at(5))), (at(50), None)];
        assert!(page_left(me, &spans, at(60), 2, 15).is_none());
        assert!(page_left(me, &spans, at(61), 2, 15).is_some());
        assert!(page_left(me, &spans, at(60), 1, 100).is_some());
        assert!(devices(me, 0, 3).is_none());
        assert!(devices(me, 1, 2).unwrap().text.contains("换过1次设备"));
    }
}
