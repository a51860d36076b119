//! Kinds of units and who may stand under whom (part D1: special units and the corps stand beside
//! the district bureaus, squads have two parents).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A line along which units are ordered (条块双管).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    /// 条: the bureau that leads professionally.
    Professional,
    /// 块: the street or town.
    Territorial,
}

impl Line {
    /// Stable code, as stored.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Professional => "professional",
            Self::Territorial => "territorial",
        }
    }

    /// The word on pages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Professional => "条",
            Self::Territorial => "块",
        }
    }

    /// Reads the stored code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        [Self::Professional, Self::Territorial]
            .into_iter()
            .find(|line| line.code() == code)
    }
}

/// What a unit is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum UnitKind {
    /// 市局.
    CityBureau,
    /// 市局处室.
    CityOffice,
    /// 市局执法总队.
    Corps,
    /// 区局.
    DistrictBureau,
    /// 科室 of a district bureau, the corps or a special unit.
    Section,
    /// 中队.
    Squad,
    /// 机动中队: without a street of its own.
    MobileSquad,
    /// 临港, 机场, 自贸区: beside the district bureaus.
    SpecialUnit,
    /// 街镇: the 块 line only; has no officers of its own.
    Street,
}

impl UnitKind {
    /// All kinds, from the top.
    pub const ALL: [Self; 9] = [
        Self::CityBureau,
        Self::CityOffice,
        Self::Corps,
        Self::DistrictBureau,
        Self::Section,
        Self::Squad,
        Self::MobileSquad,
        Self::SpecialUnit,
        Self::Street,
    ];

    /// Stable code, as stored and sent.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::CityBureau => "city_bureau",
            Self::CityOffice => "city_office",
            Self::Corps => "corps",
            Self::DistrictBureau => "district_bureau",
            Self::Section => "section",
            Self::Squad => "squad",
            Self::MobileSquad => "mobile_squad",
            Self::SpecialUnit => "special_unit",
            Self::Street => "street",
        }
    }

    /// The word on pages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CityBureau => "市局",
            Self::CityOffice => "市局处室",
            Self::Corps => "执法总队",
            Self::DistrictBureau => "区局",
            Self::Section => "科室",
            Self::Squad => "中队",
            Self::MobileSquad => "机动中队",
            Self::SpecialUnit => "直属单位",
            Self::Street => "街镇",
        }
    }

    /// Reads the stored code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Units that report monthly study: sections and squads (B-13), the city's offices too.
    #[must_use]
    pub const fn reports_study(self) -> bool {
        matches!(
            self,
            Self::Section | Self::CityOffice | Self::Squad | Self::MobileSquad
        )
    }

    /// Units that officers belong to; a street only stands beside its squad.
    #[must_use]
    pub const fn has_people(self) -> bool {
        !matches!(self, Self::Street)
    }

    /// Kinds that may be the parent on a line; empty when the unit has no parent there.
    #[must_use]
    pub const fn parents(self, line: Line) -> &'static [UnitKind] {
        match (line, self) {
            (
                Line::Professional,
                Self::CityOffice | Self::Corps | Self::DistrictBureau | Self::SpecialUnit,
            ) => &[Self::CityBureau],
            (Line::Professional, Self::Section | Self::Squad) => {
                &[Self::DistrictBureau, Self::Corps, Self::SpecialUnit]
            }
            (Line::Professional, Self::MobileSquad) => &[Self::DistrictBureau],
            (Line::Territorial, Self::Squad) => &[Self::Street],
            // A street is not led by the district bureau; the edge says in which district it lies.
            (Line::Territorial, Self::Street) => &[Self::DistrictBureau],
            _ => &[],
        }
    }

    /// True when the unit cannot be without a parent on the line.
    #[must_use]
    pub const fn needs_parent(self, line: Line) -> bool {
        matches!(line, Line::Professional) && !matches!(self, Self::CityBureau | Self::Street)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_read_back() {
        for kind in UnitKind::ALL {
            assert_eq!(UnitKind::parse(kind.code()), Some(kind));
        }
        assert_eq!(UnitKind::parse("bureau"), None);
    }

    #[test]
    fn every_kind_but_the_city_bureau_and_the_street_has_a_professional_parent() {
        for kind in UnitKind::ALL {
            let free = matches!(kind, UnitKind::CityBureau | UnitKind::Street);
            assert_eq!(
                kind.parents(Line::Professional).is_empty(),
                free,
                "{kind:?}"
            );
            assert_eq!(kind.needs_parent(Line::Professional), !free, "{kind:?}");
        }
    }
}
