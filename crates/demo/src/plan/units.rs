//! The units: city bureau, special units, districts with their sections, streets and squads.

use chengzhi_kernel::Date;
use chengzhi_organisation::facade::UnitKind;

use super::days;
use crate::data::Data;
use crate::data::organisation::{District, Office, Special};

/// Which leadership posts a unit has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lead {
    /// 科长.
    Section,
    /// 处长.
    Division,
    /// 中队长.
    Squad,
    /// None: bureaus (their leaders sit in the first office) and streets.
    Nobody,
}

/// A unit to be made.
#[derive(Debug, Clone)]
pub struct UnitPlan {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Kind.
    pub kind: UnitKind,
    /// Index of the parent on the 条 line.
    pub parent: Option<usize>,
    /// Index of the street, or of the district in which a street lies.
    pub street: Option<usize>,
    /// Runs training.
    pub trains: bool,
    /// First day.
    pub opened_on: Date,
    /// Index of the bureau it is counted with.
    pub bureau: usize,
    /// People at the start.
    pub officers: u32,
    /// Leaders of the bureau who sit here: how many and whose list of posts.
    pub seated: Option<(u32, String)>,
    /// Leadership posts.
    pub lead: Lead,
    /// The place without 街道, 镇 or 乡, for rooms.
    pub place: String,
}

/// A bureau: what staff numbers are counted within, and who holds closed training.
#[derive(Debug, Clone)]
pub struct BureauPlan {
    /// Index of its unit.
    pub unit: usize,
    /// Short name for files: 宝山区局.
    pub short: String,
    /// Staff numbers begin with it.
    pub staff_prefix: String,
    /// Index of the section that runs training.
    pub trains: usize,
    /// A district (not the city bureau, not a special unit).
    pub district: bool,
}

/// Units and bureaus.
#[derive(Debug, Clone, Default)]
pub struct Units {
    /// All units; parents come before children.
    pub units: Vec<UnitPlan>,
    /// All bureaus, the city first.
    pub bureaus: Vec<BureauPlan>,
    /// The second mobile squad of the trial district, founded inside the demo's years: its months
    /// before it had people are exempt, and history shows people moving in.
    pub founded: Option<Founded>,
}

/// A unit founded by people of another one.
#[derive(Debug, Clone, Copy)]
pub struct Founded {
    /// The new unit.
    pub unit: usize,
    /// Whose people move in.
    pub from: usize,
    /// Day of the move.
    pub on: Date,
    /// How many move.
    pub officers: u32,
}

/// When all units opened that are older than the demo.
fn opened() -> Date {
    days::ymd(2015, 1, 1)
}

/// The units of a city of so many districts; a small city has no special units.
#[must_use]
pub fn plan(data: &Data, districts: usize, founded_year: i32) -> Units {
    let mut all = Units::default();
    let city = &data.organisation.city;
    let root = all.bureau(&city.code, &city.name, UnitKind::CityBureau, None);
    all.bureaus.push(BureauPlan {
        unit: root,
        short: "市局".to_owned(),
        staff_prefix: city.staff_prefix.clone(),
        trains: root,
        district: false,
    });
    for office in &city.offices {
        all.office(
            root,
            office,
            office.code.clone(),
            UnitKind::CityOffice,
            Lead::Division,
        );
    }
    all.seat(root, city.leaders, "bureau");
    let chosen = chosen(data, districts);
    if chosen.len() > 1 {
        for special in &data.organisation.special {
            all.special(root, special);
        }
    }
    for district in chosen {
        all.district(data, root, district, founded_year);
    }
    all
}

/// The districts of a city of `count`: the trial district first, all in the order of their codes.
fn chosen(data: &Data, count: usize) -> Vec<&District> {
    let trial = &data.organisation.city.trial_district;
    let mut list: Vec<&District> = data.organisation.district.iter().collect();
    list.sort_by_key(|district| district.code != *trial);
    list.truncate(count.max(1));
    list.sort_by(|a, b| a.code.cmp(&b.code));
    list
}

impl Units {
    fn push(&mut self, unit: UnitPlan) -> usize {
        self.units.push(unit);
        self.units.len() - 1
    }

    fn bureau(&mut self, code: &str, name: &str, kind: UnitKind, parent: Option<usize>) -> usize {
        let index = self.units.len();
        self.push(UnitPlan {
            code: code.to_owned(),
            name: name.to_owned(),
            kind,
            parent,
            street: None,
            trains: false,
            opened_on: opened(),
            bureau: index,
            officers: 0,
            seated: None,
            lead: Lead::Nobody,
            place: String::new(),
        })
    }

    fn office(&mut self, bureau: usize, office: &Office, code: String, kind: UnitKind, lead: Lead) {
        let index = self.push(UnitPlan {
            code,
            name: office.name.clone(),
            kind,
            parent: Some(bureau),
            street: None,
            trains: office.trains,
            opened_on: opened(),
            bureau,
            officers: office.officers,
            seated: None,
            lead,
            place: String::new(),
        });
        if office.trains {
            for plan in self.bureaus.iter_mut().filter(|plan| plan.unit == bureau) {
                plan.trains = index;
            }
        }
    }

    /// Leaders belong to their bureau's first office: a bureau itself reports no study, and nobody
    /// may owe what he cannot attend.
    fn seat(&mut self, bureau: usize, leaders: u32, list: &str) {
        let first = self
            .units
            .iter_mut()
            .find(|unit| unit.parent == Some(bureau));
        if let Some(unit) = first {
            unit.seated = Some((leaders, list.to_owned()));
        }
    }

