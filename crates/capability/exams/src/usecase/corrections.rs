//! Corrections of keys (更正答案): tried, shown, approved by two others, applied; history stays.

use std::collections::BTreeSet;

use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem, Unknown};
use serde::Serialize;
use serde_json::json;

use crate::domain::count::Counted;
use crate::domain::form::Asked;
use crate::domain::key_correction::{
    Approval, Change, Event, Preview, Removal, Sitting, Tally, apply, preview,
};
use crate::domain::marking::Key;
use crate::domain::session::State as SessionState;
use crate::domain::{Marks, QuestionId};
use crate::store::claims::{self, CorrectionRow};
use crate::store::results::{self, ResultRow};

use super::case::Case;
use super::content::key_words;
use super::follows::AllFollows;
use super::judge::{Hall, hall};
use super::{publish, refused, regrades, words};

pub use super::corrections_out::{ExamCorrectionOut, ExamShiftOut, ExamShiftUnitOut, list};

/// What a change is called where results say why they were made.
const fn kind_words(change: &Change) -> &'static str {
    match change {
        Change::OnePerson(_) => "复核改分",
        _ => "答案更正",
    }
}

/// A change in words.
#[must_use]
pub fn change_words(change: &Change) -> String {
    match change {
        Change::NewKey(key) => format!("答案更正为{}", key_words(key)),
        Change::FullMarks => "本题全部给分".to_owned(),
        Change::Removed(Removal::Spread) => "本题剔除，分值按比例分摊到其他试题".to_owned(),
        Change::Removed(Removal::Reduce { pass }) => {
            format!("本题剔除，满分相应减少，合格线改为{pass}分")
        }
        Change::OnePerson(one) if one.attempt.is_none() => {
            format!("纸笔考试成绩改为{}分", one.marks)
        }
        Change::OnePerson(one) => format!("本题得分改为{}分", one.marks),
    }
}

pub(super) fn read<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, Problem> {
    serde_json::from_str(text).map_err(|error| Unknown::log(&error))
}

fn write<T: Serialize>(value: &T) -> Result<String, Problem> {
    serde_json::to_string(value).map_err(|error| Unknown::log(&error))
}

pub(super) fn tally(counted: &Counted, pass: Marks) -> Tally {
    Tally {
        total: counted.so_far,
        full: counted.full,
        left: counted.left,
        pass: counted.pass.unwrap_or(pass),
    }
}

/// Whom a correction looks at: each candidate counted from the sealed papers with the applied corrections, and with this
/// one after them. Another attempt may count then.
fn sittings(hall: &Hall, question: QuestionId, change: &Change, pass: Marks) -> Vec<Sitting> {
    if let Change::OnePerson(one) = change {
        return Vec::from_iter(regrades::sitting(hall, question, one, pass));
    }
    let changes = hall.changes.with(question, change.clone());
    let has = |form: &i64| {
        hall.forms
            .get(form)
            .is_some_and(|form| form.questions.iter().any(|one| one.question == question))
    };
    let mut found = Vec::new();
    for row in hall.candidates.iter().filter(|row| row.excluded.is_none()) {
        let person = row.candidate.person;
        let (Some(before), Some(after)) = (
            hall.that_counts(person, &hall.changes, Some(pass)),
            hall.that_counts(person, &changes, Some(pass)),
        ) else {
            continue;
        };
        let concerned = hall.of(person).iter().any(|one| has(&one.form));
        let given = after.counted.given.iter();
        found.push(Sitting {
            attempt: after.attempt.id,
            person,
            unit: row.candidate.unit,
            before: tally(&before.counted, pass),
            after: concerned.then(|| tally(&after.counted, pass)),
            earned: given
                .filter(|one| one.question == question)
                .find_map(|one| one.got),
            revision: hall
                .standing
                .get(&row.id)
                .map_or(0, |result| result.revision),
        });
    }
    found
}

pub(super) fn asked(hall: &Hall, question: QuestionId) -> Option<&Asked> {
    hall.forms
        .values()
        .flat_map(|form| &form.questions)
        .find(|asked| asked.question == question)
}

