//! Automatic marking. Scores are whole hundredths of a mark.

use serde::{Deserialize, Serialize};

use crate::model::{Answer, Kind, Question};
use crate::text::compact;

/// What a candidate gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Given {
    /// Nothing.
    Nothing,
    /// Letters of options, in any order.
    Options(Vec<char>),
    /// Right or wrong.
    TrueFalse(bool),
    /// One text per blank.
    Blanks(Vec<String>),
    /// Free text.
    Text(String),
    /// One per sub-question.
    Parts(Vec<Given>),
}

impl Given {
    /// Whether there is nothing to mark.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Given::Nothing => true,
            Given::Options(letters) => letters.is_empty(),
            Given::TrueFalse(_) => false,
            Given::Blanks(texts) => texts.iter().all(|text| text.trim().is_empty()),
            Given::Text(text) => text.trim().is_empty(),
            Given::Parts(parts) => parts.iter().all(Given::is_empty),
        }
    }
}

/// What a multiple choice earns that is right but not complete. A wrong letter always costs all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Multiple {
    /// Nothing.
    AllOrNothing,
    /// The full mark times the right letters chosen by all right letters, rounded down.
    ByShare,
    /// This many hundredths, at most the full mark.
    Fixed(u32),
    /// This many hundredths for each right letter, at most the full mark.
    Each(u32),
}

/// What several blanks earn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Blanks {
    /// Each its share, rounded down; all right earn the full mark.
    Each,
    /// All or nothing.
    Together,
}

/// How a question is marked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// The full mark in hundredths.
    pub full: u32,
    /// Incomplete multiple choices.
    pub multiple: Multiple,
    /// Several blanks.
    pub blanks: Blanks,
    /// Whether 二百 and 200 are the same in a blank.
    pub numerals: bool,
    /// Full marks of the sub-questions in hundredths; where their number does not fit, the full
    /// mark is dealt out evenly, the rest to the first.
    pub parts: Vec<u32>,
}

impl Policy {
    /// All or nothing, blanks each by themselves, numbers by value.
    #[must_use]
    pub fn strict(full: u32) -> Self {
        Self {
            full,
            multiple: Multiple::AllOrNothing,
            blanks: Blanks::Each,
            numerals: true,
            parts: Vec::new(),
        }
    }

    fn part(&self, index: usize, count: usize) -> Self {
        let full = if self.parts.len() == count {
            self.parts.get(index).copied().unwrap_or(0)
        } else {
            let count = u32::try_from(count.max(1)).unwrap_or(u32::MAX);
            let extra = u32::try_from(index).is_ok_and(|index| index < self.full % count);
            self.full / count + u32::from(extra)
        };
        Self {
            full,
            parts: Vec::new(),
            ..self.clone()
        }
    }
}

/// What became of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Full mark.
    Right,
    /// Some of the mark.
    Partial,
    /// None of it.
    Wrong,
    /// Nothing was given.
    Unanswered,
    /// A person has to mark it.
    ByHand,
}

/// A mark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// What is earned so far, in hundredths; without what a person still has to give.
    pub score: u32,
    /// The full mark in hundredths.
    pub full: u32,
    /// Why.
    pub verdict: Verdict,
    /// Whether a person has to look at it or at one of its parts.
    pub needs_hand: bool,
    /// The marks of the sub-questions.
    pub parts: Vec<Mark>,
}

impl Mark {
    fn new(score: u32, full: u32, verdict: Verdict) -> Self {
        Self {
            score,
            full,
            verdict,
            needs_hand: verdict == Verdict::ByHand,
            parts: Vec::new(),
        }
    }

    fn of(score: u32, full: u32) -> Self {
        let verdict = match score {
            0 if full > 0 => Verdict::Wrong,
            score if score >= full => Verdict::Right,
            _ => Verdict::Partial,
        };
        Self::new(score.min(full), full, verdict)
    }
}

/// Marks an answer. An answer of another shape than the question asks for is wrong.
#[must_use]
pub fn mark(question: &Question, given: &Given, policy: &Policy) -> Mark {
    let full = policy.full;
    if question.kind == Kind::Case && !question.parts.is_empty() {
        return case(question, given, policy);
    }
    if given.is_empty() {
        return Mark::new(0, full, Verdict::Unanswered);
    }
    let wrong = Mark::new(0, full, Verdict::Wrong);
    match (&question.answer, given) {
        _ if matches!(question.kind, Kind::ShortAnswer | Kind::Case) => match given {
            Given::Text(_) => Mark::new(0, full, Verdict::ByHand),
            _ => wrong,
        },
        (Answer::TrueFalse(right), Given::TrueFalse(said)) => all_or_nothing(right == said, full),
        (Answer::Options(right), Given::Options(said)) => {
            choice(question.kind, right, said, policy)
        }
        (Answer::Blanks(right), Given::Blanks(said)) => blanks(right, said, policy),
        _ => wrong,
    }
}

fn all_or_nothing(right: bool, full: u32) -> Mark {
    if right {
        Mark::new(full, full, Verdict::Right)
    } else {
        Mark::new(0, full, Verdict::Wrong)
    }
}

