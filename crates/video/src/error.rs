//! What can go wrong with a film, in the words of those who sent it in.

/// Why a film could not be checked.
#[derive(Debug, thiserror::Error)]
pub enum VideoError {
    /// ffmpeg or ffprobe is not installed or cannot be started.
    #[error("本机没有可用的 ffmpeg（{0}），无法预审视频；请安装 ffmpeg 后重试")]
    FfmpegMissing(String),
    /// The file cannot be opened.
    #[error("无法读取视频文件：{0}")]
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
