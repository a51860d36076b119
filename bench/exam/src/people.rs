//! The people: units, officers, accounts, sessions.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use chengzhi_accounts::domain::session::token_hash;
use chengzhi_accounts::facade::{DemoAccount, hash_password, open_demo_account};
use chengzhi_accounts::{AccountSettings, Accounts};
use chengzhi_db::{Arg, Db, DbTarget, sql};
use chengzhi_http::SystemClock;
use chengzhi_kernel::{Clock as _, PersonId, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::Common;

/// Everybody's password.
pub const PASSWORD: &str = "Chengzhi-2024";
/// Units: a city bureau, its districts, their squads.
const DISTRICTS: i64 = 16;
const SQUADS: i64 = 215;

/// What lies in the folder, kept beside it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Place {
    /// PostgreSQL's address; none is SQLite in the folder.
    pub database: Option<String>,
    /// People 1 to this.
    pub people: usize,
}

impl Place {
    fn path(folder: &Path) -> std::path::PathBuf {
        folder.join("place.json")
    }

    fn load(folder: &Path) -> Option<Self> {
        let text = std::fs::read_to_string(Self::path(folder)).ok()?;
        serde_json::from_str(&text).ok()
    }

    /// Opens its database.
    pub async fn open(&self, folder: &Path) -> anyhow::Result<Db> {
        let target = match &self.database {
            Some(address) => DbTarget::Postgres(address.clone()),
            None => DbTarget::Sqlite(folder.join("chengzhi.db")),
        };
        Ok(Db::connect(&target, Arc::new(SystemClock)).await?)
    }
}

/// Number of an officer, also his user name.
pub fn staff_no(person: i64) -> String {
    format!("31{person:06}")
}

/// The secret of a candidate's session.
pub fn token(person: i64) -> String {
    hex::encode(Sha256::digest(format!("bench session {person}")))
}

/// Makes the folder with people and accounts, unless it is there already.
pub async fn prepare(common: &Common) -> anyhow::Result<Place> {
    std::fs::create_dir_all(&common.folder).context("the folder cannot be made")?;
    let fits = |place: &Place| {
        place.people >= common.candidates && place.database.is_some() == common.database.is_some()
    };
    if let Some(place) = Place::load(&common.folder).filter(fits) {
        return Ok(place);
    }
    let began = std::time::Instant::now();
    let database = match &common.database {
        None => {
            for name in ["chengzhi.db", "chengzhi.db-wal", "chengzhi.db-shm"] {
                let _ = std::fs::remove_file(common.folder.join(name));
            }
            None
        }
        Some(server) => Some(new_database(server).await?),
    };
    let place = Place {
        database,
        people: common.candidates,
    };
    let db = place.open(&common.folder).await?;
    db.migrate().await?;
    fill(&db, common.candidates).await?;
    db.close().await;
    std::fs::write(Place::path(&common.folder), serde_json::to_string(&place)?)?;
    println!(
        "prepared: {} people in {:.1} s",
        place.people,
        began.elapsed().as_secs_f64()
    );
    Ok(place)
}

/// Makes a database beside the one named; gives its address.
async fn new_database(server: &str) -> anyhow::Result<String> {
    let target: DbTarget = server.parse()?;
    let db = Db::connect(&target, Arc::new(SystemClock)).await?;
    let name = format!("bench_exam_{}", SystemClock.now().micros());
    db.create_database(&name).await?;
    db.close().await;
    let (before, _) = server
        .rsplit_once('/')
        .context("the address names no database")?;
    Ok(format!("{before}/{name}"))
}

async fn fill(db: &Db, people: usize) -> anyhow::Result<()> {
    let people = i64::try_from(people)?;
    let mut tx = db.write().await?;
    let mut units = Vec::new();
    let mut edges = Vec::new();
    for unit in 1..=1 + DISTRICTS + SQUADS {
        let (name, kind, parent) = if unit == 1 {
            ("市局".to_owned(), "city_bureau", None)
        } else if unit <= 1 + DISTRICTS {
            (format!("第{unit}区局"), "district_bureau", Some(1))
        } else {
            (format!("第{unit}中队"), "squad", Some(2 + unit % DISTRICTS))
        };
        units.push(vec![
            Arg::from(unit),
            format!("B{unit}").into(),
            name.into(),
            kind.into(),
            i64::from(kind == "squad").into(),
            "2020-01-01".into(),
        ]);
        if let Some(parent) = parent {
            edges.push(vec![
                Arg::from(unit),
                "professional".into(),
                Arg::from(parent),
                "2020-01-01".into(),
            ]);
        }
    }
    tx.insert_many(
        "insert into unit (id, code, name, kind, trains, opened_on)",
        "",
        units,
    )
    .await?;
    tx.insert_many(
        "insert into unit_edge (unit_id, line, parent_id, from_on)",
        "",
        edges,
    )
    .await?;
    let mut rows = Vec::new();
    let mut members = Vec::new();
    for person in 1..=people {
        rows.push(vec![
            Arg::from(person),
            staff_no(person).into(),
            format!("考生{person}").into(),
            Arg::from(1),
            "enforcement_civil_servant".into(),
            "2020-01-01".into(),
            Arg::from(0),
            Arg::from(0),
        ]);
        members.push(vec![
            Arg::from(person),
            unit_of(person).into(),
            "2020-01-01".into(),
        ]);
    }
    tx.insert_many(
        "insert into person (id, staff_no, name, established, category, joined_on, created_at, updated_at)",
        "",
        rows,
    )
    .await?;
    tx.insert_many(
        "insert into membership (person_id, unit_id, from_on)",
        "",
        members,
    )
    .await?;
    let service = Accounts::new(AccountSettings::default())?;
    let hash = hash_password(&service, PASSWORD).await?;
    for person in 1..=people {
        let account = DemoAccount {
            user_name: staff_no(person),
            name: format!("考生{person}"),
            person_id: Some(PersonId::from(person)),
            roles: Vec::new(),
            password_hash: hash.clone(),
        };
        open_demo_account(&mut tx, "试验", &account)
            .await?
            .context("an account is there already")?;
    }
    tx.commit().await?;
    Ok(())
}

/// The squad of a candidate.
pub fn unit_of(person: i64) -> i64 {
    2 + DISTRICTS + person % SQUADS
}

/// Opens a fresh session for each of the first `people`, in place of all that there are.
pub async fn open_sessions(db: &Db, people: usize) -> anyhow::Result<()> {
    let now: Timestamp = SystemClock.now();
    let mut tx = db.write().await?;
    tx.run(sql("delete from session")).await?;
    let people = i64::try_from(people)?;
    let accounts = tx
        .all(sql("select id, person_id from account where person_id <= $1").bind(people))
        .await?;
    let mut rows = Vec::with_capacity(accounts.len());
    for account in &accounts {
        let (id, person): (i64, i64) = (account.get("id")?, account.get("person_id")?);
        rows.push(vec![
            token_hash(&token(person)).into(),
            Arg::from(id),
            now.into(),
            now.into(),
            "127.0.0.1".into(),
        ]);
    }
    tx.insert_many(
        "insert into session (token_hash, account_id, created_at, last_seen_at, address)",
        "",
        rows,
    )
    .await?;
    tx.commit().await?;
    Ok(())
}
