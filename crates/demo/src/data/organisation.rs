//! `organisation.toml`: the city bureau, its special units, the districts with their streets and towns.

use std::collections::BTreeMap;

use serde::Deserialize;

/// Units.
#[derive(Debug, Clone, Deserialize)]
pub struct Organisation {
    /// Expected numbers.
    pub counts: Counts,
    /// City bureau.
    pub city: City,
    /// Special units.
    pub special: Vec<Special>,
    /// Sections by list name.
    pub sections: BTreeMap<String, Vec<Office>>,
    /// Districts.
    pub district: Vec<District>,
}

/// Expected numbers.
#[derive(Debug, Clone, Deserialize)]
pub struct Counts {
    /// Districts.
    pub districts: usize,
    /// Streets and towns.
    pub divisions: usize,
}

/// The city bureau.
#[derive(Debug, Clone, Deserialize)]
pub struct City {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// User names begin with it.
    pub pinyin: String,
    /// Staff numbers begin with it.
    pub staff_prefix: String,
    /// Leaders.
    pub leaders: u32,
    /// The district of a city of one.
    pub trial_district: String,
    /// Offices.
    pub offices: Vec<Office>,
}

/// An office or section.
#[derive(Debug, Clone, Deserialize)]
pub struct Office {
    /// Code; of a district's section the part behind the dash.
    pub code: String,
    /// Name.
    pub name: String,
    /// People at the start.
    pub officers: u32,
    /// Runs training.
    #[serde(default)]
    pub trains: bool,
}

/// A special unit.
#[derive(Debug, Clone, Deserialize)]
pub struct Special {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Short name.
    pub short: String,
    /// `corps`, `brigade`, `detachment`.
    pub kind: String,
    /// Staff numbers begin with it.
    pub staff_prefix: String,
    /// Leaders.
    pub leaders: u32,
    /// Offices.
    pub offices: Vec<Office>,
    /// Squads.
    pub squads: Vec<Office>,
}

/// A district.
#[derive(Debug, Clone, Deserialize)]
pub struct District {
    /// Code.
    pub code: String,
    /// 宝山区.
    pub name: String,
    /// Name of its bureau.
    pub bureau: String,
    /// 宝山区局.
    pub short: String,
    /// User names begin with it.
    pub pinyin: String,
    /// Staff numbers begin with it.
    pub staff_prefix: String,
    /// Name of its list of sections.
    pub sections: String,
    /// Leaders.
    pub leaders: u32,
    /// Mobile squads.
    pub mobile: Vec<Mobile>,
    /// Streets and towns.
    pub divisions: Vec<Division>,
}

/// A mobile squad.
#[derive(Debug, Clone, Deserialize)]
pub struct Mobile {
    /// People at the start.
    pub officers: u32,
}

/// A street or town.
#[derive(Debug, Clone, Deserialize)]
pub struct Division {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// People of its squad at the start.
    pub officers: u32,
}
