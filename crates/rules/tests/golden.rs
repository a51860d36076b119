//! The golden cases beside the pack: one file per sentence of the notice and per open question.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chengzhi_kernel::{Date, Month, Quantity, parse_date};
use chengzhi_rules::Policy;
use chengzhi_rules::assess::{
    Assessment, CompiledPolicy, Component, ComponentResult, DistrictSessions, Event, EventKind,
    Extra, LedgerKind, LedgerRow, Outcome, PersonFacts, Session, State, Waiver, assess, explain,
    months, reasons,
};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseFile {
    rule: String,
    clause: String,
    title: String,
    year: i32,
    as_of: Option<String>,
    sessions: Vec<(String, String)>,
    #[serde(default)]
    waivers: Vec<(Component, String)>,
    #[serde(default)]
    set: BTreeMap<String, String>,
    person: PersonFile,
    ledger: LedgerFile,
    expect: Expect,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PersonFile {
    established: bool,
    joined: String,
    induction_ended: Option<String>,
    #[serde(default)]
    events: Vec<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LedgerFile {
    online: Option<(String, String)>,
    district: Option<(String, String)>,
    study: Vec<u32>,
    #[serde(default)]
    rows: Vec<(String, String, String, String, String)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expect {
    state: State,
    result: Option<Outcome>,
    online_due: bool,
    district_due: bool,
    months: Vec<u32>,
    missing: Vec<u32>,
    rules: Vec<String>,
    #[serde(default)]
    text: Vec<String>,
    earned_online: Option<(String, String)>,
    earned_district: Option<(String, String)>,
}

fn day(text: &str) -> Date {
    parse_date(text).unwrap()
}

fn amount(text: &str) -> Quantity {
    text.parse().unwrap()
}

fn rows(case: &CaseFile) -> Vec<LedgerRow> {
    let in_year = |month: u32, d: u32| Month::new(case.year, month).unwrap().day(d);
    let whole = |date, kind, pair: &(String, String)| {
        LedgerRow::new(date, kind, amount(&pair.0), amount(&pair.1), None)
    };
    let mut rows = Vec::new();
    rows.extend(
        case.ledger
            .online
            .iter()
            .map(|p| whole(in_year(5, 6), LedgerKind::Online, p)),
    );
    rows.extend(
        case.ledger
            .district
            .iter()
            .map(|p| whole(in_year(6, 5), LedgerKind::District, p)),
    );
    for m in &case.ledger.study {
        let month = Month::new(case.year, *m).unwrap();
        rows.push(LedgerRow::new(
            month.day(10),
            LedgerKind::Study,
            Quantity::whole(1),
            Quantity::ZERO,
            Some(month),
        ));
    }
    for (date, kind, hours, credits, month) in &case.ledger.rows {
        let kind = LedgerKind::parse(kind.as_bytes());
        rows.push(LedgerRow::new(
            day(date),
            kind,
            amount(hours),
            amount(credits),
            month.parse().ok(),
        ));
    }
    rows
}

fn case_files() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies/shanghai/cases");
    let mut files: Vec<PathBuf> = ["good", "bad"]
        .iter()
        .flat_map(|folder| std::fs::read_dir(root.join(folder)).unwrap())
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
}

#[test]
fn every_case_comes_out_as_written() {
    let files = case_files();
    assert!(files.len() >= 35, "only {} cases", files.len());
    let mut failures = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let case: CaseFile =
            toml::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        let good = file.parent().unwrap().ends_with("good");
        if let Err(problem) = run(&case, good) {
            failures.push(format!(
                "{}（{}）: {problem}",
                file.file_name().unwrap().to_string_lossy(),
                case.title
            ));
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

fn run(case: &CaseFile, good: bool) -> Result<(), String> {
    let policy = Policy::for_year("shanghai", case.year).map_err(|e| format!("{e:?}"))?;
    let changes: Vec<(&str, &str)> = case
        .set
        .iter()
        .map(|(k, v)| (k.as_str(), v.as_str()))
        .collect();
    let pack = policy
        .pack
        .with_all(&changes)
        .map_err(|e| format!("{e:?}"))?;
    let policy =
        CompiledPolicy::new(&Policy::from_pack(pack, case.year).map_err(|e| format!("{e:?}"))?);
    let person = PersonFacts {
        established: case.person.established,
        joined: day(&case.person.joined),
        induction_ended: case.person.induction_ended.as_deref().map(day),
    };
    let events: Vec<Event> = case
        .person
        .events
        .iter()
        .map(|e| Event {
            kind: EventKind::parse(e[0].as_bytes()).unwrap(),
            effective: day(&e[1]),
            recorded: e.get(2).map(|d| day(d)),
        })
        .collect();
    let listed: Vec<Session> = case
        .sessions
        .iter()
        .map(|(a, b)| Session {
            from: day(a),
            to: day(b),
        })
        .collect();
    let sessions = DistrictSessions::for_year(&policy, &listed);
    let waivers: Vec<Waiver> = case
        .waivers
        .iter()
        .map(|(component, reason)| Waiver {
            component: *component,
            reason: reason.clone(),
        })
        .collect();
    let extra = Extra {
        as_of: case.as_of.as_deref().map(day),
        waivers: &waivers,
    };
    let a = assess(&policy, &person, &events, &rows(case), &sessions, &extra);
    let told = reasons(&policy, &a, &waivers);
    let rules: Vec<&str> = told.iter().map(|r| r.rule.as_str()).collect();
    let all_text: String = told
        .iter()
        .map(|r| r.text.as_str())
        .collect::<Vec<_>>()
        .join("\n");
    let e = &case.expect;
    same("state", &a.state, &e.state)?;
    same("result", &a.result, &e.result)?;
    same("online.due", &a.online.due, &e.online_due)?;
    same("district.due", &a.district.due, &e.district_due)?;
    same(
        "months",
        &a.squad.months.iter().collect::<Vec<_>>(),
        &e.months,
    )?;
    same(
        "missing",
        &a.squad.missing.iter().collect::<Vec<_>>(),
        &e.missing,
    )?;
    let expected: Vec<&str> = e.rules.iter().map(String::as_str).collect();
    same("rules", &rules, &expected)?;
    for part in &e.text {
        if !all_text.contains(part.as_str()) {
            return Err(format!("“{part}” is not in “{all_text}”"));
        }
    }
    for (name, want, got) in [
        ("online", &e.earned_online, &a.online),
        ("district", &e.earned_district, &a.district),
    ] {
        if let Some((hours, credits)) = want {
            same(
                name,
                &(got.earned_hours, got.earned_credits),
                &(amount(hours), amount(credits)),
            )?;
        }
    }
    if a.result == Some(Outcome::NotMet) && good {
        return Err("a case of the folder good is not met".to_owned());
    }
    if !good && a.result != Some(Outcome::NotMet) {
        return Err("a case of the folder bad is met".to_owned());
    }
    promises(&a, &told)?;
    same("trace", &a.trace.recompute().result, &a.result)?;
    let lines = explain(&policy, &a, &waivers);
    if lines
        .iter()
        .any(|l| l.text.is_empty() || l.rule.is_empty() || l.clause.is_empty())
    {
        return Err("an explanation without text, rule or clause".to_owned());
    }
    let owed: Vec<u32> = months(&policy, &a)
        .iter()
        .filter(|m| m.due)
        .map(|m| m.month)
        .collect();
    same("month lines", &owed, &e.months)?;
    if !case.clause.starts_with("宝城执〔2024〕6号") || !case.rule.starts_with("B-") {
        return Err("a case names its rule and clause".to_owned());
    }
    Ok(())
}

/// What holds for every answer, whatever the case.
fn promises(a: &Assessment, told: &[chengzhi_rules::assess::Reason]) -> Result<(), String> {
    let zero = |c: &ComponentResult| {
        c.due || (c.required_hours.is_zero() && c.required_credits.is_zero() && c.met)
    };
    same(
        "not due asks nothing",
        &(zero(&a.online) && zero(&a.district)),
        &true,
    )?;
    same("squad due", &a.squad.due, &!a.squad.months.is_empty())?;
    let unmet = [a.online.met, a.district.met, a.squad.met].contains(&false);
    if (a.state != State::Full || unmet) && told.is_empty() {
        return Err("no reason".to_owned());
    }
    same(
        "not assessed",
        &(a.state == State::NotAssessed),
        &a.result.is_none(),
    )
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, got: &T, want: &T) -> Result<(), String> {
    if got == want {
        Ok(())
    } else {
        Err(format!("{what}: got {got:?}, want {want:?}"))
    }
}
