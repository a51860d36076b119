//! Drill reviews as sent.

use chengzhi_http::ClauseOut;
use chengzhi_kernel::{Date, Quantity};
use serde::Serialize;
use utoipa::ToSchema;

/// A team as sent.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DrillContestTeamOut {
    /// Unit.
    pub unit_id: i64,
    /// Its name on that day.
    pub unit_name: String,
    /// Points.
    #[schema(value_type = Option<f64>)]
    pub score: Option<Quantity>,
    /// Rank by points; equal points share a rank.
    pub rank: Option<u32>,
    /// Award.
    pub award: String,
}

/// A photo as sent.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DrillContestPhotoOut {
    /// Photo.
    pub id: i64,
    /// Name.
    pub name: String,
    /// Small picture.
    pub thumb_url: String,
    /// The picture without camera data.
    pub url: String,
}

/// A review as sent.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DrillContestOut {
    /// Review.
    pub id: i64,
    /// `district` or `city`.
    pub level: String,
    /// Its word.
    pub level_name: String,
    /// Who held it.
    pub unit_id: i64,
    /// Its name.
    pub unit_name: String,
    /// Title.
    pub title: String,
    /// Day.
    pub held_on: Date,
    /// Place.
    pub place: String,
    /// Judges.
    pub judges: Vec<String>,
    /// Note.
    pub note: String,
    /// Teams, best first.
    pub teams: Vec<DrillContestTeamOut>,
    /// Photos.
    pub photos: Vec<DrillContestPhotoOut>,
    /// To be sent back with commands.
    pub version: i64,
    /// Whether the caller may change it.
    pub may_change: bool,
}

/// How a district stands with its yearly review.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DrillContestDutyOut {
    /// District.
    pub unit_id: i64,
    /// Name.
    pub unit_name: String,
    /// Held this year.
    pub held: u32,
    /// Owed a year.
    pub owed: u32,
}

/// Reviews of a year.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DrillContestsOut {
    /// 依据.
    pub clause: ClauseOut,
    /// Districts in scope.
    pub duties: Vec<DrillContestDutyOut>,
    /// Newest first.
    pub rows: Vec<DrillContestOut>,
}
