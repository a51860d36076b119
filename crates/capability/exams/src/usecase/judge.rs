//! Everybody's sitting counted: by key, by hand, after corrections.

use std::collections::BTreeMap;

use chengzhi_db::Tx;
use chengzhi_http::{Problem, Unknown};
use chengzhi_kernel::{PersonId, Timestamp};

use crate::domain::attempts::{Policy, Tried, counting};
use crate::domain::count::{Changes, Counted, Sheet, count};
use crate::domain::form::Form;
use crate::domain::key_correction::{Change, Results, State as CorrectionState};
use crate::domain::marking::Answer;
use crate::domain::range::State as CandidateState;
use crate::domain::scoring::{Given, Presence, Verdict, verdict};
use crate::domain::sitting::{State, Terms};
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
    /// Attempts that were begun, by person, in their order; a further one has the form of which its own is a copy.
    pub attempts: BTreeMap<PersonId, Vec<Attempt>>,
    /// Which of them counts.
    pub policy: Policy,
    /// When and how long.
    pub terms: Terms,
    /// What each attempt left.
    pub sheets: BTreeMap<AttemptId, Sheet>,
    /// When each answer of each attempt was saved, in order.
    pub times: BTreeMap<AttemptId, Vec<(QuestionId, Timestamp)>>,
    /// Applied corrections.
    pub changes: Changes,
    /// Standing results: those of paper exams count where nobody sat.
    pub standing: BTreeMap<i64, ResultRow>,
    /// How answers and totals are counted.
    pub rule: Results,
    /// Those who fail or stay away go into the next session.
    pub carries_over: bool,
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
    let sat = attempts::of_session(tx, case.session.id).await?;
    fill(tx, case, sat, None).await
}

/// The hall with one person in it and without standing results: for what he sees of his attempts, not for judging.
///
/// # Errors
/// 500 from the engine.
pub async fn hall_of(tx: &mut Tx, case: &Case, person: PersonId) -> Result<Hall, Problem> {
    let sat = attempts::of_person_in(tx, case.session.id, person).await?;
    fill(tx, case, sat, Some(person)).await
}

async fn fill(
    tx: &mut Tx,
    case: &Case,
    sat: Vec<(u32, Attempt)>,
    only: Option<PersonId>,
) -> Result<Hall, Problem> {
    let id = case.session.id;
    let terms = case.session.terms;
    let mut forms = BTreeMap::new();
    if let Some((exam, _)) = sessions::rounds(tx, id).await?.first().copied() {
        for (form, _, content) in sitters::forms(tx, exam).await? {
            let read: Form = serde_json::from_str(&content).map_err(|e| Unknown::log(&e))?;
            forms.insert(form, read);
        }
    }
    let copies = sitters::copies(tx, id).await?;
    let mut begun: BTreeMap<PersonId, Vec<Attempt>> = BTreeMap::new();
    for (_, mut attempt) in sat {
        if attempt.sitting(&terms).stored != State::NotStarted {
            attempt.form = copies.get(&attempt.form).copied().unwrap_or(attempt.form);
            begun.entry(attempt.person).or_default().push(attempt);
        }
    }
    let ids: Vec<i64> = begun
        .values()
        .flatten()
        .map(|attempt| attempt.id.get())
        .collect();
    let mut sheets: BTreeMap<AttemptId, Sheet> = BTreeMap::new();
    let mut times = BTreeMap::new();
    for (attempt, saved) in sitters::saved(tx, &ids).await? {
        let last: BTreeMap<QuestionId, &str> = saved
            .iter()
            .map(|one| (one.question, one.answer.as_str()))
            .collect();
        let sheet = sheets.entry(attempt).or_default();
        for (question, text) in last {
            let answer: Answer = serde_json::from_str(text).map_err(|e| Unknown::log(&e))?;
            sheet.answers.insert(question, answer);
        }
        let at = saved.iter().map(|one| (one.question, one.at)).collect();
        times.insert(attempt, at);
    }
    let marked = match only {
        Some(_) => markings::of_attempts(tx, &ids).await?,
        None => markings::of_session(tx, id).await?,
    };
    for row in marked {
        if let Some(last) = row.marking.last {
            let sheet = sheets.entry(row.attempt).or_default();
            sheet.hand.insert(row.question, last);
        }
    }
    Ok(Hall {
        candidates: match only {
            Some(person) => Vec::from_iter(candidates::of_person(tx, id, person).await?),
            None => candidates::of_session(tx, id).await?,
        }
        .into_iter()
        .filter(|row| row.candidate.state == CandidateState::Registered)
        .collect(),
        forms,
        attempts: begun,
        policy: case.policy(),
        terms,
        sheets,
        times,
        changes: changes(tx, id).await?,
        standing: match only {
            Some(_) => BTreeMap::new(),
            None => results::of_session(tx, id).await?,
        },
        rule: Results::default(),
        carries_over: case.session.purpose.carries_over(),
    })
}

