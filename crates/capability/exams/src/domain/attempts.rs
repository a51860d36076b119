//! Several attempts at one exam: how many, on which paper, which one counts, what is shown and when. All of it is policy
//! by purpose; the qualification exam has one attempt, whatever anybody enters (B-58).

use super::coded::coded;
use super::session::Purpose;
use super::sitting::Terms;
use super::{Deny, Marks};
use chengzhi_kernel::Timestamp;

coded! {
    /// Which of several attempts counts.
    pub enum Keep {
        /// The one with most marks; of equal ones the earlier.
        Best = "best", "最好一次";
        /// The last one, better or not.
        Last = "last", "最后一次";
    }
}

coded! {
    /// On which paper a further attempt is made.
    pub enum NextForm {
        /// On the next form, as far as there are several.
        Other = "other", "换卷";
        /// On the same form in another order.
        Same = "same", "同卷";
    }
}

coded! {
    /// What a candidate sees of his own attempt.
    pub enum Shown {
        /// Nothing.
        Nothing = "nothing", "不公布";
        /// His marks.
        Marks = "marks", "成绩";
        /// Marks, keys and explanations.
        All = "all", "成绩和解析";
    }
}

/// Most attempts that a session may set where the rules set no limit.
pub const MOST_ATTEMPTS: u32 = 20;

/// The rules of one session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// Attempts; none: as many as one likes.
    pub allowed: Option<u32>,
    /// Which one counts.
    pub keep: Keep,
    /// Paper of a further one.
    pub next_form: NextForm,
    /// Seen as soon as it is handed in.
    pub at_once: Shown,
    /// Seen after publication.
    pub afterwards: Shown,
}

/// What the rules say of a purpose, in the pack's words; a word that is not known is read as the most careful one.
#[derive(Debug, Clone, Copy)]
pub struct Ruled<'a> {
    /// Attempts; zero: as many as one likes.
    pub attempts: u32,
    /// 最好一次, 最后一次.
    pub counts: &'a str,
    /// 换卷, 同卷.
    pub next_form: &'a str,
    /// 不公布, 成绩, 成绩和解析.
    pub after_hand_in: &'a str,
    /// The same.
    pub review: &'a str,
}

fn shown(word: &str) -> Shown {
    let found = Shown::ALL.iter().find(|one| one.name() == word);
    found.copied().unwrap_or(Shown::Nothing)
}

impl Policy {
    /// The rules of a session: those of its purpose, with the session's own limit where it sets one.
    #[must_use]
    pub fn of(purpose: Purpose, ruled: Ruled<'_>, own: Option<u32>) -> Self {
        let by_rule = (ruled.attempts > 0).then_some(ruled.attempts);
        let allowed = match (by_rule, own.filter(|own| *own > 0)) {
            _ if purpose.carries_over() => Some(1),
            (Some(rule), Some(own)) => Some(rule.min(own)),
            (rule, own) => rule.or(own),
        };
        Policy {
            allowed,
            keep: if ruled.counts == Keep::Last.name() {
                Keep::Last
            } else {
                Keep::Best
            },
            next_form: if ruled.next_form == NextForm::Same.name() {
                NextForm::Same
            } else {
                NextForm::Other
            },
            at_once: shown(ruled.after_hand_in),
            afterwards: shown(ruled.review),
        }
    }

    /// Attempts left after so many; none: as many as one likes.
    #[must_use]
    pub fn left(&self, used: u32) -> Option<u32> {
        self.allowed.map(|allowed| allowed.saturating_sub(used))
    }

    /// Place of the form of somebody's attempt: `first` is the place of his first one, `number` counts from 1.
    #[must_use]
    pub fn form(&self, first: usize, number: u32, forms: usize) -> usize {
        let step = match self.next_form {
            NextForm::Same => 0,
            NextForm::Other => usize::try_from(number.saturating_sub(1)).unwrap_or(0),
        };
        (first + step) % forms.max(1)
    }

