//! Which rules a year is judged by: those of its closing, else the newest published or built-in
//! pack that is not later than the year (B-07).

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use chengzhi_db::{DbError, Tx};
use chengzhi_rules::{Pack, PackError, Policy, builtin};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::store::policies;

/// A pack as published or closed: a built-in text with changed values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackContent {
    /// The built-in pack it starts from, `shanghai/2024`.
    pub built_in: String,
    /// Year it is for.
    pub year: i32,
    /// Changed values, key and text.
    pub changes: Vec<(String, String)>,
}

impl PackContent {
    /// The built-in pack itself.
    #[must_use]
    pub fn built_in(pack: &Pack) -> Self {
        PackContent {
            built_in: pack.id(),
            year: pack.year,
            changes: Vec::new(),
        }
    }

    /// As stored.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The pack with its changes.
    ///
    /// # Errors
    /// Every mistake of the pack.
    pub fn pack(&self) -> Result<Pack, Vec<PackError>> {
        let (name, year) = split_id(&self.built_in).ok_or_else(|| unknown_pack(&self.built_in))?;
        let base = Pack::built_in(name, year)?;
        let changes: Vec<(&str, &str)> = self
            .changes
            .iter()
            .map(|(k, v)| (k.as_str(), v.as_str()))
            .collect();
        let mut pack = base.with_all(&changes)?;
        pack.year = self.year;
        Ok(pack)
    }
}

fn unknown_pack(id: &str) -> Vec<PackError> {
    vec![PackError {
        key: "policy".to_owned(),
        message: format!("没有规则包 {id}"),
    }]
}

/// `shanghai/2024` in its parts.
#[must_use]
pub fn split_id(id: &str) -> Option<(&str, i32)> {
    let (name, year) = id.split_once('/')?;
    Some((name, year.parse().ok()?))
}

/// Why there are no rules.
#[derive(Debug, Error)]
pub enum PolicyError {
    /// No pack of the family is old enough, or one is broken.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("；"))]
    Pack(Vec<PackError>),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// The content of a pack by id: published here, else built in.
///
/// # Errors
/// [`PolicyError`] when it is neither.
pub async fn content_of(tx: &mut Tx, id: &str) -> Result<PackContent, PolicyError> {
    if let Some(stored) = policies::published(tx, id).await?
        && let Ok(content) = serde_json::from_str(&stored)
    {
        return Ok(content);
    }
    let (name, year) = split_id(id).ok_or_else(|| PolicyError::Pack(unknown_pack(id)))?;
    let pack = Pack::built_in(name, year).map_err(PolicyError::Pack)?;
    Ok(PackContent::built_in(&pack))
}

/// All pack ids of the family, oldest first, built in or published.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn pack_ids(tx: &mut Tx, family: &str) -> Result<Vec<String>, DbError> {
    let mut years: Vec<i32> = builtin::pack_names()
        .filter(|(name, _)| *name == family)
        .map(|(_, year)| year)
        .collect();
    for id in policies::published_packs(tx).await? {
        if let Some((name, year)) = split_id(&id)
            && name == family
        {
            years.push(year);
        }
    }
    years.sort_unstable();
    years.dedup();
    Ok(years
        .into_iter()
        .map(|year| format!("{family}/{year}"))
        .collect())
}

/// The rules of a year.
///
/// # Errors
/// [`PolicyError::Pack`] when no pack of the family is old enough.
pub async fn policy_of(tx: &mut Tx, family: &str, year: i32) -> Result<Arc<Policy>, PolicyError> {
    let content = match policies::closed_year(tx, year).await? {
        Some(closed) => serde_json::from_str(&closed.content).ok(),
        None => None,
    };
    let content: PackContent = match content {
        Some(content) => content,
        None => {
            let ids = pack_ids(tx, family).await?;
            let newest = ids
                .iter()
                .rev()
                .find(|id| split_id(id).is_some_and(|(_, pack_year)| pack_year <= year));
            let Some(id) = newest else {
                return Err(PolicyError::Pack(unknown_pack(&format!("{family}/{year}"))));
            };
            content_of(tx, id).await?
        }
    };
    cached(&content, year)
}

/// Reading a pack takes about a millisecond; every request needs it.
fn cached(content: &PackContent, year: i32) -> Result<Arc<Policy>, PolicyError> {
    static CACHE: LazyLock<Mutex<HashMap<String, Arc<Policy>>>> = LazyLock::new(Mutex::default);
    let key = format!("{year}|{}", content.to_json());
    if let Some(known) = CACHE
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .get(&key)
    {
        return Ok(known.clone());
    }
    let pack = content.pack().map_err(PolicyError::Pack)?;
    let policy = Arc::new(Policy::from_pack(pack, year).map_err(PolicyError::Pack)?);
    let mut cache = CACHE.lock().unwrap_or_else(PoisonError::into_inner);
    if cache.len() > 200 {
        cache.clear();
    }
    cache.insert(key, policy.clone());
    Ok(policy)
}
