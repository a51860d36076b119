//! A small city for tests: one bureau with a training office, two districts, a corps.

use std::collections::BTreeMap;

use chengzhi_authz::Scope;
use chengzhi_db::Tx;
use chengzhi_kernel::{AccountId, Clock as _, Date, PersonId, Timestamp, UnitId};
use chengzhi_testkit::TestDb;

use crate::domain::kind::{Line, UnitKind};
use crate::domain::person::Category;
use crate::domain::status::{Change, StatusKind};
use crate::domain::ten_days::TenDays;
use crate::store::{events, members, people, units};
use crate::usecase::Editor;

/// A day by its numbers.
pub fn day(year: i32, month: u32, of: u32) -> Date {
    Date::from_ymd_opt(year, month, of).unwrap()
}

/// The units of the small city by code.
pub struct City(pub BTreeMap<&'static str, UnitId>);

impl City {
    pub fn unit(&self, code: &str) -> UnitId {
        self.0[code]
    }
}

/// Opens the units on 1 January 2020.
pub async fn city(tx: &mut Tx) -> City {
    let mut ids = BTreeMap::new();
    let opened = day(2020, 1, 1);
    for (code, name, kind, parent, street) in [
        ("SH", "市城管执法局", UnitKind::CityBureau, None, None),
        (
            "SH-ZR",
            "市局组织人事处",
            UnitKind::CityOffice,
            Some("SH"),
            None,
        ),
        (
            "BS",
            "上海市宝山区城市管理行政执法局",
            UnitKind::DistrictBureau,
            Some("SH"),
            None,
        ),
        ("BS-ZG", "政工科", UnitKind::Section, Some("BS"), None),
        ("BS-DCS", "大场镇", UnitKind::Street, None, Some("BS")),
        (
            "BS-DC",
            "大场镇中队",
            UnitKind::Squad,
            Some("BS"),
            Some("BS-DCS"),
        ),
        ("BS-GC", "顾村镇中队", UnitKind::Squad, Some("BS"), None),
        (
            "PD",
            "上海市浦东新区城市管理行政执法局",
            UnitKind::DistrictBureau,
            Some("SH"),
            None,
        ),
        ("PD-ZG", "政工科", UnitKind::Section, Some("PD"), None),
        ("ZD", "市局执法总队", UnitKind::Corps, Some("SH"), None),
        ("ZD-1", "总队一支队", UnitKind::Squad, Some("ZD"), None),
    ] {
        let new = units::NewUnit {
            code,
            name,
            kind,
            trains: code == "SH-ZR",
            opened_on: opened,
        };
        let id = units::insert(tx, &new).await.unwrap();
        for (line, parent) in [(Line::Professional, parent), (Line::Territorial, street)] {
            if let Some(parent) = parent {
                units::begin_edge(tx, id, line, ids[parent], opened)
                    .await
                    .unwrap();
            }
        }
        ids.insert(code, id);
    }
    City(ids)
}

/// A person who joined on 1 July 2021 and has belonged to `unit` since.
pub async fn person(tx: &mut Tx, staff_no: &str, name: &str, unit: UnitId) -> PersonId {
    let data = people::PersonData {
        staff_no: staff_no.to_owned(),
        name: name.to_owned(),
        sex: None,
        established: true,
        category: Category::EnforcementCivilServant,
        rank: None,
        phone: Some("13812341234".to_owned()),
        joined_on: day(2021, 7, 1),
        induction_ended_on: None,
    };
    people::insert_many(tx, &[data], Timestamp::at(day(2021, 7, 1), 9, 0))
        .await
        .unwrap();
    let id = people::by_staff_no(tx, &[staff_no.to_owned()])
        .await
        .unwrap()[staff_no]
        .0;
    members::begin(tx, id, unit, day(2021, 7, 1)).await.unwrap();
    id
}

/// A status change, entered two days after its decision on the effective day.
pub async fn change(tx: &mut Tx, person: PersonId, kind: StatusKind, effective_on: Date) -> i64 {
    let event = events::NewEvent {
        person,
        change: Change { kind, effective_on },
        decided_on: Some(effective_on),
        recorded_at: Timestamp::at(effective_on, 9, 0).plus_days(2),
        by: None,
        by_name: "测试",
        note: None,
    };
    events::insert(tx, &event).await.unwrap()
}

/// Somebody at the command line at 09:00 of the test's day.
pub fn editor(t: &TestDb) -> Editor {
    Editor::command_line("测试", t.clock.now())
}

/// An account that reaches these units.
pub async fn account(tx: &mut Tx, t: &TestDb, unit: UnitId) -> Editor {
    let units = units::tree(tx, t.clock.now().date())
        .await
        .unwrap()
        .subtree(unit);
    Editor {
        account: Some(AccountId::from(7)),
        name: "区局管理员".to_owned(),
        now: t.clock.now(),
        scope: Some(Scope { units, own: None }),
    }
}

/// The whole reach of an actor without limits.
pub fn everything(city: &City) -> Scope {
    Scope {
        units: city.0.values().map(|id| id.get()).collect(),
        own: None,
    }
}

/// Shanghai's ten-day rule.
pub fn ten_days() -> TenDays<'static> {
    TenDays {
        pack: "shanghai",
        calendar: chengzhi_rules::calendar(),
    }
}