    /// Whether one more attempt may be begun now, after so many.
    ///
    /// # Errors
    /// [`Deny`] when none is left, the one before goes on, or the exam takes nobody in any more.
    pub fn further(
        &self,
        used: u32,
        last_ended: bool,
        now: Timestamp,
        terms: &Terms,
    ) -> Result<(), Deny> {
        let deny = |code, text: String| Err(Deny::new(code, text));
        if !last_ended {
            return deny("exams.attempt_open", "上一次作答还没有交卷。".to_owned());
        }
        if let Some(allowed) = self.allowed.filter(|allowed| used >= *allowed) {
            return deny(
                "exams.no_attempt_left",
                format!("本场考试可作答{allowed}次，已用完。"),
            );
        }
        if now >= terms.last_start.min(terms.closes) {
            let until = terms.last_start.min(terms.closes).format_cn();
            return deny(
                "exams.too_late",
                format!("{until}起不能再开始作答，成绩按已有的作答计。"),
            );
        }
        Ok(())
    }
}

/// Refuses a session's own limit that the rules do not allow.
///
/// # Errors
/// [`Deny`] with what is allowed.
pub fn check_own(purpose: Purpose, ruled: u32, own: Option<u32>) -> Result<(), Deny> {
    let Some(own) = own else {
        return Ok(());
    };
    let most = match ruled {
        _ if purpose.carries_over() => 1,
        0 => MOST_ATTEMPTS,
        ruled => ruled,
    };
    if (1..=most).contains(&own) {
        return Ok(());
    }
    Err(Deny::new(
        "exams.attempts",
        if most == 1 {
            format!("{}只能作答一次。", purpose.name())
        } else {
            format!("可作答次数应在1至{most}次之间。")
        },
    ))
}

/// An attempt that was begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tried {
    /// Taken out of the exam: it is used up and never counts.
    pub void: bool,
    /// Its total; none: some answers are not marked yet.
    pub score: Option<Marks>,
}

/// Place of the attempt that counts; none when there is none. While answers are unmarked, the best one is not known: the
/// unmarked one is given, so that nobody has a result before all are.
#[must_use]
pub fn counting(keep: Keep, tried: &[Tried]) -> Option<usize> {
    let mut standing = tried.iter().enumerate().filter(|(_, one)| !one.void);
    match keep {
        Keep::Last => standing.next_back().map(|(place, _)| place),
        Keep::Best => {
            let mut best: Option<(usize, Marks)> = None;
            for (place, one) in standing {
                match (one.score, best) {
                    (None, _) => return Some(place),
                    (Some(score), Some((_, known))) if score <= known => {}
                    (Some(score), _) => best = Some((place, score)),
                }
            }
            best.map(|(place, _)| place)
        }
    }
}

#[cfg(test)]
mod tests {
    use chengzhi_kernel::Date;
    use proptest::prelude::*;

    use super::*;

