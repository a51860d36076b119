//! `chengzhi policy`: the linter, the table of rules, and what-if from files.

use std::process::ExitCode;

use chengzhi_rules::assess::Session;
use chengzhi_rules::{
    Case, Finding, Flip, Pack, PackError, Policy, Totals, WhatIf, calendar, lint,
};
use clap::{Args, Subcommand};
use rayon::prelude::*;

use super::assess::{
    FaultList, InputArgs, Loaded, Parsed, load_policy, print_faults, read_pack_file,
};
use super::words::read_year;

/// `policy`.
#[derive(Debug, Subcommand)]
pub enum PolicyCommand {
    /// 制度体检：无问题退出码为0，有发现为1，规则包有误为2
    Check(CheckArgs),
    /// 试算：改动规则后谁的结论会变、为什么
    #[command(name = "what-if")]
    WhatIf(Box<WhatIfArgs>),
    /// 输出规则一览（docs/rules.md）
    Rules,
}

/// `policy check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// 规则包：名称/年份，或以 .toml 结尾的文件
    #[arg(value_name = "规则包", default_value = "shanghai/2024")]
    pack: String,
    /// 改动一项再检查，可写多次
    #[arg(long = "set", value_name = "参数=值", value_parser = read_change)]
    changes: Vec<(String, String)>,
    /// 按哪一年检查；默认为规则包的年份
    #[arg(long, value_name = "年", value_parser = read_year)]
    year: Option<i32>,
    /// 以 JSON 输出
    #[arg(long)]
    json: bool,
}

/// `policy what-if`.
#[derive(Debug, Args)]
pub struct WhatIfArgs {
    #[command(flatten)]
    input: InputArgs,
    /// 现行规则包；默认 shanghai/考核年度
    #[arg(long, value_name = "规则包")]
    policy: Option<String>,
    /// 草案文件
    #[arg(
        long,
        value_name = "文件",
        conflicts_with = "changes",
        required_unless_present = "changes"
    )]
    draft: Option<String>,
    /// 改动一项，可写多次
    #[arg(long = "set", value_name = "参数=值", value_parser = read_change)]
    changes: Vec<(String, String)>,
    /// 以 JSON 输出
    #[arg(long)]
    json: bool,
}

fn read_change(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() => {
            Ok((key.trim().to_owned(), value.trim().to_owned()))
        }
        _ => Err("应写成 参数=值".to_owned()),
    }
}

/// Runs the command.
pub fn run(command: &PolicyCommand) -> ExitCode {
    let outcome = match command {
        PolicyCommand::Check(args) => check(args),
        PolicyCommand::WhatIf(args) => what_if(args),
        PolicyCommand::Rules => {
            print!("{}", chengzhi_rules::docs::rules_markdown());
            Ok(ExitCode::SUCCESS)
        }
    };
    outcome.unwrap_or_else(|lists| {
        print_faults(&lists);
        ExitCode::from(2)
    })
}

fn told(place: &str, errors: &[PackError]) -> Vec<FaultList> {
    let mut list = FaultList::named(place);
    for error in errors {
        list.add(1, error.key.clone(), error.message.clone());
    }
    vec![list]
}

fn check(args: &CheckArgs) -> Result<ExitCode, Vec<FaultList>> {
    let policy = if args.pack.ends_with(".toml") {
        let pack = read_pack_file(&args.pack).map_err(|l| vec![l])?;
        let year = args.year.unwrap_or(pack.year);
        Policy::from_pack(pack, year).map_err(|e| told(&args.pack, &e))?
    } else {
        let named = args
            .pack
            .split_once('/')
            .and_then(|(_, year)| year.parse().ok());
        let newest = chengzhi_rules::builtin::pack_year_for(&args.pack, i32::MAX);
        let year = args.year.or(named).or(newest).unwrap_or(0);
        load_policy(&args.pack, year).map_err(|l| vec![l])?
    };
    let policy = changed(&policy, &args.changes, &args.pack)?;
    let findings = lint::lint(&policy, calendar());
    if args.json {
        println!(
            "{}",
            serde_json::json!({ "pack": policy.pack.id(), "year": policy.year, "findings": findings })
        );
    } else {
        print_findings(&policy, &findings);
    }
    Ok(ExitCode::from(u8::from(!findings.is_empty())))
}

fn changed(
    policy: &Policy,
    changes: &[(String, String)],
    place: &str,
) -> Result<Policy, Vec<FaultList>> {
    let list: Vec<(&str, &str)> = changes
        .iter()
        .map(|(k, v)| (k.as_str(), v.as_str()))
        .collect();
    let pack = if list.is_empty() {
        Ok(policy.pack.clone())
    } else {
        policy.pack.with_all(&list)
    };
    pack.and_then(|pack| Policy::from_pack(pack, policy.year))
        .map_err(|errors| told(place, &errors))
}

fn print_findings(policy: &Policy, findings: &[Finding]) {
    let carried = policy
        .carried_over_text()
        .map_or_else(String::new, |t| format!("（{t}）"));
    println!("制度体检：{}，{}年{carried}", policy.pack.id(), policy.year);
    if findings.is_empty() {
        println!("没有发现问题。");
    }
    for (number, finding) in (1..).zip(findings) {
        println!("\n{number}. {}［{}］", finding.title, finding.code);
        println!("   规则：{}", finding.rules.join("、"));
        if !finding.clauses.is_empty() {
            println!("   依据：{}", finding.clauses.join("、"));
        }
        if !finding.dates.is_empty() {
            let days: Vec<String> = finding.dates.iter().map(ToString::to_string).collect();
            println!("   日期：{}", days.join("、"));
        }
        if let Some(hours) = finding.slack_hours {
            println!("   余量：{hours}小时");
        }
        println!("   问题：{}", finding.message);
        println!("   建议：{}", finding.proposal);
    }
}

