//! Units as the lists of a whole year name them: of every day that was looked at, also those closed since.

use std::collections::HashMap;

use chengzhi_kernel::UnitId;

use super::tree::{UnitRef, UnitTree};

/// Units of some days, each as it was on the last of them on which it was open.
#[derive(Debug, Clone, Default)]
pub struct KnownUnits {
    units: HashMap<UnitId, UnitRef>,
    districts: HashMap<UnitId, UnitId>,
}

impl KnownUnits {
    /// Takes in the units of a day.
    pub fn learn(&mut self, tree: &UnitTree) {
        for node in tree.iter() {
            let id = node.unit.id;
            self.units.insert(id, node.unit.clone());
            if let Some(district) = tree.district_of(id) {
                self.districts.insert(id, district);
            }
        }
    }

    /// Name of a unit; empty for one that was open on none of the days.
    #[must_use]
    pub fn name(&self, unit: UnitId) -> String {
        self.units
            .get(&unit)
            .map(|unit| unit.name.clone())
            .unwrap_or_default()
    }

    /// Code of a unit: the order of lists.
    #[must_use]
    pub fn code(&self, unit: UnitId) -> &str {
        self.units.get(&unit).map_or("", |unit| unit.code.as_str())
    }

    /// The bureau a unit is counted with.
    #[must_use]
    pub fn district(&self, unit: UnitId) -> Option<UnitId> {
        self.districts.get(&unit).copied()
    }

    /// Its name.
    #[must_use]
    pub fn district_name(&self, unit: UnitId) -> String {
        self.district(unit)
            .map(|district| self.name(district))
            .unwrap_or_default()
    }
}
