//! What a blueprint asks for, as single demands that can be named, dropped and relaxed.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::domain::QuestionId;
use crate::domain::blueprint::Blueprint;

/// One demand of a blueprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "of")]
pub enum Constraint {
    /// Not used in the latest sessions.
    Rest,
    /// At most so many papers before.
    Uses,
    /// At most such a share of the papers before.
    Share,
    /// Near-duplicates apart.
    Enemies,
    /// Excluded questions.
    Excluded,
    /// A limit's upper bound (place in the blueprint).
    Max(usize),
    /// Expected score.
    Target,
    /// Full marks.
    Total,
    /// A limit's lower bound.
    Min(usize),
    /// One fixed question.
    Fixed(QuestionId),
    /// A section's number of questions.
    Section(usize),
    /// At most so many questions of the forms built before (parallel forms only).
    Overlap,
}

/// The demands in force.
pub(super) type Active = BTreeSet<Constraint>;

/// All demands of a blueprint.
pub(super) fn all(plan: &Blueprint) -> Active {
    let wear = &plan.exposure;
    let switches = [
        (wear.rest_sessions.is_some(), Constraint::Rest),
        (wear.max_uses.is_some(), Constraint::Uses),
        (wear.max_share.is_some(), Constraint::Share),
        (plan.keep_enemies_apart, Constraint::Enemies),
        (!plan.excluded.is_empty(), Constraint::Excluded),
        (plan.target.is_some(), Constraint::Target),
        (plan.total.is_some(), Constraint::Total),
    ];
    let on = switches.into_iter().filter(|(on, _)| *on).map(|(_, c)| c);
    let limits = plan.limits.iter().enumerate().flat_map(|(at, limit)| {
        let min = limit.min.filter(|min| *min > 0);
        let min = min.map(|_| Constraint::Min(at));
        min.into_iter()
            .chain(limit.max.map(|_| Constraint::Max(at)))
    });
    let sections = (0..plan.sections.len()).map(Constraint::Section);
    let fixed = plan.fixed.iter().map(|id| Constraint::Fixed(*id));
    on.chain(limits).chain(sections).chain(fixed).collect()
}
