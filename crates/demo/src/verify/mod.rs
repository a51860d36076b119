//! What must hold of a demo city, whoever made it.

mod classes;
mod drill_city;

use std::collections::{BTreeSet, HashMap};

use chengzhi_assessment::facade as assessment;
use chengzhi_assessment::usecase::assess::{YearRules, of_units};
use chengzhi_bank::facade as bank;
use chengzhi_db::verify_audit;
use chengzhi_drill::facade as drill;
use chengzhi_faculty::facade as faculty;
use chengzhi_fitness::facade as fitness;
use chengzhi_http::AppState;
use chengzhi_kernel::{Date, PersonId, Quantity};
use chengzhi_organisation::domain::status::{Change, State, StatusKind, state_on};
use chengzhi_organisation::facade::{self as organisation, AssessmentPerson};
use chengzhi_study::facade as study;
use chrono::Datelike as _;

use crate::data::Data;
use crate::plan::City;

/// Least and most completion of a closed year, in thousandths.
const COMPLETION: (i64, i64) = (930, 985);
/// Checked questions that the bank promises (issue 5 §1).
const LEAST_QUESTIONS: usize = 300;

/// What the city counted when it was made.
#[derive(Debug, Clone, Copy)]
pub struct Expected {
    /// Units.
    pub units: usize,
    /// People.
    pub people: usize,
    /// Pairs of photos that look alike.
    pub look_alikes: usize,
    /// Drill records with a film.
    pub films: usize,
    /// Training classes.
    pub classes: usize,
}

/// Checks the city. Gives one Chinese sentence per fault; empty when all is well.
///
/// # Errors
/// When the database cannot be read.
pub async fn verify(
    state: &AppState,
    data: &Data,
    city: &City,
    expected: Expected,
) -> anyhow::Result<Vec<String>> {
    let mut faults = Vec::new();
    let mut tx = state.db.read().await?;
    let today = city.wish.today.date();

    let units = organisation::units(&mut tx, today).await?;
    let open = city
        .units
        .units
        .iter()
        .filter(|unit| unit.opened_on <= today)
        .count();
    if units.len() != open || expected.units != city.units.units.len() {
        faults.push(format!("单位应有{open}个，实有{}个", units.len()));
    }
    let streets = units
        .iter()
        .filter(|node| node.unit.kind == organisation::UnitKind::Street)
        .count();
    if city.wish.districts >= data.organisation.counts.districts
        && streets != data.organisation.counts.divisions
    {
        faults.push(format!(
            "街镇应有{}个，实有{streets}个",
            data.organisation.counts.divisions
        ));
    }
    let all: BTreeSet<i64> = units.iter().map(|node| node.unit.id.get()).collect();
    let people = organisation::people_in(&mut tx, &all, today).await?;
    if people.len() != expected.people || people.len() != city.people.len() {
        faults.push(format!(
            "人员应有{}名，实有{}名",
            city.people.len(),
            people.len()
        ));
    }
    let mut staff_numbers = BTreeSet::new();
    if let Some(twice) = people
        .iter()
        .find(|person| !staff_numbers.insert(person.staff_no.clone()))
    {
        faults.push(format!("工号{}重复或同时在两个单位", twice.staff_no));
    }

    faults.extend(organisation::verify(&mut tx).await?);
    faults.extend(
        study::verify(&mut tx)
            .await
            .map_err(|problem| anyhow::anyhow!("{}", problem.detail()))?,
    );
    faults.extend(
        drill::verify(&mut tx)
            .await
            .map_err(|problem| anyhow::anyhow!("{}", problem.detail()))?,
    );
    faults.extend(
        faculty::verify(&mut tx)
            .await
            .map_err(|problem| anyhow::anyhow!("{}", problem.detail()))?,
    );
    faults.extend(classes::verify(&mut tx, city, expected.classes, &all).await?);
    faults.extend(
        fitness::verify(&mut tx, today)
            .await
            .map_err(|problem| anyhow::anyhow!("{}", problem.detail()))?,
    );
    faults.extend(
        bank::verify(&mut tx)
            .await
            .map_err(|problem| anyhow::anyhow!("{}", problem.detail()))?,
    );
    let questions = bank::for_papers(&mut tx, &bank::PaperFilter::default()).await?;
    if questions.len() < LEAST_QUESTIONS {
        faults.push(format!(
            "在用题目应不少于{LEAST_QUESTIONS}道，实有{}道",
            questions.len()
        ));
    }
    faults.extend(drill_city::exemptions(&mut tx, city).await?);
    if expected.films > 0 {
        faults.extend(drill_city::films(&mut tx, city, expected.films).await?);
    }
    for year in [city.year - 1, city.year] {
        faults.extend(hours_of_records(&mut tx, year).await?);
        faults.extend(attended_in_service(&mut tx, year).await?);
        faults.extend(sheets_in_totals(&mut tx, state, (data, city), year, &all).await?);
    }
    if expected.look_alikes != city.repeats.len() {
        faults.push(format!(
            "相似照片应有{}对，实有{}对",
            city.repeats.len(),
            expected.look_alikes
        ));
    }

    let last = assessment::summary(&mut tx, &state.policy, city.year - 1, &all, today).await?;
    match last.rate_permille() {
        Some(rate) if (COMPLETION.0..=COMPLETION.1).contains(&rate) => {}
        rate => faults.push(format!(
            "上一年度完成率不可信：{rate:?}‰，应考核{}人",
            last.assessed
        )),
    }
    if let Err(broken) = verify_audit(&mut tx).await? {
        faults.push(format!("审计日志：{}", broken.reason));
    }
    drop(tx);
    // Whatever is due by today has been locked; a second sweep finds nothing.
    let swept = study::lock_due(state)
        .await
        .map_err(|problem| anyhow::anyhow!("{}", problem.detail()))?;
    if swept.months > 0 {
        faults.push(format!("有{}个到期月份没有锁定", swept.months));
    }
    Ok(faults)
}

