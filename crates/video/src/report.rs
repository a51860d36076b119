//! The report of one film, in the shape that the command line prints and the server stores.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize, Serializer};

/// Kind of a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Something was cut out or put together.
    Cut,
    /// A still picture was put in.
    Still,
    /// The picture stands.
    Frozen,
    /// Black or covered.
    Black,
    /// The time stamps leap.
    TimestampJump,
    /// Played faster or slower.
    Speed,
    /// The camera was moved or turned.
    Moved,
    /// The camera was zoomed.
    Zoomed,
    /// Another camera or another place, from one frame to the next or behind a dark stretch; a break of the whole view is
    /// marked so and not as a cut besides.
    Swapped,
    /// Nobody there.
    Empty,
    /// Hardly any motion.
    LowMotion,
    /// The same as another film.
    Reuse,
    /// Shorter than the rule asks.
    Short,
    /// Capture time missing, or outside the half-month.
    NoMetadata,
}

/// How much a mark weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Good to know.
    Info,
    /// To be looked at.
    Check,
    /// Very likely against the rule.
    Strong,
}

/// Seconds from the first frame, written with at most three decimals.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default, Deserialize)]
#[serde(transparent)]
pub struct Seconds(pub f64);

impl Serialize for Seconds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64((self.0 * 1000.0).round() / 1000.0)
    }
}

/// From and to.
pub type Span = [Seconds; 2];

/// A place in the film a reviewer should look at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    /// Where to look.
    pub at: Seconds,
    /// What was found.
    pub kind: Kind,
    /// How much it weighs.
    pub severity: Severity,
    /// One plain Chinese sentence.
    pub text: String,
}

/// A stretch that is the same in another film.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reused {
    /// The other film.
    pub file: String,
    /// Stretch in this film.
    pub from: Seconds,
    /// See `from`.
    pub to: Seconds,
    /// Stretch in the other film.
    pub other_from: Seconds,
    /// See `other_from`.
    pub other_to: Seconds,
    /// Left and right exchanged.
    pub mirrored: bool,
}

impl From<crate::Reuse<String>> for Reused {
    fn from(found: crate::Reuse<String>) -> Self {
        Self {
            file: found.key,
            from: Seconds(found.from),
            to: Seconds(found.to),
            other_from: Seconds(found.other_from),
            other_to: Seconds(found.other_to),
            mirrored: found.mirrored,
        }
    }
}

/// What the pre-check found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Length by decoded frames; leaps of the time stamps do not count.
    pub duration_s: Seconds,
    /// False if there is a cut, a still, a frozen or black stretch, a leap of the time stamps or a changed speed.
    pub continuous: bool,
    /// Each the first frame after the cut. A break of the whole view stands here and in `angle_changes`.
    pub cuts: Vec<Seconds>,
    /// Stretches in which the picture stands, stills among them.
    pub frozen: Vec<Span>,
    /// Black stretches.
    pub black: Vec<Span>,
    /// False if the camera was moved, zoomed or swapped.
    pub fixed_angle: bool,
    /// When the angle changed. A break of the whole view stands here and in `cuts`, with one mark of the kind `swapped`.
    pub angle_changes: Vec<Seconds>,
    /// Stretches with hardly any motion or nobody there.
    pub low_motion: Vec<Span>,
    /// Capture time by the film's own metadata.
    #[serde(serialize_with = "rfc3339")]
    pub captured_at: Option<DateTime<FixedOffset>>,
    /// Films with the same stretches.
    pub reuse: Vec<Reused>,
    /// Everything a reviewer should look at, by time.
    pub marks: Vec<Mark>,
}

fn rfc3339<S: Serializer>(
    at: &Option<DateTime<FixedOffset>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match at {
        Some(at) => serializer.serialize_str(&at.to_rfc3339_opts(
            chrono::SecondsFormat::AutoSi,
            at.offset().local_minus_utc() == 0,
        )),
        None => serializer.serialize_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wire_shape_is_the_agreed_one() {
        let report = Report {
            duration_s: Seconds(12.345_678),
            continuous: false,
            cuts: vec![Seconds(1.0)],
            frozen: vec![[Seconds(2.0), Seconds(3.5)]],
            black: vec![],
            fixed_angle: true,
            angle_changes: vec![],
            low_motion: vec![],
            captured_at: DateTime::parse_from_rfc3339("2025-03-05T01:00:00.000000Z").ok(),
            reuse: vec![],
            marks: vec![Mark {
                at: Seconds(1.0),
                kind: Kind::TimestampJump,
                severity: Severity::Check,
                text: "时".into(),
            }],
        };
        assert_eq!(
            serde_json::to_string(&report).unwrap(),
            r#"{"duration_s":12.346,"continuous":false,"cuts":[1.0],"frozen":[[2.0,3.5]],"black":[],"fixed_angle":true,"angle_changes":[],"low_motion":[],"captured_at":"2025-03-05T01:00:00Z","reuse":[],"marks":[{"at":1.0,"kind":"timestamp_jump","severity":"check","text":"时"}]}"#
        );
    }
}