/// Whether a new key fits the kind of its question.
fn fits(asked: &Asked, key: &Key) -> bool {
    let within = |letters: &BTreeSet<char>| {
        letters.iter().all(|letter| {
            let place = (*letter as usize).checked_sub('A' as usize);
            place.is_some_and(|place| place < asked.options.len())
        })
    };
    match (&asked.key, key) {
        (Some(Key::Options(_) | Key::AnyOf(_)), Key::Options(new) | Key::AnyOf(new)) => within(new),
        (Some(Key::Truth(_)), Key::Truth(_)) => true,
        (Some(Key::Texts(old)), Key::Texts(new)) => old.len() == new.len(),
        _ => false,
    }
}

/// Refuses what a correction cannot be made of.
fn check(
    case: &Case,
    hall: &Hall,
    question: QuestionId,
    change: &Change,
) -> Result<Marks, Problem> {
    if !matches!(
        case.session.state,
        SessionState::Marking | SessionState::Published
    ) {
        let text = if case.session.state == SessionState::Sealed {
            "考试结束并收卷后才能更正答案；考试期间发现的问题请记录，收卷后再更正。"
        } else {
            "本场考试还没有答卷，答案请在题库中修改后重新组卷。"
        };
        return Err(Problem::conflict("exams.correction_early", text));
    }
    let pass = case.session.pass_mark.ok_or_else(|| {
        Problem::conflict(
            "exams.no_pass_mark",
            "请先设定分数线，才能看出更正后谁合格、谁不合格。",
        )
    })?;
    if let Change::OnePerson(one) = change {
        regrades::check(case, hall, question, one)?;
        return Ok(pass);
    }
    let asked = asked(hall, question)
        .ok_or_else(|| Problem::field("question", "这道题不在本场考试的试卷上。"))?;
    if let Change::NewKey(key) = change
        && !fits(asked, key)
    {
        return Err(Problem::field("change", "新答案与题型或选项不符，请核对。"));
    }
    Ok(pass)
}

/// Tries a correction: stores it as a trial with everybody whom it would move. Nothing is applied.
///
/// # Errors
/// 404 for others; 409 during the sitting or without a pass mark; 422 for a key that does not fit.
pub async fn try_out(
    ctx: &Ctx,
    id: i64,
    question: i64,
    change: Change,
    reason: &str,
) -> Result<i64, Problem> {
    let reason = words::required("reason", "更正原因", reason, 500)?;
    let mut tx = ctx.db().write().await?;
    let case = Case::take(&mut tx, ctx, id).await?;
    let question = QuestionId::from(question);
    let hall = hall(&mut tx, &case).await?;
    let change = match change {
        Change::OnePerson(one) => {
            Change::OnePerson(regrades::settled(&mut tx, &hall, id, question, one).await?)
        }
        other => other,
    };
    let pass = check(&case, &hall, question, &change)?;
    let sat = sittings(&hall, question, &change, pass);
    let shown = preview(question, &change, &sat, hall.rule)
        .map_err(|deny| Problem::field("change", deny.text))?;
    let approval = Approval::new(ctx.actor.account_id);
    let row = CorrectionRow {
        id: 0,
        session: id,
        question,
        change: write(&change)?,
        reason,
        state: approval.state.code().to_owned(),
        approval: write(&approval)?,
        names: write(&[&ctx.actor.name])?,
        shown: write(&shown)?,
        made_at: ctx.now,
        made_by: ctx.actor.name.clone(),
        applied_at: None,
        version: 1,
    };
    let made = claims::insert_correction(&mut tx, &row).await?;
    tx.audit(
        ctx.audit("exam.correction", case.subject())
            .unit(case.session.unit)
            .detail(json!({"correction": made, "question": question.get(), "text": shown.text})),
    );
    tx.commit().await?;
    Ok(made)
}

