//! The files of `demo/`, embedded and read.

pub mod changes;
pub mod organisation;
pub mod people;
pub mod training;

use anyhow::Context as _;
use serde::Deserialize;

use changes::Changes;
use organisation::Organisation;
use people::{Names, Posts};
use training::{Courses, Places, Reasons, Topics};

/// Everything the city is made from.
#[derive(Debug, Clone)]
pub struct Data {
    /// `organisation.toml`.
    pub organisation: Organisation,
    /// `names.toml`.
    pub names: Names,
    /// `posts.toml`.
    pub posts: Posts,
    /// `changes.toml`.
    pub changes: Changes,
    /// `courses.toml`.
    pub courses: Courses,
    /// `places.toml`.
    pub places: Places,
    /// `study_topics.toml`.
    pub topics: Topics,
    /// `return_reasons.toml`.
    pub reasons: Reasons,
}

macro_rules! read {
    ($name:literal) => {
        toml::from_str(include_str!(concat!("../../../../demo/", $name))).context($name)?
    };
}

impl Data {
    /// Reads the embedded files.
    ///
    /// # Errors
    /// When one does not have its form; a test keeps that from being shipped.
    pub fn load() -> anyhow::Result<Self> {
        Ok(Data {
            organisation: read!("organisation.toml"),
            names: read!("names.toml"),
            posts: read!("posts.toml"),
            changes: read!("changes.toml"),
            courses: read!("courses.toml"),
            places: read!("places.toml"),
            topics: read!("study_topics.toml"),
            reasons: read!("return_reasons.toml"),
        })
    }
}

/// A list under a key.
#[derive(Debug, Clone, Deserialize)]
pub struct Listed<T> {
    /// The entries.
    pub list: Vec<T>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_are_read_and_hold_what_they_promise() {
        let data = Data::load().unwrap();
        let organisation = &data.organisation;
        assert_eq!(organisation.district.len(), organisation.counts.districts);
        let divisions: usize = organisation
            .district
            .iter()
            .map(|d| d.divisions.len())
            .sum();
        assert_eq!(divisions, organisation.counts.divisions);
        for district in &organisation.district {
            assert!(
                organisation.sections.contains_key(&district.sections),
                "{}",
                district.name
            );
        }
        let habits: u32 = data.changes.habit.iter().map(|h| h.units).sum();
        assert_eq!(habits, 1000);
        for habit in &data.changes.habit {
            assert_eq!(
                habit.early + habit.last_days + habit.late + habit.missed,
                1000,
                "{}",
                habit.id
            );
        }
        let quick = &data.changes.review;
        let reviewers = quick.quick.districts + quick.usual.districts + quick.slow.districts;
        assert_eq!(reviewers as usize, organisation.counts.districts);
    }
}
