//! Measures reading and writing of 10,000 questions in each format, near-duplicates among 100,000,
//! and how soon nonsense is answered. `cargo run --release -p chengzhi-questions --example bench_questions`

use std::time::Instant;

use chengzhi_questions::similar::{Index, Print};
use chengzhi_questions::{Answer, Format, Kind, Part, Question, Source, parse, write};

const SUBJECTS: [&str; 20] = [
    "听证申请",
    "当场处罚",
    "先行登记保存",
    "加处罚款",
    "行政强制执行",
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
];
const ASPECTS: [&str; 16] = [
    "的期限",
    "的罚款上限",
    "的适用条件",
    "的告知程序",
    "的举证责任",
    "的法制审核",
    "的听证范围",
    "的执行方式",
    "的送达方式",
    "的立案标准",
    "的管辖机关",
    "的从轻情形",
    "的减轻情形",
    "的不予处罚情形",
    "的证据种类",
    "的文书要求",
];
const PLACES: [&str; 10] = [
    "在主要道路两侧",
    "在居民住宅区内",
    "在学校周边",
    "在黄浦江沿岸",
    "在轨道交通站点",
    "在公园绿地",
    "在商业街区",
    "在建筑工地",
    "在河道管理范围内",
    "在历史风貌区",
];

fn stem(number: usize) -> String {
    let pick = |list: &[&'static str], step: usize| {
        list.get(number / step % list.len())
            .copied()
            .unwrap_or_default()
    };
    format!(
        "{}，由第{}大队查处编号为{}的案件时，关于{}{}，应当适用第{}条的规定，下列说法正确的是（　）。",
        pick(&PLACES, 320),
        number % 97,
        number.wrapping_mul(7919) % 1_000_003,
        pick(&SUBJECTS, 16),
        pick(&ASPECTS, 1),
        number % 89 + 1
    )
}

fn question(number: usize) -> Question {
    let options = ["三日", "五日", "七日", "十日"]
        .map(|day| format!("{day}内，且不得超过{}日", number % 50 + 10));
    let mut question =
        Question::choice(stem(number), options.clone(), ["A", "BC", "D"][number % 3]);
    match number % 10 {
        7 => {
            question = Question::new(Kind::TrueFalse, stem(number));
            question.answer = Answer::TrueFalse(number.is_multiple_of(4));
        }
        8 => {
            question = Question::new(Kind::ShortAnswer, stem(number));
            question.answer = Answer::text("一是告知，二是申请，三是举行。");
        }
        9 => {
            question = Question::new(Kind::Case, stem(number));
            question.parts = vec![
                Part::from(Question::choice("可以作出的处罚是", options.clone(), "B")),
                Part::from(Question::choice("程序上应当", options, "AC")),
            ];
        }
        _ => {}
    }
    question.explanation = "见法律原文，期限自告知之日起算，遇节假日顺延。".to_owned();
    question.topic = "听证".to_owned();
    question.difficulty = Some(3);
    question.source = Some(Source {
        law: "中华人民共和国行政处罚法".to_owned(),
        article: "第六十四条".to_owned(),
        version: "2021".to_owned(),
    });
    question
}

fn formats() {
    let questions: Vec<Question> = (0..10_000).map(question).collect();
    println!("10,000 questions        bytes      write       read   accepted");
    for format in Format::ALL {
        let begun = Instant::now();
        let written = write(&questions, format);
        let wrote = begun.elapsed();
        let begun = Instant::now();
        let (accepted, all) = match parse(&written.bytes, Some(format)) {
            Ok(parsed) => (parsed.questions().count(), parsed.items.len()),
            Err(_) => (0, 0),
        };
        let read = begun.elapsed();
        println!(
            "{:<12} {:>16} {:>8} ms {:>7} ms   {accepted} of {all}",
            format.chinese(),
            written.bytes.len(),
            wrote.as_millis(),
            read.as_millis()
        );
    }
}

fn near() {
    let begun = Instant::now();
    let mut index = Index::new();
    for number in 0..100_000_usize {
        let options = ["三日", "五日", "七日", "十日"].map(|day| format!("{day}{}", number % 50));
        index.add(
            i64::try_from(number).unwrap_or(0),
            &Print::of(&stem(number), &options),
        );
    }
    println!(
        "index of {} stems built in {} ms",
        index.len(),
        begun.elapsed().as_millis()
    );
    let mut times: Vec<u128> = Vec::new();
    let mut found = 0;
    for number in (0..100_000).step_by(500) {
        let typed = stem(number)
            .replace("应当", "应")
            .replace("正确的是", "正确的有");
        let begun = Instant::now();
        let near = index.near(&Print::of(&typed, &[""; 0]), 10);
        times.push(begun.elapsed().as_micros());
        let id = i64::try_from(number).unwrap_or(0);
        found += usize::from(near.iter().any(|near| near.id == id));
    }
    times.sort_unstable();
    println!(
        "near-duplicates of one stem: median {} us, worst {} us of {} look-ups, {found} found",
        times.get(times.len() / 2).copied().unwrap_or(0),
        times.last().copied().unwrap_or(0),
        times.len()
    );
}

fn nonsense() {
    for size in [4_usize << 20, 16 << 20] {
        for piece in [
            "{",
            "=a ~",
            "A. ",
            "<!--",
            "<question><![CDATA[",
            "<quiz><question>",
            "【图：",
            "::a",
            "_",
            "（",
            "a\n\n{",
            "<assessmentItem>",
            "A. 甲\nANSWER: A\n",
            "\\",
            "%1%",
        ] {
            let bytes = piece.repeat(size / piece.len()).into_bytes();
            let begun = Instant::now();
            let mut slowest = (0, "");
            for format in Format::ALL {
                let one = Instant::now();
                let _ = parse(&bytes, Some(format));
                slowest = slowest.max((one.elapsed().as_millis(), format.chinese()));
            }
            println!(
                "{:>3} MiB of {piece:?}: all formats {} ms, slowest {} {} ms",
                size >> 20,
                begun.elapsed().as_millis(),
                slowest.1,
                slowest.0
            );
        }
    }
}

fn main() {
    match std::env::args().nth(1).as_deref() {
        Some("nonsense") => nonsense(),
        _ => {
            formats();
            near();
        }
    }
}