/// A person of the roster (by index) whose verdict flips.
type Flips = Vec<(usize, Flip)>;

fn what_if(args: &WhatIfArgs) -> Result<ExitCode, Vec<FaultList>> {
    let year = args.input.year;
    let name = args
        .policy
        .clone()
        .unwrap_or_else(|| format!("shanghai/{year}"));
    let base = load_policy(&name, year).map_err(|l| vec![l])?;
    let draft = match &args.draft {
        Some(path) => {
            let pack: Pack = read_pack_file(path).map_err(|l| vec![l])?;
            Policy::from_pack(pack, year).map_err(|e| told(path, &e))?
        }
        None => changed(&base, &args.changes, "--set")?,
    };
    let prepared = WhatIf::new(&base, &draft).map_err(|e| told("draft", &e))?;
    Loaded::read(&args.input).with_people(&args.input, |parsed| {
        let (flips, before, after) = judge(&prepared, &parsed, args)?;
        print_flips(args.json, &prepared, &parsed, &flips, before, after);
        Ok(ExitCode::SUCCESS)
    })
}

fn judge(
    prepared: &WhatIf,
    parsed: &Parsed<'_>,
    args: &WhatIfArgs,
) -> Result<(Flips, Totals, Totals), FaultList> {
    let order = parsed.in_order();
    let worked: Vec<(Flips, Totals, Totals, FaultList)> = order
        .par_chunks(1024)
        .map(|chunk| {
            let mut faults = FaultList::named("");
            let mut rows = Vec::new();
            let (mut flips, mut before, mut after) =
                (Vec::new(), Totals::default(), Totals::default());
            for index in chunk {
                let index = *index as usize;
                let Some(person) = parsed.person(index) else {
                    continue;
                };
                parsed.rows_of(index, &mut rows, &mut faults);
                let sessions: &[Session] = parsed.sessions_of(person);
                let case = Case {
                    person: &person.facts,
                    events: parsed.events_of(index),
                    rows: &rows,
                    sessions,
                    extra: super::assess::extra(args.input.as_of),
                };
                let (old, new, flip) = prepared.judge(&case);
                before.add(&old);
                after.add(&new);
                flips.extend(flip.map(|flip| (index, flip)));
            }
            (flips, before, after, faults)
        })
        .collect();
    let mut faults = FaultList::named("");
    let (mut flips, mut before, mut after) = (Vec::new(), Totals::default(), Totals::default());
    for (found, old, new, bad) in worked {
        flips.extend(found);
        before = before.plus(old);
        after = after.plus(new);
        faults.merge(bad);
    }
    if faults.is_empty() {
        Ok((flips, before, after))
    } else {
        Err(faults)
    }
}

fn print_flips(
    json: bool,
    prepared: &WhatIf,
    parsed: &Parsed<'_>,
    flips: &Flips,
    before: Totals,
    after: Totals,
) {
    let staff = |index: usize| {
        parsed.person(index).map_or_else(Default::default, |p| {
            (
                String::from_utf8_lossy(&p.staff_no).into_owned(),
                String::from_utf8_lossy(&p.name).into_owned(),
            )
        })
    };
    let causes = |flip: &Flip| -> Vec<&chengzhi_rules::pack::Difference> {
        flip.causes
            .iter()
            .filter_map(|i| prepared.differences.get(*i))
            .collect()
    };
    if json {
        let list: Vec<_> = flips
            .iter()
            .map(|(index, flip)| {
                let (staff_no, name) = staff(*index);
                serde_json::json!({
                    "staff_no": staff_no, "name": name,
                    "before": { "state": flip.before.state, "result": flip.before.result, "required": flip.before.required_cn() },
                    "after": { "state": flip.after.state, "result": flip.after.result, "required": flip.after.required_cn() },
                    "why": causes(flip),
                })
            })
            .collect();
        println!(
            "{}",
            serde_json::json!({ "changes": prepared.differences, "flips": list, "before": before, "after": after })
        );
        return;
    }
    println!("改动：");
    for d in &prepared.differences {
        println!(
            "  {}（{}）：{}{} → {}{}，依据{}",
            d.title, d.key, d.before, d.unit, d.after, d.unit, d.clause
        );
    }
    if prepared.differences.is_empty() {
        println!("  没有改动");
    }
    for (index, flip) in flips {
        let (staff_no, name) = staff(*index);
        println!(
            "\n{staff_no} {name}：{} → {}",
            flip.before.verdict_cn(),
            flip.after.verdict_cn()
        );
        if flip.before.required_cn() != flip.after.required_cn() {
            println!(
                "  应学：{} → {}",
                flip.before.required_cn(),
                flip.after.required_cn()
            );
        }
        for d in causes(flip) {
            println!(
                "  原因：{}（{}）由{}{}改为{}{}",
                d.title, d.key, d.before, d.unit, d.after, d.unit
            );
        }
    }
    let line = |t: Totals| {
        format!(
            "全额{}人，部分{}人，不考核{}人；达标{}人，未达标{}人",
            t.full, t.partial, t.not_assessed, t.met, t.not_met
        )
    };
    println!(
        "\n共{}人变化。改动前：{}。改动后：{}。",
        flips.len(),
        line(before),
        line(after)
    );
}
