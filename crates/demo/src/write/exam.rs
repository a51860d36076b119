//! Two exams for the squad whose accounts are shown: a quiz that is open now, and a mock of the qualification exam to
//! come, both on questions of the demo bank.

use std::collections::BTreeSet;

use anyhow::Context as _;
use chengzhi_exams::domain::blueprint::Kind;
use chengzhi_exams::domain::form::{Asked, Form, Head};
use chengzhi_exams::domain::marking::Key;
use chengzhi_exams::domain::shuffle::ORDER_VERSION;
use chengzhi_exams::domain::sitting::Terms;
use chengzhi_exams::domain::{Marks, QuestionId};
use chengzhi_exams::store::attempts::NewAttempt;
use chengzhi_exams::store::exams::NewExam;
use chengzhi_exams::usecase::seal::{Sitter, make};
use chengzhi_kernel::Timestamp;
use serde::Deserialize;

use super::{Writer, told};
use crate::plan::stories;

/// The files of the bank that the two papers are taken from.
const SHEETS: [&str; 3] = [
    include_str!("../../../../demo/questions/penalty-procedure.toml"),
    include_str!("../../../../demo/questions/appearance-and-sanitation.toml"),
    include_str!("../../../../demo/questions/compulsion-procedure.toml"),
];

/// Numbers of these questions, apart from those of a bank.
const FIRST_NUMBER: i64 = 900_001;

#[derive(Debug, Deserialize)]
struct Sheet {
    question: Vec<Entry>,
}

/// A question or a part of a case, as far as it is printed and marked.
#[derive(Debug, Clone, Deserialize)]
struct Entry {
    kind: String,
    stem: String,
    #[serde(default)]
    background: Option<String>,
    #[serde(default)]
    options: Vec<String>,
    #[serde(default)]
    answer: Option<toml::Value>,
    #[serde(default)]
    part: Vec<Entry>,
}

/// How many of each kind a paper takes, and what one is worth in whole marks.
struct Taken {
    kind: &'static str,
    title: &'static str,
    count: usize,
    marks: i64,
}

/// The quiz: every kind, in a few minutes.
const QUIZ: [Taken; 6] = [
    taken("single", "一、单选题", 8, 2),
    taken("multiple", "二、多选题", 4, 3),
    taken("true_false", "三、判断题", 4, 1),
    taken("fill_in", "四、填空题", 1, 2),
    taken("short_answer", "五、简答题", 1, 8),
    taken("case", "六、案例分析题", 1, 4),
];
/// The mock exam: what is marked by key.
const MOCK: [Taken; 3] = [
    taken("single", "一、单选题", 30, 1),
    taken("multiple", "二、多选题", 15, 3),
    taken("true_false", "三、判断题", 15, 1),
];

const fn taken(kind: &'static str, title: &'static str, count: usize, marks: i64) -> Taken {
    Taken {
        kind,
        title,
        count,
        marks,
    }
}

impl Entry {
    /// Its kind, key and gaps; none for what is not printed by itself.
    fn read(&self) -> Option<(Kind, Option<Key>, usize)> {
        let texts = || -> Vec<String> {
            let value = self.answer.as_ref();
            let list = value.and_then(toml::Value::as_array);
            let texts = list.into_iter().flatten();
            texts
                .filter_map(|text| text.as_str().map(str::to_owned))
                .collect()
        };
        let letters = || -> BTreeSet<char> {
            let texts = texts();
            texts
                .iter()
                .filter_map(|letter| letter.chars().next())
                .collect()
        };
        Some(match self.kind.as_str() {
            "single" => (Kind::Single, Some(Key::Options(letters())), 0),
            "multiple" => (Kind::Multiple, Some(Key::Options(letters())), 0),
            "true_false" => {
                let truth = self.answer.as_ref()?.as_bool()?;
                (Kind::TrueFalse, Some(Key::Truth(truth)), 0)
            }
            "fill_in" => (Kind::FillIn, Some(Key::Texts(vec![texts()])), 1),
            "short_answer" => (Kind::ShortAnswer, None, 0),
            _ => return None,
        })
    }
}

