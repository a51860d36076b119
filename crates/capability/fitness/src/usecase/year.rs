//! The year: who must take the test (B-14, B-32), how far each unit is, who is still missing.

use std::collections::{BTreeMap, HashMap};

use chengzhi_authz::Scope;
use chengzhi_db::{Tx, int_list};
use chengzhi_http::{ClauseOut, Ctx, Page, Paging, Problem, fields};
use chengzhi_kernel::{Date, PersonId, dates};
use chengzhi_organisation::facade::{self as organisation, PersonRow, UnitTree};
use serde::Serialize;
use utoipa::ToSchema;

use super::access::narrow;
use super::people::waivers_of;
use super::policy::Rules;
use crate::domain::state::Seat;
use crate::domain::verdict::Outcome;
use crate::domain::waiver::Kind;
use crate::store::entries::{self, Part};
use crate::store::waivers::Waiver;

/// Where somebody stands in the year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Took it and passed.
    Passed,
    /// Took it and did not pass.
    Failed,
    /// Took it; cannot be judged yet.
    Unknown,
    /// 免测.
    Exempt,
    /// 缓测, in time.
    Deferred,
    /// On a list, not through.
    Listed,
    /// On no list, or did not come.
    Missing,
}

impl Standing {
    /// Stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Standing::Passed => "passed",
            Standing::Failed => "failed",
            Standing::Unknown => "unknown",
            Standing::Exempt => "exempt",
            Standing::Deferred => "deferred",
            Standing::Listed => "listed",
            Standing::Missing => "missing",
        }
    }

    /// Word on pages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Standing::Passed => "合格",
            Standing::Failed => "不合格",
            Standing::Unknown => "待判定",
            Standing::Exempt => "免测",
            Standing::Deferred => "缓测",
            Standing::Listed => "已列入名单",
            Standing::Missing => "未安排",
        }
    }

    /// Took the year's test.
    #[must_use]
    pub const fn is_taken(self) -> bool {
        matches!(
            self,
            Standing::Passed | Standing::Failed | Standing::Unknown
        )
    }

    /// Still owes it.
    #[must_use]
    pub const fn is_owed(self) -> bool {
        matches!(self, Standing::Listed | Standing::Missing)
    }
}

/// Somebody with his standing.
#[derive(Debug, Clone)]
pub struct Stands {
    /// Person.
    pub person: PersonRow,
    /// Standing.
    pub standing: Standing,
    /// One sentence.
    pub text: String,
    /// The test that says so.
    pub test: Option<i64>,
}

/// The best of a person's parts and waiver. A pass outweighs a failure: one passed test a year is what
/// is asked for.
#[must_use]
pub fn stand(
    parts: &[&Part],
    waiver: Option<&Waiver>,
    today: Date,
) -> (Standing, String, Option<i64>) {
    let with = |wanted: Outcome| {
        parts
            .iter()
            .rev()
            .find(|part| part.entry.outcome == wanted)
            .copied()
    };
    let taken = [
        (Outcome::Passed, Standing::Passed),
        (Outcome::Failed, Standing::Failed),
        (Outcome::Unknown, Standing::Unknown),
    ]
    .into_iter()
    .find_map(|(outcome, standing)| with(outcome).map(|part| (standing, part)));
    if let Some((standing, part)) = taken {
        let text = format!("{}，{}。", part.title, dates::format_cn(part.on));
        return (standing, text, Some(part.entry.test_id));
    }
    match waiver {
        Some(waiver) if waiver.kind == Kind::Exemption => {
            return (Standing::Exempt, "本年度免测。".to_owned(), None);
        }
        Some(Waiver {
            until: Some(until), ..
        }) if *until >= today => {
            let text = format!("缓测至{}，届时补测。", dates::format_cn(*until));
            return (Standing::Deferred, text, None);
        }
        _ => {}
    }
    let over = waiver.is_some();
    match parts.last() {
        Some(part) if part.entry.seat == Seat::Absent => (
            Standing::Missing,
            format!(
                "{}（{}）缺席：{}。",
                part.title,
                dates::format_cn(part.on),
                part.entry.reason
            ),
            Some(part.entry.test_id),
        ),
        Some(part) => {
            let word = if part.entry.outcome == Outcome::Incomplete {
                "未测完"
            } else {
                "待测"
            };
            (
                Standing::Listed,
                format!("{}，{}，{word}。", part.title, dates::format_cn(part.on)),
                Some(part.entry.test_id),
            )
        }
        None if over => (
            Standing::Missing,
            "缓测已到期，请安排补测。".to_owned(),
            None,
        ),
        None => (Standing::Missing, "尚未列入任何测试。".to_owned(), None),
    }
}

