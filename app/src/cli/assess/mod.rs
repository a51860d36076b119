//! `chengzhi assess`: judges a year from files alone, without database or configuration.
//!
//! All faults of all files are told in one run, one line each on standard error, and then nothing
//! is written. See `--help` for the columns.

mod events;
mod faults;
mod input;
mod json;
mod judge;
mod ledger;
mod plain;
mod policy;
mod roster;
mod sessions;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use chengzhi_kernel::{Date, parse_date};
use chengzhi_rules::assess::{CompiledPolicy, Event, Extra, LedgerRow, Session};
use clap::{Args, ValueEnum};

pub use faults::{FaultList, print_faults};
pub use policy::{load_policy, read_pack_file};

use events::PersonEvents;
use input::FileText;
use judge::Judged;
use ledger::PersonRows;
use roster::{Person, Roster};
use sessions::Districts;

use super::words::read_year;

/// What `--format` takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// 一个 JSON 数组
    Json,
    /// 逗号分隔的文本
    Csv,
    /// 工作簿，须同时指定 --output
    Xlsx,
    /// 便于阅读的表格
    Table,
}

/// The files and the year, shared with `policy what-if`.
#[derive(Debug, Args)]
pub struct InputArgs {
    /// 考核年度
    #[arg(long, value_name = "年", value_parser = read_year)]
    pub year: i32,
    /// 截止日：不计此日之后录入的变动和此日之后的台账
    #[arg(long, value_name = "日期", value_parser = read_date)]
    pub as_of: Option<Date>,
    /// 名册（工号,姓名,区局,中队,在编,人员类别,入职日期,初任培训结束日期）
    #[arg(long, value_name = "文件")]
    pub roster: PathBuf,
    /// 人员变动（工号,事件,生效日期,决定日期,录入日期）
    #[arg(long, value_name = "文件")]
    pub events: Option<PathBuf>,
    /// 学时台账（工号,日期,类别,学时,学分,所属月份,编号）
    #[arg(long, value_name = "文件")]
    pub ledger: Option<PathBuf>,
    /// 区局集训场次（单位,开始日期,结束日期）
    #[arg(long, value_name = "文件")]
    pub sessions: Option<PathBuf>,
}

/// `assess`.
#[derive(Debug, Args)]
pub struct AssessArgs {
    #[command(flatten)]
    input: InputArgs,
    /// 规则包：名称/年份，或以 .toml 结尾的文件；默认 shanghai/考核年度
    #[arg(long, value_name = "规则包")]
    policy: Option<String>,
    /// 输出格式：json、csv、xlsx、table
    #[arg(long, value_name = "格式", value_enum, default_value_t = Format::Json, hide_possible_values = true)]
    format: Format,
    /// 写入文件（xlsx 必需；csv 写入文件时带 BOM，便于直接用表格软件打开）
    #[arg(long, value_name = "文件")]
    output: Option<PathBuf>,
}

fn read_date(text: &str) -> Result<Date, String> {
    parse_date(text.trim()).map_err(|e| e.to_string())
}

/// Everything read, free of faults except those found while judging (repeated 编号).
pub struct Loaded {
    texts: Texts,
}

struct Texts {
    roster: FileText,
    events: Option<FileText>,
    ledger: Option<FileText>,
    sessions: Option<FileText>,
}

/// Runs the command. Exit code 0, also when people are not met; 2 with faults.
pub fn run(args: AssessArgs) -> ExitCode {
    if args.format == Format::Xlsx && args.output.is_none() {
        eprintln!("输出xlsx须用 --output 指定文件。");
        return ExitCode::from(2);
    }
    let pack = args
        .policy
        .clone()
        .unwrap_or_else(|| format!("shanghai/{}", args.input.year));
    let (policy, mut faults) = match load_policy(&pack, args.input.year) {
        Ok(policy) => (Some(CompiledPolicy::new(&policy)), Vec::new()),
        Err(list) => (None, vec![list]),
    };
    let loaded = Loaded::read(&args.input);
    // Without a pack the files are still checked, so that every fault is told at once.
    let outcome = loaded.judge(&args.input, policy.as_ref(), args.format);
    match (outcome, faults.is_empty()) {
        (Ok(judged), true) => match write_out(&args, &judged) {
            Ok(()) => ExitCode::SUCCESS,
            Err(sentence) => {
                eprintln!("{sentence}");
                ExitCode::from(2)
            }
        },
        (Ok(_), false) => {
            print_faults(&faults);
            ExitCode::from(2)
        }
        (Err(found), _) => {
            faults.extend(found);
            print_faults(&faults);
            ExitCode::from(2)
        }
    }
}

impl Loaded {
    /// Reads the files' bytes and decodes them.
    #[must_use]
    pub fn read(args: &InputArgs) -> Self {
        let optional = |path: &Option<PathBuf>| path.as_deref().map(FileText::read);
        Self {
            texts: Texts {
                roster: FileText::read(&args.roster),
                events: optional(&args.events),
                ledger: optional(&args.ledger),
                sessions: optional(&args.sessions),
            },
        }
    }

