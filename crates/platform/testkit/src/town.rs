//! A small city for tests of capabilities: one training office, two districts, a special unit, and whom a test puts there.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use async_trait::async_trait;
use axum::http::request::Parts;
use chengzhi_authz::{Actor, Grant, Role, ScopeKind};
use chengzhi_db::{Db, Tx, sql};
use chengzhi_files::FileStore;
use chengzhi_http::{AppState, Authenticator, Ctx, Problem};
use chengzhi_kernel::{AccountId, PersonId, UnitId};

use crate::TestDb;

/// 市局.
pub const CITY: i64 = 1;
/// Its training office.
pub const CITY_OFFICE: i64 = 2;
/// 东区局.
pub const DISTRICT: i64 = 3;
/// Its political section.
pub const SECTION: i64 = 4;
/// Its first squad.
pub const SQUAD: i64 = 5;
/// Its second squad.
pub const SQUAD_TWO: i64 = 6;
/// 西区局.
pub const OTHER_DISTRICT: i64 = 8;
/// Its squad.
pub const OTHER_SQUAD: i64 = 9;
/// 机场支队.
pub const SPECIAL: i64 = 10;
/// Its squad.
pub const SPECIAL_SQUAD: i64 = 11;
/// A squad of the first district without anybody.
pub const EMPTY_SQUAD: i64 = 12;

/// Number, name, kind, parent, and whether it is a training office.
type Unit = (i64, &'static str, &'static str, Option<i64>, i64);

const UNITS: &[Unit] = &[
    (CITY, "市局", "city_bureau", None, 0),
    (CITY_OFFICE, "市局教育培训处", "city_office", Some(CITY), 1),
    (DISTRICT, "东区局", "district_bureau", Some(CITY), 0),
    (SECTION, "东区政工科", "section", Some(DISTRICT), 0),
    (SQUAD, "东一中队", "squad", Some(DISTRICT), 0),
    (SQUAD_TWO, "东二中队", "squad", Some(DISTRICT), 0),
    (OTHER_DISTRICT, "西区局", "district_bureau", Some(CITY), 0),
    (OTHER_SQUAD, "西一中队", "squad", Some(OTHER_DISTRICT), 0),
    (SPECIAL, "机场支队", "special_unit", Some(CITY), 0),
    (SPECIAL_SQUAD, "机场一中队", "squad", Some(SPECIAL), 0),
    (EMPTY_SQUAD, "东空中队", "squad", Some(DISTRICT), 0),
];

/// One of the town's people: number, unit, name. All are established officers since 2020.
pub type Person = (i64, i64, String);

/// People of a unit by their numbers, 队员1, 队员2 and so on.
pub fn crew(ids: impl IntoIterator<Item = i64>, unit: i64) -> Vec<Person> {
    ids.into_iter()
        .map(|id| (id, unit, format!("队员{id}")))
        .collect()
}

/// Units, people and accounts of one test.
pub struct Town {
    test: TestDb,
    units: Vec<i64>,
    actors: HashMap<String, Actor>,
}

impl Town {
    /// Puts the units with these numbers (parents first) and these people into a fresh database.
    pub async fn settle(test: TestDb, units: &[i64], people: &[Person]) -> Town {
        found(&test.db, units).await;
        let mut tx = test.db.write().await.unwrap();
        for person in people {
            insert_person(&mut tx, person).await;
        }
        tx.commit().await.unwrap();
        Town {
            test,
            units: units.to_vec(),
            actors: HashMap::new(),
        }
    }

