//! Figures from beside the track: stored at once, each with its own verdict, and only once however
//! often a phone sends them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chengzhi_authz::Scope;
use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::{PersonId, Timestamp};
use chengzhi_organisation::facade as organisation;
use chengzhi_rules::fitness::{Asked, FitnessStandard, Sex, age_on};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::access::taken;
use super::standards::{Valid, of_test};
use super::{bad_field, refused};
use crate::domain::Deny;
use crate::domain::amount::{Written, read, show};
use crate::domain::key::is_key;
use crate::domain::state::{Seat, State};
use crate::domain::verdict::{Attempt, judge};
use crate::store::entries::Entry;
use crate::store::marks::Mark;
use crate::store::rounds::Test;
use crate::store::{births, entries, marks, rounds};

/// Most figures of one call.
const MOST: usize = 300;

/// A figure as sent.
#[derive(Debug, Clone)]
pub struct MarkInput {
    /// Name given by the sender.
    pub key: String,
    /// Entry of the list.
    pub entry: i64,
    /// Code of the item.
    pub item: String,
    /// As written; 未完成 for an attempt that was broken off.
    pub text: String,
    /// When it was measured, by the sender's clock.
    pub measured_at: Option<Timestamp>,
}

/// What became of a figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FitnessMarkedOut {
    /// Name given by the sender.
    pub key: String,
    /// It is stored now, or was before.
    pub stored: bool,
    /// The figure, or why it is not stored.
    pub text: String,
    /// `passed`, `failed`; none while it cannot be told.
    pub verdict: Option<String>,
    /// What came out so far, by code.
    pub outcome: String,
}

/// Stores figures. One that cannot be stored says why and keeps none of the others back.
///
/// # Errors
/// 404 outside the scope; 409 before the day or for a test called off; 422 for more than 300.
pub async fn record(
    ctx: &Ctx,
    scope: &Scope,
    id: i64,
    source: &str,
    input: Vec<MarkInput>,
) -> Result<Vec<FitnessMarkedOut>, Problem> {
    if input.is_empty() || input.len() > MOST {
        return Err(bad_field("marks", format!("一次应有1至{MOST}个成绩。")));
    }
    let mut tx = ctx.db().write().await?;
    let (mut test, tree) = taken(&mut tx, ctx, scope, id).await?;
    begun(&test, ctx)?;
    let standard = of_test(&mut tx, &tree, &test).await?;
    let (out, stored) = store_marks(&mut tx, ctx, &mut test, &standard, source, input).await?;
    if stored > 0 {
        tx.audit(
            ctx.audit("fitness.mark", format!("fitness_test:{id}"))
                .unit(test.unit_id)
                .detail(json!({"stored": stored, "source": source})),
        );
        tx.commit().await?;
    }
    Ok(out)
}

/// Refuses figures before the day and for a test called off.
///
/// # Errors
/// 409.
pub fn begun(test: &Test, ctx: &Ctx) -> Result<(), Problem> {
    if test.state == State::Cancelled {
        return Err(refused(Deny::new(
            "fitness.state",
            "测试已取消，不能登记成绩。",
        )));
    }
    if ctx.today < test.planned_on {
        return Err(refused(Deny::new(
            "fitness.not_yet",
            format!(
                "测试日期是{}，届时再登记成绩；改期的请先修改测试安排。",
                chengzhi_kernel::dates::format_cn(test.planned_on)
            ),
        )));
    }
    Ok(())
}

