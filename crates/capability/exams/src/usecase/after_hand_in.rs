//! What a candidate sees after he has handed in: his marks and keys as far as the rules of the purpose let him, and
//! whether he may sit once more.

use chengzhi_db::Tx;
use chengzhi_http::{ClauseOut, Ctx, Problem};
use chengzhi_kernel::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::attempts::{Policy, Shown};
use crate::domain::scoring::passes;
use crate::domain::session::{Purpose, State};
use crate::domain::sitting::State as SittingState;
use crate::domain::{AttemptId, Marks};
use crate::store::attempts::{self, Attempt};
use crate::store::exams::{self, Exam};
use crate::store::{candidates, sessions};

use super::attempts_out::policy_out;
use super::case::Case;
use super::judge::{Hall, hall_of};
use super::marking::usual_pass;
use super::own_questions::{OwnQuestionOut, questions};
use super::papers::built;

/// The own attempt after its end.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct OwnAttemptOut {
    /// Session; none for an exam without one.
    pub session: Option<i64>,
    /// Number of the attempt, from 1.
    pub number: u32,
    /// Attempts that are allowed; none: as many as one likes.
    pub allowed: Option<u32>,
    /// Left; none: as many as one likes.
    pub left: Option<u32>,
    /// One more may be begun now.
    pub may_again: bool,
    /// 再做一次，还可1次, or why not; empty where there is one attempt only.
    pub again: String,
    /// `nothing`, `marks`, `all`.
    pub shown: String,
    /// Total, hundredths, where it is shown and all answers are marked.
    pub score: Option<i64>,
    /// Full marks, hundredths, where the total is shown.
    pub full: Option<i64>,
    /// Pass mark, hundredths, where one is known.
    pub pass_mark: Option<i64>,
    /// At or above it.
    pub passed: Option<bool>,
    /// The gist.
    pub text: String,
    /// 依据.
    pub rules: Vec<ClauseOut>,
    /// Questions with key and explanation, where they are shown.
    pub questions: Vec<OwnQuestionOut>,
}

/// Whether one more attempt may be begun now, and the sentence about it; empty where there is one attempt only.
#[must_use]
pub(super) fn again(
    case: &Case,
    policy: &Policy,
    (used, last): (u32, Option<&Attempt>),
    now: Timestamp,
) -> (bool, String) {
    let left = policy.left(used);
    if policy.allowed == Some(1) || last.is_none() {
        return (false, String::new());
    }
    let ended = last.is_some_and(|last| {
        let state = last.sitting(&case.session.terms).state_at(now);
        !matches!(state, SittingState::Running | SittingState::NotStarted)
    });
    if !ended || case.session.state != State::Sealed {
        return (false, String::new());
    }
    match policy.further(used, true, now, &case.session.terms) {
        Err(deny) => (false, deny.text),
        Ok(()) => (
            true,
            match left {
                Some(left) => format!("再做一次，还可{left}次"),
                None => "再做一次，不限次数".to_owned(),
            },
        ),
    }
}

const fn is_open(state: SittingState) -> bool {
    matches!(state, SittingState::NotStarted | SittingState::Running)
}

/// Answers on their way are taken for a moment after the time is up: nothing is shown before.
fn settled(attempt: &Attempt, exam: &Exam, now: Timestamp) -> bool {
    let before = now.plus_seconds(-exam.terms.margin.max(0));
    !is_open(attempt.sitting(&exam.terms).state_at(before))
}

/// Whether the questions of the caller's ended attempt are shown to him with their keys.
///
/// # Errors
/// 404 for somebody else's attempt; 409 without rules.
pub(super) async fn reviews(ctx: &Ctx, id: AttemptId) -> Result<bool, Problem> {
    let mut tx = ctx.db().read().await?;
    let (attempt, exam) = own(&mut tx, ctx, id).await?;
    let Some((session, _)) = sessions::round_of(&mut tx, attempt.exam).await? else {
        return Ok(false);
    };
    if !settled(&attempt, &exam, ctx.now) {
        return Ok(false);
    }
    let case = Case::any(&mut tx, ctx, session).await?;
    let excluded = candidates::of_person(&mut tx, session, attempt.person)
        .await?
        .is_none_or(|row| row.excluded.is_some());
    let policy = case.policy();
    let shown = match case.session.state {
        State::Published => policy.afterwards,
        _ if case.session.purpose.carries_over() => Shown::Nothing,
        _ => policy.at_once,
    };
    Ok(!excluded && shown == Shown::All)
}