/// An act on a correction: `propose`, `approve`, `refuse`, `withdraw`, `retry`, `apply`.
///
/// # Errors
/// 404 for others; 409 for an act that is not possible, and when results changed since the trial: the trial is then made
/// anew and has to be approved again.
pub async fn act(
    ctx: &Ctx,
    told: &AllFollows,
    id: i64,
    correction: i64,
    act: &str,
) -> Result<(), Problem> {
    let event = match act {
        "retry" => Event::Outdate,
        code => Event::from_code(code)
            .filter(|event| *event != Event::Outdate)
            .ok_or_else(|| Problem::field("act", "没有这种操作。"))?,
    };
    let mut tx = ctx.db().write().await?;
    let case = Case::take(&mut tx, ctx, id).await?;
    let mut row = claims::correction_by_id(&mut tx, id, correction)
        .await?
        .ok_or_else(Problem::not_found)?;
    let approval: Approval = read(&row.approval)?;
    let next = approval
        .take(event, ctx.actor.account_id)
        .map_err(refused)?;
    let mut names: Vec<String> = read(&row.names)?;
    match event {
        Event::Approve => names.push(ctx.actor.name.clone()),
        Event::Outdate => {
            names.truncate(1);
            row.shown = write(&again(&mut tx, &case, &row).await?)?;
        }
        Event::Apply => {
            carry_out(&mut tx, ctx, &case, &row, &approval).await?;
            row.applied_at = Some(ctx.now);
        }
        _ => {}
    }
    row.state = next.state.code().to_owned();
    row.approval = write(&next)?;
    row.names = write(&names)?;
    if !claims::put_correction(&mut tx, &row).await? {
        return Err(Problem::stale());
    }
    if event == Event::Apply && case.session.state == SessionState::Published {
        let change: Change = read(&row.change)?;
        publish::settle(&mut tx, ctx, told, &case, kind_words(&change)).await?;
    }
    tx.audit(
        ctx.audit(&format!("exam.correction_{act}"), case.subject())
            .unit(case.session.unit)
            .detail(json!({"correction": correction, "state": row.state})),
    );
    tx.commit().await?;
    Ok(())
}

async fn again(tx: &mut Tx, case: &Case, row: &CorrectionRow) -> Result<Preview, Problem> {
    let hall = hall(tx, case).await?;
    let change: Change = read(&row.change)?;
    let pass = check(case, &hall, row.question, &change)?;
    let sat = sittings(&hall, row.question, &change, pass);
    preview(row.question, &change, &sat, hall.rule).map_err(refused)
}

/// Writes new results: exactly those that were shown.
async fn carry_out(
    tx: &mut Tx,
    ctx: &Ctx,
    case: &Case,
    row: &CorrectionRow,
    approval: &Approval,
) -> Result<(), Problem> {
    let mut hall = hall(tx, case).await?;
    let shown: Preview = read(&row.shown)?;
    let pass = check(case, &hall, row.question, &shown.change)?;
    let now = sittings(&hall, row.question, &shown.change, pass);
    let applied = apply(approval, &shown, &now, hall.rule).map_err(refused)?;
    if case.session.state != SessionState::Published {
        // No results are stored yet: they will be counted with the correction.
        return Ok(());
    }
    let reason = format!(
        "{}：{}",
        kind_words(&shown.change),
        change_words(&shown.change)
    );
    if let Change::OnePerson(one) = &shown.change
        && one.attempt.is_none()
    {
        let row = regrades::paper_result(&mut hall, one, pass, &reason, &ctx.actor.name)?;
        results::put_all(tx, case.session.id, &[row], ctx.now).await?;
        return Ok(());
    }
    hall.changes.push(row.question, shown.change.clone());
    let mut rows: Vec<ResultRow> = Vec::with_capacity(applied.len());
    for candidate in &hall.candidates {
        let judged = hall.judge(candidate, Some(pass))?;
        let Some((attempt, _)) = judged.attempt else {
            continue;
        };
        let Some(one) = applied.iter().find(|one| one.attempt == attempt) else {
            continue;
        };
        if judged.verdict.score != Some(one.now.score) {
            return Err(Problem::conflict(
                "exams.correction_outdated",
                "试算之后成绩有变化，请重新试算并审批。",
            ));
        }
        rows.push(hall.result(&judged, "correction", &reason, &ctx.actor.name));
    }
    results::put_all(tx, case.session.id, &rows, ctx.now).await?;
    Ok(())
}
