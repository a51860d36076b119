//! A sealed exam on real questions, and who sits it.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Context as _;
use chengzhi_db::{Db, sql};
use chengzhi_exams::domain::blueprint::Kind;
use chengzhi_exams::domain::form::{Asked, Form, Head};
use chengzhi_exams::domain::marking::Key;
use chengzhi_exams::domain::shuffle::{self, ORDER_VERSION, Shown};
use chengzhi_exams::domain::sitting::Terms;
use chengzhi_exams::domain::{Marks, QuestionId};
use chengzhi_exams::store::attempts::NewAttempt;
use chengzhi_exams::store::exams::NewExam;
use chengzhi_exams::usecase::seal::{Sitter, make};
use chengzhi_http::SystemClock;
use chengzhi_kernel::{AccountId, Clock as _, PersonId, UnitId};
use serde::Deserialize;

use crate::people::{staff_no, unit_of};

/// A question as the demo bank holds it, as far as it is needed here.
#[derive(Debug, Deserialize)]
struct Entry {
    kind: String,
    stem: String,
    #[serde(default)]
    options: Vec<String>,
    #[serde(default)]
    answer: Option<toml::Value>,
}

#[derive(Debug, Deserialize)]
struct Sheet {
    question: Vec<Entry>,
}

/// An exam ready to be sat.
pub struct Hall {
    /// Exam.
    pub exam: i64,
    /// Seed of the orders.
    pub seed: u64,
    /// The form.
    pub form: Form,
    /// Attempt and person, in order of persons.
    pub attempts: Vec<(i64, i64)>,
}

impl Hall {
    /// Options of each question in the form's order; 0 is right or wrong.
    pub fn choices(&self) -> Vec<(i64, usize)> {
        self.form
            .questions
            .iter()
            .map(|asked| (asked.question.get(), asked.options.len()))
            .collect()
    }

    /// The paper as a candidate sees it.
    pub fn order(&self, person: i64) -> Vec<Shown> {
        let shapes: Vec<_> = self.form.questions.iter().map(Asked::shape).collect();
        shuffle::order(&shapes, self.seed, PersonId::from(person))
    }
}

/// Seals an exam of so many questions for the first `people`, open from now.
pub async fn seal(db: &Db, people: usize, questions: usize) -> anyhow::Result<Hall> {
    let form = form(questions)?;
    let now = SystemClock.now();
    let seed = now.micros().unsigned_abs();
    let new = NewExam {
        unit: UnitId::from(1),
        purpose: "qualification",
        title: "执法资格考试（试验）",
        terms: Terms {
            opens: now.plus_minutes(-1),
            last_start: now.plus_minutes(24 * 60),
            closes: now.plus_minutes(30 * 60),
            duration: 120 * 60,
            margin: 30,
        },
        seed,
        order_version: ORDER_VERSION,
        by: (AccountId::from(0), "试验"),
        now,
    };
    let people = i64::try_from(people)?;
    let sitters = (1..=people)
        .map(|person| Sitter {
            form: 0,
            who: NewAttempt {
                form: 0,
                person: PersonId::from(person),
                unit: UnitId::from(unit_of(person)),
                staff_no: staff_no(person),
                name: format!("考生{person}"),
                extra: 0,
            },
        })
        .collect();
    let mut tx = db.write().await?;
    let exam = make(&mut tx, new, std::slice::from_ref(&form), sitters)
        .await
        .map_err(|problem| anyhow::anyhow!("sealing: {}", problem.code()))?;
    tx.commit().await?;
    let mut tx = db.read().await?;
    let rows = tx
        .all(
            sql("select id, person_id from exam_attempt where exam_id = $1 order by person_id")
                .bind(exam),
        )
        .await?;
    let attempts = rows
        .iter()
        .map(|row| Ok((row.get("id")?, row.get("person_id")?)))
        .collect::<anyhow::Result<Vec<_>>>()?;
    Ok(Hall {
        exam,
        seed,
        form,
        attempts,
    })
}

/// A form of choice and judgement questions out of the demo bank.
fn form(wanted: usize) -> anyhow::Result<Form> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../demo/questions");
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .with_context(|| folder.display().to_string())?
        .collect::<Result<Vec<_>, _>>()?
        .into_iter()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ext| ext == "toml"))
        .collect();
    files.sort();
    let mut by_kind: [Vec<Asked>; 3] = Default::default();
    let mut number = 0;
    for file in files {
        let sheet: Sheet = toml::from_str(&std::fs::read_to_string(&file)?)
            .with_context(|| file.display().to_string())?;
        for entry in sheet.question {
            number += 1;
            if let Some((section, asked)) = asked(number, entry) {
                by_kind[section].push(asked);
            }
        }
    }
    let [mut single, mut multiple, mut truth] = by_kind;
    single.truncate(wanted - wanted / 4 - wanted / 4);
    multiple.truncate(wanted / 4);
    truth.truncate(wanted / 4);
    let questions: Vec<Asked> = [single, multiple, truth].concat();
    anyhow::ensure!(questions.len() == wanted, "the bank has too few questions");
    let head = |title: &str| Head {
        title: title.to_owned(),
        note: String::new(),
    };
    Ok(Form {
        sections: vec![head("一、单选题"), head("二、多选题"), head("三、判断题")],
        questions,
    })
}

fn asked(number: i64, entry: Entry) -> Option<(usize, Asked)> {
    let (section, kind, key) = match entry.kind.as_str() {
        "single" | "multiple" => {
            let letters: BTreeSet<char> = entry
                .answer?
                .as_array()?
                .iter()
                .filter_map(|letter| letter.as_str()?.chars().next())
                .collect();
            match entry.kind.as_str() {
                "single" => (0, Kind::Single, Key::Options(letters)),
                _ => (1, Kind::Multiple, Key::Options(letters)),
            }
        }
        "true_false" => (2, Kind::TrueFalse, Key::Truth(entry.answer?.as_bool()?)),
        _ => return None,
    };
    let asked = Asked {
        question: QuestionId::from(number),
        section,
        kind,
        marks: Marks::whole(2),
        background: None,
        stem: entry.stem,
        options: entry.options,
        gaps: 0,
        pinned: false,
        key: Some(key),
        pictures: Vec::new(),
        parts: Vec::new(),
    };
    Some((section, asked))
}
