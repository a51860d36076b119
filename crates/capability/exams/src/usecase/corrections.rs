//! Corrections of keys (更正答案): tried, shown, approved by two others, applied; history stays.

use std::collections::{BTreeMap, BTreeSet};

use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem, Unknown};
use chengzhi_kernel::Timestamp;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::domain::form::Asked;
use crate::domain::key_correction::{
    Approval, Change, Crossing, Event, Preview, Removal, Shift, Sitting, State, apply, preview,
};
use crate::domain::marking::Key;
use crate::domain::session::State as SessionState;
use crate::domain::{Marks, QuestionId};
use crate::store::claims::{self, CorrectionRow};
use crate::store::results::{self, ResultRow};

use super::case::Case;
use super::content::key_words;
use super::judge::{Hall, hall};
use super::{publish, refused, words};

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
    }
}

/// Somebody whose result changes.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExamShiftOut {
    /// 工号.
    pub staff_no: String,
    /// 姓名.
    pub name: String,
    /// His unit.
    pub unit_name: String,
    /// Total before, hundredths.
    pub before: i64,
    /// Total after, hundredths.
    pub after: i64,
    /// Passed before.
    pub passed_before: bool,
    /// Passes after.
    pub passed_after: bool,
    /// `up`, `down`, `stays`.
    pub crossing: String,
}

/// A unit's counts.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExamShiftUnitOut {
    /// Its name.
    pub name: String,
    /// Candidates with the question.
    pub affected: u32,
    /// Score rises.
    pub gain: u32,
    /// Score falls.
    pub lose: u32,
    /// Come to pass.
    pub up: u32,
    /// Pass no longer.
    pub down: u32,
}

/// A correction with what it would do, or did.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExamCorrectionOut {
    /// Row id.
    pub id: i64,
    /// Version of the question.
    pub question: i64,
    /// Its text.
    pub stem: String,
    /// The change in words.
    pub change: String,
    /// Why.
    pub reason: String,
    /// Where it stands.
    pub state: String,
    /// Its word.
    pub state_name: String,
    /// Who proposed it.
    pub proposed_by: String,
    /// Who approved.
    pub approved_by: Vec<String>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub made_at: Timestamp,
    /// When it was applied.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub applied_at: Option<Timestamp>,
    /// The gist of what it does.
    pub text: String,
    /// Unit after unit.
    pub units: Vec<ExamShiftUnitOut>,
    /// Who moves above or below the line, then everybody whose total changes.
    pub shifts: Vec<ExamShiftOut>,
    /// What the caller may do: `propose`, `approve`, `refuse`, `withdraw`, `apply`, `retry`.
    pub acts: Vec<String>,
}

fn read<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, Problem> {
    serde_json::from_str(text).map_err(|error| Unknown::log(&error))
}

fn write<T: Serialize>(value: &T) -> Result<String, Problem> {
    serde_json::to_string(value).map_err(|error| Unknown::log(&error))
}

/// The sittings that a correction looks at.
fn sittings(hall: &Hall, question: QuestionId, pass: Marks) -> Result<Vec<Sitting>, Problem> {
    let mut found = Vec::new();
    for row in &hall.candidates {
        if row.excluded.is_some() {
            continue;
        }
        let one = hall.judge(row, Some(pass))?;
        let (Some((attempt, form)), Some(counted)) = (one.attempt, one.counted) else {
            continue;
        };
        let answer = hall
            .sheets
            .get(&attempt)
            .and_then(|sheet| sheet.answers.get(&question))
            .cloned();
        let (rest, own) = counted.around(question);
        let worth = own
            .map(|(worth, _)| worth)
            .filter(|_| hall.forms.contains_key(&form));
        found.push(Sitting {
            attempt,
            person: row.candidate.person,
            unit: row.candidate.unit,
            full: counted.full,
            rest,
            worth,
            earned: own.map_or(Marks::ZERO, |(_, earned)| earned),
            answer,
            pass: counted.pass.unwrap_or(pass),
            revision: hall
                .standing
                .get(&row.id)
                .map_or(0, |result| result.revision),
        });
    }
    Ok(found)
}