/// Stores figures in the caller's transaction; gives each one's verdict and how many are new.
///
/// # Errors
/// 500 from the engine.
pub async fn store_marks(
    tx: &mut Tx,
    ctx: &Ctx,
    test: &mut Test,
    standard: &Valid,
    source: &str,
    input: Vec<MarkInput>,
) -> Result<(Vec<FitnessMarkedOut>, u64), Problem> {
    let ids: BTreeSet<i64> = input.iter().map(|one| one.entry).collect();
    let list = chengzhi_db::int_list(ids.iter().copied());
    let condition = format!("e.test_id = {} and e.id in {list}", test.id);
    let mut rows = entries::all(tx, &condition).await?;
    refresh_sex(tx, ctx, &mut rows).await?;
    let mut known = marks::of_entries(tx, &ids.iter().copied().collect::<Vec<_>>()).await?;
    let mut out = Vec::new();
    let mut touched = BTreeSet::new();
    let mut stored = 0;
    for one in input {
        let row = rows.iter().find(|row| row.id == one.entry);
        let told = one_mark(tx, ctx, test, (standard, source), row, &mut known, &one).await?;
        let (is_new, text) = match told {
            Ok((is_new, text)) => (is_new, text),
            Err(text) => {
                out.push(FitnessMarkedOut {
                    key: one.key,
                    stored: false,
                    text,
                    verdict: None,
                    outcome: row.map_or("none", |row| row.outcome.code()).to_owned(),
                });
                continue;
            }
        };
        if is_new {
            stored += 1;
            touched.insert(one.entry);
        }
        out.push(FitnessMarkedOut {
            key: one.key,
            stored: true,
            text,
            verdict: Some(format!("{}:{}", one.entry, one.item)),
            outcome: String::new(),
        });
    }
    if stored > 0 && test.held_at.is_none() {
        test.held_at = Some(ctx.now);
        test.state = State::Held;
        test.standard = Some(standard.key.clone());
        rounds::put(tx, test).await?;
    }
    // Verdicts of everybody spoken of, also of who was stored before.
    let judged = judged(tx, test, &standard.body, &rows, &known).await?;
    for (row, outcome, _) in &judged {
        let sex_learnt = touched.contains(&row.id) || row.outcome != *outcome;
        if sex_learnt {
            entries::put_outcome(tx, row.id, *outcome, row.sex).await?;
        }
    }
    for told in out.iter_mut().filter(|told| told.stored) {
        let place = told.verdict.take().unwrap_or_default();
        let (entry, item) = place.split_once(':').unwrap_or_default();
        if let Some((_, outcome, items)) =
            judged.iter().find(|(row, ..)| row.id.to_string() == entry)
        {
            told.outcome = outcome.code().to_owned();
            told.verdict = items
                .get(item)
                .copied()
                .flatten()
                .map(|passed| if passed { "passed" } else { "failed" }.to_owned());
        }
    }
    Ok((out, stored))
}

type Told = Result<(bool, String), String>;

async fn one_mark(
    tx: &mut Tx,
    ctx: &Ctx,
    test: &Test,
    (standard, source): (&Valid, &str),
    row: Option<&Entry>,
    known: &mut HashMap<i64, Vec<Mark>>,
    one: &MarkInput,
) -> Result<Told, Problem> {
    let Some(row) = row else {
        return Ok(Err("这名人员不在本次测试名单中，请先加入名单。".to_owned()));
    };
    let Some(item) = standard.body.item(&one.item) else {
        return Ok(Err("本次测试没有这个项目，请刷新页面。".to_owned()));
    };
    if !is_key(&one.key) {
        return Ok(Err("成绩编号有误，请刷新页面后重新录入。".to_owned()));
    }
    let value = match read(item, &one.text) {
        Ok(Written::Value(value)) => Some(value),
        Ok(Written::BrokenOff) => None,
        Err(text) => return Ok(Err(format!("{text}。"))),
    };
    let said = value.map_or("未完成".to_owned(), |value| show(item.measure, value));
    if let Some(before) = marks::by_key(tx, &one.key).await? {
        let same = before.entry_id == row.id && before.item == one.item && before.value == value;
        return Ok(if same {
            Ok((false, said))
        } else {
            Err("这个成绩编号已用于另一个成绩，请刷新页面后重新录入。".to_owned())
        });
    }
    // What is known already is acknowledged above, whatever has happened since.
    if !test.state.takes_marks() {
        return Ok(Err(
            "本次测试成绩已报，不能再登记；确需更正的，请在电脑上更正并写明原因。".to_owned(),
        ));
    }
    match row.seat {
        Seat::Listed => {}
        Seat::Absent => {
            return Ok(Err(format!("{}已登记缺席，请先取消缺席。", row.name)));
        }
        Seat::Removed => return Ok(Err(format!("{}已移出名单，请先加入。", row.name))),
    }
    if row.sex.map(|sex| item.asks(sex, None)) == Some(Asked::NotAsked) {
        return Ok(Err(format!(
            "{}不测{}，请核对人员和项目。",
            row.name, item.name
        )));
    }
    let made = known.entry(row.id).or_default();
    let times = made
        .iter()
        .filter(|mark| mark.stands() && mark.item == one.item)
        .count();
    if u32::try_from(times).unwrap_or(u32::MAX) >= item.attempts {
        return Ok(Err(format!(
            "{}的{}已测{times}次，最多{}次；误录的请先作废。",
            row.name, item.name, item.attempts
        )));
    }
    let mut mark = Mark {
        id: 0,
        entry_id: row.id,
        item: one.item.clone(),
        value,
        source: source.to_owned(),
        key: one.key.clone(),
        measured_at: plausible(one.measured_at, test, ctx.now),
        recorded_at: ctx.now,
        by_name: ctx.actor.name.clone(),
        replaces: None,
        replaced_at: None,
        replaced_by_name: None,
        replace_reason: None,
    };
    match marks::insert(tx, &mark).await? {
        Some(id) => {
            mark.id = id;
            made.push(mark);
            Ok(Ok((true, said)))
        }
        None => Ok(Ok((false, said))),
    }
}