fn choice(kind: Kind, right: &[char], said: &[char], policy: &Policy) -> Mark {
    let full = policy.full;
    let mut said: Vec<char> = said.iter().map(char::to_ascii_uppercase).collect();
    said.sort_unstable();
    said.dedup();
    if said == right {
        return Mark::new(full, full, Verdict::Right);
    }
    if kind != Kind::Multiple || !said.iter().all(|letter| right.contains(letter)) {
        return Mark::new(0, full, Verdict::Wrong);
    }
    let chosen = u32::try_from(said.len()).unwrap_or(u32::MAX);
    let all = u32::try_from(right.len()).unwrap_or(u32::MAX).max(1);
    let score = match policy.multiple {
        Multiple::AllOrNothing => 0,
        Multiple::ByShare => share(full, chosen, all),
        Multiple::Fixed(score) => score.min(full),
        Multiple::Each(score) => score.saturating_mul(chosen).min(full),
    };
    let mut mark = Mark::of(score, full);
    // An incomplete choice is never right, whatever it earns.
    if mark.verdict == Verdict::Right {
        mark.verdict = Verdict::Partial;
    }
    mark
}

fn share(full: u32, part: u32, all: u32) -> u32 {
    u32::try_from(u64::from(full) * u64::from(part) / u64::from(all.max(1))).unwrap_or(full)
}

fn blanks(right: &[Vec<String>], said: &[String], policy: &Policy) -> Mark {
    let full = policy.full;
    let fits = |(accepted, text): &(&Vec<String>, &String)| {
        let text = comparable(text, policy.numerals);
        !text.is_empty()
            && accepted
                .iter()
                .any(|one| comparable(one, policy.numerals) == text)
    };
    let hits = right.iter().zip(said).filter(fits).count();
    if hits == right.len() && hits > 0 {
        return Mark::new(full, full, Verdict::Right);
    }
    match policy.blanks {
        Blanks::Together => Mark::new(0, full, Verdict::Wrong),
        Blanks::Each => {
            let hits = u32::try_from(hits).unwrap_or(u32::MAX);
            let all = u32::try_from(right.len()).unwrap_or(u32::MAX);
            Mark::of(share(full, hits, all), full)
        }
    }
}

/// The text that is compared: width, case, spaces, quotes and a full stop at the end do not count.
fn comparable(text: &str, numerals: bool) -> String {
    let mut text: String = compact(text)
        .chars()
        .filter(|c| !matches!(c, '"' | '\'' | '《' | '》' | '<' | '>'))
        .collect();
    while text.ends_with(['.', ',', ';', '!']) {
        text.pop();
    }
    if numerals { in_digits(&text) } else { text }
}

/// Chinese numbers as digits: 二百 is 200, 一千零五十 is 1050, 二〇二一 is 2021.
fn in_digits(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run = String::new();
    for c in text.chars().chain(['\0']) {
        if "零〇一二两三四五六七八九十百千万".contains(c) {
            run.push(c);
            continue;
        }
        if !run.is_empty() {
            match value_of(&run) {
                Some(value) => out.push_str(&value),
                None => out.push_str(&run),
            }
            run.clear();
        }
        if c != '\0' {
            out.push(c);
        }
    }
    out
}

fn value_of(run: &str) -> Option<String> {
    let digit = |c: char| match c {
        '零' | '〇' => Some(0_u64),
        '两' => Some(2),
        _ => "一二三四五六七八九"
            .chars()
            .position(|d| d == c)
            .map(|at| at as u64 + 1),
    };
    if run.chars().count() > 12 {
        return None;
    }
    if run.chars().all(|c| digit(c).is_some()) {
        return Some(
            run.chars()
                .filter_map(digit)
                .map(|d| d.to_string())
                .collect(),
        );
    }
    let (mut total, mut section, mut number) = (0_u64, 0_u64, None);
    for c in run.chars() {
        match digit(c) {
            // 零 only fills a gap.
            Some(0) => {}
            Some(_) if number.is_some() => return None,
            Some(value) => number = Some(value),
            None => {
                let unit = match c {
                    '十' => 10,
                    '百' => 100,
                    '千' => 1000,
                    _ => 10_000,
                };
                if unit == 10_000 {
                    total = (total + section + number.take().unwrap_or(0)) * unit;
                    section = 0;
                } else {
                    section += number.take().unwrap_or(1) * unit;
                }
            }
        }
    }
    Some((total + section + number.unwrap_or(0)).to_string())
}

fn case(question: &Question, given: &Given, policy: &Policy) -> Mark {
    let count = question.parts.len();
    let nothing = Given::Nothing;
    let parts: Vec<Mark> = question
        .parts
        .iter()
        .enumerate()
        .map(|(index, part)| {
            let own = match given {
                Given::Parts(list) => list.get(index).unwrap_or(&nothing),
                _ => &nothing,
            };
            mark(
                &Question::from(part.clone()),
                own,
                &policy.part(index, count),
            )
        })
        .collect();
    let score = parts
        .iter()
        .map(|part| part.score)
        .fold(0, u32::saturating_add);
    let full = parts
        .iter()
        .map(|part| part.full)
        .fold(0, u32::saturating_add);
    let needs_hand = parts.iter().any(|part| part.needs_hand);
    let verdict = if needs_hand {
        Verdict::ByHand
    } else if parts.iter().all(|part| part.verdict == Verdict::Unanswered) {
        Verdict::Unanswered
    } else if parts.iter().all(|part| part.verdict == Verdict::Right) {
        Verdict::Right
    } else if score > 0 {
        Verdict::Partial
    } else {
        Verdict::Wrong
    };
    Mark {
        score,
        full,
        verdict,
        needs_hand,
        parts,
    }
}

#[cfg(test)]
mod tests;
