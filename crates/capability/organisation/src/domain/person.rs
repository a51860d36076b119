//! The four separate attributes of a person (B-10…B-14) and what a unit's roster shows.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// 人员类别. Says who takes the fitness test (B-14); the assessment does not look at it.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// 行政执法类公务员.
    EnforcementCivilServant,
    /// 综合管理类公务员.
    GeneralCivilServant,
    /// 参公事业人员.
    PublicInstitution,
    /// 协管员.
    Auxiliary,
    /// 其他.
    Other,
}

impl Category {
    /// All categories.
    pub const ALL: [Self; 5] = [
        Self::EnforcementCivilServant,
        Self::GeneralCivilServant,
        Self::PublicInstitution,
        Self::Auxiliary,
        Self::Other,
    ];

    /// Stable code, as stored and sent.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::EnforcementCivilServant => "enforcement_civil_servant",
            Self::GeneralCivilServant => "general_civil_servant",
            Self::PublicInstitution => "public_institution",
            Self::Auxiliary => "auxiliary",
            Self::Other => "other",
        }
    }

    /// The word on pages and in sheets.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::EnforcementCivilServant => "行政执法类公务员",
            Self::GeneralCivilServant => "综合管理类公务员",
            Self::PublicInstitution => "参公事业人员",
            Self::Auxiliary => "协管员",
            Self::Other => "其他",
        }
    }

    /// Reads the word or the code; 执法类公务员 and 参公人员 are usual short forms.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "执法类公务员" | "执法类" => Some(Self::EnforcementCivilServant),
            "综合管理类" => Some(Self::GeneralCivilServant),
            "参公人员" | "参公" | "参照公务员法管理人员" => {
                Some(Self::PublicInstitution)
            }
            "辅助人员" => Some(Self::Auxiliary),
            _ => Self::ALL
                .into_iter()
                .find(|category| category.name() == text || category.code() == text),
        }
    }
}

/// The stored code of a sex, from its word or its code.
#[must_use]
pub fn sex_code(text: &str) -> Option<&'static str> {
    match text {
        "男" | "male" => Some("male"),
        "女" | "female" => Some("female"),
        _ => None,
    }
}

/// The word of a stored sex.
#[must_use]
pub fn sex_name(code: &str) -> &'static str {
    if code == "female" { "女" } else { "男" }
}

/// Checks a staff number: up to 32 letters, digits, `-`, `_`, `.`; so it can never be a formula.
///
/// # Errors
/// What is wrong, in Chinese.
pub fn check_staff_no(text: &str) -> Result<(), &'static str> {
    if text.is_empty() {
        return Err("工号不能为空");
    }
    let ok = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    let starts_plain = text
        .bytes()
        .next()
        .is_some_and(|b| b.is_ascii_alphanumeric());
    if text.len() > 32 || !starts_plain || !text.bytes().all(ok) {
        return Err("工号只能由字母、数字和“-”“_”“.”组成，以字母或数字开头，最多32位");
    }
    Ok(())
}

/// Checks a person's name: 2–40 letters (Chinese or Latin), `·`, blanks inside.
///
/// # Errors
/// What is wrong, in Chinese.
pub fn check_name(text: &str) -> Result<(), &'static str> {
    if text.is_empty() {
        return Err("姓名不能为空");
    }
    let length = text.chars().count();
    let ok = |c: char| {
        c.is_alphabetic() || matches!(c, '·' | '•' | '．' | ' ' | '.' | '\'' | '-' | '〇')
    };
    let starts_plain = text
        .chars()
        .next()
        .is_some_and(|c| c.is_alphabetic() || c == '〇');
    if !(2..=40).contains(&length) || !starts_plain || !text.chars().all(ok) {
        return Err("姓名应为2至40个字，只能有汉字、字母和间隔号");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_cannot_be_formulas() {
        for text in ["=cmd|' /C calc'!A0", "+1", "@SUM(A1)", "-2+3", "=1+1"] {
            assert!(check_staff_no(text).is_err(), "{text}");
            assert!(check_name(text).is_err(), "{text}");
        }
        for name in ["张三", "买买提·吐尔逊", "𠮷田", "Anna Li"] {
            assert_eq!(check_name(name), Ok(()), "{name}");
        }
        assert_eq!(check_staff_no("13-0001"), Ok(()));
    }

    #[test]
    fn categories_read_back() {
        for category in Category::ALL {
            assert_eq!(Category::parse(category.code()), Some(category));
            assert_eq!(Category::parse(category.name()), Some(category));
        }
    }
}