/// Applied corrections of a session in the order in which they were applied.
///
/// # Errors
/// 500 from the engine.
pub async fn changes(tx: &mut Tx, session: i64) -> Result<Changes, Problem> {
    let mut rows = claims::corrections(tx, session).await?;
    rows.retain(|row| row.state == CorrectionState::Applied.code());
    rows.sort_by_key(|row| (row.applied_at, row.id));
    let mut found = Changes::default();
    for row in rows {
        let change: Change = serde_json::from_str(&row.change).map_err(|e| Unknown::log(&e))?;
        found.push(row.question, change);
    }
    Ok(found)
}

/// An attempt counted, with its place among the attempts of its person.
#[derive(Debug, Clone)]
pub struct CountedAttempt<'a> {
    /// The attempt.
    pub attempt: &'a Attempt,
    /// Taken out of the exam.
    pub void: bool,
    /// What it earned.
    pub counted: Counted,
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

    fn told(&self, verdict: Verdict) -> Verdict {
        if self.carries_over {
            verdict.carried_over()
        } else {
            verdict
        }
    }

    /// Attempts of a person in their order.
    #[must_use]
    pub fn of(&self, person: PersonId) -> &[Attempt] {
        self.attempts.get(&person).map_or(&[], Vec::as_slice)
    }

    /// Everybody's attempts.
    pub fn all(&self) -> impl Iterator<Item = &Attempt> {
        self.attempts.values().flatten()
    }

    /// Everybody's first attempts: what is learned about questions is learned from these.
    pub fn firsts(&self) -> impl Iterator<Item = &Attempt> {
        self.attempts.values().filter_map(|list| list.first())
    }

    /// Counts one attempt under these corrections; none without its form.
    #[must_use]
    pub fn count(
        &self,
        attempt: &Attempt,
        changes: &Changes,
        pass: Option<Marks>,
    ) -> Option<Counted> {
        let form = self.forms.get(&attempt.form)?;
        let nothing = Sheet::default();
        let sheet = self.sheets.get(&attempt.id).unwrap_or(&nothing);
        let changes = changes.of(attempt.id);
        Some(count(form, sheet, &changes, pass, self.rule))
    }

    /// All attempts of a person, counted.
    #[must_use]
    pub fn counted(
        &self,
        person: PersonId,
        changes: &Changes,
        pass: Option<Marks>,
    ) -> Vec<CountedAttempt<'_>> {
        self.of(person)
            .iter()
            .filter_map(|attempt| {
                Some(CountedAttempt {
                    attempt,
                    void: attempt.sitting(&self.terms).stored == State::Void,
                    counted: self.count(attempt, changes, pass)?,
                })
            })
            .collect()
    }

    /// Place of the attempt that counts.
    #[must_use]
    pub fn place(&self, list: &[CountedAttempt<'_>]) -> Option<usize> {
        let tried: Vec<Tried> = list
            .iter()
            .map(|one| Tried {
                void: one.void,
                score: one.counted.total,
            })
            .collect();
        counting(self.policy.keep, &tried)
    }

    /// The attempt that counts under these corrections.
    #[must_use]
    pub fn that_counts(
        &self,
        person: PersonId,
        changes: &Changes,
        pass: Option<Marks>,
    ) -> Option<CountedAttempt<'_>> {
        let mut list = self.counted(person, changes, pass);
        let place = self.place(&list)?;
        Some(list.swap_remove(place))
    }

    /// Judges one candidate by the attempt that counts.
    ///
    /// # Errors
    /// 409 for marks or a pass mark that cannot be.
    pub fn judge<'a>(
        &self,
        row: &'a CandidateRow,
        pass: Option<Marks>,
    ) -> Result<Judged<'a>, Problem> {
        let best = self.that_counts(row.candidate.person, &self.changes, pass);
        if let Some(CountedAttempt {
            attempt, counted, ..
        }) = best
        {
            let presence = self.presence(row, true);
            let verdict = self.told(counted.verdict(&presence, self.rule).map_err(refused)?);
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
            verdict: self
                .told(verdict(&presence, &given, pass, self.rule.rounding).map_err(refused)?),
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
            made_at: Timestamp::from_micros(0),
            made_by: by.to_owned(),
            superseded_at: None,
        }
    }
}
