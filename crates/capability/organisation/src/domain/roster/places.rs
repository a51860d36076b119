//! Which unit a name means. Section names repeat in every district, so 区局 decides; people write
//! 宝山区局 or 宝山区城管局 for the bureau's full name.

use std::collections::HashMap;

use chengzhi_kernel::UnitId;

use super::row::{Fault, short};
use crate::domain::kind::UnitKind;
use crate::domain::tree::UnitTree;

/// Finds units by the names people write. Answers are remembered: a roster repeats few names.
pub struct Places<'a> {
    tree: &'a UnitTree,
    reach: &'a dyn Fn(UnitId) -> bool,
    bureaus: HashMap<String, Vec<UnitId>>,
    units: HashMap<String, Vec<UnitId>>,
    answers: HashMap<(String, String), Result<UnitId, Fault>>,
}

fn is_bureau(kind: UnitKind) -> bool {
    matches!(
        kind,
        UnitKind::CityBureau | UnitKind::DistrictBureau | UnitKind::Corps | UnitKind::SpecialUnit
    )
}

/// A bureau's name without what writers leave out: 上海市宝山区城市管理行政执法局, 宝山区局 and
/// 宝山 are all 宝山.
fn bureau_key(name: &str) -> String {
    let mut key = name.trim();
    if let Some((_, tail)) = key.split_once("局执法总队") {
        return format!("执法总队{tail}");
    }
    key = key.strip_prefix("上海市").unwrap_or(key);
    for ending in [
        "城市管理行政执法局",
        "城市管理综合行政执法局",
        "综合行政执法局",
        "城市管理执法局",
        "城管执法局",
        "城管局",
        "执法局",
        "分局",
        "局",
        "综合执法大队",
        "执法大队",
        "执法支队",
        "大队",
        "支队",
    ] {
        if let Some(rest) = key.strip_suffix(ending) {
            key = rest;
            break;
        }
    }
    let short = key.strip_suffix("新区").or_else(|| key.strip_suffix('区'));
    match short {
        // 自贸区 and 新片区 keep their 区 when little would be left.
        Some(rest) if rest.chars().count() >= 2 => rest.to_owned(),
        _ if key.is_empty() => "市".to_owned(),
        _ => key.to_owned(),
    }
}

impl<'a> Places<'a> {
    /// All units of the tree; `reach` says which of them the importer may fill.
    #[must_use]
    pub fn new(tree: &'a UnitTree, reach: &'a dyn Fn(UnitId) -> bool) -> Self {
        let mut bureaus: HashMap<String, Vec<UnitId>> = HashMap::new();
        let mut units: HashMap<String, Vec<UnitId>> = HashMap::new();
        for node in tree.iter().filter(|node| node.unit.kind.has_people()) {
            let unit = &node.unit;
            if is_bureau(unit.kind) {
                bureaus
                    .entry(bureau_key(&unit.name))
                    .or_default()
                    .push(unit.id);
                bureaus.entry(unit.code.clone()).or_default().push(unit.id);
            }
            units.entry(unit.name.clone()).or_default().push(unit.id);
            if unit.code != unit.name {
                units.entry(unit.code.clone()).or_default().push(unit.id);
            }
        }
        Places {
            tree,
            reach,
            bureaus,
            units,
            answers: HashMap::new(),
        }
    }

    /// The unit meant by 区局 (may be blank) and 单位.
    ///
    /// # Errors
    /// A fault with the nearest name when there is no such unit, when it is not the only one, or
    /// when it is out of reach.
    pub fn find(&mut self, district: &str, unit: &str) -> Result<UnitId, Fault> {
        let key = (district.trim().to_owned(), unit.trim().to_owned());
        if let Some(answer) = self.answers.get(&key) {
            return answer.clone();
        }
        let answer = self.search(&key.0, &key.1);
        self.answers.insert(key, answer.clone());
        answer
    }

