//! What a password must be.

/// Shortest password.
pub const MIN_LENGTH: usize = 10;
/// From this length on the kinds of signs do not matter.
pub const LONG_LENGTH: usize = 16;
/// Longest password: hashing more would only cost time.
pub const MAX_LENGTH: usize = 128;
/// Fewest different signs.
const MIN_DIFFERENT: usize = 5;

/// A rule that a password breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordFault {
    /// Shorter than [`MIN_LENGTH`].
    TooShort,
    /// Longer than [`MAX_LENGTH`].
    TooLong,
    /// Fewer than three kinds of signs and shorter than [`LONG_LENGTH`].
    TooFewKinds,
    /// A few signs repeated.
    TooUniform,
    /// Contains the user name.
    ContainsUserName,
    /// The present one or the one before.
    UsedBefore,
}

impl PasswordFault {
    /// The rule in Chinese.
    #[must_use]
    pub fn message(self) -> &'static str {
        match self {
            PasswordFault::TooShort => "密码至少10个字符。",
            PasswordFault::TooLong => "密码不能超过128个字符。",
            PasswordFault::TooFewKinds => {
                "密码须含大写字母、小写字母、数字、符号中的至少三类；16个字符以上的不限。"
            }
            PasswordFault::TooUniform => "密码不能由少数几个字符重复组成。",
            PasswordFault::ContainsUserName => "密码不能包含用户名。",
            PasswordFault::UsedBefore => "新密码不能与现在或上一次的密码相同。",
        }
    }
}

/// All rules that a new password breaks, without the comparison with earlier ones.
#[must_use]
pub fn password_faults(password: &str, user_name: &str) -> Vec<PasswordFault> {
    let mut faults = Vec::new();
    let length = password.chars().count();
    if length < MIN_LENGTH {
        faults.push(PasswordFault::TooShort);
    }
    if length > MAX_LENGTH {
        faults.push(PasswordFault::TooLong);
    }
    if length < LONG_LENGTH && kinds(password) < 3 {
        faults.push(PasswordFault::TooFewKinds);
    }
    let mut different: Vec<char> = password.chars().collect();
    different.sort_unstable();
    different.dedup();
    if length >= MIN_LENGTH && different.len() < MIN_DIFFERENT {
        faults.push(PasswordFault::TooUniform);
    }
    // A name of one or two signs is inside many good passwords by chance.
    if user_name.chars().count() >= 3 && password.to_lowercase().contains(&user_name.to_lowercase())
    {
        faults.push(PasswordFault::ContainsUserName);
    }
    faults
}

fn kinds(password: &str) -> usize {
    let upper = password.chars().any(char::is_uppercase);
    let lower = password.chars().any(char::is_lowercase);
    let digit = password.chars().any(|c| c.is_ascii_digit());
    let other = password
        .chars()
        .any(|c| !c.is_uppercase() && !c.is_lowercase() && !c.is_ascii_digit());
    [upper, lower, digit, other]
        .into_iter()
        .filter(|kind| *kind)
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use PasswordFault::*;

    #[test]
    fn each_rule_speaks_for_itself() {
        for (password, faults) in [
            ("Xk3-vm20pQ", vec![]),
            ("correct horse battery", vec![]),
            ("城管执法2024Abc", vec![]),
            ("Ab1-cdef", vec![TooShort]),
            ("abcdefgh12", vec![TooFewKinds]),
            ("aaaaaaaaaaaaaaaa", vec![TooUniform]),
            ("Px-P00123-9z", vec![ContainsUserName]),
            ("abc", vec![TooShort, TooFewKinds]),
        ] {
            assert_eq!(password_faults(password, "p00123"), faults, "{password}");
        }
        assert_eq!(
            password_faults(&"Ab3-".repeat(40), "p1"),
            vec![TooLong, TooUniform]
        );
    }
}