    /// For rows of the test's own before anybody signs in.
    pub async fn write(&self, statements: &[&'static str]) {
        let mut tx = self.test.db.write().await.unwrap();
        for text in statements {
            tx.run(sql(*text)).await.unwrap();
        }
        tx.commit().await.unwrap();
    }

    /// The database, for façades of other capabilities.
    #[must_use]
    pub fn test(&self) -> &TestDb {
        &self.test
    }

    /// An account under a word of the test's: account number, person, name, role at a unit.
    pub fn account(
        &mut self,
        word: &str,
        (account, person, name): (i64, i64, &str),
        role: Role,
        unit: i64,
    ) {
        let actor = Actor {
            account_id: AccountId::from(account),
            person_id: Some(PersonId::from(person)),
            name: name.to_owned(),
            grants: vec![self.grant(role, unit)],
        };
        self.actors.insert(word.to_owned(), actor);
    }

    /// An account that belongs to nobody of the roster.
    pub fn without_person(&mut self, word: &str) {
        self.actors.get_mut(word).unwrap().person_id = None;
    }

    /// One more role for an account.
    pub fn also(&mut self, word: &str, role: Role, unit: i64) {
        let grant = self.grant(role, unit);
        self.actors.get_mut(word).unwrap().grants.push(grant);
    }

    fn grant(&self, role: Role, unit: i64) -> Grant {
        let (scope, units) = match role {
            Role::SquadReporter | Role::SectionLead => (ScopeKind::Unit, BTreeSet::from([unit])),
            Role::Officer | Role::Instructor => (ScopeKind::Own, BTreeSet::new()),
            _ => (ScopeKind::Subtree, self.subtree(unit)),
        };
        Grant {
            role,
            unit_id: UnitId::from(unit),
            scope,
            units: Arc::new(units),
        }
    }

    fn subtree(&self, top: i64) -> BTreeSet<i64> {
        let parent_of = |id: i64| {
            UNITS
                .iter()
                .find(|unit| unit.0 == id)
                .and_then(|unit| unit.3)
        };
        self.units
            .iter()
            .filter(|id| std::iter::successors(Some(**id), |at| parent_of(*at)).any(|at| at == top))
            .copied()
            .collect()
    }

    /// The server's parts, where `x-test-actor` says who asks; and the database that lives as long as the test.
    #[must_use]
    pub fn open(self) -> (TestDb, AppState) {
        let state = AppState {
            db: self.test.db.clone(),
            clock: self.test.clock.clone(),
            wall: self.test.clock.clone(),
            files: FileStore::open(self.test.folder.path().join("files")).unwrap(),
            calendar: Arc::new(chengzhi_rules::calendar().clone()),
            policy: "shanghai".into(),
            authenticator: Arc::new(ByHeader(self.actors)),
            demo: false,
            secure_cookies: false,
        };
        (self.test, state)
    }
}

/// What a handler would be given for the account under this word.
pub async fn ctx(state: &AppState, who: &str) -> Ctx {
    let mut parts = axum::http::Request::new(()).into_parts().0;
    parts.headers.insert("x-test-actor", who.parse().unwrap());
    let actor = state.authenticator.actor(state, &parts).await.unwrap();
    Ctx::new(state.clone(), actor)
}

/// Units with these numbers, parents first, in a database that has none.
pub async fn found(db: &Db, units: &[i64]) {
    let mut tx = db.write().await.unwrap();
    for unit in UNITS.iter().filter(|unit| units.contains(&unit.0)) {
        insert_unit(&mut tx, unit).await;
    }
    tx.commit().await.unwrap();
}

struct ByHeader(HashMap<String, Actor>);

#[async_trait]
impl Authenticator for ByHeader {
    async fn actor(&self, _state: &AppState, parts: &Parts) -> Result<Actor, Problem> {
        parts
            .headers
            .get("x-test-actor")
            .and_then(|name| name.to_str().ok())
            .and_then(|name| self.0.get(name))
            .cloned()
            .ok_or_else(Problem::signed_out)
    }
}

async fn insert_unit(tx: &mut Tx, &(id, name, kind, parent, trains): &Unit) {
    tx.run(
        sql("insert into unit (id, code, name, kind, trains, opened_on) values ($1, $2, $3, $4, $5, '2020-01-01')")
            .bind(id)
            .bind(format!("U{id:02}"))
            .bind(name)
            .bind(kind)
            .bind(trains),
    )
    .await
    .unwrap();
    if let Some(parent) = parent {
        tx.run(
            sql("insert into unit_edge (unit_id, line, parent_id, from_on) values ($1, 'professional', $2, '2020-01-01')")
                .bind(id)
                .bind(parent),
        )
        .await
        .unwrap();
    }
}

async fn insert_person(tx: &mut Tx, (id, unit, name): &Person) {
    tx.run(
        sql("insert into person (id, staff_no, name, established, category, joined_on, created_at, updated_at)
             values ($1, $2, $3, 1, 'enforcement_civil_servant', '2020-01-01', 0, 0)")
            .bind(*id)
            .bind(format!("31{id:05}"))
            .bind(name.as_str()),
    )
    .await
    .unwrap();
    tx.run(
        sql("insert into membership (person_id, unit_id, from_on) values ($1, $2, '2020-01-01')")
            .bind(*id)
            .bind(*unit),
    )
    .await
    .unwrap();
}