/// Everybody of the scope who must take the year's test, by unit and staff number.
///
/// # Errors
/// 500 from the engine.
pub async fn standings(
    tx: &mut Tx,
    ctx: &Ctx,
    scope: &Scope,
    year: i32,
) -> Result<Vec<Stands>, Problem> {
    let last = Date::from_ymd_opt(year, 12, 31).unwrap_or(ctx.today);
    let on = ctx.today.min(last);
    let people: Vec<PersonRow> = organisation::people_in(tx, &scope.units, on)
        .await?
        .into_iter()
        .filter(|person| person.enforcement && person.in_service)
        .collect();
    // A district's people are named; the whole city's are looked up in memory.
    let condition = if people.len() <= 1_500 {
        format!(
            "e.person_id in {}",
            int_list(people.iter().map(|person| person.id.get()))
        )
    } else {
        "1 = 1".to_owned()
    };
    let parts = entries::of_year(tx, year, &condition).await?;
    let mut of: HashMap<PersonId, Vec<&Part>> = HashMap::new();
    for part in &parts {
        of.entry(part.entry.person_id).or_default().push(part);
    }
    let waived = waivers_of(tx, year).await?;
    let mut found: Vec<Stands> = people
        .into_iter()
        .map(|person| {
            let own = of.get(&person.id).map_or(&[][..], Vec::as_slice);
            let (standing, text, test) = stand(own, waived.get(&person.id), ctx.today);
            Stands {
                person,
                standing,
                text,
                test,
            }
        })
        .collect();
    found.sort_by(|a, b| {
        (a.person.unit_id, &a.person.staff_no).cmp(&(b.person.unit_id, &b.person.staff_no))
    });
    Ok(found)
}

/// Figures of a unit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct FitnessYearUnitOut {
    /// Unit.
    pub unit_id: i64,
    /// Name.
    pub unit_name: String,
    /// Its bureau.
    pub bureau_name: String,
    /// Must take it.
    pub must: u32,
    /// Took it.
    pub taken: u32,
    /// Passed.
    pub passed: u32,
    /// Did not pass.
    pub failed: u32,
    /// 免测.
    pub exempt: u32,
    /// 缓测.
    pub deferred: u32,
    /// On a list, not through.
    pub listed: u32,
    /// On no list, or did not come.
    pub missing: u32,
}

impl FitnessYearUnitOut {
    fn add(&mut self, standing: Standing) {
        self.must += 1;
        self.taken += u32::from(standing.is_taken());
        match standing {
            Standing::Passed => self.passed += 1,
            Standing::Failed => self.failed += 1,
            Standing::Exempt => self.exempt += 1,
            Standing::Deferred => self.deferred += 1,
            Standing::Listed => self.listed += 1,
            Standing::Missing => self.missing += 1,
            Standing::Unknown => {}
        }
    }
}

/// The year of the scope.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FitnessYearOut {
    /// Year.
    pub year: i32,
    /// Everybody.
    pub total: FitnessYearUnitOut,
    /// By unit.
    pub units: Vec<FitnessYearUnitOut>,
    /// 依据.
    pub clause: ClauseOut,
}

fn figures(tree: &UnitTree, rows: &[Stands]) -> (FitnessYearUnitOut, Vec<FitnessYearUnitOut>) {
    let mut total = FitnessYearUnitOut::default();
    let mut units: BTreeMap<i64, FitnessYearUnitOut> = BTreeMap::new();
    for row in rows {
        total.add(row.standing);
        let unit = row.person.unit_id;
        units
            .entry(unit.get())
            .or_insert_with(|| FitnessYearUnitOut {
                unit_id: unit.get(),
                unit_name: tree.name(unit).to_owned(),
                bureau_name: tree
                    .district_of(unit)
                    .map(|bureau| tree.name(bureau).to_owned())
                    .unwrap_or_default(),
                ..FitnessYearUnitOut::default()
            })
            .add(row.standing);
    }
    (total, units.into_values().collect())
}

/// Figures by unit.
///
/// # Errors
/// 404 for a unit outside the scope; 409 without rules.
pub async fn overview(
    ctx: &Ctx,
    scope: &Scope,
    year: Option<i32>,
    unit: Option<i64>,
) -> Result<FitnessYearOut, Problem> {
    let year = fields::year_of(year, ctx.now)?;
    let mut tx = ctx.db().read().await?;
    let tree = organisation::tree(&mut tx, ctx.today).await?;
    let scope = narrow(scope, &tree, unit)?;
    let rules = Rules::load(&mut tx, &ctx.state, year).await?;
    let rows = standings(&mut tx, ctx, &scope, year).await?;
    let (total, units) = figures(&tree, &rows);
    Ok(FitnessYearOut {
        year,
        total,
        units,
        clause: rules.yearly(),
    })
}

/// Somebody who must take the year's test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FitnessPersonOut {
    /// Person.
    pub person_id: i64,
    /// 工号.
    pub staff_no: String,
    /// Name.
    pub name: String,
    /// Unit.
    pub unit_id: i64,
    /// Its name.
    pub unit_name: String,
    /// `passed`, `failed`, `unknown`, `exempt`, `deferred`, `listed`, `missing`.
    pub standing: String,
    /// Its word.
    pub standing_name: String,
    /// One sentence.
    pub text: String,
    /// The test that says so.
    pub test_id: Option<i64>,
}