/// The caller's attempt with its exam.
async fn own(tx: &mut Tx, ctx: &Ctx, id: AttemptId) -> Result<(Attempt, Exam), Problem> {
    let attempt = attempts::by_id(tx, id)
        .await?
        .filter(|one| Some(one.person) == ctx.actor.person_id)
        .ok_or_else(Problem::not_found)?;
    let exam = exams::by_id(tx, attempt.exam)
        .await?
        .ok_or_else(Problem::not_found)?;
    Ok((attempt, exam))
}

/// The caller's attempt after its end.
///
/// # Errors
/// 404 for somebody else's attempt; 409 while it goes on.
pub async fn view(ctx: &Ctx, id: AttemptId) -> Result<OwnAttemptOut, Problem> {
    let mut tx = ctx.db().read().await?;
    let (attempt, exam) = own(&mut tx, ctx, id).await?;
    if is_open(attempt.sitting(&exam.terms).state_at(ctx.now)) {
        return Err(Problem::conflict(
            "exams.attempt_open",
            "还没有交卷，交卷后才能查看。",
        ));
    }
    // Thousands hand in the qualification exam within a minute: what it never shows is not looked for.
    let one_only = Purpose::from_code(&exam.purpose).is_some_and(Purpose::carries_over);
    let round = sessions::round_of(&mut tx, attempt.exam).await?;
    let Some((session, number)) = round.filter(|_| !one_only) else {
        return Ok(OwnAttemptOut {
            session: round.map(|(session, _)| session),
            number: 1,
            allowed: Some(1),
            left: Some(0),
            shown: Shown::Nothing.code().to_owned(),
            ..OwnAttemptOut::default()
        });
    };
    let case = Case::any(&mut tx, ctx, session).await?;
    let policy = case.policy();
    let tried = attempts::of_person_in(&mut tx, session, attempt.person).await?;
    let used = u32::try_from(tried.len()).unwrap_or(u32::MAX);
    let (may_again, again) = again(
        &case,
        &policy,
        (used, tried.last().map(|(_, last)| last)),
        ctx.now,
    );
    let excluded = candidates::of_person(&mut tx, session, attempt.person)
        .await?
        .is_none_or(|row| row.excluded.is_some());
    let shown = match case.session.state {
        _ if excluded || !settled(&attempt, &exam, ctx.now) => Shown::Nothing,
        State::Published => policy.afterwards,
        _ => policy.at_once,
    };
    let rules = policy_out(&case);
    let mut out = OwnAttemptOut {
        session: Some(session),
        number,
        allowed: policy.allowed,
        left: policy.left(used),
        may_again: may_again && !excluded,
        again,
        shown: shown.code().to_owned(),
        rules: rules.rules,
        ..OwnAttemptOut::default()
    };
    if shown == Shown::Nothing {
        return Ok(out);
    }
    let hall = hall_of(&mut tx, &case, attempt.person).await?;
    marks(&case, &hall, id, &mut out);
    if shown == Shown::All {
        let built = built(&case.session)?.unwrap_or_default();
        out.questions = questions(&hall, id, &built);
    }
    Ok(out)
}

fn marks(case: &Case, hall: &Hall, id: AttemptId, out: &mut OwnAttemptOut) {
    let Some(attempt) = hall.all().find(|one| one.id == id) else {
        return;
    };
    let full = super::papers::full_marks(&case.session);
    let pass = case
        .session
        .pass_mark
        .or_else(|| full.and_then(|full| usual_pass(case, full)));
    let Some(counted) = hall.count(attempt, &hall.changes, pass) else {
        return;
    };
    let total = counted.total.map(|total| hall.rule.rounding.apply(total));
    out.full = Some(counted.full.hundredths());
    out.score = total.map(Marks::hundredths);
    out.pass_mark = counted.pass.map(Marks::hundredths);
    out.passed = total.zip(counted.pass).map(|(got, pass)| passes(got, pass));
    out.text = match (total, out.passed) {
        (None, _) => format!(
            "客观题得{}分，还有题目待人工评分。",
            hall.rule.rounding.apply(counted.so_far)
        ),
        (Some(got), Some(true)) => format!("本次{got}分，达到合格线。"),
        (Some(got), Some(false)) => format!("本次{got}分，未达到合格线。"),
        (Some(got), None) => format!("本次{got}分。"),
    };
}