    /// Parses and judges everybody, in the order of the output.
    fn judge(
        &self,
        args: &InputArgs,
        policy: Option<&CompiledPolicy>,
        format: Format,
    ) -> Result<Judged, Vec<FaultList>> {
        self.with_people(args, |parsed| {
            let Some(policy) = policy else {
                return judge::check_only(&parsed);
            };
            judge::everybody(policy, &parsed, args.as_of, format)
        })
    }

    /// Parses all files and hands the result to `then`, unless there are faults.
    ///
    /// # Errors
    /// The faults of each file; those `then` finds are put with the ledger's.
    pub fn with_people<T>(
        &self,
        args: &InputArgs,
        then: impl FnOnce(Parsed<'_>) -> Result<T, FaultList>,
    ) -> Result<T, Vec<FaultList>> {
        let texts = &self.texts;
        let mut roster_faults = FaultList::new(&args.roster);
        let roster = roster::parse(&texts.roster, &mut roster_faults);
        let mut lists = vec![roster_faults];
        let mut events = PersonEvents::default();
        if let (Some(text), Some(path)) = (&texts.events, &args.events) {
            let mut faults = FaultList::new(path);
            events = events::parse(text, &roster, &mut faults);
            lists.push(faults);
        }
        let mut ledger_faults = args.ledger.as_deref().map(FaultList::new);
        let mut rows = PersonRows::default();
        if let (Some(text), Some(faults)) = (&texts.ledger, &mut ledger_faults) {
            rows = ledger::parse(text, &roster, faults);
        }
        let mut districts = Districts::default();
        let mut session_faults = None;
        if let (Some(text), Some(path)) = (&texts.sessions, &args.sessions) {
            let mut faults = FaultList::new(path);
            districts = sessions::parse(text, &mut faults);
            session_faults = Some(faults);
        }
        let outcome = then(Parsed {
            roster: &roster,
            events: &events,
            rows: &rows,
            districts: &districts,
        });
        let found = match outcome {
            Ok(value) => {
                let clean = lists
                    .iter()
                    .chain(&ledger_faults)
                    .chain(&session_faults)
                    .all(FaultList::is_empty);
                if clean {
                    return Ok(value);
                }
                None
            }
            Err(found) => Some(found),
        };
        if let (Some(ledger), Some(found)) = (&mut ledger_faults, found) {
            ledger.merge(found);
        }
        lists.extend(ledger_faults);
        lists.extend(session_faults);
        Err(lists)
    }
}

/// The four files, parsed.
#[derive(Clone, Copy)]
pub struct Parsed<'p> {
    roster: &'p Roster<'p>,
    events: &'p PersonEvents,
    rows: &'p PersonRows<'p>,
    districts: &'p Districts<'p>,
}

impl<'p> Parsed<'p> {
    /// The person with this index in the roster.
    #[must_use]
    pub fn person(&self, index: usize) -> Option<&'p Person<'p>> {
        self.roster.people.get(index)
    }

    /// The indices of all people, by 工号 as text.
    #[must_use]
    pub fn in_order(&self) -> Vec<u32> {
        judge::in_order(self)
    }

    /// Puts the person's ledger rows into `rows`; see [`PersonRows::collect`].
    pub fn rows_of(&self, index: usize, rows: &mut Vec<LedgerRow>, faults: &mut FaultList) {
        self.rows.collect(index, rows, faults);
    }

    /// The person's status changes.
    #[must_use]
    pub fn events_of(&self, index: usize) -> &'p [Event] {
        self.events.of(index)
    }

    /// All sessions listed for the person's district.
    #[must_use]
    pub fn sessions_of(&self, person: &Person<'_>) -> &'p [Session] {
        self.districts.of(&person.district)
    }
}

/// What is known besides the files.
#[must_use]
pub fn extra(as_of: Option<Date>) -> Extra<'static> {
    Extra {
        as_of,
        waivers: &[],
    }
}

fn write_out(args: &AssessArgs, judged: &Judged) -> Result<(), String> {
    let failed = |place: &Path| format!("无法写入{}", place.display());
    match &args.output {
        None => {
            let mut out = std::io::stdout().lock();
            for part in &judged.parts {
                // A reader that closed the pipe wants no more: that is not a fault.
                if out.write_all(part).is_err() {
                    return Ok(());
                }
            }
            let _ = out.flush();
            Ok(())
        }
        Some(path) => {
            // Written beside and moved over, so that a reader never sees half a file.
            let mut name = path.file_name().unwrap_or_default().to_owned();
            name.push(".part");
            let part_path = path.with_file_name(name);
            let write = || -> std::io::Result<()> {
                let mut file = std::fs::File::create(&part_path)?;
                if args.format == Format::Csv {
                    file.write_all(b"\xEF\xBB\xBF")?;
                }
                for part in &judged.parts {
                    file.write_all(part)?;
                }
                file.sync_all()?;
                std::fs::rename(&part_path, path)
            };
            write().map_err(|_| {
                let _ = std::fs::remove_file(&part_path);
                failed(path)
            })
        }
    }
}
