//! What answers add up to: means, open answers by what they speak of, and earlier classes to compare with.

use chengzhi_db::Tx;
use chengzhi_http::Problem;
use chengzhi_kernel::{Date, Quantity};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::phase::Stored;
use crate::store::classes;
use crate::store::evaluations::{self, Answer};

use super::case::{Case, full_title};
use super::evaluate::{ClassQuestionOut, QUESTIONS};

/// Open answers that speak of the same thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ClassThemeOut {
    /// What: 案例, 时间安排.
    pub theme: String,
    /// The answers.
    pub texts: Vec<String>,
}

/// An earlier class of the same kind, to compare with.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassEarlierOut {
    /// Class.
    pub class_id: i64,
    /// Title with batch.
    pub title: String,
    /// Its last day.
    pub last_on: Date,
    /// Answers.
    pub answers: u32,
    /// Mean of all questions.
    #[schema(value_type = f64)]
    pub mean: Quantity,
    /// Question by question.
    pub questions: Vec<ClassQuestionOut>,
    /// The third party's mean of 100.
    #[schema(value_type = Option<f64>)]
    pub outside: Option<Quantity>,
}

/// Whether enough people have answered that nobody is recognised.
pub(super) fn enough(answers: &[Answer], min: u32) -> bool {
    u32::try_from(answers.len()).unwrap_or(u32::MAX) >= min && !answers.is_empty()
}

/// Mean of all points, or of one question's; two places, half up.
pub(super) fn mean_of(answers: &[Answer], question: Option<usize>) -> Quantity {
    let scores: Vec<i64> = answers
        .iter()
        .flat_map(|answer| match question {
            Some(index) => answer.scores.get(index).copied().into_iter().collect(),
            None => answer.scores.clone(),
        })
        .map(i64::from)
        .collect();
    let n = i64::try_from(scores.len()).unwrap_or(i64::MAX).max(1);
    let sum: i64 = scores.iter().sum();
    Quantity::from_thousandths((sum * 100 * 2 + n) / (2 * n) * 10)
}

pub(super) fn by_question(answers: &[Answer]) -> Vec<ClassQuestionOut> {
    QUESTIONS
        .iter()
        .enumerate()
        .map(|(index, question)| ClassQuestionOut {
            question: (*question).to_owned(),
            mean: mean_of(answers, Some(index)),
        })
        .collect()
}

/// What open answers speak of, by the words they use.
const THEMES: &[(&str, &[&str])] = &[
    ("案例", &["案例", "案卷", "实例"]),
    ("课件资料", &["课件", "资料", "讲义", "教材"]),
    ("时间安排", &["时间", "学时", "太短", "太长", "节奏"]),
    ("实操演练", &["演练", "实操", "练习", "现场教学"]),
    ("互动研讨", &["讨论", "研讨", "互动", "提问", "交流"]),
    ("授课方法", &["讲得", "讲解", "清楚", "方法", "语速"]),
    (
        "场地组织",
        &["场地", "教室", "食宿", "组织", "音响", "交通"],
    ),
];

/// Open answers by what they speak of, those spoken of most first; what speaks of nothing known comes last.
pub(super) fn themes(texts: &[String]) -> Vec<ClassThemeOut> {
    let mut found: Vec<ClassThemeOut> = THEMES
        .iter()
        .map(|(theme, words)| ClassThemeOut {
            theme: (*theme).to_owned(),
            texts: texts
                .iter()
                .filter(|text| words.iter().any(|word| text.contains(word)))
                .cloned()
                .collect(),
        })
        .filter(|group| !group.texts.is_empty())
        .collect();
    found.sort_by_key(|group| std::cmp::Reverse(group.texts.len()));
    let rest: Vec<String> = texts
        .iter()
        .filter(|text| !found.iter().any(|group| group.texts.contains(text)))
        .cloned()
        .collect();
    if !rest.is_empty() {
        found.push(ClassThemeOut {
            theme: "其他".to_owned(),
            texts: rest,
        });
    }
    found
}

/// Most earlier classes that are compared with.
const MOST_EARLIER: usize = 6;

/// Earlier classes of the bureau that are the same training: same programme, or same kind and title, this year and the
/// year before. Those with too few answers are left out.
pub(super) async fn earlier(tx: &mut Tx, case: &Case) -> Result<Vec<ClassEarlierOut>, Problem> {
    let class = &case.class;
    let Some(first) = class.first_on else {
        return Ok(Vec::new());
    };
    let mut same = Vec::new();
    for year in [class.year, class.year - 1] {
        for other in classes::of_year(tx, year, &[class.unit_id.get()]).await? {
            let alike = other.id != class.id
                && other.kind == class.kind
                && other.state != Stored::Cancelled
                && (other.title == class.title
                    || (other.programme_id.is_some() && other.programme_id == class.programme_id));
            if let Some(last) = other.last_on.filter(|last| alike && *last < first) {
                same.push((last, other));
            }
        }
    }
    same.sort_by_key(|(last, other)| (std::cmp::Reverse(*last), other.id));
    same.truncate(MOST_EARLIER);
    let mut found = Vec::new();
    for (last_on, other) in same {
        let answers = evaluations::of_classes(tx, &[other.id]).await?;
        if !enough(&answers, case.rules.min_answers()) {
            continue;
        }
        let outside = evaluations::outside(tx, other.id).await?;
        let count = i64::try_from(outside.len()).unwrap_or(i64::MAX);
        let sum: i64 = outside.iter().map(|row| row.score.thousandths()).sum();
        found.push(ClassEarlierOut {
            class_id: other.id,
            title: full_title(&other),
            last_on,
            answers: u32::try_from(answers.len()).unwrap_or(u32::MAX),
            mean: mean_of(&answers, None),
            questions: by_question(&answers),
            outside: (count > 0)
                .then(|| Quantity::from_thousandths((sum * 2 + count) / (2 * count))),
        });
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::themes;

    #[test]
    fn open_answers_are_grouped_by_what_they_speak_of() {
        let texts = ["建议多讲案例，时间再长一点", "案例很好", "没有意见"].map(str::to_owned);
        let found: Vec<(String, usize)> = themes(&texts)
            .into_iter()
            .map(|group| (group.theme, group.texts.len()))
            .collect();
        let wanted = [("案例", 2), ("时间安排", 1), ("其他", 1)];
        assert_eq!(
            found,
            wanted.map(|(theme, count)| (theme.to_owned(), count))
        );
        assert!(themes(&[]).is_empty());
    }
}