/// Nobody attended before he joined or after he left.
async fn attended_in_service(tx: &mut chengzhi_db::Tx, year: i32) -> anyhow::Result<Vec<String>> {
    let people: HashMap<PersonId, AssessmentPerson> =
        organisation::assessment_people(tx, year, None, None)
            .await?
            .into_iter()
            .map(|person| (person.id, person))
            .collect();
    let mut faults = Vec::new();
    for (record, id, on) in study::attendances(tx, year).await? {
        let serves = people
            .get(&id)
            .is_some_and(|person| person.joined_on <= on && !left_by(person, on));
        if !serves {
            faults.push(format!("学习记录{record}：人员{id}于{on}不在职而到会"));
        }
    }
    faults.truncate(20);
    Ok(faults)
}

fn left_by(person: &AssessmentPerson, on: Date) -> bool {
    let changes: Vec<Change> = person
        .events
        .iter()
        .filter_map(|event| {
            let kind = StatusKind::ALL
                .into_iter()
                .find(|kind| kind.rule_kind() == Some(event.kind))?;
            Some(Change {
                kind,
                effective_on: event.effective,
            })
        })
        .collect();
    matches!(state_on(&changes, person.joined_on, on), State::Left(_))
}

/// The hours that the sheets and the classes gave each person are those that his assessment counts.
async fn sheets_in_totals(
    tx: &mut chengzhi_db::Tx,
    state: &AppState,
    (data, city): (&Data, &City),
    year: i32,
    units: &BTreeSet<i64>,
) -> anyhow::Result<Vec<String>> {
    let mut sent: HashMap<&str, [i64; 2]> = HashMap::new();
    for line in city.ledger.iter().flat_map(|file| file.content.lines()) {
        let mut cells = line.split(',');
        let (Some(staff_no), Some(on), Some(category), Some(hours)) =
            (cells.next(), cells.next(), cells.next(), cells.next())
        else {
            continue;
        };
        // Planted slips have days that do not exist, as the headers have none.
        let Ok(on) = chengzhi_kernel::parse_date(on) else {
            continue;
        };
        let place = match category {
            "市局网训" => 0,
            "区局集训" => 1,
            _ => continue,
        };
        if on.year() == year
            && let Ok(hours) = hours.parse::<Quantity>()
        {
            sent.entry(staff_no).or_default()[place] += hours.thousandths();
        }
    }
    for (person, hours) in classes::hours(data, city, year) {
        let staff_no = city.people[person].staff_no.as_str();
        sent.entry(staff_no).or_default()[1] += hours;
    }
    let rules = YearRules::load(tx, &state.policy, year).await?;
    let today = city.wish.today.date();
    let mut faults = Vec::new();
    for judged in of_units(tx, &rules, units, today, None).await? {
        let counted = [
            judged.assessment.online.earned_hours.thousandths(),
            judged.assessment.district.earned_hours.thousandths(),
        ];
        let wanted = sent
            .get(judged.person.staff_no.as_str())
            .copied()
            .unwrap_or_default();
        if counted != wanted {
            faults.push(format!(
                "{}年{}：导入学时（千分之一）{wanted:?}，考核计入{counted:?}",
                year, judged.person.staff_no
            ));
        }
    }
    faults.truncate(20);
    Ok(faults)
}

/// Confirmed attendance and study hours agree one to one.
async fn hours_of_records(tx: &mut chengzhi_db::Tx, year: i32) -> anyhow::Result<Vec<String>> {
    let entries = assessment::study_entries(tx, year).await?;
    let mut faults = Vec::new();
    let mut posted = 0;
    for (record, attended) in study::confirmed_attendance(tx, year).await? {
        let hours = entries
            .get(&format!("study:{record}"))
            .copied()
            .unwrap_or(0);
        posted += hours;
        if hours != attended {
            faults.push(format!("学习记录{record}到会{attended}人，入账{hours}条"));
        }
    }
    let by_records: i64 = entries
        .iter()
        .filter(|(source, _)| source.starts_with("study:"))
        .map(|(_, count)| count)
        .sum();
    if by_records != posted {
        faults.push(format!(
            "{year}年有{}条学时找不到已通过的记录",
            by_records - posted
        ));
    }
    faults.truncate(20);
    Ok(faults)
}