    fn bureau(&self, text: &str) -> Result<UnitId, Fault> {
        let found = self
            .bureaus
            .get(text)
            .or_else(|| self.bureaus.get(&bureau_key(text)));
        match found.map(Vec::as_slice) {
            Some([one]) => Ok(*one),
            _ => {
                let names = self
                    .tree
                    .iter()
                    .filter(|node| is_bureau(node.unit.kind))
                    .map(|node| node.unit.name.as_str());
                let hint = nearest(text, names)
                    .map(|name| format!("，是否为“{name}”"))
                    .unwrap_or_default();
                Err(Fault::new(
                    "区局",
                    format!("没有“{}”这一区局{hint}", short(text)),
                ))
            }
        }
    }

    fn search(&self, district: &str, unit: &str) -> Result<UnitId, Fault> {
        let bureau = if district.is_empty() {
            None
        } else {
            Some(self.bureau(district)?)
        };
        let in_bureau =
            |id: &UnitId| bureau.is_none_or(|bureau| self.tree.district_of(*id) == Some(bureau));
        let mut found: Vec<UnitId> = self
            .units
            .get(unit)
            .into_iter()
            .flatten()
            .copied()
            .filter(|id| in_bureau(id))
            .collect();
        if found.is_empty() {
            let key = bureau_key(unit);
            found = self
                .bureaus
                .get(&key)
                .into_iter()
                .flatten()
                .copied()
                .filter(|id| in_bureau(id))
                .collect();
            // 中队 and 科室 never pass for the bureau whose name they begin with.
            found.retain(|_| !unit.ends_with("中队") && !unit.ends_with('科'));
        }
        match found.as_slice() {
            [one] if (self.reach)(*one) => Ok(*one),
            [_] => Err(Fault::new(
                "单位",
                format!(
                    "“{}”不在您的管辖范围内，请由其所在区局或市局导入",
                    short(unit)
                ),
            )),
            [] => {
                let names = self
                    .tree
                    .iter()
                    .filter(|node| node.unit.kind.has_people() && in_bureau(&node.unit.id))
                    .map(|node| node.unit.name.as_str());
                let hint = nearest(unit, names)
                    .map(|name| format!("，是否为“{name}”"))
                    .unwrap_or_default();
                let place = bureau.map(|id| self.tree.name(id)).unwrap_or_default();
                Err(Fault::new(
                    "单位",
                    format!("{place}没有“{}”这一单位{hint}", short(unit)),
                ))
            }
            several => Err(Fault::new(
                "单位",
                format!(
                    "有{}个名为“{}”的单位，请在“区局”列写明所属区局",
                    several.len(),
                    short(unit)
                ),
            )),
        }
    }
}

/// The name with the fewest letters to change, if it is near enough to be meant.
fn nearest<'n>(text: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let wanted: Vec<char> = text.chars().take(40).collect();
    names
        .map(|name| {
            let letters: Vec<char> = name.chars().collect();
            // A name that holds all that was written is nearer than the letters tell.
            let part = wanted.len() >= 2 && (name.contains(text) || text.contains(name));
            (if part { 1 } else { distance(&wanted, &letters) }, name)
        })
        .filter(|(far, name)| *far <= 1 || *far * 2 <= name.chars().count().min(wanted.len()))
        .min_by_key(|(far, name)| (*far, name.chars().count()))
        .map(|(_, name)| name)
}

