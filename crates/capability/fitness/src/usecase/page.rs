//! A test with its list, figures and verdicts.

use std::collections::BTreeMap;

use chengzhi_authz::Scope;
use chengzhi_db::Tx;
use chengzhi_http::{ClauseOut, Ctx, Problem};
use chengzhi_kernel::{PersonId, Timestamp};
use chengzhi_organisation::facade::{self as organisation, UnitTree};
use chengzhi_rules::fitness::{FitnessStandard, Sex, age_on};
use serde::Serialize;
use utoipa::ToSchema;

use super::access::{entries_seen, managed, tests_seen};
use super::list::{FitnessTestOut, tests_out};
use super::marks::standing;
use super::people::waivers_of;
use super::policy::Rules;
use super::standards::{FitnessStandardOut, of_test, standard_out};
use crate::domain::amount::show;
use crate::domain::verdict::{Outcome, judge};
use crate::store::entries::Entry;
use crate::store::marks::Mark;
use crate::store::rounds::Test;
use crate::store::{births, entries, marks, rounds};

/// A figure, standing or replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FitnessMarkOut {
    /// Row.
    pub id: i64,
    /// Code of the item.
    pub item: String,
    /// Thousandths; none for an attempt that was broken off.
    pub value: Option<i64>,
    /// 13.4秒, 未完成.
    pub text: String,
    /// `phone`, `desk`, `import`.
    pub source: String,
    /// When it was measured.
    #[schema(value_type = String, format = DateTime)]
    pub measured_at: Timestamp,
    /// When it arrived.
    #[schema(value_type = String, format = DateTime)]
    pub recorded_at: Timestamp,
    /// Who entered it.
    pub by: String,
    /// Row that it corrects.
    pub replaces: Option<i64>,
    /// When it was corrected or struck out.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub replaced_at: Option<Timestamp>,
    /// By whom.
    pub replaced_by: Option<String>,
    /// Why.
    pub replace_reason: Option<String>,
}

/// What came out of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FitnessItemResultOut {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Attempts made.
    pub attempts: u32,
    /// The best one as text; empty without.
    pub best: String,
    /// Good enough; none while it cannot be told.
    pub passed: Option<bool>,
    /// One sentence: attempts, best, standard, result.
    pub text: String,
}

/// Somebody on the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FitnessEntryOut {
    /// Row.
    pub id: i64,
    /// Person.
    pub person_id: i64,
    /// 工号.
    pub staff_no: String,
    /// Name.
    pub name: String,
    /// Unit when he came on the list.
    pub unit_id: i64,
    /// Its name.
    pub unit_name: String,
    /// `male`, `female`, when known.
    pub sex: Option<String>,
    /// `listed`, `absent`.
    pub seat: String,
    /// Why he is absent.
    pub reason: String,
    /// `none`, `incomplete`, `passed`, `failed`, `unknown`.
    pub outcome: String,
    /// Its word.
    pub outcome_name: String,
    /// One sentence.
    pub text: String,
    /// Items that are asked of him.
    pub items: Vec<FitnessItemResultOut>,
    /// Figures, oldest first, replaced ones too.
    pub marks: Vec<FitnessMarkOut>,
    /// 缓测 or 免测, when granted for the year.
    pub waiver: Option<String>,
    /// The standard goes by age and his birthday is not known.
    pub birth_missing: bool,
}

/// Results of a squad.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FitnessSquadOut {
    /// Unit.
    pub unit_id: i64,
    /// Name.
    pub unit_name: String,
    /// On the list.
    pub listed: u32,
    /// Took all of it.
    pub taken: u32,
    /// Passed.
    pub passed: u32,
    /// Absent.
    pub absent: u32,
}

/// A test with everything.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FitnessTestPageOut {
    /// The test.
    pub test: FitnessTestOut,
    /// Its standard.
    pub standard: FitnessStandardOut,
    /// The standard is kept for good; before the first figure it is the one valid on the day.
    pub standard_kept: bool,
    /// People by squad and staff number.
    pub entries: Vec<FitnessEntryOut>,
    /// Results by squad.
    pub squads: Vec<FitnessSquadOut>,
    /// 依据.
    pub clause: ClauseOut,
}

/// A figure as sent.
#[must_use]
pub fn mark_out(standard: &FitnessStandard, mark: &Mark) -> FitnessMarkOut {
    let text = match (standard.item(&mark.item), mark.value) {
        (Some(item), Some(value)) => show(item.measure, value),
        _ => "未完成".to_owned(),
    };
    FitnessMarkOut {
        id: mark.id,
        item: mark.item.clone(),
        value: mark.value,
        text,
        source: mark.source.clone(),
        measured_at: mark.measured_at,
        recorded_at: mark.recorded_at,
        by: mark.by_name.clone(),
        replaces: mark.replaces,
        replaced_at: mark.replaced_at,
        replaced_by: mark.replaced_by_name.clone(),
        replace_reason: mark.replace_reason.clone(),
    }
}

