//! Courseware: its kinds, the blocks of its content (B-113), and its versions. A version in use is
//! never edited; a new one takes its place.

use super::{Deny, words};

words! {
    /// What it is.
    CoursewareKind {
        /// 视频课件.
        Video, "video", "视频课件";
        /// 微视频.
        MicroVideo, "micro_video", "微视频";
        /// 微手册.
        MicroHandbook, "micro_handbook", "微手册";
        /// 微课堂, one case one discussion.
        MicroClass, "micro_class", "微课堂（一案一讨论）";
        /// 教材.
        Textbook, "textbook", "教材";
        /// 典型案例.
        TypicalCase, "typical_case", "典型案例";
        /// 智慧课堂录制.
        SmartRecording, "smart_recording", "智慧课堂录制";
    }
}

impl CoursewareKind {
    /// Whether it is watched.
    #[must_use]
    pub const fn is_video(self) -> bool {
        matches!(
            self,
            CoursewareKind::Video | CoursewareKind::MicroVideo | CoursewareKind::SmartRecording
        )
    }

    /// The blocks of its content, code and word (B-113); empty for kinds without a template.
    #[must_use]
    pub const fn blocks(self) -> &'static [(&'static str, &'static str)] {
        match self {
            CoursewareKind::MicroVideo => &[
                ("procedure", "执法流程"),
                ("points", "检查要点"),
                ("violations", "违法形态"),
                ("steps", "程序步骤"),
            ],
            CoursewareKind::MicroClass => &[
                ("subject", "主体认定"),
                ("evidence", "取证方法"),
                ("discretion", "裁量运用"),
                ("litigation", "应诉应对"),
            ],
            _ => &[],
        }
    }
}

words! {
    /// Where a version stands.
    CoursewareState {
        /// Being written.
        Draft, "draft", "草稿";
        /// Taught from.
        InUse, "in_use", "在用";
        /// A later version is in use.
        Superseded, "superseded", "已更新";
        /// Taken out of use.
        Withdrawn, "withdrawn", "已停用";
    }
}

/// Whether a version may be edited.
///
/// # Errors
/// `faculty.courseware_fixed` when it is or was in use.
pub fn may_edit(state: CoursewareState) -> Result<(), Deny> {
    match state {
        CoursewareState::Draft => Ok(()),
        CoursewareState::InUse => Err(Deny::new(
            "faculty.courseware_fixed",
            "这一版已在使用，不能直接修改，请新建一版。",
        )),
        CoursewareState::Superseded | CoursewareState::Withdrawn => Err(Deny::new(
            "faculty.courseware_fixed",
            "这一版已停止使用，不能修改。",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_drafts_are_edited() {
        for state in CoursewareState::ALL {
            assert_eq!(may_edit(*state).is_ok(), *state == CoursewareState::Draft);
        }
    }

    #[test]
    fn both_templates_have_four_blocks() {
        for kind in CoursewareKind::ALL {
            let blocks = kind.blocks().len();
            assert!(blocks == 0 || blocks == 4, "{kind:?}");
            assert_eq!(CoursewareKind::from_code(kind.code()), Some(*kind));
        }
    }
}