    fn special(&mut self, root: usize, special: &Special) {
        let kind = if special.kind == "corps" {
            UnitKind::Corps
        } else {
            UnitKind::SpecialUnit
        };
        let bureau = self.bureau(&special.code, &special.name, kind, Some(root));
        self.bureaus.push(BureauPlan {
            unit: bureau,
            short: special.short.clone(),
            staff_prefix: special.staff_prefix.clone(),
            trains: bureau,
            district: false,
        });
        for office in &special.offices {
            self.office(
                bureau,
                office,
                office.code.clone(),
                UnitKind::Section,
                Lead::Section,
            );
        }
        for squad in &special.squads {
            self.office(
                bureau,
                squad,
                squad.code.clone(),
                UnitKind::Squad,
                Lead::Squad,
            );
        }
        self.seat(bureau, special.leaders, &special.kind);
    }

    fn district(&mut self, data: &Data, root: usize, district: &District, founded_year: i32) {
        let bureau = self.bureau(
            &district.code,
            &district.bureau,
            UnitKind::DistrictBureau,
            Some(root),
        );
        self.bureaus.push(BureauPlan {
            unit: bureau,
            short: district.short.clone(),
            staff_prefix: district.staff_prefix.clone(),
            trains: bureau,
            district: true,
        });
        let lead = if district.sections == "standard" {
            Lead::Section
        } else {
            Lead::Division
        };
        for section in data
            .organisation
            .sections
            .get(&district.sections)
            .into_iter()
            .flatten()
        {
            let code = format!("{}-{}", district.code, section.code);
            self.office(bureau, section, code, UnitKind::Section, lead);
        }
        self.seat(bureau, district.leaders, "bureau");
        for division in &district.divisions {
            let street = self.push(UnitPlan {
                code: division.code.clone(),
                name: division.name.clone(),
                kind: UnitKind::Street,
                parent: None,
                street: Some(bureau),
                trains: false,
                opened_on: opened(),
                bureau,
                officers: 0,
                seated: None,
                lead: Lead::Nobody,
                place: String::new(),
            });
            self.push(UnitPlan {
                code: format!("{}Z", division.code),
                name: format!("{}中队", division.name),
                kind: UnitKind::Squad,
                parent: Some(bureau),
                street: Some(street),
                trains: false,
                opened_on: opened(),
                bureau,
                officers: division.officers,
                seated: None,
                lead: Lead::Squad,
                place: short_place(&division.name).to_owned(),
            });
        }
        self.mobile(data, bureau, district, founded_year);
    }

    fn mobile(&mut self, data: &Data, bureau: usize, district: &District, founded_year: i32) {
        let numbers = ["第一", "第二", "第三"];
        let mut first = None;
        for (index, squad) in district.mobile.iter().enumerate() {
            let number = if district.mobile.len() == 1 {
                ""
            } else {
                numbers[index % 3]
            };
            let unit = self.push(UnitPlan {
                code: format!("{}-J{}", district.code, index + 1),
                name: format!("{}{number}机动中队", district.name),
                kind: UnitKind::MobileSquad,
                parent: Some(bureau),
                street: None,
                trains: false,
                opened_on: opened(),
                bureau,
                officers: squad.officers,
                seated: None,
                lead: Lead::Squad,
                place: short_place(&district.name).to_owned(),
            });
            match first {
                None => first = Some(unit),
                Some(from) if district.code == data.organisation.city.trial_district => {
                    // Its people wait in the first squad until it has its rooms.
                    self.units[unit].opened_on = days::ymd(founded_year, 3, 1);
                    let officers = std::mem::take(&mut self.units[unit].officers);
                    self.units[from].officers += officers;
                    let on = days::ymd(founded_year, 5, 6);
                    self.founded = Some(Founded {
                        unit,
                        from,
                        on,
                        officers,
                    });
                }
                Some(_) => {}
            }
        }
    }

    /// The bureau plan of a unit.
    #[must_use]
    pub fn bureau_of(&self, unit: usize) -> &BureauPlan {
        let bureau = self.units[unit].bureau;
        self.bureaus
            .iter()
            .find(|plan| plan.unit == bureau)
            .unwrap_or(&self.bureaus[0])
    }

    /// Index of a unit by its code.
    #[must_use]
    pub fn by_code(&self, code: &str) -> Option<usize> {
        self.units.iter().position(|unit| unit.code == code)
    }
}

/// 大场镇 → 大场; two characters at least stay.
fn short_place(name: &str) -> &str {
    ["新区", "街道", "新镇", "镇", "乡", "区"]
        .iter()
        .filter_map(|ending| name.strip_suffix(ending))
        .find(|place| place.chars().count() >= 2)
        .unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_city_has_every_unit_once_and_a_small_one_the_trial_district() {
        let data = Data::load().unwrap();
        let city = plan(&data, 16, 2024);
        let count = |kind| city.units.iter().filter(|unit| unit.kind == kind).count();
        assert_eq!(count(UnitKind::DistrictBureau), 16);
        assert_eq!(count(UnitKind::Street), 215);
        assert_eq!(count(UnitKind::Corps) + count(UnitKind::SpecialUnit), 4);
        let codes: std::collections::BTreeSet<_> = city.units.iter().map(|u| &u.code).collect();
        assert_eq!(codes.len(), city.units.len());
        for (index, unit) in city.units.iter().enumerate() {
            assert!(unit.parent.is_none_or(|p| p < index) && unit.street.is_none_or(|s| s < index));
        }
        let small = plan(&data, 1, 2024);
        assert_eq!(small.bureaus.len(), 2);
        assert_eq!(small.bureaus[1].short, "宝山区局");
        assert!(small.founded.is_some());
    }

    #[test]
    fn places_are_short() {
        assert_eq!(short_place("大场镇"), "大场");
        assert_eq!(short_place("友谊路街道"), "友谊路");
        assert_eq!(short_place("堡镇"), "堡镇");
    }
}
