//! Attendance in classes, evaluation and the length of an hour (B-22, B-24, B-30): figures of this system's own,
//! because the notice gives none.

use serde::Serialize;

use super::{Cited, Getter};

/// Attendance, evaluation and the length of an hour. Packs made before these keys existed have none of them; the
/// methods then give this system's figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AttendanceRules {
    /// Minutes of an hour of training (学时).
    pub minutes_per_hour: Option<Cited<u32>>,
    /// Answers from which results of an evaluation are shown (B-30).
    pub min_answers: Option<Cited<u32>>,
    /// Seconds after which the code on the screen changes.
    pub code_step_seconds: Option<Cited<u32>>,
    /// Windows after its own in which a code is still taken.
    pub code_grace_windows: Option<Cited<u32>>,
    /// Minutes before a lesson from which sign-in is open.
    pub open_before_minutes: Option<Cited<u32>>,
    /// Minutes after its beginning from which somebody is late.
    pub late_after_minutes: Option<Cited<u32>>,
    /// Minutes after its beginning at which sign-in closes.
    pub close_after_minutes: Option<Cited<u32>>,
    /// Minutes before its end before which leaving is early.
    pub early_before_minutes: Option<Cited<u32>>,
    /// Minutes after its end until which sign-out is open.
    pub out_until_minutes: Option<Cited<u32>>,
    /// Hours within which a scan made without network must arrive.
    pub offline_hours: Option<Cited<u32>>,
}

impl AttendanceRules {
    pub(super) fn read(get: &Getter<'_>) -> Self {
        let count = |key: &str| get.count(key).ok();
        Self {
            minutes_per_hour: count("training.minutes_per_hour"),
            min_answers: count("evaluation.min_answers"),
            code_step_seconds: count("attendance.code_step_seconds"),
            code_grace_windows: count("attendance.code_grace_windows"),
            open_before_minutes: count("attendance.open_before_minutes"),
            late_after_minutes: count("attendance.late_after_minutes"),
            close_after_minutes: count("attendance.close_after_minutes"),
            early_before_minutes: count("attendance.early_before_minutes"),
            out_until_minutes: count("attendance.out_until_minutes"),
            offline_hours: count("attendance.offline_hours"),
        }
    }

    /// Minutes of an hour of training: 45 unless said.
    #[must_use]
    pub fn minutes_per_hour(&self) -> u32 {
        or(&self.minutes_per_hour, 45)
    }

    /// Answers from which results are shown: 5 unless said.
    #[must_use]
    pub fn min_answers(&self) -> u32 {
        or(&self.min_answers, 5)
    }

    /// How codes turn over: seconds of a window and windows of grace, 10 and 1 unless said.
    #[must_use]
    pub fn turnover(&self) -> (u32, u32) {
        (
            or(&self.code_step_seconds, 10),
            or(&self.code_grace_windows, 1),
        )
    }

    /// Minutes: open before, late after, close after, early before, sign-out until; 30, 5, 40, 10, 30 unless said.
    #[must_use]
    pub fn minutes(&self) -> [u32; 5] {
        [
            or(&self.open_before_minutes, 30),
            or(&self.late_after_minutes, 5),
            or(&self.close_after_minutes, 40),
            or(&self.early_before_minutes, 10),
            or(&self.out_until_minutes, 30),
        ]
    }

    /// Hours within which an offline scan must arrive: 12 unless said.
    #[must_use]
    pub fn offline_hours(&self) -> u32 {
        or(&self.offline_hours, 12)
    }
}

fn or(cited: &Option<Cited<u32>>, usual: u32) -> u32 {
    cited.as_ref().map_or(usual, |cited| cited.value)
}

#[cfg(test)]
mod tests {
    use super::super::Policy;

    #[test]
    fn the_built_in_pack_names_every_figure_and_an_older_one_gets_the_same() {
        let policy = Policy::for_year("shanghai", 2024).unwrap();
        let told = policy.attendance.clone();
        assert_eq!(told.minutes_per_hour.as_ref().unwrap().row, "B-22");
        let mut pack = policy.pack.clone();
        pack.rules.retain(|key, _| {
            !key.starts_with("attendance.")
                && key != "training.minutes_per_hour"
                && key != "evaluation.min_answers"
        });
        let older = Policy::from_pack(pack, 2024).unwrap().attendance;
        assert_eq!(older.minutes(), told.minutes());
        assert_eq!(older.turnover(), told.turnover());
        assert_eq!(older.offline_hours(), told.offline_hours());
        assert_eq!(older.min_answers(), told.min_answers());
        assert_eq!(older.minutes_per_hour(), told.minutes_per_hour());
        assert_eq!(older.minutes_per_hour, None);
    }
}