    const QUIZ: Ruled<'static> = Ruled {
        attempts: 0,
        counts: "最好一次",
        next_form: "换卷",
        after_hand_in: "成绩和解析",
        review: "成绩和解析",
    };

    #[test]
    fn the_limit_is_the_stricter_of_rule_and_session_and_one_for_the_qualification_exam() {
        for (purpose, ruled, own, want) in [
            (Purpose::Quiz, 0, None, None),
            (Purpose::Quiz, 0, Some(2), Some(2)),
            (Purpose::Course, 3, None, Some(3)),
            (Purpose::Course, 3, Some(2), Some(2)),
            (Purpose::Course, 3, Some(5), Some(3)),
            (Purpose::Class, 1, None, Some(1)),
            (Purpose::Contest, 1, Some(0), Some(1)),
            (Purpose::Qualification, 0, Some(4), Some(1)),
            (Purpose::Qualification, 3, None, Some(1)),
        ] {
            let ruled = Ruled {
                attempts: ruled,
                ..QUIZ
            };
            let policy = Policy::of(purpose, ruled, own);
            assert_eq!(policy.allowed, want, "{purpose:?} {ruled:?} {own:?}");
        }
    }

    #[test]
    fn a_word_that_is_not_known_shows_nothing() {
        for (word, want) in [
            ("不公布", Shown::Nothing),
            ("成绩", Shown::Marks),
            ("成绩和解析", Shown::All),
            ("全部", Shown::Nothing),
        ] {
            let ruled = Ruled {
                after_hand_in: word,
                ..QUIZ
            };
            assert_eq!(
                Policy::of(Purpose::Quiz, ruled, None).at_once,
                want,
                "{word}"
            );
        }
    }

    #[test]
    fn a_session_may_set_less_than_the_rules_and_never_more() {
        for (purpose, ruled, own, good) in [
            (Purpose::Quiz, 0, None, true),
            (Purpose::Quiz, 0, Some(20), true),
            (Purpose::Quiz, 0, Some(21), false),
            (Purpose::Quiz, 0, Some(0), false),
            (Purpose::Course, 3, Some(3), true),
            (Purpose::Course, 3, Some(4), false),
            (Purpose::Qualification, 3, Some(1), true),
            (Purpose::Qualification, 3, Some(2), false),
        ] {
            let said = check_own(purpose, ruled, own);
            assert_eq!(said.is_ok(), good, "{purpose:?} {ruled} {own:?}");
        }
    }

    fn tried(scores: &[Option<i64>]) -> Vec<Tried> {
        scores
            .iter()
            .map(|score| Tried {
                void: false,
                score: score.map(Marks::whole),
            })
            .collect()
    }

    #[test]
    fn the_best_or_the_last_counts_and_an_unmarked_one_holds_the_result_back() {
        for (scores, best, last) in [
            (&[][..], None, None),
            (&[Some(40)], Some(0), Some(0)),
            (&[Some(40), Some(70)], Some(1), Some(1)),
            (&[Some(70), Some(40)], Some(0), Some(1)),
            (&[Some(70), Some(70)], Some(0), Some(1)),
            (&[Some(70), None, Some(40)], Some(1), Some(2)),
        ] {
            let list = tried(scores);
            assert_eq!(counting(Keep::Best, &list), best, "{scores:?}");
            assert_eq!(counting(Keep::Last, &list), last, "{scores:?}");
        }
        let mut list = tried(&[Some(40), Some(90)]);
        list[1].void = true;
        assert_eq!(counting(Keep::Best, &list), Some(0));
        assert_eq!(counting(Keep::Last, &list), Some(0));
        list[0].void = true;
        assert_eq!(counting(Keep::Last, &list), None);
    }

    #[test]
    fn a_further_attempt_needs_one_left_the_one_before_ended_and_open_doors() {
        let day = Date::from_ymd_opt(2024, 6, 3).unwrap();
        let terms = Terms {
            opens: Timestamp::at(day, 9, 0),
            last_start: Timestamp::at(day, 17, 0),
            closes: Timestamp::at(day, 18, 0),
            duration: 1800,
            margin: 30,
        };
        let policy = Policy::of(Purpose::Quiz, QUIZ, Some(2));
        for (used, ended, hour, want) in [
            (1, true, 10, None),
            (1, false, 10, Some("exams.attempt_open")),
            (2, true, 10, Some("exams.no_attempt_left")),
            (1, true, 17, Some("exams.too_late")),
        ] {
            let said = policy.further(used, ended, Timestamp::at(day, hour, 0), &terms);
            assert_eq!(
                said.err().map(|deny| deny.code),
                want,
                "{used} {ended} {hour}"
            );
        }
        let free = Policy::of(Purpose::Quiz, QUIZ, None);
        assert!(
            free.further(99, true, Timestamp::at(day, 10, 0), &terms)
                .is_ok()
        );
        assert_eq!((policy.left(1), free.left(99)), (Some(1), None));
    }

    proptest! {
        #[test]
        fn another_form_is_another_one_as_long_as_there_are_several(
            first in 0usize..5, number in 1u32..40, forms in 2usize..6,
        ) {
            let other = Policy::of(Purpose::Quiz, QUIZ, None);
            let first = first % forms;
            prop_assert!(other.form(first, number, forms) < forms);
            prop_assert_ne!(other.form(first, number, forms), other.form(first, number + 1, forms));
            let same = Policy { next_form: NextForm::Same, ..other };
            prop_assert_eq!(same.form(first, number, forms), first);
            prop_assert_eq!(other.form(0, number, 1), 0);
        }

        #[test]
        fn one_more_marked_attempt_never_lowers_the_best(scores in prop::collection::vec(0i64..100, 1..8), more in 0i64..100) {
            let score = |list: &[Tried]| counting(Keep::Best, list).and_then(|place| list[place].score);
            let before: Vec<Option<i64>> = scores.iter().copied().map(Some).collect();
            let mut after = before.clone();
            after.push(Some(more));
            prop_assert!(score(&tried(&after)) >= score(&tried(&before)));
        }
    }
}
