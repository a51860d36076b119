//! Attempts as pages read them: the rules of a session in words, and who has tried how often.

use std::collections::BTreeMap;

use chengzhi_http::{ClauseOut, Ctx, Problem};
use chengzhi_kernel::Timestamp;
use chengzhi_rules::policy::PurposeRules;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::Marks;
use crate::domain::session::{Purpose, State};
use crate::domain::sitting::State as SittingState;
use crate::store::attempts::{self, Attempt};

use super::case::{Case, clause};
use super::judge::{Hall, hall};
use super::papers::form_name;

/// What the rules of a purpose say of attempts and of what a candidate sees.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExamPolicyOut {
    /// Attempts; none: as many as one likes.
    pub attempts: Option<u32>,
    /// The session's own limit; none: by the rules of its purpose.
    pub attempts_set: Option<u32>,
    /// `best` or `last`.
    pub counts: String,
    /// Its word.
    pub counts_name: String,
    /// Word of the paper of a further attempt.
    pub next_form_name: String,
    /// `nothing`, `marks`, `all`: seen as soon as it is handed in.
    pub at_once: String,
    /// Its word.
    pub at_once_name: String,
    /// Seen after publication.
    pub afterwards: String,
    /// Its word.
    pub afterwards_name: String,
    /// All of it in a sentence.
    pub text: String,
    /// 依据.
    pub rules: Vec<ClauseOut>,
}

/// The rules of a session in words.
#[must_use]
pub fn policy_out(case: &Case) -> ExamPolicyOut {
    let policy = case.policy();
    let text = match policy.allowed {
        Some(1) => "可作答1次".to_owned(),
        Some(most) => format!("可作答{most}次，计{}", policy.keep.name()),
        None => format!("不限次数，计{}", policy.keep.name()),
    };
    let again = if policy.allowed == Some(1) {
        String::new()
    } else {
        format!("；再次作答{}", policy.next_form.name())
    };
    let (at_once, afterwards) = (policy.at_once.name(), policy.afterwards.name());
    ExamPolicyOut {
        attempts: policy.allowed,
        attempts_set: case.session.attempts,
        counts: policy.keep.code().to_owned(),
        counts_name: policy.keep.name().to_owned(),
        next_form_name: policy.next_form.name().to_owned(),
        at_once: policy.at_once.code().to_owned(),
        at_once_name: at_once.to_owned(),
        afterwards: policy.afterwards.code().to_owned(),
        afterwards_name: afterwards.to_owned(),
        text: format!("{text}{again}；交卷后本人可看：{at_once}；公布后可看：{afterwards}。"),
        rules: rules(case),
    }
}

fn rules(case: &Case) -> Vec<ClauseOut> {
    let none = PurposeRules::default();
    let purpose = case.session.purpose;
    let of = case
        .rules
        .exam
        .purposes
        .get(purpose.code())
        .unwrap_or(&none);
    let exam = &case.rules.exam;
    let times = match exam.attempts(purpose.code()) {
        _ if purpose.carries_over() => "不设补考，可作答1次。".to_owned(),
        0 => "作答次数不限。".to_owned(),
        most => format!("可作答{most}次。"),
    };
    let row = if purpose.carries_over() {
        "B-58"
    } else {
        "B-64"
    };
    let mut found = vec![clause(of.attempts.as_ref(), row, times)];
    if let Some(percent) = exam.pass_percent(purpose.code()) {
        let text = format!("合格线为满分的{percent}%，可逐场另定。");
        found.push(clause(of.pass_percent.as_ref(), row, text));
    }
    if !purpose.carries_over() {
        let text = format!("多次作答时计{}。", exam.counts(purpose.code()));
        found.push(clause(of.counts.as_ref(), row, text));
        let text = format!("再次作答{}。", exam.next_form(purpose.code()));
        found.push(clause(of.next_form.as_ref(), row, text));
    }
    let text = format!("交卷后本人可看：{}。", exam.after_hand_in(purpose.code()));
    found.push(clause(of.after_hand_in.as_ref(), row, text));
    let text = format!("公布后本人可看：{}。", exam.review(purpose.code()));
    found.push(clause(of.review.as_ref(), row, text));
    found
}

/// An attempt of somebody.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExamAttemptOut {
    /// Attempt.
    pub attempt: i64,
    /// From 1.
    pub number: u32,
    /// A, B, ….
    pub form: String,
    /// `not_started`, `running`, `handed_in`, `collected`, `void`.
    pub state: String,
    /// Its word.
    pub state_name: String,
    /// Began.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub started_at: Option<Timestamp>,
    /// Handed in or collected.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended_at: Option<Timestamp>,
    /// Total, hundredths; none while it goes on or answers are unmarked.
    pub score: Option<i64>,
    /// Full marks, hundredths.
    pub full: i64,
    /// Some answers wait to be marked by hand.
    pub waits: bool,
    /// It is the one that counts, as things stand.
    pub counts: bool,
}