/// Which people.
#[derive(Debug, Clone, Default)]
pub struct PeopleFilter {
    /// Year.
    pub year: Option<i32>,
    /// A unit and everything below it.
    pub unit: Option<i64>,
    /// Code of a standing, or `owed` for who still owes the test.
    pub standing: Option<String>,
    /// Part of name or number.
    pub text: Option<String>,
}

/// People of the year, filtered.
///
/// # Errors
/// 404 for a unit outside the scope.
pub async fn people(
    ctx: &Ctx,
    scope: &Scope,
    filter: &PeopleFilter,
    paging: Paging,
) -> Result<Page<FitnessPersonOut>, Problem> {
    let year = fields::year_of(filter.year, ctx.now)?;
    let mut tx = ctx.db().read().await?;
    let tree = organisation::tree(&mut tx, ctx.today).await?;
    let scope = narrow(scope, &tree, filter.unit)?;
    let text = filter.text.as_deref().map(str::trim).unwrap_or_default();
    let rows: Vec<FitnessPersonOut> = standings(&mut tx, ctx, &scope, year)
        .await?
        .into_iter()
        .filter(|row| match filter.standing.as_deref() {
            None | Some("") => true,
            Some("owed") => row.standing.is_owed(),
            Some("taken") => row.standing.is_taken(),
            Some(code) => row.standing.code() == code,
        })
        .filter(|row| {
            text.is_empty() || row.person.name.contains(text) || row.person.staff_no.contains(text)
        })
        .map(|row| person_out(&tree, row))
        .collect();
    let total = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let from = usize::try_from(paging.offset()).unwrap_or(usize::MAX);
    let most = usize::try_from(paging.limit()).unwrap_or(0);
    Ok(Page {
        total,
        rows: rows.into_iter().skip(from).take(most).collect(),
    })
}

/// A person as sent.
#[must_use]
pub fn person_out(tree: &UnitTree, row: Stands) -> FitnessPersonOut {
    FitnessPersonOut {
        person_id: row.person.id.get(),
        unit_id: row.person.unit_id.get(),
        unit_name: tree.name(row.person.unit_id).to_owned(),
        standing: row.standing.code().to_owned(),
        standing_name: row.standing.name().to_owned(),
        text: row.text,
        test_id: row.test,
        staff_no: row.person.staff_no,
        name: row.person.name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::state::State;
    use crate::store::entries::Entry;

    fn part(outcome: Outcome, seat: Seat) -> Part {
        Part {
            entry: Entry {
                id: 1,
                test_id: 7,
                person_id: PersonId::from(1),
                unit_id: 5.into(),
                staff_no: "1".to_owned(),
                name: "甲".to_owned(),
                sex: None,
                seat,
                reason: "出差".to_owned(),
                outcome,
            },
            on: "2024-06-04".parse().unwrap(),
            title: "体能测试".to_owned(),
            state: State::Held,
        }
    }

    fn waiver(kind: Kind, until: Option<&str>) -> Waiver {
        Waiver {
            id: 1,
            person_id: PersonId::from(1),
            unit_id: 5.into(),
            staff_no: "1".to_owned(),
            name: "甲".to_owned(),
            year: 2024,
            kind,
            reason: "injury".to_owned(),
            note: String::new(),
            until: until.map(|day| day.parse().unwrap()),
            state: crate::domain::waiver::WaiverState::Approved,
            requested_at: chengzhi_kernel::Timestamp::from_micros(0),
            requested_by: 1.into(),
            requested_by_name: String::new(),
            decided_at: None,
            decided_by_name: None,
            decide_note: None,
            version: 1,
        }
    }

    #[test]
    fn the_best_of_the_year_counts_and_a_deferral_runs_out() {
        let today = "2024-10-10".parse().unwrap();
        let (failed, passed) = (
            part(Outcome::Failed, Seat::Listed),
            part(Outcome::Passed, Seat::Listed),
        );
        let (absent, open) = (
            part(Outcome::None, Seat::Absent),
            part(Outcome::Incomplete, Seat::Listed),
        );
        let (later, over) = (
            waiver(Kind::Deferral, Some("2024-10-10")),
            waiver(Kind::Deferral, Some("2024-10-09")),
        );
        let exempt = waiver(Kind::Exemption, None);
        for (parts, waiver, wanted) in [
            (vec![], None, Standing::Missing),
            (vec![&failed, &passed], None, Standing::Passed),
            (vec![&passed, &failed], None, Standing::Passed),
            (vec![&failed, &absent], None, Standing::Failed),
            (vec![&absent], None, Standing::Missing),
            (vec![&open], None, Standing::Listed),
            (vec![&open], Some(&exempt), Standing::Exempt),
            (vec![&passed], Some(&exempt), Standing::Passed),
            (vec![], Some(&later), Standing::Deferred),
            (vec![], Some(&over), Standing::Missing),
        ] {
            assert_eq!(stand(&parts, waiver, today).0, wanted, "{parts:?}");
        }
    }
}