/// Entries with figures and verdicts, by unit name and staff number.
///
/// # Errors
/// 500 from the engine.
pub async fn entries_out(
    tx: &mut Tx,
    tree: &UnitTree,
    test: &Test,
    standard: &FitnessStandard,
    rows: Vec<Entry>,
) -> Result<Vec<FitnessEntryOut>, Problem> {
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let people: Vec<PersonId> = rows.iter().map(|row| row.person_id).collect();
    let made = marks::of_entries(tx, &ids).await?;
    let born = births::of(tx, &people).await?;
    let waived = waivers_of(tx, test.year).await?;
    let by_age = standard.items.iter().any(|item| {
        Sex::ALL
            .iter()
            .any(|sex| item.asks(*sex, None) == chengzhi_rules::fitness::Asked::NeedsAge)
    });
    let mut found: Vec<FitnessEntryOut> = rows
        .into_iter()
        .map(|row| {
            let all = made.get(&row.id).map_or(&[][..], Vec::as_slice);
            let attempts = standing(all);
            let birth = born.get(&row.person_id);
            let age = birth.and_then(|born| age_on(*born, test.planned_on));
            let verdict = judge(standard, row.sex, age, &attempts);
            let items = verdict.items.iter().map(|one| FitnessItemResultOut {
                code: one.item.code.clone(),
                name: one.item.name.clone(),
                attempts: one.attempts,
                best: one
                    .best
                    .map(|best| show(one.item.measure, best))
                    .unwrap_or_default(),
                passed: one.passed,
                text: one.text.clone(),
            });
            FitnessEntryOut {
                id: row.id,
                person_id: row.person_id.get(),
                unit_id: row.unit_id.get(),
                unit_name: tree.name(row.unit_id).to_owned(),
                sex: row.sex.map(|sex| sex.code().to_owned()),
                seat: row.seat.code().to_owned(),
                outcome: verdict.outcome.code().to_owned(),
                outcome_name: verdict.outcome.name().to_owned(),
                items: items.collect(),
                text: verdict.text,
                marks: all.iter().map(|mark| mark_out(standard, mark)).collect(),
                waiver: waived
                    .get(&row.person_id)
                    .map(|waiver| waiver.kind.name().to_owned()),
                birth_missing: by_age && birth.is_none(),
                staff_no: row.staff_no,
                name: row.name,
                reason: row.reason,
            }
        })
        .collect();
    found.sort_by(|a, b| (a.unit_id, &a.staff_no).cmp(&(b.unit_id, &b.staff_no)));
    Ok(found)
}

/// What the figures of entries give, in their order.
///
/// # Errors
/// 500 from the engine.
pub async fn outcomes(
    tx: &mut Tx,
    test: &Test,
    standard: &FitnessStandard,
    rows: &[Entry],
) -> Result<Vec<Outcome>, Problem> {
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let people: Vec<PersonId> = rows.iter().map(|row| row.person_id).collect();
    let made = marks::of_entries(tx, &ids).await?;
    let born = births::of(tx, &people).await?;
    Ok(rows
        .iter()
        .map(|row| {
            let attempts = standing(made.get(&row.id).map_or(&[][..], Vec::as_slice));
            let age = born
                .get(&row.person_id)
                .and_then(|born| age_on(*born, test.planned_on));
            judge(standard, row.sex, age, &attempts).outcome
        })
        .collect())
}

/// Results by squad, in the order of the list.
#[must_use]
pub fn squads_of(rows: &[FitnessEntryOut]) -> Vec<FitnessSquadOut> {
    let mut found: BTreeMap<i64, FitnessSquadOut> = BTreeMap::new();
    for row in rows {
        let squad = found.entry(row.unit_id).or_insert_with(|| FitnessSquadOut {
            unit_id: row.unit_id,
            unit_name: row.unit_name.clone(),
            listed: 0,
            taken: 0,
            passed: 0,
            absent: 0,
        });
        squad.listed += 1;
        squad.taken += u32::from(matches!(
            row.outcome.as_str(),
            "passed" | "failed" | "unknown"
        ));
        squad.passed += u32::from(row.outcome == "passed");
        squad.absent += u32::from(row.seat == "absent");
    }
    found.into_values().collect()
}

/// A test of the caller's units, or with his people on the list; then those only.
///
/// # Errors
/// 404 outside the scope.
pub async fn view(ctx: &Ctx, scope: &Scope, id: i64) -> Result<FitnessTestPageOut, Problem> {
    let mut tx = ctx.db().read().await?;
    let tree = organisation::tree(&mut tx, ctx.today).await?;
    let condition = format!("t.id = {id} and {}", tests_seen(scope));
    let test = rounds::all(&mut tx, &condition)
        .await?
        .pop()
        .ok_or_else(Problem::not_found)?;
    let rules = Rules::load(&mut tx, &ctx.state, test.year).await?;
    let standard = of_test(&mut tx, &tree, &test).await?;
    let condition = format!("{} and e.state <> 'removed'", entries_seen(scope, &test));
    let rows = entries::all(&mut tx, &condition).await?;
    let mut entries = entries_out(&mut tx, &tree, &test, &standard.body, rows).await?;
    if !managed(ctx, &tree).contains(&test.unit_id.get()) {
        for entry in &mut entries {
            entry.birth_missing = false;
        }
    }
    let unit_name = standard
        .unit
        .map_or_else(|| "系统附带".to_owned(), |unit| tree.name(unit).to_owned());
    let kept = test.standard.is_some();
    let out = tests_out(&mut tx, ctx, scope, &tree, vec![test])
        .await?
        .pop();
    Ok(FitnessTestPageOut {
        test: out.ok_or_else(Problem::not_found)?,
        standard: standard_out(&standard, &unit_name),
        standard_kept: kept,
        squads: squads_of(&entries),
        entries,
        clause: rules.yearly(),
    })
}
