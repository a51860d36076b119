//! Everybody's sitting counted: by key, by hand, after corrections.

use std::collections::BTreeMap;

use chengzhi_db::Tx;
use chengzhi_http::{Problem, Unknown};
use chengzhi_kernel::PersonId;

use crate::domain::count::{Changes, Counted, Sheet, count};
use crate::domain::form::Form;
use crate::domain::key_correction::{Change, Results, State as CorrectionState};
use crate::domain::marking::Answer;
use crate::domain::range::State as CandidateState;
use crate::domain::scoring::{Given, Presence, Verdict, verdict};
use crate::domain::sitting::State;
use crate::domain::{AttemptId, Marks, QuestionId};
use crate::store::attempts::{self, Attempt};
use crate::store::candidates::{self, CandidateRow};
use crate::store::results::{self, ResultRow};
use crate::store::{claims, markings, sessions, sitters};

use super::case::Case;
use super::refused;

/// Everything that results are made of.
pub struct Hall {
    /// Candidates with a place.
    pub candidates: Vec<CandidateRow>,
    /// Sealed forms by id.
    pub forms: BTreeMap<i64, Form>,
    /// Attempts that were begun, by person.
    pub attempts: BTreeMap<PersonId, Attempt>,
    /// What each attempt left.
    pub sheets: BTreeMap<AttemptId, Sheet>,
    /// Applied corrections.
    pub changes: Changes,
    /// Standing results: those of paper exams count where nobody sat.
    pub standing: BTreeMap<i64, ResultRow>,
    /// How answers and totals are counted.
    pub rule: Results,
}

/// A judged candidate.
#[derive(Debug, Clone)]
pub struct Judged<'a> {
    /// Who.
    pub candidate: &'a CandidateRow,
    /// His attempt and form.
    pub attempt: Option<(AttemptId, i64)>,
    /// His answers counted; none for paper exams and those who did not come.
    pub counted: Option<Counted>,
    /// What became of him.
    pub verdict: Verdict,
}

/// Reads the hall of a session.
///
/// # Errors
/// 500 from the engine.
pub async fn hall(tx: &mut Tx, case: &Case) -> Result<Hall, Problem> {
    let id = case.session.id;
    let mut forms = BTreeMap::new();
    let mut begun: BTreeMap<PersonId, Attempt> = BTreeMap::new();
    for (exam, _) in sessions::rounds(tx, id).await? {
        for (form, _, content) in sitters::forms(tx, exam).await? {
            let read: Form = serde_json::from_str(&content).map_err(|e| Unknown::log(&e))?;
            forms.insert(form, read);
        }
        for attempt in attempts::of_exam(tx, exam).await? {
            if attempt.sitting(&case.session.terms).stored != State::NotStarted {
                begun.insert(attempt.person, attempt);
            }
        }
    }
    let ids: Vec<i64> = begun.values().map(|attempt| attempt.id.get()).collect();
    let mut sheets: BTreeMap<AttemptId, Sheet> = BTreeMap::new();
    for (attempt, answers) in sitters::last_answers(tx, &ids).await? {
        let sheet = sheets.entry(attempt).or_default();
        for (question, text) in answers {
            let answer: Answer = serde_json::from_str(&text).map_err(|e| Unknown::log(&e))?;
            sheet.answers.insert(question, answer);
        }
    }
    for row in markings::of_session(tx, id).await? {
        if let Some(last) = row.marking.last {
            let sheet = sheets.entry(row.attempt).or_default();
            sheet.hand.insert(row.question, last);
        }
    }
    Ok(Hall {
        candidates: candidates::of_session(tx, id)
            .await?
            .into_iter()
            .filter(|row| row.candidate.state == CandidateState::Registered)
            .collect(),
        forms,
        attempts: begun,
        sheets,
        changes: changes(tx, id).await?,
        standing: results::of_session(tx, id).await?,
        rule: Results::default(),
    })
}