/// Letters to insert, drop or change to get from one to the other.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut left = i + 1;
        let mut corner = i;
        for (y, above) in b.iter().zip(row.iter_mut().skip(1)) {
            let best = (corner + usize::from(x != y)).min(left + 1).min(*above + 1);
            corner = *above;
            *above = best;
            left = best;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::tree::{UnitNode, UnitRef};

    fn tree() -> UnitTree {
        let node = |id: i64, name: &str, kind, parent: Option<i64>| UnitNode {
            unit: UnitRef {
                id: UnitId::from(id),
                code: format!("C{id}"),
                name: name.to_owned(),
                kind,
                trains: false,
            },
            parent: parent.map(UnitId::from),
            street: None,
        };
        UnitTree::new([
            node(1, "上海市城市管理行政执法局", UnitKind::CityBureau, None),
            node(
                2,
                "上海市宝山区城市管理行政执法局",
                UnitKind::DistrictBureau,
                Some(1),
            ),
            node(
                3,
                "上海市浦东新区城市管理行政执法局",
                UnitKind::DistrictBureau,
                Some(1),
            ),
            node(4, "政工科", UnitKind::Section, Some(2)),
            node(5, "政工科", UnitKind::Section, Some(3)),
            node(6, "大场镇中队", UnitKind::Squad, Some(2)),
            node(7, "宝山区机动中队", UnitKind::MobileSquad, Some(2)),
            node(
                8,
                "上海市城市管理行政执法局执法总队",
                UnitKind::Corps,
                Some(1),
            ),
            node(9, "自贸区综合执法大队", UnitKind::SpecialUnit, Some(1)),
        ])
    }

    fn find(district: &str, unit: &str) -> Result<i64, String> {
        let tree = tree();
        let everywhere = |_: UnitId| true;
        Places::new(&tree, &everywhere)
            .find(district, unit)
            .map(UnitId::get)
            .map_err(|fault| fault.message)
    }

    #[test]
    fn bureaus_are_known_by_the_names_people_write() {
        for text in [
            "上海市宝山区城市管理行政执法局",
            "宝山区局",
            "宝山区城管执法局",
            "宝山区",
            "宝山",
            "C2",
        ] {
            assert_eq!(find(text, "政工科"), Ok(4), "{text}");
        }
        assert_eq!(find("浦东新区局", "政工科"), Ok(5));
        assert_eq!(find("", "市局"), Ok(1));
        assert_eq!(find("", "市局执法总队"), Ok(8));
        assert_eq!(find("", "自贸区大队"), Ok(9));
        assert_eq!(
            find("宝山区局", "宝山区局"),
            Ok(2),
            "leaders belong to the bureau itself"
        );
    }

    #[test]
    fn a_name_that_several_units_have_wants_its_bureau() {
        assert!(find("", "政工科").unwrap_err().contains("有2个"));
        assert_eq!(find("", "大场镇中队"), Ok(6));
    }

    #[test]
    fn an_unknown_unit_is_told_with_the_nearest_name() {
        assert_eq!(
            find("宝山区局", "大厂镇中队").unwrap_err(),
            "上海市宝山区城市管理行政执法局没有“大厂镇中队”这一单位，是否为“大场镇中队”"
        );
        assert!(
            find("宝山区局", "宝山区中队")
                .unwrap_err()
                .contains("宝山区机动中队")
        );
        assert!(
            !find("宝山区局", "=cmd|' /C calc'!A0")
                .unwrap_err()
                .contains("是否为")
        );
        assert!(
            find("保山区局", "政工科")
                .unwrap_err()
                .starts_with("没有“保山区局”这一区局")
        );
    }

    #[test]
    fn a_unit_out_of_reach_is_refused() {
        let tree = tree();
        let district = |id: UnitId| [2, 4, 6, 7].contains(&id.get());
        let mut places = Places::new(&tree, &district);
        assert!(
            places
                .find("浦东新区局", "政工科")
                .unwrap_err()
                .message
                .contains("管辖范围")
        );
        assert_eq!(places.find("", "大场镇中队").unwrap(), UnitId::from(6));
    }

    #[test]
    fn distances_count_changed_letters() {
        let far = |a: &str, b: &str| {
            distance(
                &a.chars().collect::<Vec<_>>(),
                &b.chars().collect::<Vec<_>>(),
            )
        };
        assert_eq!(
            (
                far("", "甲乙"),
                far("甲乙丙", "甲丙"),
                far("甲乙", "乙甲"),
                far("同", "同")
            ),
            (2, 1, 2, 0)
        );
    }
}
