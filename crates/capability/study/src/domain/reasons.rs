//! Why a record is sent back (B-39): a short list, so that reasons can be counted.

use super::Deny;

/// One reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reason {
    /// Stable code.
    pub code: &'static str,
    /// What the unit reads.
    pub text: &'static str,
    /// What the unit does about it.
    pub mend: &'static str,
    /// True when the reviewer must say more.
    pub note_required: bool,
}

const fn reason(code: &'static str, text: &'static str, mend: &'static str) -> Reason {
    Reason {
        code,
        text,
        mend,
        note_required: false,
    }
}

/// All reasons in the order of the list on the page.
pub const REASONS: &[Reason] = &[
    reason(
        "photo_unclear",
        "照片不清晰",
        "换上能看清会场全景和人数的照片。",
    ),
    reason(
        "photo_headcount",
        "参训人数与照片不符",
        "核对签到名单，或补充能看到全部参训人员的照片。",
    ),
    reason(
        "photo_repeated",
        "照片与其他记录重复",
        "换上本次学习现场拍摄的照片。",
    ),
    reason(
        "photo_missing_panorama",
        "缺少会场全景照片",
        "补充一张会场全景照片。",
    ),
    reason(
        "too_short",
        "时长不足",
        "当月另行组织一次达到规定时长的学习后重新填报。",
    ),
    reason(
        "off_topic",
        "学习内容与任务不符",
        "按市局当月学习任务组织学习；已学的，在备注中写明对应内容。",
    ),
    reason("no_speaker", "未标注主讲人", "填写主讲人姓名和职务。"),
    reason(
        "attendance_wrong",
        "签到名单有误",
        "核对当日在职人员，更正签到名单。",
    ),
    reason("wrong_time", "学习时间填写有误", "更正学习日期和起止时间。"),
    reason(
        "film_unstated",
        "未说明摄像留存情况",
        "注明是否全程摄像，以及摄像存放地点。",
    ),
    Reason {
        code: "other",
        text: "其他",
        mend: "按审核意见补正。",
        note_required: true,
    },
];

/// The reason with this code.
#[must_use]
pub fn find(code: &str) -> Option<&'static Reason> {
    REASONS.iter().find(|reason| reason.code == code)
}

/// Checks a reviewer's choice.
///
/// # Errors
/// [`Deny`] for an unknown code, or 其他 without a note.
pub fn check(code: &str, note: &str) -> Result<&'static Reason, Deny> {
    let reason = find(code).ok_or_else(|| Deny::new("study.reason", "请从列表中选择退回原因。"))?;
    if reason.note_required && note.trim().is_empty() {
        return Err(Deny::new(
            "study.reason_note",
            format!("选择“{}”时请写明具体原因。", reason.text),
        ));
    }
    Ok(reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_needs_a_note_and_unknown_codes_are_refused() {
        assert!(check("no_speaker", "").is_ok());
        assert_eq!(check("other", "  ").unwrap_err().code, "study.reason_note");
        assert!(check("other", "封面缺章").is_ok());
        assert_eq!(check("nonsense", "x").unwrap_err().code, "study.reason");
    }

    #[test]
    fn codes_are_unique() {
        let mut codes: Vec<_> = REASONS.iter().map(|r| r.code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), REASONS.len());
    }
}