/// Applied corrections of a session.
///
/// # Errors
/// 500 from the engine.
pub async fn changes(tx: &mut Tx, session: i64) -> Result<Changes, Problem> {
    let mut found = Changes::new();
    for row in claims::corrections(tx, session).await?.into_iter().rev() {
        if row.state == CorrectionState::Applied.code() {
            let change: Change = serde_json::from_str(&row.change).map_err(|e| Unknown::log(&e))?;
            found.insert(row.question, change);
        }
    }
    Ok(found)
}

impl Hall {
    /// How somebody stood to the exam.
    fn presence(&self, row: &CandidateRow, sat: bool) -> Presence {
        match (&row.excluded, sat, row.absence.as_deref()) {
            (Some(reason), ..) => Presence::Excluded(reason.clone()),
            (None, true, _) => Presence::Present,
            (None, false, Some("leave")) => Presence::OnLeave,
            (None, false, _) => Presence::Away,
        }
    }

    /// Judges one candidate.
    ///
    /// # Errors
    /// 409 for marks or a pass mark that cannot be.
    pub fn judge<'a>(
        &self,
        row: &'a CandidateRow,
        pass: Option<Marks>,
    ) -> Result<Judged<'a>, Problem> {
        if let Some(attempt) = self.attempts.get(&row.candidate.person)
            && let Some(form) = self.forms.get(&attempt.form)
        {
            let nothing = Sheet::default();
            let sheet = self.sheets.get(&attempt.id).unwrap_or(&nothing);
            let counted = count(form, sheet, &self.changes, pass, self.rule);
            let presence = self.presence(row, true);
            let verdict = counted.verdict(&presence, self.rule).map_err(refused)?;
            return Ok(Judged {
                candidate: row,
                attempt: Some((attempt.id, attempt.form)),
                counted: Some(counted),
                verdict,
            });
        }
        let paper = self
            .standing
            .get(&row.id)
            .filter(|result| result.source == "paper")
            .and_then(|result| Some((result.full, result.score?)));
        let given: Vec<Given> = paper
            .map(|(full, score)| Given {
                question: QuestionId::from(0),
                full,
                got: Some(score),
            })
            .into_iter()
            .collect();
        let presence = self.presence(row, paper.is_some());
        // Who has no paper has no full marks to hold the pass mark against.
        let pass = pass.filter(|_| paper.is_some());
        Ok(Judged {
            candidate: row,
            attempt: None,
            counted: None,
            verdict: verdict(&presence, &given, pass, self.rule.rounding).map_err(refused)?,
        })
    }

    /// Judges everybody.
    ///
    /// # Errors
    /// As [`Hall::judge`].
    pub fn judge_all(&self, pass: Option<Marks>) -> Result<Vec<Judged<'_>>, Problem> {
        self.candidates
            .iter()
            .map(|row| self.judge(row, pass))
            .collect()
    }

    /// A result to be stored.
    #[must_use]
    pub fn result(&self, one: &Judged<'_>, source: &str, reason: &str, by: &str) -> ResultRow {
        let before = self.standing.get(&one.candidate.id);
        let counted = one.counted.as_ref();
        ResultRow {
            id: 0,
            candidate: one.candidate.id,
            attempt: one.attempt.map(|(attempt, _)| attempt),
            revision: before.map_or(0, |before| before.revision) + 1,
            outcome: one.verdict.outcome,
            score: one.verdict.score,
            full: counted.map_or(one.verdict.full, |counted| counted.full),
            pass: counted.and_then(|counted| counted.pass),
            given: counted
                .map(|counted| counted.given.clone())
                .unwrap_or_default(),
            words: one.verdict.text.clone(),
            reason: reason.to_owned(),
            source: source.to_owned(),
            made_at: chengzhi_kernel::Timestamp::from_micros(0),
            made_by: by.to_owned(),
            superseded_at: None,
        }
    }
}
