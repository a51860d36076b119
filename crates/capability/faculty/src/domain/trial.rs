//! Trial lectures: several judges' points, and the conditions that the reviewing unit confirms
//! (domain facts G6).

use chengzhi_rules::policy::FacultyRules;

use super::Deny;

/// Highest score, hundredths.
pub const MOST: i64 = 10_000;

/// A judge's score.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Score {
    /// Judge.
    pub judge: String,
    /// Hundredths, 0 to 10,000.
    pub score: i64,
}

/// A condition to be confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// Stable code.
    pub code: &'static str,
    /// What is asked.
    pub text: String,
    /// Requirements row.
    pub row: String,
    /// Clause.
    pub clause: String,
}

/// The conditions that the rules ask for.
#[must_use]
pub fn conditions(rules: &FacultyRules) -> Vec<Condition> {
    let mut asked = Vec::new();
    let years = &rules.years_in_service;
    if years.value > 0 {
        asked.push(Condition {
            code: "years",
            text: format!("从事执法工作满{}年", years.value),
            row: years.row.clone(),
            clause: years.clause.clone(),
        });
    }
    for (rule, code, text) in [
        (&rules.certificate, "certificate", "执法证在有效期内"),
        (&rules.no_discipline, "discipline", "无违纪处分"),
    ] {
        if rule.value {
            asked.push(Condition {
                code,
                text: text.to_owned(),
                row: rule.row.clone(),
                clause: rule.clause.clone(),
            });
        }
    }
    asked
}

/// An answer to a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Code of the condition.
    pub code: String,
    /// Met.
    pub met: bool,
}

/// Mean of the scores in hundredths, half up; none without scores.
#[must_use]
pub fn average(scores: &[Score]) -> Option<i64> {
    let count = i64::try_from(scores.len()).ok().filter(|n| *n > 0)?;
    let sum: i64 = scores.iter().map(|score| score.score).sum();
    Some((2 * sum + count) / (2 * count))
}

/// Checks scores: some, each inside the range, each judge once.
///
/// # Errors
/// `faculty.scores` with what is wrong.
pub fn check_scores(scores: &[Score]) -> Result<i64, Deny> {
    let wrong = |text: String| Deny::new("faculty.scores", text);
    for (index, score) in scores.iter().enumerate() {
        if !(0..=MOST).contains(&score.score) {
            return Err(wrong(format!("{}的评分应在0至100之间。", score.judge)));
        }
        if scores[..index]
            .iter()
            .any(|other| other.judge == score.judge)
        {
            return Err(wrong(format!(
                "评委{}填写了两次，请删去一行。",
                score.judge
            )));
        }
    }
    average(scores).ok_or_else(|| wrong("请填写至少一名评委的评分。".to_owned()))
}

/// Whether a lecture passed: enough points and every condition met.
#[must_use]
pub fn passed(rules: &FacultyRules, score: i64, answers: &[Answer]) -> bool {
    score >= i64::from(rules.trial_pass.value) * 100
        && conditions(rules).iter().all(|condition| {
            answers
                .iter()
                .any(|answer| answer.code == condition.code && answer.met)
        })
}

#[cfg(test)]
mod tests {
    use chengzhi_rules::Policy;
    use proptest::prelude::*;

    use super::*;

    fn rules() -> FacultyRules {
        Policy::for_year("shanghai", 2024).unwrap().faculty
    }

    fn scores(points: &[i64]) -> Vec<Score> {
        points
            .iter()
            .enumerate()
            .map(|(index, score)| Score {
                judge: format!("评委{index}"),
                score: *score,
            })
            .collect()
    }

    fn answers(met: [bool; 3]) -> Vec<Answer> {
        ["years", "certificate", "discipline"]
            .into_iter()
            .zip(met)
            .map(|(code, met)| Answer {
                code: code.to_owned(),
                met,
            })
            .collect()
    }

    #[test]
    fn the_mean_is_rounded_half_up() {
        for (points, mean) in [
            (&[8_000, 8_001][..], 8_001),
            (&[7_999, 8_000], 8_000),
            (&[7_998, 7_999, 7_999], 7_999),
            (&[10_000], 10_000),
        ] {
            assert_eq!(average(&scores(points)), Some(mean), "{points:?}");
        }
        assert_eq!(average(&[]), None);
    }

    #[test]
    fn eighty_points_and_all_conditions_pass() {
        let all = answers([true; 3]);
        assert!(passed(&rules(), 8_000, &all));
        assert!(!passed(&rules(), 7_999, &all));
        assert!(!passed(&rules(), 9_500, &answers([true, false, true])));
        assert!(!passed(&rules(), 9_500, &all[..2]), "an answer is missing");
    }

    #[test]
    fn scores_outside_the_range_and_judges_twice_are_refused() {
        assert!(check_scores(&scores(&[10_001])).is_err());
        assert!(check_scores(&scores(&[-1])).is_err());
        assert!(check_scores(&[]).is_err());
        let mut twice = scores(&[8_000, 9_000]);
        twice[1].judge = twice[0].judge.clone();
        assert!(check_scores(&twice).is_err());
    }

    proptest! {
        #[test]
        fn the_mean_lies_between_the_scores(points in prop::collection::vec(0i64..=10_000, 1..12)) {
            let mean = average(&scores(&points)).unwrap();
            prop_assert!(points.iter().min().unwrap() <= &mean);
            prop_assert!(points.iter().max().unwrap() >= &mean);
        }
    }
}
