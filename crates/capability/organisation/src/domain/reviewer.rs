//! Who reviews a unit's monthly study (its 条 line; without a district the city training office).

use chengzhi_kernel::UnitId;

use super::kind::UnitKind;
use super::tree::{UnitRef, UnitTree};

/// The reviewing unit with the reason, as the unit's page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reviewer<'a> {
    /// Who reviews.
    pub unit: &'a UnitRef,
    /// Why, in Chinese.
    pub why: String,
}

/// The reviewing unit of `id` on the tree's day. Below a district bureau it is that bureau; special
/// units, the corps, the city bureau and its offices have the city training office. That office's
/// own records go to the city bureau, because nobody reviews his own section.
#[must_use]
pub fn reviewer(tree: &UnitTree, id: UnitId) -> Option<Reviewer<'_>> {
    let unit = tree.unit(id)?;
    let city = || {
        tree.iter()
            .map(|node| &node.unit)
            .find(|unit| unit.kind == UnitKind::CityBureau)
    };
    if unit.kind == UnitKind::Street {
        return None;
    }
    if unit.kind != UnitKind::DistrictBureau
        && let Some(bureau) = tree
            .path(id)
            .into_iter()
            .find(|above| above.kind == UnitKind::DistrictBureau)
    {
        let why = format!("条线上级为{}，由其审核。", bureau.name);
        return Some(Reviewer { unit: bureau, why });
    }
    let training_office = tree
        .iter()
        .map(|node| &node.unit)
        .find(|unit| unit.trains && unit.kind == UnitKind::CityOffice);
    match training_office {
        Some(office) if office.id == id => Some(Reviewer {
            unit: city()?,
            why: "本部门不审核自己的记录，由市局审核。".to_owned(),
        }),
        Some(office) => {
            let whose = match unit.kind {
                UnitKind::CityBureau | UnitKind::CityOffice => "市局机关",
                UnitKind::DistrictBureau => "区局",
                _ => "总队和直属单位",
            };
            Some(Reviewer {
                unit: office,
                why: format!("{whose}由市局教育培训部门审核。"),
            })
        }
        None => Some(Reviewer {
            unit: city()?,
            why: "市局尚未指定教育培训部门，由市局审核。".to_owned(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tree::tests::small_city;
    use super::*;

    #[test]
    fn the_professional_line_decides() {
        let tree = small_city();
        let by = |id: i64| reviewer(&tree, UnitId::from(id)).map(|found| found.unit.id.get());
        assert_eq!(
            by(6),
            Some(4),
            "a squad: its district bureau, not its street"
        );
        assert_eq!(by(5), Some(4), "a section of the district bureau");
        assert_eq!(
            by(9),
            Some(2),
            "a squad of the corps: the city training office"
        );
        assert_eq!(by(3), Some(2), "a city office");
        assert_eq!(by(4), Some(2), "the district bureau itself");
        assert_eq!(by(2), Some(1), "the training office does not review itself");
        assert_eq!(by(7), None, "a street reports nothing");
    }
}
