//! The signals that put a scan before the teacher. Signals, never verdicts: a doubtful scan counts as present until the
//! teacher says otherwise, and is shown as doubtful.

/// What surrounds a scan.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Around {
    /// Other accounts that scanned with this device on this day.
    pub others_on_device: u32,
    /// This account has used another device before in this class.
    pub new_device: bool,
    /// Seconds by which the phone's clock was off; 0 when it did not say.
    pub clock_off: i64,
    /// Most of the class share a network and this scan came from another.
    pub other_network: bool,
    /// Metres from the room, where both places are known.
    pub metres_away: Option<u32>,
    /// Sent later from a phone that had no network: minutes between code and arrival.
    pub sent_later: Option<u32>,
    /// Minutes since the same account scanned in another place, when it can hardly have come from there.
    pub elsewhere: Option<u32>,
    /// The code was typed, not opened.
    pub typed: bool,
    /// The code was in its second window.
    pub old_code: bool,
}

/// From this score on a scan is put before the teacher.
pub const DOUBTFUL: u32 = 40;

/// A signal with its weight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signal {
    /// Stable code.
    pub code: &'static str,
    /// Weight.
    pub weight: u32,
    /// Sentence for the teacher.
    pub text: String,
}

/// Metres between two places given in millionths of a degree (latitude, longitude), good to a few per cent within a
/// city.
#[must_use]
pub fn metres_between(one: (i64, i64), other: (i64, i64)) -> u32 {
    /// Metres of a degree of latitude.
    const DEGREE: f64 = 111_320.0;
    // Millionths of a degree are far below the precision of f64.
    #[expect(clippy::cast_precision_loss, reason = "at most 360 million")]
    let degrees = |micro: i64| micro as f64 / 1e6;
    let north = degrees(one.0 - other.0) * DEGREE;
    let east = degrees(one.1 - other.1) * DEGREE * degrees(one.0).to_radians().cos();
    let metres = north.hypot(east);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to the range first"
    )]
    let whole = metres.clamp(0.0, f64::from(u32::MAX)) as u32;
    whole
}

/// The signals of a scan. The weights say how seldom an honest scan shows the signal: one strong signal is enough to be
/// asked about, weak ones only together.
#[must_use]
pub fn signals(around: &Around) -> Vec<Signal> {
    /// Metres that a phone's position may be off indoors.
    const NEAR: u32 = 300;
    /// Seconds by which phones' clocks are off without anybody's doing.
    const CLOCK: i64 = 120;
    let mut found = Vec::new();
    let mut add = |code, weight, text: String| found.push(Signal { code, weight, text });
    if around.others_on_device > 0 {
        add(
            "device_shared",
            60,
            format!("这台手机当天还为另外{}人签过到", around.others_on_device),
        );
    }
    if let Some(minutes) = around.elsewhere {
        add(
            "elsewhere",
            60,
            format!("{minutes}分钟前刚在另一处地点签到"),
        );
    }
    if let Some(metres) = around.metres_away.filter(|metres| *metres > NEAR) {
        add("distance", 50, format!("手机定位距教室约{metres}米"));
    }
    if let Some(minutes) = around.sent_later {
        add(
            "sent_later",
            40,
            format!("断网补传，签到码出现后{minutes}分钟送达"),
        );
    }
    if around.clock_off.abs() > CLOCK {
        add(
            "clock",
            20,
            format!("手机时钟偏差{}分钟", around.clock_off.abs() / 60),
        );
    }
    if around.other_network {
        add("network", 20, "网络与同班多数学员不同".to_owned());
    }
    if around.new_device {
        add("new_device", 10, "本班首次使用这台手机".to_owned());
    }
    if around.old_code {
        add("old_code", 10, "扫的是上一轮签到码".to_owned());
    }
    if around.typed {
        add("typed", 5, "手工输入签到码".to_owned());
    }
    found
}

/// Sum of the weights.
#[must_use]
pub fn score(signals: &[Signal]) -> u32 {
    signals.iter().map(|signal| signal.weight).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ordinary_scan_is_not_doubtful_and_one_strong_signal_is() {
        assert_eq!(signals(&Around::default()), []);
        let weak = Around {
            new_device: true,
            old_code: true,
            typed: true,
            ..Around::default()
        };
        assert!(score(&signals(&weak)) < DOUBTFUL);
        for strong in [
            Around {
                others_on_device: 1,
                ..Around::default()
            },
            Around {
                metres_away: Some(2000),
                ..Around::default()
            },
            Around {
                elsewhere: Some(4),
                ..Around::default()
            },
        ] {
            assert!(score(&signals(&strong)) >= DOUBTFUL, "{strong:?}");
        }
        let together = Around {
            sent_later: Some(15),
            other_network: true,
            ..Around::default()
        };
        assert!(score(&signals(&together)) >= DOUBTFUL);
    }

    #[test]
    fn metres_follow_from_degrees() {
        let room = (31_230_400, 121_473_700);
        assert_eq!(metres_between(room, room), 0);
        let north = metres_between(room, (31_240_400, 121_473_700));
        assert!((1_100..1_130).contains(&north), "{north}");
        let east = metres_between(room, (31_230_400, 121_483_700));
        assert!((940..960).contains(&east), "{east}");
    }

    #[test]
    fn what_was_sent_later_is_always_asked_about() {
        let later = Around {
            sent_later: Some(3),
            ..Around::default()
        };
        assert!(score(&signals(&later)) >= DOUBTFUL);
    }

    #[test]
    fn a_phone_near_the_room_and_a_clock_slightly_off_say_nothing() {
        let near = Around {
            metres_away: Some(300),
            clock_off: 120,
            ..Around::default()
        };
        assert_eq!(signals(&near), []);
    }
}
