//! Small films made on the spot by ffmpeg; a machine without ffmpeg fails these tests.
#![allow(dead_code)]

use std::path::PathBuf;
use std::process::Command;

/// A yard that never repeats itself: a fixed pattern, something that moves across, noise.
pub const YARD: &str = "testsrc2=s=320x180:r=25:d=12,noise=alls=8:allf=t:all_seed=3";

pub struct Folder(pub tempfile::TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Runs ffmpeg with these arguments and `name` as the output.
    pub fn make(&self, name: &str, args: &[&str]) -> PathBuf {
        let path = self.path(name);
        let out = Command::new("ffmpeg")
            .args(["-nostdin", "-v", "error", "-y"])
            .args(args)
            .arg(&path)
            .output()
            .expect("ffmpeg is needed: apt-get install ffmpeg");
        assert!(
            out.status.success(),
            "{}",
            String::from_utf8_lossy(&out.stderr)
        );
        path
    }

    /// A film of what a filter graph draws.
    pub fn film(&self, name: &str, graph: &str) -> PathBuf {
        self.make(
            name,
            &[
                "-f",
                "lavfi",
                "-i",
                graph,
                "-c:v",
                "libx264",
                "-preset",
                "ultrafast",
                "-threads",
                "1",
                "-vsync",
                "passthrough",
            ],
        )
    }

    /// A program of that name, to stand in for ffmpeg.
    pub fn program(&self, name: &str, script: &str) -> PathBuf {
        use std::os::unix::fs::PermissionsExt;
        let path = self.path(name);
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        path
    }
}
