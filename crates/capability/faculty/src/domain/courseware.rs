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
    /// What a file is to whoever teaches from it.
    FileSort {
        /// Watched.
        Film, "film", "视频";
        /// Heard.
        Sound, "sound", "音频";
        /// PDF or Word.
        Document, "document", "PDF、Word文档";
        /// Pages that are shown one after the other.
        Slides, "slides", "演示文稿";
        /// JPEG or PNG.
        Picture, "picture", "图片";
    }
}

impl FileSort {
    /// The sort of a content type; none for one that no courseware is.
    #[must_use]
    pub fn of_mime(mime: &str) -> Option<Self> {
        match mime {
            "application/pdf" => Some(FileSort::Document),
            "image/jpeg" | "image/png" => Some(FileSort::Picture),
            _ if mime.starts_with("video/") => Some(FileSort::Film),
            _ if mime.starts_with("audio/") => Some(FileSort::Sound),
            _ if mime.ends_with(".wordprocessingml.document") => Some(FileSort::Document),
            _ if mime.ends_with(".presentationml.presentation") => Some(FileSort::Slides),
            _ => None,
        }
    }

    /// The sort that a file's name promises; none when it promises nothing. What counts is the content: this tells
    /// somebody before he sends gigabytes.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        let ending = name.rsplit_once('.')?.1.to_ascii_lowercase();
        match ending.as_str() {
            "mp4" | "m4v" | "mov" | "3gp" | "mkv" | "webm" | "avi" | "ts" | "mts" | "mpg"
            | "vob" | "flv" | "wmv" | "asf" => Some(FileSort::Film),
            "mp3" | "m4a" | "wav" => Some(FileSort::Sound),
            "pdf" | "docx" => Some(FileSort::Document),
            "pptx" => Some(FileSort::Slides),
            "jpg" | "jpeg" | "png" => Some(FileSort::Picture),
            _ => None,
        }
    }
}

impl CoursewareKind {
    /// The sorts of files that fit it.
    #[must_use]
    pub const fn takes(self) -> &'static [FileSort] {
        match self {
            CoursewareKind::Video | CoursewareKind::MicroVideo => &[FileSort::Film],
            CoursewareKind::SmartRecording => &[FileSort::Film, FileSort::Sound],
            CoursewareKind::MicroHandbook => {
                &[FileSort::Document, FileSort::Slides, FileSort::Picture]
            }
            CoursewareKind::Textbook => &[FileSort::Document, FileSort::Slides],
            CoursewareKind::MicroClass | CoursewareKind::TypicalCase => FileSort::ALL,
        }
    }
}

/// Whether a file of this sort may be the file of this kind; `None` is a sort that nobody knows.
///
/// # Errors
/// `faculty.file_kind` with what the kind takes.
pub fn may_hold(kind: CoursewareKind, sort: Option<FileSort>) -> Result<(), Deny> {
    if sort.is_some_and(|sort| kind.takes().contains(&sort)) {
        return Ok(());
    }
    let known: Vec<&str> = kind.takes().iter().map(|sort| sort.name()).collect();
    let what = sort.map_or_else(String::new, |sort| format!("，不收{}", sort.name()));
    Err(Deny::new(
        "faculty.file_kind",
        format!(
            "{}收{}{what}；请换一个文件，或者先修改课件种类。",
            kind.name(),
            known.join("、")
        ),
    ))
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
    fn files_fit_what_they_are_the_courseware_of() {
        use CoursewareKind::{
            MicroHandbook, MicroVideo, SmartRecording, Textbook, TypicalCase, Video,
        };
        const DOCX: &str =
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
        const PPTX: &str =
            "application/vnd.openxmlformats-officedocument.presentationml.presentation";
        for (kind, mime, fits) in [
            (Video, "video/mp4", true),
            (Video, "application/pdf", false),
            (MicroVideo, "audio/mpeg", false),
            (SmartRecording, "audio/mpeg", true),
            (MicroHandbook, "application/pdf", true),
            (MicroHandbook, "image/png", true),
            (MicroHandbook, "video/mp4", false),
            (Textbook, DOCX, true),
            (Textbook, PPTX, true),
            (Textbook, "image/jpeg", false),
            (TypicalCase, "audio/wav", true),
            (TypicalCase, "application/zip", false),
            (TypicalCase, "text/html", false),
        ] {
            let found = may_hold(kind, FileSort::of_mime(mime));
            assert_eq!(found.is_ok(), fits, "{kind:?} {mime}");
        }
        let told = may_hold(Textbook, FileSort::of_name("a.MP4")).unwrap_err();
        assert!(told.text.contains("教材收PDF、Word文档"), "{}", told.text);
        assert_eq!(FileSort::of_name("没有后缀"), None);
    }

    #[test]
    fn every_kind_takes_something() {
        for kind in CoursewareKind::ALL {
            assert!(!kind.takes().is_empty(), "{kind:?}");
            assert_eq!(
                kind.is_video(),
                kind.takes()[0] == FileSort::Film && kind.takes().len() < 3
            );
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
