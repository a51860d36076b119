//! Deferral (缓测) and exemption (免测): B-34 names no exceptions, so each needs a reason and an approval.

use chengzhi_kernel::Date;
use chrono::Datelike as _;

use super::Deny;

/// Put off within the year, or set aside for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// 缓测.
    Deferral,
    /// 免测.
    Exemption,
}

impl Kind {
    /// Both.
    pub const ALL: [Kind; 2] = [Kind::Deferral, Kind::Exemption];

    /// Stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Kind::Deferral => "deferral",
            Kind::Exemption => "exemption",
        }
    }

    /// Word on pages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Deferral => "缓测",
            Kind::Exemption => "免测",
        }
    }

    /// Reads [`Kind::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Kind::ALL.into_iter().find(|one| one.code() == code)
    }
}

/// Reasons with their words. The notice leaves them open (B-34).
pub const REASONS: &[(&str, &str)] = &[
    ("injury", "伤病"),
    ("pregnancy", "孕期、产期、哺乳期"),
    ("unfit", "身体条件不适合"),
    ("away", "借调、援派、长期脱岗"),
    ("other", "其他"),
];

/// The word of a reason.
#[must_use]
pub fn reason_name(code: &str) -> Option<&'static str> {
    REASONS
        .iter()
        .find(|(one, _)| *one == code)
        .map(|(_, name)| *name)
}

/// Where a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaiverState {
    /// To be decided.
    Requested,
    /// Granted.
    Approved,
    /// Not granted.
    Refused,
    /// Taken back.
    Withdrawn,
}

impl WaiverState {
    /// All.
    pub const ALL: [WaiverState; 4] = [
        WaiverState::Requested,
        WaiverState::Approved,
        WaiverState::Refused,
        WaiverState::Withdrawn,
    ];

    /// Stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            WaiverState::Requested => "requested",
            WaiverState::Approved => "approved",
            WaiverState::Refused => "refused",
            WaiverState::Withdrawn => "withdrawn",
        }
    }

    /// Word on pages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            WaiverState::Requested => "待审批",
            WaiverState::Approved => "已批准",
            WaiverState::Refused => "未批准",
            WaiverState::Withdrawn => "已撤回",
        }
    }

    /// Reads [`WaiverState::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        WaiverState::ALL.into_iter().find(|one| one.code() == code)
    }
}

/// Checks the last day of a deferral: inside its year and not past. An exemption has none.
///
/// # Errors
/// A sentence for the field.
pub fn check_until(
    kind: Kind,
    year: i32,
    until: Option<Date>,
    today: Date,
) -> Result<Option<Date>, Deny> {
    match (kind, until) {
        (Kind::Exemption, _) => Ok(None),
        (Kind::Deferral, None) => Err(Deny::new(
            "fitness.until",
            "请填写缓测到哪一天，届时应当补测。",
        )),
        (Kind::Deferral, Some(day)) if day.year() != year => Err(Deny::new(
            "fitness.until",
            format!("缓测应在{year}年内补测；全年不能参加的请申请免测。"),
        )),
        (Kind::Deferral, Some(day)) if day < today => Err(Deny::new(
            "fitness.until",
            "缓测的截止日期已经过去，请重新填写。",
        )),
        (Kind::Deferral, Some(day)) => Ok(Some(day)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deferral_ends_within_its_year() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        let today = day("2024-11-20");
        for (kind, until, ok) in [
            (Kind::Exemption, None, true),
            (Kind::Exemption, Some("2024-12-01"), true),
            (Kind::Deferral, None, false),
            (Kind::Deferral, Some("2024-11-19"), false),
            (Kind::Deferral, Some("2024-11-20"), true),
            (Kind::Deferral, Some("2024-12-31"), true),
            (Kind::Deferral, Some("2025-01-01"), false),
        ] {
            let got = check_until(kind, 2024, until.map(day), today);
            assert_eq!(got.is_ok(), ok, "{kind:?} {until:?} {got:?}");
        }
        for state in WaiverState::ALL {
            assert_eq!(WaiverState::from_code(state.code()), Some(state));
        }
        for kind in Kind::ALL {
            assert_eq!(Kind::from_code(kind.code()), Some(kind));
        }
        assert_eq!(reason_name("injury"), Some("伤病"));
        assert_eq!(reason_name("holiday"), None);
    }
}
