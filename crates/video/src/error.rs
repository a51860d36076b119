//! What can go wrong with a film, in the words of those who sent it in.

/// Why a film could not be checked.
#[derive(Debug, thiserror::Error)]
pub enum VideoError {
    /// ffmpeg or ffprobe is not installed or cannot be started.
    #[error("本机没有可用的 ffmpeg（{0}），无法预审视频；请安装 ffmpeg 后重试")]
    FfmpegMissing(String),
    /// The file cannot be opened.
    #[error("无法读取视频文件：{}", io_words(.0))]
    Io(#[from] std::io::Error),
    /// Zero bytes.
    #[error("视频文件为空（0字节），请重新上传")]
    Empty,
    /// Not a film at all, or a container that is not accepted.
    #[error("不是可识别的视频文件（{0}），请上传手机或相机拍摄的原始视频")]
    Foreign(String),
    /// The container holds sound or data only.
    #[error("文件中没有视频画面（只有声音或其他内容），请上传带画面的视频")]
    NoPicture,
    /// A film whose beginning, index or content is broken.
    #[error("视频文件已损坏或不完整（{0}），请重新上传或从手机导出原始视频")]
    Damaged(String),
    /// The time limit was reached and the process ended.
    #[error("解码超过时限{0}秒，已中止；本片未能核验")]
    TimedOut(u64),
    /// The memory limit was reached.
    #[error("解码超过内存上限，已中止；本片未能核验")]
    OutOfMemory,
    /// Somebody asked to stop.
    #[error("预审已取消")]
    Cancelled,
}

impl VideoError {
    /// True if the fault lies with this machine or its limits, not with the file.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        matches!(
            self,
            Self::FfmpegMissing(_) | Self::TimedOut(_) | Self::OutOfMemory | Self::Cancelled
        )
    }
}

/// Why the machine refused a file or folder, in Chinese; what is rare keeps the number of the system's
/// error.
#[must_use]
pub fn io_words(error: &std::io::Error) -> String {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::NotFound => "找不到，请核对路径".to_owned(),
        ErrorKind::PermissionDenied => "没有访问权限".to_owned(),
        ErrorKind::NotADirectory => "不是目录".to_owned(),
        ErrorKind::IsADirectory => "是目录，不是文件".to_owned(),
        ErrorKind::StorageFull => "磁盘已满".to_owned(),
        ErrorKind::UnexpectedEof => "文件不完整".to_owned(),
        _ => error
            .raw_os_error()
            .map_or_else(|| "读写出错".to_owned(), |code| format!("系统错误{code}")),
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Error, ErrorKind};

    use super::VideoError;

    #[test]
    fn the_machines_refusals_are_told_in_chinese() {
        for error in [
            Error::from_raw_os_error(2),
            Error::from_raw_os_error(13),
            Error::from_raw_os_error(5),
            Error::from(ErrorKind::UnexpectedEof),
            Error::other("a broken pipe"),
        ] {
            let said = VideoError::Io(error).to_string();
            assert!(
                !said.chars().any(|c| c.is_ascii_alphabetic()),
                "English in {said}"
            );
        }
        assert_eq!(
            VideoError::Io(Error::from_raw_os_error(2)).to_string(),
            "无法读取视频文件：找不到，请核对路径"
        );
    }
}
