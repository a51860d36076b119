//! Runs the built program on files in a folder of its own.
#![allow(dead_code, clippy::unwrap_used)]

use std::path::PathBuf;
use std::process::{Command, Output};

/// A folder that goes away with the test.
pub struct Desk {
    folder: tempfile::TempDir,
}

/// What a run gave.
pub struct Run {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Desk {
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn put(&self, name: &str, content: impl AsRef<[u8]>) -> &Self {
        std::fs::write(self.path(name), content).unwrap();
        self
    }

    /// Runs with the folder as the working directory, so that file names stay short.
    pub fn run(&self, args: &[&str]) -> Run {
        let output = Command::new(env!("CARGO_BIN_EXE_chengzhi"))
            .args(args)
            .current_dir(self.folder.path())
            .env_remove("CHENGZHI_CONFIG")
            .output()
            .unwrap();
        Run::of(&output)
    }

    pub fn assess(&self, more: &[&str]) -> Run {
        let mut args = vec!["assess", "--year", "2024", "--roster", "roster.csv"];
        for name in ["events", "ledger", "sessions"] {
            if self.path(&format!("{name}.csv")).exists() {
                args.extend(match name {
                    "events" => ["--events", "events.csv"],
                    "ledger" => ["--ledger", "ledger.csv"],
                    _ => ["--sessions", "sessions.csv"],
                });
            }
        }
        args.extend(more);
        self.run(&args)
    }
}

impl Run {
    fn of(output: &Output) -> Self {
        Self {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout.clone()).unwrap(),
            err: String::from_utf8(output.stderr.clone()).unwrap(),
        }
    }

    /// The JSON array of a clean run.
    #[track_caller]
    pub fn json(&self) -> Vec<serde_json::Value> {
        assert_eq!((self.code, self.err.as_str()), (0, ""), "{}", self.err);
        serde_json::from_str(&self.out).unwrap()
    }

    /// The faults of a run that must have failed: exit code 2 and nothing on standard output.
    #[track_caller]
    pub fn faults(&self) -> Vec<&str> {
        assert_eq!((self.code, self.out.as_str()), (2, ""), "{}", self.err);
        self.err.lines().collect()
    }
}

pub const ROSTER: &str = "工号,姓名,区局,中队,在编,人员类别,入职日期,初任培训结束日期\n";
pub const EVENTS: &str = "工号,事件,生效日期,决定日期,录入日期\n";
pub const LEDGER: &str = "工号,日期,类别,学时,学分,所属月份,编号\n";
pub const SESSIONS: &str = "单位,开始日期,结束日期\n";

/// A ledger that fulfils a whole year for `staff`.
pub fn whole_year(staff: &str) -> String {
    let mut rows =
        format!("{staff},2024-05-06,市局网训,24,12,,\n{staff},2024-06-05,区局集训,24,12,,\n");
    for month in 1..=12 {
        rows += &format!("{staff},2024-{month:02}-10,科队学习,1,,2024-{month:02},\n");
    }
    rows
}
