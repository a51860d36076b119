//! Why a record is sent back: a short list by clause, with the numbers of the year's rules, so that
//! reasons can be counted.

use super::Deny;
use super::session::Params;
use super::verdict::Item;

/// Which rule of the year a reason stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// Minutes per session.
    Minutes,
    /// One take.
    Film,
    /// One angle.
    Angle,
    /// Share.
    Share,
    /// Rest.
    Rest,
    /// The regulation.
    Regulation,
    /// Half of the session.
    Half,
    /// Roster and exemptions.
    Roster,
}

/// One reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// Stable code.
    pub code: &'static str,
    /// What the squad reads.
    pub text: String,
    /// What the squad does about it.
    pub mend: String,
    /// Clause of the check list it belongs to.
    pub item: Option<Item>,
    /// Rule it stands on.
    pub ground: Option<Ground>,
    /// True when the reviewer must say more.
    pub note_required: bool,
}

/// Codes in the order of the page, with a plain word for statistics over years.
pub const CODES: &[(&str, &str)] = &[
    ("too_short", "时长不足"),
    ("not_continuous", "影像不连续"),
    ("angle", "角度或机位变动"),
    ("reused", "影像重复使用"),
    ("film_unusable", "影像无法播放或看不清"),
    ("attendance", "参训比例不足"),
    ("roster", "参训名单有误"),
    ("rest", "休息超过规定"),
    ("norm", "训练不规范"),
    ("wrong_half", "训练或影像日期不符"),
    ("other", "其他"),
];

/// The list of a year.
#[must_use]
pub fn reasons(params: &Params) -> Vec<Reason> {
    CODES
        .iter()
        .map(|(code, word)| {
            let (text, mend, item, ground) = words(code, word, params);
            Reason {
                code,
                text,
                mend,
                item,
                ground,
                note_required: *code == "other",
            }
        })
        .collect()
}

fn words(
    code: &str,
    word: &str,
    params: &Params,
) -> (String, String, Option<Item>, Option<Ground>) {
    let again = "当月重新组织训练并拍摄";
    match code {
        "too_short" => (
            format!(
                "{word}（训练不少于{}分钟，影像不少于{}分钟）",
                params.min_minutes, params.video_minutes
            ),
            format!("{again}，全程不少于{}分钟。", params.min_minutes),
            Some(Item::Length),
            Some(Ground::Minutes),
        ),
        "not_continuous" => (
            word.to_owned(),
            format!("上传未经剪辑的原片；没有原片的，{again}。"),
            Some(Item::Continuous),
            Some(Ground::Film),
        ),
        "angle" => (
            word.to_owned(),
            format!("固定机位，{again}。"),
            Some(Item::Angle),
            Some(Ground::Angle),
        ),
        "reused" => (
            word.to_owned(),
            format!("上传本次训练的影像；没有的，{again}。"),
            Some(Item::Continuous),
            Some(Ground::Film),
        ),
        "film_unusable" => (
            word.to_owned(),
            "重新导出或上传能看清全队的影像。".to_owned(),
            Some(Item::Continuous),
            Some(Ground::Film),
        ),
        "attendance" => (
            format!("{word}（每次不少于{}/{}）", params.share.0, params.share.1),
            format!("{again}，安排足够人员参训。"),
            Some(Item::Attendance),
            Some(Ground::Share),
        ),
        "roster" => (
            word.to_owned(),
            "核对当日在职、免训人员，更正名单。".to_owned(),
            Some(Item::Attendance),
            Some(Ground::Roster),
        ),
        "rest" => (
            format!(
                "{word}（至多{}次，不超过{}分钟）",
                params.rest_times, params.rest_minutes
            ),
            format!("{again}，按规定休息。"),
            Some(Item::Rest),
            Some(Ground::Rest),
        ),
        "norm" => (
            word.to_owned(),
            format!("对照队列规定整改，{again}。"),
            Some(Item::Norm),
            Some(Ground::Regulation),
        ),
        "wrong_half" => (
            word.to_owned(),
            "更正训练日期，上传当期影像。".to_owned(),
            None,
            Some(Ground::Half),
        ),
        _ => (word.to_owned(), "按审核意见补正。".to_owned(), None, None),
    }
}

/// The word of a code; the code itself when it is not known any more.
#[must_use]
pub fn word(code: &str) -> String {
    CODES
        .iter()
        .find(|(known, _)| *known == code)
        .map_or(code, |(_, word)| word)
        .to_owned()
}

/// Checks a reviewer's choice.
///
/// # Errors
/// [`Deny`] for an unknown code, or 其他 without a note.
pub fn check(code: &str, note: &str) -> Result<&'static str, Deny> {
    let (code, word) = CODES
        .iter()
        .find(|(known, _)| *known == code)
        .ok_or_else(|| Deny::new("drill.reason", "请从列表中选择退回原因。"))?;
    if *code == "other" && note.trim().is_empty() {
        return Err(Deny::new(
            "drill.reason_note",
            format!("选择“{word}”时请写明具体原因。"),
        ));
    }
    Ok(code)
}

#[cfg(test)]
mod tests {
    use super::super::session::tests::params;
    use super::*;

    #[test]
    fn other_needs_a_note_and_unknown_codes_are_refused() {
        assert!(check("angle", "").is_ok());
        assert_eq!(check("other", "  ").unwrap_err().code, "drill.reason_note");
        assert!(check("other", "旗帜不全").is_ok());
        assert_eq!(check("nonsense", "x").unwrap_err().code, "drill.reason");
    }

    #[test]
    fn the_list_tells_the_numbers_of_the_year() {
        let mut rules = params();
        rules.min_minutes = 25;
        let list = reasons(&rules);
        assert!(list[0].text.contains("25分钟"), "{}", list[0].text);
        let mut codes: Vec<_> = list.iter().map(|r| r.code).collect();
        codes.dedup();
        assert_eq!(codes.len(), CODES.len());
        for item in Item::ALL {
            assert!(
                list.iter().any(|r| r.item == Some(item)),
                "{item:?} has no reason"
            );
        }
    }
}
