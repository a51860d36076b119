//! Measures the bank with 100,000 questions: loading, filling the index, search, near-duplicates, a
//! change. `cargo run --release -p chengzhi-bank --example bench_bank -- [folder | postgres://…]`
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods
)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use chengzhi_bank::facade::{Level, State, load_questions};
use chengzhi_bank::{Bank, Wanted};
use chengzhi_db::{Db, DbTarget};
use chengzhi_http::SystemClock;
use chengzhi_kernel::{AccountId, Timestamp, UnitId};
use chengzhi_questions::similar::Print;
use chengzhi_questions::{Kind, Question, Source};
use chengzhi_testkit::town;

const COUNT: usize = 100_000;

const SUBJECTS: [&str; 25] = [
    "听证申请",
    "当场处罚",
    "先行登记保存",
    "加处罚款",
    "强制执行",
    "占道经营",
    "建筑垃圾运输",
    "户外广告设置",
    "违法建筑拆除",
    "燃气安全检查",
    "生活垃圾分类",
    "油烟扰民",
    "树木砍伐",
    "房屋群租",
    "共享单车停放",
    "夜间施工",
    "道路挖掘",
    "渣土处置",
    "店招店牌",
    "排水许可",
    "电动自行车充电",
    "毁绿占绿",
    "露天焚烧",
    "装修扰民",
    "跨门经营",
];
const ASPECTS: [&str; 20] = [
    "期限",
    "罚款上限",
    "适用条件",
    "告知程序",
    "举证责任",
    "法制审核",
    "听证范围",
    "执行方式",
    "送达方式",
    "管辖规定",
    "从轻情形",
    "不予处罚情形",
    "证据种类",
    "立案标准",
    "回避规定",
    "催告要求",
    "陈述申辩",
    "当事人义务",
    "文书内容",
    "救济途径",
];
const PLACES: [&str; 20] = [
    "居住小区",
    "商业街区",
    "学校周边",
    "河道沿岸",
    "建筑工地",
    "轨道站点",
    "农贸市场",
    "公园绿地",
    "高架桥下",
    "医院门前",
    "工业园区",
    "旅游景点",
    "施工便道",
    "地下车库",
    "滨水步道",
    "临时夜市",
    "老旧里弄",
    "新建楼盘",
    "交通枢纽",
    "体育场馆",
];

/// The n-th question: subject, aspect and place by mixed radix, so that texts differ as real ones do.
fn question(n: usize) -> Question {
    let (subject, rest) = (SUBJECTS[n % 25], n / 25);
    let (aspect, rest) = (ASPECTS[rest % 20], rest / 20);
    let (place, rest) = (PLACES[rest % 20], rest / 20);
    let stem = format!(
        "城管执法人员在{place}巡查时发现{subject}方面的违法线索{rest}件，办理中涉及{aspect}，下列说法正确的是（ ）。"
    );
    let options = [
        format!("{subject}的{aspect}由作出决定的机关确定，第{n}号文书载明"),
        format!("{place}内的{subject}一律不适用{aspect}"),
        format!("{aspect}以当事人申请为准，逾期{rest}日视为放弃"),
        format!("有关{aspect}的争议由上一级机关裁决"),
    ];
    Question {
        field_of_law: ["处罚程序", "强制程序", "市容环卫", "规划与物业", "燃气"][n % 5].to_owned(),
        topic: subject.to_owned(),
        difficulty: Some(u8::try_from(n % 5 + 1).unwrap()),
        source: Some(Source {
            law: "中华人民共和国行政处罚法".into(),
            article: format!("第{}条", n % 86 + 1),
            version: String::new(),
        }),
        explanation: format!("依照有关{aspect}的规定办理，{subject}在{place}发生的也不例外。"),
        ..Question::choice(stem, options, ["A", "B", "C", "D"][n % 4])
    }
}

fn sorted(mut times: Vec<Duration>) -> (Duration, Duration) {
    times.sort_unstable();
    (times[times.len() / 2], times[times.len() - 1])
}

fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .and_then(|rest| rest.split_whitespace().next())
        .and_then(|number| number.parse::<u64>().ok())
        .unwrap_or(0)
        / 1024
}

#[tokio::main]
async fn main() {
    let target = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "/tmp/bench-bank".into());
    let target = if target.starts_with("postgres") {
        DbTarget::Postgres(target)
    } else {
        let _ = std::fs::remove_dir_all(&target);
        std::fs::create_dir_all(&target).unwrap();
        DbTarget::Sqlite(std::path::Path::new(&target).join("bank.db"))
    };
    let db = Db::connect(&target, Arc::new(SystemClock)).await.unwrap();
    db.migrate().await.unwrap();
    town::found(&db, &[town::CITY]).await;
    let by = (AccountId::from(1), "基准");
    let now = Timestamp::from_micros(0);

    let began = Instant::now();
    for chunk in 0..COUNT / 2_000 {
        let questions = (chunk * 2_000..(chunk + 1) * 2_000)
            .map(|n| (question(n), Level::Basic))
            .collect();
        let mut tx = db.write().await.unwrap();
        load_questions(&mut tx, UnitId::from(1), questions, State::InUse, by, now)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
    println!("load {COUNT}: {:.1?}", began.elapsed());

    let before = memory();
    let bank = Bank::new();
    let began = Instant::now();
    let mut tx = db.read().await.unwrap();
    bank.refresh(&mut tx).await.unwrap();
    drop(tx);
    let (bytes, entries) = bank.size().await;
    println!(
        "index of {entries}: {:.1?}, texts {} MB, memory +{} MiB",
        began.elapsed(),
        bytes / 1_000_000,
        memory().saturating_sub(before)
    );

    let wish = |text: &str| Wanted {
        text: text.to_owned(),
        ..Wanted::default()
    };
    let searches = [
        ("one word, many hits", wish("占道经营")),
        ("one word, one hit", wish("第77777号文书")),
        ("one character", wish("罚")),
        ("two words", wish("夜间施工 听证范围")),
        ("three words", wish("渣土处置 学校周边 催告要求")),
        ("nothing found", wish("卫星发射")),
        ("law and article", wish("行政处罚法第三条")),
        ("no word, all", wish("")),
        (
            "word and filters",
            Wanted {
                kind: Some(Kind::Single),
                field: Some("燃气".into()),
                difficulty: Some(5),
                ..wish("罚款上限")
            },
        ),
    ];
    for (name, wanted) in searches {
        let (mut times, mut total) = (Vec::new(), 0);
        for _ in 0..50 {
            let began = Instant::now();
            let mut tx = db.read().await.unwrap();
            bank.refresh(&mut tx).await.unwrap();
            let found = bank.find(wanted.clone(), (50, 0)).await.unwrap();
            total = found.total;
            drop(tx);
            times.push(began.elapsed());
        }
        let (median, most) = sorted(times);
        println!("search {name}: {total} found, median {median:.1?}, most {most:.1?}");
    }

    let mut times = Vec::new();
    for n in 0..200 {
        let print = Print::from(&question(n * 499));
        let began = Instant::now();
        let near = bank.near(print, None, 5).await.unwrap();
        times.push(began.elapsed());
        assert!(!near.is_empty(), "a question is like itself");
    }
    let (median, most) = sorted(times);
    println!("near-duplicates of one: median {median:.1?}, most {most:.1?}");

    let mut tx = db.write().await.unwrap();
    let more = vec![(question(COUNT + 7), Level::Basic)];
    load_questions(&mut tx, UnitId::from(1), more, State::InUse, by, now)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let began = Instant::now();
    let mut tx = db.read().await.unwrap();
    bank.refresh(&mut tx).await.unwrap();
    let found = bank.find(wish("第100007号文书"), (50, 0)).await.unwrap();
    assert_eq!(found.total, 1, "a new question is found at once");
    println!("search after a change: {:.1?}", began.elapsed());
}
