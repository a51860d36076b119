//! All units of one day with their two lines, in memory: a city has a few hundred.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chengzhi_kernel::UnitId;

use super::kind::UnitKind;

/// A unit as other capabilities know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitRef {
    /// Row id.
    pub id: UnitId,
    /// Code of the bureau's own list, unique.
    pub code: String,
    /// Name.
    pub name: String,
    /// Kind.
    pub kind: UnitKind,
    /// The city office that runs training, which reviews what has no district.
    pub trains: bool,
}

/// A unit with its parents of the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitNode {
    /// The unit.
    pub unit: UnitRef,
    /// Parent on the 条 line.
    pub parent: Option<UnitId>,
    /// Parent on the 块 line: the street of a squad, the district in which a street lies.
    pub street: Option<UnitId>,
}

/// The units open on one day. A copy shares them.
#[derive(Debug, Clone, Default)]
pub struct UnitTree {
    inner: Arc<Units>,
}

#[derive(Debug, Default)]
struct Units {
    nodes: BTreeMap<i64, UnitNode>,
    children: BTreeMap<i64, BTreeSet<i64>>,
}

impl UnitTree {
    /// A tree of these units.
    #[must_use]
    pub fn new(nodes: impl IntoIterator<Item = UnitNode>) -> Self {
        let mut units = Units::default();
        for node in nodes {
            for parent in [node.parent, node.street].into_iter().flatten() {
                units
                    .children
                    .entry(parent.get())
                    .or_default()
                    .insert(node.unit.id.get());
            }
            units.nodes.insert(node.unit.id.get(), node);
        }
        UnitTree {
            inner: Arc::new(units),
        }
    }

    /// All units, by id.
    pub fn iter(&self) -> impl Iterator<Item = &UnitNode> {
        self.inner.nodes.values()
    }

    /// A unit with its parents.
    #[must_use]
    pub fn node(&self, id: UnitId) -> Option<&UnitNode> {
        self.inner.nodes.get(&id.get())
    }

    /// A unit.
    #[must_use]
    pub fn unit(&self, id: UnitId) -> Option<&UnitRef> {
        self.node(id).map(|node| &node.unit)
    }

    /// Its name; empty when it is not open on the day.
    #[must_use]
    pub fn name(&self, id: UnitId) -> &str {
        self.unit(id).map_or("", |unit| unit.name.as_str())
    }

    /// Parent on the 条 line.
    #[must_use]
    pub fn parent(&self, id: UnitId) -> Option<UnitId> {
        self.node(id).and_then(|node| node.parent)
    }

    /// Units directly below, on either line.
    #[must_use]
    pub fn children(&self, id: UnitId) -> BTreeSet<i64> {
        self.inner
            .children
            .get(&id.get())
            .cloned()
            .unwrap_or_default()
    }

    /// Units directly below on the 条 line.
    #[must_use]
    pub fn professional_children(&self, id: UnitId) -> Vec<UnitId> {
        self.children(id)
            .into_iter()
            .map(UnitId::from)
            .filter(|child| self.parent(*child) == Some(id))
            .collect()
    }

    /// The unit and everything below it, along either line.
    #[must_use]
    pub fn subtree(&self, id: UnitId) -> BTreeSet<i64> {
        let mut found = BTreeSet::new();
        if !self.inner.nodes.contains_key(&id.get()) {
            return found;
        }
        let mut open = vec![id.get()];
        while let Some(next) = open.pop() {
            if found.insert(next) {
                open.extend(
                    self.inner
                        .children
                        .get(&next)
                        .into_iter()
                        .flatten()
                        .copied(),
                );
            }
        }
        found
    }

    /// The unit and its parents on the 条 line, from below; a street goes on by its district.
    #[must_use]
    pub fn path(&self, id: UnitId) -> Vec<&UnitRef> {
        let mut path = Vec::new();
        let mut seen = BTreeSet::new();
        let mut next = Some(id);
        while let Some(id) = next {
            let Some(node) = self.node(id).filter(|_| seen.insert(id)) else {
                break;
            };
            path.push(&node.unit);
            next = node.parent.or(if node.unit.kind == UnitKind::Street {
                node.street
            } else {
                None
            });
        }
        path
    }

    /// The bureau that a unit's people are counted with: its district bureau, special unit or
    /// corps, else the city bureau. The unit itself when it is one.
    #[must_use]
    pub fn district_of(&self, id: UnitId) -> Option<UnitId> {
        self.path(id)
            .into_iter()
            .find(|unit| {
                matches!(
                    unit.kind,
                    UnitKind::DistrictBureau
                        | UnitKind::SpecialUnit
                        | UnitKind::Corps
                        | UnitKind::CityBureau
                )
            })
            .map(|unit| unit.id)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// city 1 (office 2 trains, office 3), district 4 (section 5, squad 6 with street 7), corps 8 (squad 9).
    pub(crate) fn small_city() -> UnitTree {
        let node = |id: i64, kind, parent: Option<i64>, street: Option<i64>| UnitNode {
            unit: UnitRef {
                id: UnitId::from(id),
                code: format!("C{id}"),
                name: format!("单位{id}"),
                kind,
                trains: id == 2,
            },
            parent: parent.map(UnitId::from),
            street: street.map(UnitId::from),
        };
        UnitTree::new([
            node(1, UnitKind::CityBureau, None, None),
            node(2, UnitKind::CityOffice, Some(1), None),
            node(3, UnitKind::CityOffice, Some(1), None),
            node(4, UnitKind::DistrictBureau, Some(1), None),
            node(5, UnitKind::Section, Some(4), None),
            node(6, UnitKind::Squad, Some(4), Some(7)),
            node(7, UnitKind::Street, None, Some(4)),
            node(8, UnitKind::Corps, Some(1), None),
            node(9, UnitKind::Squad, Some(8), None),
        ])
    }

    #[test]
    fn a_subtree_follows_both_lines() {
        let tree = small_city();
        assert_eq!(tree.subtree(UnitId::from(7)), BTreeSet::from([6, 7]));
        assert_eq!(tree.subtree(UnitId::from(4)), BTreeSet::from([4, 5, 6, 7]));
        assert_eq!(tree.subtree(UnitId::from(1)).len(), 9);
        assert!(tree.subtree(UnitId::from(99)).is_empty());
    }

    #[test]
    fn people_are_counted_with_the_bureau_above() {
        let tree = small_city();
        for (unit, district) in [(6, 4), (7, 4), (4, 4), (9, 8), (3, 1), (1, 1)] {
            assert_eq!(
                tree.district_of(UnitId::from(unit)),
                Some(UnitId::from(district)),
                "{unit}"
            );
        }
    }
}