fn asked(hall: &Hall, question: QuestionId) -> Option<&Asked> {
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
    let asked = asked(hall, question)
        .ok_or_else(|| Problem::field("question", "这道题不在本场考试的试卷上。"))?;
    if let Change::NewKey(key) = change
        && !fits(asked, key)
    {
        return Err(Problem::field("change", "新答案与题型或选项不符，请核对。"));
    }
    if hall.changes.contains_key(&question) {
        return Err(Problem::conflict(
            "exams.corrected",
            "本题已经更正过，如需再次更正请联系系统管理员核对历史。",
        ));
    }
    // After marks were spread over the others, every single mark is a fraction: a second change could not be shown exactly.
    if hall
        .changes
        .values()
        .any(|done| matches!(done, Change::Removed(Removal::Spread)))
    {
        return Err(Problem::conflict(
            "exams.spread",
            "本场已有试题剔除并分摊分值，其他试题不能再更正。",
        ));
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
    let pass = check(&case, &hall, question, &change)?;
    let shown = preview(
        question,
        &change,
        &sittings(&hall, question, pass)?,
        hall.rule,
    )
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
pub async fn act(ctx: &Ctx, id: i64, correction: i64, act: &str) -> Result<(), Problem> {
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
        publish::settle(&mut tx, ctx, &case, "答案更正").await?;
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
    preview(
        row.question,
        &change,
        &sittings(&hall, row.question, pass)?,
        hall.rule,
    )
    .map_err(refused)
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
    let now = sittings(&hall, row.question, pass)?;
    let applied = apply(approval, &shown, &now, hall.rule).map_err(refused)?;
    if case.session.state != SessionState::Published {
        // No results are stored yet: they will be counted with the correction.
        return Ok(());
    }
    hall.changes.insert(row.question, shown.change.clone());
    let reason = format!("答案更正：{}", change_words(&shown.change));
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

/// Corrections of a session, the latest first.
///
/// # Errors
/// 404 for others.
pub async fn list(ctx: &Ctx, id: i64) -> Result<Vec<ExamCorrectionOut>, Problem> {
    let mut tx = ctx.db().read().await?;
    let case = Case::held(&mut tx, ctx, id).await?;
    let rows = claims::corrections(&mut tx, id).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let hall = hall(&mut tx, &case).await?;
    rows.into_iter()
        .map(|row| out(ctx, &case, &hall, row))
        .collect()
}

fn out(
    ctx: &Ctx,
    case: &Case,
    hall: &Hall,
    row: CorrectionRow,
) -> Result<ExamCorrectionOut, Problem> {
    let shown: Preview = read(&row.shown)?;
    let approval: Approval = read(&row.approval)?;
    let names: Vec<String> = read(&row.names)?;
    let people: BTreeMap<_, _> = hall
        .candidates
        .iter()
        .map(|row| (row.candidate.person, row))
        .collect();
    let mut moved: Vec<&Shift> = shown
        .shifts
        .iter()
        .filter(|shift| {
            shift.before.score != shift.after.score || shift.crossing != Crossing::Stays
        })
        .collect();
    moved.sort_by_key(|shift| (shift.crossing, shift.unit));
    let shifts = moved
        .into_iter()
        .filter_map(|shift| {
            let who = people.get(&shift.person)?;
            Some(ExamShiftOut {
                staff_no: who.staff_no.clone(),
                name: who.name.clone(),
                unit_name: case.tree.name(shift.unit).to_owned(),
                before: shift.before.score.0,
                after: shift.after.score.0,
                passed_before: shift.before.passed,
                passed_after: shift.after.passed,
                crossing: match shift.crossing {
                    Crossing::Up => "up",
                    Crossing::Down => "down",
                    Crossing::Stays => "stays",
                }
                .to_owned(),
            })
        })
        .collect();
    let may = |event: Event| approval.take(event, ctx.actor.account_id).is_ok();
    let acts = [
        (Event::Propose, "propose"),
        (Event::Approve, "approve"),
        (Event::Refuse, "refuse"),
        (Event::Withdraw, "withdraw"),
        (Event::Apply, "apply"),
        (Event::Outdate, "retry"),
    ]
    .into_iter()
    .filter(|(event, _)| may(*event))
    .map(|(_, act)| act.to_owned())
    .collect();
    Ok(ExamCorrectionOut {
        id: row.id,
        question: row.question.get(),
        stem: asked(hall, row.question)
            .map(|asked| asked.stem.clone())
            .unwrap_or_default(),
        change: change_words(&shown.change),
        reason: row.reason,
        state_name: State::from_code(&row.state)
            .map_or("", State::name)
            .to_owned(),
        state: row.state,
        proposed_by: names.first().cloned().unwrap_or_default(),
        approved_by: names.into_iter().skip(1).collect(),
        made_at: row.made_at,
        applied_at: row.applied_at,
        text: shown.text,
        units: shown
            .units
            .iter()
            .map(|(unit, count)| ExamShiftUnitOut {
                name: case.tree.name(*unit).to_owned(),
                affected: count.affected,
                gain: count.gain,
                lose: count.lose,
                up: count.up,
                down: count.down,
            })
            .collect(),
        shifts,
        acts,
    })
}
