//! Why a document could not be made.

use std::path::PathBuf;

use thiserror::Error;

/// Why a document could not be made. The texts are for users.
#[derive(Debug, Clone, Error)]
pub enum DocumentError {
    /// No font with Chinese characters lies where fonts were looked for.
    #[error(
        "没有找到中文字体，无法生成文书。请在服务器上安装 fonts-noto-cjk（apt install fonts-noto-cjk），\
         或在配置的字体目录中放入中文字体文件（.ttf、.otf、.ttc）。已查找：{}",
        list(.searched)
    )]
    NoFont {
        /// The folders that were looked through.
        searched: Vec<PathBuf>,
    },
    /// A font file was there when fonts were listed and cannot be read now.
    #[error("字体文件无法读取：{}（{reason}）", .path.display())]
    FontFile {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// What was handed in cannot be set, for instance two lessons in one place of a timetable.
    #[error("{0}")]
    Content(String),
    /// A text too long for a QR code.
    #[error("二维码内容过长（{bytes} 字节），请缩短网址")]
    QrTooLong {
        /// Bytes of the text.
        bytes: usize,
    },
    /// The work did not end in time; it was too much, or others were before it.
    #[error("生成文书用时过长（超过 {seconds} 秒），请稍后重试，或减少一次生成的份数")]
    TimedOut {
        /// The limit.
        seconds: u64,
    },
    /// The typesetter failed: a broken picture, or a mistake in a template.
    #[error("文书“{template}”排版失败，请检查其中的照片后重试；如仍失败请联系管理员（{details}）")]
    Typesetting {
        /// The template, by its Chinese name.
        template: &'static str,
        /// What the typesetter said, in English.
        details: String,
    },
}

fn list(paths: &[PathBuf]) -> String {
    let names: Vec<String> = paths.iter().map(|p| p.display().to_string()).collect();
    names.join("、")
}