/// A candidate with his attempts.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExamTriedOut {
    /// Candidate.
    pub candidate: i64,
    /// 工号.
    pub staff_no: String,
    /// 姓名.
    pub name: String,
    /// His unit.
    pub unit_name: String,
    /// Attempts left; none: as many as he likes.
    pub left: Option<u32>,
    /// In their order; empty: he has not begun.
    pub attempts: Vec<ExamAttemptOut>,
}

/// Everybody's attempts.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExamAttemptsOut {
    /// The rules.
    pub policy: ExamPolicyOut,
    /// Attempts begun in all.
    pub begun: usize,
    /// Candidates by bureau, unit and staff number.
    pub rows: Vec<ExamTriedOut>,
}

/// Attempts of one candidate as they stand. Scores of an attempt that goes on are not told; `scores` false: none are.
#[must_use]
pub(super) fn tried(
    hall: &Hall,
    list: &[(u32, Attempt)],
    forms: &BTreeMap<i64, usize>,
    (now, scores): (Timestamp, bool),
) -> Vec<ExamAttemptOut> {
    let Some(person) = list.first().map(|(_, attempt)| attempt.person) else {
        return Vec::new();
    };
    let counted = hall.counted(person, &hall.changes, None);
    let counts = hall
        .place(&counted)
        .and_then(|place| counted.get(place))
        // While answers wait to be marked it is not known which one counts.
        .filter(|one| one.counted.total.is_some())
        .map(|one| one.attempt.id);
    list.iter()
        .filter(|(_, attempt)| attempt.is_begun())
        .map(|(number, attempt)| {
            let sitting = attempt.sitting(&hall.terms);
            let state = sitting.state_at(now);
            let own = counted.iter().find(|one| one.attempt.id == attempt.id);
            let over = state != SittingState::Running;
            let form = own.and_then(|one| forms.get(&one.attempt.form).copied());
            ExamAttemptOut {
                attempt: attempt.id.get(),
                number: *number,
                form: form.map(form_name).unwrap_or_default(),
                state: state.code().to_owned(),
                state_name: state.name().to_owned(),
                started_at: sitting.clock.as_ref().map(|clock| clock.start),
                ended_at: sitting.ended.or_else(|| {
                    let clock = sitting.clock.as_ref()?;
                    over.then(|| clock.end(now))
                }),
                score: own
                    .filter(|_| over && scores)
                    .and_then(|one| one.counted.total)
                    .map(|total| hall.rule.rounding.apply(total).hundredths()),
                full: own.map_or(0, |one| Marks::hundredths(one.counted.full)),
                waits: over && own.is_some_and(|one| one.counted.total.is_none()),
                counts: over && counts == Some(attempt.id),
            }
        })
        .collect()
}

/// Places of the forms of a session by their ids.
#[must_use]
pub(super) fn places(hall: &Hall) -> BTreeMap<i64, usize> {
    (0..)
        .zip(hall.forms.keys())
        .map(|(at, id)| (*id, at))
        .collect()
}

/// Everybody's attempts, for who runs the exam. Scores of the qualification exam are told after the collection only.
///
/// # Errors
/// 404 for others; 409 before the sealing.
pub async fn list(ctx: &Ctx, id: i64) -> Result<ExamAttemptsOut, Problem> {
    let mut tx = ctx.db().read().await?;
    let case = Case::held(&mut tx, ctx, id).await?;
    case.only_in(
        &[State::Sealed, State::Marking, State::Published],
        "查看历次作答",
    )?;
    let hall = hall(&mut tx, &case).await?;
    let all = attempts::of_session(&mut tx, id).await?;
    let scores =
        case.session.purpose != Purpose::Qualification || case.session.state != State::Sealed;
    let mut by_person: BTreeMap<_, Vec<(u32, Attempt)>> = BTreeMap::new();
    for one in all {
        by_person.entry(one.1.person).or_default().push(one);
    }
    let forms = places(&hall);
    let rows: Vec<ExamTriedOut> = hall
        .candidates
        .iter()
        .map(|row| {
            let own = by_person.remove(&row.candidate.person).unwrap_or_default();
            let attempts = tried(&hall, &own, &forms, (ctx.now, scores));
            let used = u32::try_from(attempts.len()).unwrap_or(u32::MAX);
            ExamTriedOut {
                candidate: row.id,
                staff_no: row.staff_no.clone(),
                name: row.name.clone(),
                unit_name: case.tree.name(row.candidate.unit).to_owned(),
                left: hall.policy.left(used),
                attempts,
            }
        })
        .collect();
    Ok(ExamAttemptsOut {
        policy: policy_out(&case),
        begun: rows.iter().map(|row| row.attempts.len()).sum(),
        rows,
    })
}
