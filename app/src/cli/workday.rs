//! `chengzhi workday`: working-day arithmetic on the built-in calendar.

use std::process::ExitCode;

use chengzhi_kernel::calendar::{DayKind, WorkdaySpan};
use chengzhi_kernel::dates::{format_cn, weekday_cn};
use chengzhi_kernel::{CalendarNotPublished, Date, parse_date};
use chengzhi_rules::calendar;
use clap::Subcommand;

use super::words::read_number;

/// `workday`.
#[derive(Debug, Subcommand)]
pub enum WorkdayCommand {
    /// 某日之后第几个工作日（当日不计）
    Add(SpanArgs),
    /// 某日之前第几个工作日（当日不计）
    Sub(SpanArgs),
    /// 某日是否工作日：是则退出码为0，否则为1
    Is {
        /// 日期
        #[arg(value_name = "日期", value_parser = read_date)]
        date: Date,
        /// 列出当日
        #[arg(long)]
        explain: bool,
    },
}

/// A day and a number of working days.
#[derive(Debug, clap::Args)]
pub struct SpanArgs {
    /// 日期
    #[arg(value_name = "日期", value_parser = read_date)]
    date: Date,
    /// 工作日数
    #[arg(value_name = "天数", value_parser = read_days)]
    days: u32,
    /// 逐日列出
    #[arg(long)]
    explain: bool,
}

fn read_date(text: &str) -> Result<Date, String> {
    parse_date(text.trim()).map_err(|e| e.to_string())
}

fn read_days(text: &str) -> Result<u32, String> {
    read_number(text, 0, 5000)
}

/// Runs the command. Exit code 2 when the calendar of a year touched is not published.
pub fn run(command: &WorkdayCommand) -> ExitCode {
    let outcome = match command {
        WorkdayCommand::Add(args) => calendar()
            .explain_add(args.date, args.days)
            .map(|span| print_span(args, &span)),
        WorkdayCommand::Sub(args) => calendar()
            .explain_sub(args.date, args.days)
            .map(|span| print_span(args, &span)),
        WorkdayCommand::Is { date, explain } => calendar().day(*date).map(|kind| {
            let word = if kind.is_workday() {
                "工作日"
            } else {
                "休息日"
            };
            println!("{word}：{}，{}", format_cn(*date), kind.reason_cn());
            if *explain {
                println!("{}", strip_line(*date, &kind));
            }
            ExitCode::from(u8::from(!kind.is_workday()))
        }),
    };
    outcome.unwrap_or_else(|CalendarNotPublished(year)| {
        eprintln!("工作日历尚未公布：{year}年");
        ExitCode::from(2)
    })
}

fn print_span(args: &SpanArgs, span: &WorkdaySpan) -> ExitCode {
    println!("{}", span.end);
    if args.explain {
        for mark in &span.days {
            let counted = match mark.counted {
                Some(n) => format!("第{n}个工作日"),
                None if mark.date == args.date => "起算日，不计".to_owned(),
                None => "不计".to_owned(),
            };
            println!("{} {counted}", strip_line(mark.date, &mark.kind));
        }
    }
    ExitCode::SUCCESS
}

fn strip_line(date: Date, kind: &DayKind) -> String {
    format!("{date} {} {}", weekday_cn(date), kind.reason_cn())
}
