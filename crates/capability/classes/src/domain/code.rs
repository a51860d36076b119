//! The rotating code on the room's screen: a signed number that changes every few seconds.
//!
//! A code is made from the lesson's secret and the number of its window (seconds since 1970 through the step). The
//! link behind the square carries window and signature; the eight figures under it say the same to somebody who types.
//! A code is good in its own window and the one after, so that a picture of it sent on is stale before the second
//! window has passed; a code of a window that has not begun is refused.

use ring::hmac;

/// Length of a signature in the link.
const SIGN_CHARS: usize = 12;
/// Figures of the typed code.
pub const DIGITS: usize = 8;

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// How codes turn over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turnover {
    /// Seconds of a window.
    pub step: u32,
    /// Windows after its own in which a code is still taken.
    pub grace: u32,
}

/// What a presented code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Good; the window it was shown in.
    Good(i64),
    /// Genuine, but shown so many seconds ago that it is no longer taken.
    Stale(i64),
    /// Genuine by signature, of a window that has not begun: a clock was changed.
    Ahead,
    /// Not a code of this lesson.
    Wrong,
}

/// The window of an instant given in seconds since 1970.
#[must_use]
pub fn window(seconds: i64, turnover: Turnover) -> i64 {
    seconds.div_euclid(i64::from(turnover.step.max(1)))
}

fn tag(secret: &[u8], lesson: i64, window: i64) -> hmac::Tag {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    hmac::sign(&key, format!("class-code|{lesson}|{window}").as_bytes())
}

/// The signature that a link carries.
#[must_use]
pub fn sign(secret: &[u8], lesson: i64, window: i64) -> String {
    tag(secret, lesson, window)
        .as_ref()
        .iter()
        .take(SIGN_CHARS)
        .map(|byte| char::from(ALPHABET[usize::from(byte & 31)]))
        .collect()
}

/// The figures to type.
#[must_use]
pub fn digits(secret: &[u8], lesson: i64, window: i64) -> String {
    let tag = tag(secret, lesson, window);
    // Bytes behind those of the link's signature: neither gives the other away.
    let number = tag
        .as_ref()
        .iter()
        .skip(16)
        .take(8)
        .fold(0u64, |sum, byte| (sum << 8) | u64::from(*byte));
    format!("{:0width$}", number % 100_000_000, width = DIGITS)
}

/// Holds the signature of a link against the lesson's secret at an instant (seconds since 1970).
#[must_use]
pub fn check_link(
    secret: &[u8],
    lesson: i64,
    (shown, signature): (i64, &str),
    now: i64,
    turnover: Turnover,
) -> Verdict {
    if !same(sign(secret, lesson, shown).as_bytes(), signature.as_bytes()) {
        return Verdict::Wrong;
    }
    place(shown, now, turnover)
}

/// Finds the window whose figures were typed, among those that can have been shown: from `since` to now.
#[must_use]
pub fn check_digits(
    secret: &[u8],
    lesson: i64,
    typed: &str,
    (since, now): (i64, i64),
    turnover: Turnover,
) -> Verdict {
    let last = window(now, turnover);
    let first = window(since, turnover).max(last - 20_000);
    // Newest first: a code of the present is by far the usual case.
    for shown in (first..=last + 1).rev() {
        if same(digits(secret, lesson, shown).as_bytes(), typed.as_bytes()) {
            return place(shown, now, turnover);
        }
    }
    Verdict::Wrong
}

fn place(shown: i64, now: i64, turnover: Turnover) -> Verdict {
    let behind = window(now, turnover) - shown;
    if behind < 0 {
        Verdict::Ahead
    } else if behind <= i64::from(turnover.grace) {
        Verdict::Good(shown)
    } else {
        let end = (shown + 1) * i64::from(turnover.step.max(1));
        Verdict::Stale(now - end)
    }
}

/// Compares without telling by its time where they differ.
fn same(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len() && one.iter().zip(other).fold(0u8, |sum, (a, b)| sum | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TEN: Turnover = Turnover { step: 10, grace: 1 };
    const SECRET: &[u8] = b"a secret of thirty-two bytes, ok";

    fn link(at: i64) -> (i64, String) {
        let shown = window(at, TEN);
        (shown, sign(SECRET, 7, shown))
    }

    fn check(at: i64, now: i64) -> Verdict {
        let (shown, signature) = link(at);
        check_link(SECRET, 7, (shown, &signature), now, TEN)
    }

    #[test]
    fn a_code_is_good_in_its_window_and_the_next() {
        assert_eq!(check(1000, 1000), Verdict::Good(100));
        assert_eq!(check(1000, 1019), Verdict::Good(100));
        assert_eq!(check(1009, 1010), Verdict::Good(100));
        assert_eq!(check(1000, 1020), Verdict::Stale(10));
    }

    #[test]
    fn a_picture_sent_on_is_stale_after_twenty_seconds() {
        for at in 1000..1010 {
            assert!(matches!(check(at, at + 20), Verdict::Stale(_)), "{at}");
        }
    }

    #[test]
    fn a_code_of_the_future_or_of_another_lesson_is_refused() {
        assert_eq!(check(2000, 1000), Verdict::Ahead);
        let (shown, signature) = link(1000);
        assert_eq!(
            check_link(SECRET, 8, (shown, &signature), 1000, TEN),
            Verdict::Wrong
        );
        assert_eq!(
            check_link(SECRET, 7, (shown + 1, &signature), 1000, TEN),
            Verdict::Wrong
        );
        assert_eq!(
            check_link(SECRET, 7, (shown, ""), 1000, TEN),
            Verdict::Wrong
        );
    }

    #[test]
    fn typed_figures_name_the_window_they_were_shown_in() {
        let shown = window(5000, TEN);
        let typed = digits(SECRET, 7, shown);
        assert_eq!(typed.len(), DIGITS);
        let find = |now| check_digits(SECRET, 7, &typed, (0, now), TEN);
        assert_eq!(find(5005), Verdict::Good(shown));
        assert_eq!(find(8000), Verdict::Stale(8000 - 5010));
        assert_eq!(
            check_digits(SECRET, 7, "00000000", (4990, 5005), TEN),
            Verdict::Wrong
        );
    }

    proptest! {
        #[test]
        fn no_other_signature_passes(text in "[0-9a-z]{0,14}", at in 0i64..100_000) {
            let (shown, signature) = link(at);
            prop_assume!(text != signature);
            prop_assert_eq!(check_link(SECRET, 7, (shown, &text), at, TEN), Verdict::Wrong);
        }
    }
}