/// A paper of the bank's first questions of each kind.
fn form(plan: &[Taken]) -> anyhow::Result<Form> {
    let mut entries = Vec::new();
    for sheet in SHEETS {
        entries.extend(toml::from_str::<Sheet>(sheet)?.question);
    }
    let mut form = Form::default();
    for (section, taken) in plan.iter().enumerate() {
        form.sections.push(Head {
            title: taken.title.to_owned(),
            note: format!("每题{}分", taken.marks),
        });
        let of_kind = entries.iter().filter(|entry| entry.kind == taken.kind);
        for entry in of_kind.take(taken.count) {
            let (parts, background) = if entry.part.is_empty() {
                (std::slice::from_ref(entry), None)
            } else {
                (entry.part.as_slice(), entry.background.clone())
            };
            for part in parts {
                let (kind, key, gaps) = part.read().context("演示题目的题型无法使用")?;
                let number = FIRST_NUMBER + i64::try_from(form.questions.len())?;
                form.questions.push(Asked {
                    question: QuestionId::from(number),
                    section,
                    kind,
                    marks: Marks::whole(taken.marks),
                    background: background.clone(),
                    stem: part.stem.clone(),
                    options: part.options.clone(),
                    pictures: Vec::new(),
                    parts: Vec::new(),
                    gaps,
                    pinned: false,
                    key,
                });
            }
        }
    }
    Ok(form)
}

impl Writer<'_> {
    /// Seals both exams for everybody who serves in the squad. Gives how many candidates there are.
    pub(super) async fn write_exams(&self) -> anyhow::Result<usize> {
        let now = self.city.wish.today;
        let units = &self.city.units;
        let squad = units.by_code(stories::SQUAD).context("没有演示用的中队")?;
        let officer = *self.played.get("officer").context("没有演示用的队员")?;
        let serves = |person: &usize| {
            let plan = &self.city.people[*person];
            *person == officer
                || plan.unit_on(now.date()) == Some(squad) && plan.at_post_on(now.date())
        };
        let people: Vec<usize> = (0..self.city.people.len()).filter(serves).collect();
        let tomorrow = now.date().succ_opt().context("日期超出范围")?;
        let nine = Timestamp::at(tomorrow, 9, 0);
        let exams = [
            (
                "quiz",
                "行政处罚与市容环卫法规随堂测验",
                &QUIZ[..],
                Terms {
                    opens: now.plus_minutes(-5),
                    last_start: now.plus_minutes(8 * 60),
                    closes: now.plus_minutes(10 * 60),
                    duration: 40 * 60,
                    margin: 30,
                },
            ),
            (
                "qualification",
                "执法资格考试模拟考试",
                &MOCK[..],
                Terms {
                    opens: nine,
                    last_start: nine.plus_minutes(30),
                    closes: nine.plus_minutes(150),
                    duration: 90 * 60,
                    margin: 30,
                },
            ),
        ];
        let mut tx = self.state.db.write().await?;
        for (number, (purpose, title, plan, terms)) in (1..).zip(exams) {
            let mut sitters = Vec::with_capacity(people.len());
            for person in &people {
                sitters.push(self.sitter(*person, squad)?);
            }
            let new = NewExam {
                unit: self.unit(squad)?,
                purpose,
                title,
                terms,
                seed: self.city.wish.seed.wrapping_add(number),
                order_version: ORDER_VERSION,
                by: (self.doer(officer)?.account, super::MAKER),
                now,
            };
            make(&mut tx, new, &[form(plan)?], sitters)
                .await
                .map_err(told("封卷"))?;
        }
        tx.commit().await?;
        Ok(people.len())
    }

    fn sitter(&self, person: usize, squad: usize) -> anyhow::Result<Sitter> {
        let plan = &self.city.people[person];
        Ok(Sitter {
            form: 0,
            who: NewAttempt {
                form: 0,
                person: self.person(person)?,
                unit: self.unit(squad)?,
                staff_no: plan.staff_no.clone(),
                name: plan.name.clone(),
                extra: 0,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_papers_are_filled_and_every_key_fits_its_options() {
        for (plan, least) in [(&QUIZ[..], 19), (&MOCK[..], 60)] {
            let form = form(plan).unwrap();
            assert!(form.questions.len() >= least, "{}", form.questions.len());
            for asked in &form.questions {
                match &asked.key {
                    Some(Key::Options(letters)) => {
                        assert!(!letters.is_empty(), "{}", asked.stem);
                        let last = letters.iter().max().unwrap();
                        let place = u32::from(*last) - u32::from('A');
                        assert!((place as usize) < asked.options.len(), "{}", asked.stem);
                    }
                    Some(Key::Texts(gaps)) => assert!(!gaps[0].is_empty(), "{}", asked.stem),
                    _ => {}
                }
            }
        }
    }
}
