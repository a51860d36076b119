//! The values of policy and the thresholds of the pre-check. Nothing in this crate reads a clock.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What the rules ask of a film, and how sure a finding must be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Shortest film in seconds (B-49: 20 minutes).
    pub min_length_s: f64,
    /// Seconds a film may be shorter without a mark.
    pub tolerance_s: f64,
    /// Longest rest in seconds (B-48: 3 minutes).
    pub max_rest_s: f64,
    /// Rest the squad entered, in seconds, if it did.
    pub entered_rest_s: Option<f64>,
    /// First and last day of the half-month the film belongs to.
    pub slot: Option<(NaiveDate, NaiveDate)>,
    /// Name under which the film was sent in, for the date in it.
    pub file_name: Option<String>,
    /// A picture that stands for less is no finding, in seconds.
    pub min_frozen_s: f64,
    /// A dark stretch shorter than this is no finding, in seconds.
    pub min_black_s: f64,
    /// Stillness shorter than this is no finding, in seconds.
    pub min_low_motion_s: f64,
    /// A matching stretch shorter than this is no reuse, in seconds.
    pub min_reuse_s: f64,
    /// Lasting displacement of the picture that counts as moved, as a share of its longer side.
    pub max_shift: f64,
    /// Lasting change of magnification that counts as zoomed.
    pub max_zoom: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            min_length_s: 1200.0,
            tolerance_s: 1.0,
            max_rest_s: 180.0,
            entered_rest_s: None,
            slot: None,
            file_name: None,
            min_frozen_s: 1.0,
            min_black_s: 0.4,
            min_low_motion_s: 10.0,
            min_reuse_s: 10.0,
            max_shift: 0.02,
            max_zoom: 0.06,
        }
    }
}