/// A phone's clock is believed between the day of the test and now.
fn plausible(told: Option<Timestamp>, test: &Test, now: Timestamp) -> Timestamp {
    told.filter(|at| *at >= Timestamp::start_of_day(test.planned_on) && *at <= now)
        .unwrap_or(now)
}

/// Learns the sex of people whom the roster knew too little of when they were listed.
async fn refresh_sex(tx: &mut Tx, ctx: &Ctx, rows: &mut [Entry]) -> Result<(), Problem> {
    let units: BTreeSet<i64> = rows
        .iter()
        .filter(|row| row.sex.is_none())
        .map(|row| row.unit_id.get())
        .collect();
    if units.is_empty() {
        return Ok(());
    }
    let sexes: HashMap<PersonId, Sex> = organisation::people_in(tx, &units, ctx.today)
        .await?
        .into_iter()
        .filter_map(|person| Some((person.id, Sex::from_code(person.sex.as_deref()?)?)))
        .collect();
    for row in rows.iter_mut().filter(|row| row.sex.is_none()) {
        row.sex = sexes.get(&row.person_id).copied();
    }
    Ok(())
}

type Items = BTreeMap<String, Option<bool>>;

async fn judged<'a>(
    tx: &mut Tx,
    test: &Test,
    standard: &FitnessStandard,
    rows: &'a [Entry],
    known: &HashMap<i64, Vec<Mark>>,
) -> Result<Vec<(&'a Entry, crate::domain::verdict::Outcome, Items)>, Problem> {
    let people: Vec<PersonId> = rows.iter().map(|row| row.person_id).collect();
    let born = births::of(tx, &people).await?;
    Ok(rows
        .iter()
        .map(|row| {
            let age = born
                .get(&row.person_id)
                .and_then(|born| age_on(*born, test.planned_on));
            let made = standing(known.get(&row.id).map_or(&[][..], Vec::as_slice));
            let verdict = judge(standard, row.sex, age, &made);
            let items = verdict
                .items
                .iter()
                .map(|one| (one.item.code.clone(), one.passed))
                .collect();
            (row, verdict.outcome, items)
        })
        .collect())
}

/// Attempts that count.
#[must_use]
pub fn standing(all: &[Mark]) -> Vec<Attempt<'_>> {
    all.iter()
        .filter(|mark| mark.stands())
        .map(|mark| Attempt {
            item: &mark.item,
            value: mark.value,
        })
        .collect()
}

/// Judges entries anew after their figures, birthdays or sexes changed.
///
/// # Errors
/// 500 from the engine.
pub async fn rejudge(tx: &mut Tx, ctx: &Ctx, test: &Test, rows: &[Entry]) -> Result<(), Problem> {
    let tree = organisation::tree(tx, ctx.today).await?;
    let standard = of_test(tx, &tree, test).await?;
    let mut rows = rows.to_vec();
    refresh_sex(tx, ctx, &mut rows).await?;
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let known = marks::of_entries(tx, &ids).await?;
    let judged = judged(tx, test, &standard.body, &rows, &known).await?;
    for (row, outcome, _) in judged {
        entries::put_outcome(tx, row.id, outcome, row.sex).await?;
    }
    Ok(())
}
