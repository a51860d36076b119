//! Posts and ranks: who leads, 一长五员, and who follows when a holder goes.

use chengzhi_kernel::Date;
use chengzhi_organisation::domain::person::Category;
use chengzhi_organisation::facade::UnitKind;
use chrono::Datelike as _;

use super::people::{PersonPlan, PostSpan};
use super::units::{Lead, UnitPlan};
use crate::data::Data;
use crate::rng::Rng;

/// Posts whose holders lead others; they are succeeded and not transferred.
const LEADING: &[&str] = &[
    "bureau_director",
    "bureau_deputy_director",
    "bureau_fourth_level_researcher",
    "corps_leader",
    "corps_deputy_leader",
    "detachment_leader",
    "detachment_deputy_leader",
    "brigade_leader",
    "brigade_deputy_leader",
    "division_head",
    "division_deputy_head",
    "section_head",
    "section_deputy_head",
    "squad_leader",
    "squad_instructor",
    "squad_deputy_leader",
];

/// Whether a post leads.
#[must_use]
pub fn leads(post: &str) -> bool {
    LEADING.contains(&post)
}

/// The post of those who hold no other.
#[must_use]
pub fn plain_post(kind: UnitKind, established: bool) -> &'static str {
    match kind {
        _ if !established => "auxiliary",
        UnitKind::Section | UnitKind::CityOffice => "clerk",
        _ => "officer",
    }
}

/// Gives the posts of a unit to its people at the start.
pub fn assign(data: &Data, unit: &UnitPlan, people: &mut [&mut PersonPlan], first: Date) {
    let own = people.len();
    let mut wanted: Vec<String> = Vec::new();
    if let Some((leaders, list)) = &unit.seated {
        wanted.extend(
            leading(data, list, *leaders as usize)
                .into_iter()
                .take(*leaders as usize),
        );
    }
    let list = match unit.lead {
        Lead::Section => "section",
        Lead::Division => "division",
        Lead::Squad => "squad",
        Lead::Nobody => "",
    };
    wanted.extend(leading(data, list, own));
    give_leadership(people, wanted, first);
    if unit.lead == Lead::Squad {
        give_key_posts(data, people, first);
    }
    for person in people.iter_mut().filter(|person| person.posts.is_empty()) {
        let post = plain_post(unit.kind, person.established);
        begin(person, post, first);
    }
}

/// The leadership posts of a list for a unit of this size, one entry per holder.
fn leading(data: &Data, list: &str, size: usize) -> Vec<String> {
    data.posts
        .leadership
        .iter()
        .filter(|leadership| leadership.unit == list)
        .flat_map(|leadership| &leadership.posts)
        .filter(|post| size >= post.from_size as usize)
        .flat_map(|post| std::iter::repeat_n(post.id.clone(), post.per_unit as usize))
        .collect()
}

/// The oldest of middle age lead; nobody holds two leading posts.
fn give_leadership(people: &mut [&mut PersonPlan], wanted: Vec<String>, first: Date) {
    let mut order: Vec<usize> = (0..people.len()).collect();
    order.sort_by_key(|index| {
        let person = &people[*index];
        let age = first.year() - person.born.year();
        (
            !person.established,
            !(33..=56).contains(&age),
            person.born,
            *index,
        )
    });
    for (post, index) in wanted.into_iter().zip(order) {
        begin(people[index], &post, first);
    }
}

/// Those without a leading post take turns; in a small squad one person holds several.
fn give_key_posts(data: &Data, people: &mut [&mut PersonPlan], first: Date) {
    let size = people.len();
    let posts = &data.posts;
    let free: Vec<usize> = (0..size)
        .filter(|index| people[*index].established && people[*index].posts.is_empty())
        .collect();
    if free.is_empty() {
        return;
    }
    let small = size < posts.key_posts.shared_below as usize;
    let holders = if small { free.len().min(3) } else { free.len() };
    let mut next = 0;
    for post in posts.key_posts.list.iter().chain(&posts.other_posts.list) {
        let count = size.div_ceil(post.one_for.max(1) as usize);
        for _ in 0..count {
            if !small && next >= holders {
                return;
            }
            begin(people[free[next % holders]], &post.id, first);
            next += 1;
        }
    }
}

/// Begins a post on the later of the day and the day of joining.
pub fn begin(person: &mut PersonPlan, post: &str, on: Date) {
    let from = on.max(person.joined_on);
    if !person
        .posts
        .iter()
        .any(|span| span.post == post && span.until.is_none())
    {
        person.posts.push(PostSpan {
            post: post.to_owned(),
            from,
            until: None,
        });
    }
}

/// Ends all posts on a day; what began on it never was.
pub fn end_all(person: &mut PersonPlan, on: Date) {
    person
        .posts
        .retain(|span| span.until.is_some() || span.from < on);
    for span in person.posts.iter_mut().filter(|span| span.until.is_none()) {
        span.until = Some(on);
    }
}

/// A rank that fits category, post and age; none for auxiliaries.
#[must_use]
pub fn rank(data: &Data, rng: &mut Rng, person: &PersonPlan) -> Option<String> {
    let leader = person.posts.iter().any(|span| leads(&span.post));
    match person.category {
        Category::EnforcementCivilServant => {
            let list = &data.posts.rank;
            // Who joined in the last years holds one of the two lowest ranks.
            let young = person.born.year() > 1996 && !leader;
            let weight = |index: usize| {
                let rank = &list[index];
                if leader {
                    rank.leaders
                } else if young {
                    if rank.id.starts_with("officer") {
                        rank.share
                    } else {
                        0
                    }
                } else {
                    rank.share
                }
            };
            Some(list[rng.weighted((0..list.len()).map(weight))].id.clone())
        }
        Category::GeneralCivilServant | Category::PublicInstitution => {
            let list: &[&str] = if leader {
                &["researcher_3", "researcher_4", "principal_clerk_1"]
            } else {
                &[
                    "principal_clerk_2",
                    "principal_clerk_3",
                    "principal_clerk_4",
                    "clerk_1",
                ]
            };
            Some(list[rng.index(list.len())].to_owned())
        }
        Category::Auxiliary | Category::Other => None,
    }
}
