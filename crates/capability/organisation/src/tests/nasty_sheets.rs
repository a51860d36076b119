//! Sheets as they really come, and as nobody should send them: one clear answer, never a crash.

use chengzhi_sheets::{Column, SheetData, Value, write_xlsx};

use crate::domain::roster::{COLUMNS, row::read_row};
use crate::usecase::roster_import::read_sheet;

fn refusal(content: &[u8]) -> String {
    let problem = read_sheet(content).unwrap_err();
    assert_eq!(problem.status(), 422);
    problem.detail().to_owned()
}

fn csv(rows: &str) -> Vec<u8> {
    format!("工号,姓名,单位,在编,入职日期\n{rows}").into_bytes()
}

#[test]
fn whole_files_that_cannot_be_used_are_refused_with_what_to_do() {
    assert!(refusal(b"").contains("空"));
    assert!(refusal(b"\n\n,,,\n").contains("空"));
    assert!(refusal(&csv("")).contains("没有人员"));
    assert!(refusal(b"\xD0\xCF\x11\xE0 old excel").contains(".xlsx"));
    assert!(refusal(b"PK\x03\x04 torn").contains("损坏"));
    assert!(refusal(b"%PDF-1.7").contains(".xlsx"));
    assert!(refusal(&[0xFF, 0xFE, 0x00, 0x41]).contains("编码"));
    assert!(refusal("姓名,在编\n张三,是\n".as_bytes()).contains("工号、单位、入职日期"));
    assert!(
        refusal("工号,工号,姓名,单位,在编,入职日期\n1,2,张三,x,是,2024-01-01\n".as_bytes())
            .contains("两次")
    );
    assert!(
        refusal("工号,姓名,单位,中队,在编,入职日期\n1,张三,x,y,是,2024-01-01\n".as_bytes())
            .contains("同一项内容")
    );
}

#[test]
fn a_hundred_thousand_rows_are_refused_quickly_with_the_number() {
    let mut content = csv("");
    for n in 0..100_000 {
        content.extend(format!("N{n},某某,大场镇中队,是,2024-01-01\n").into_bytes());
    }
    let begun = std::time::Instant::now();
    assert!(refusal(&content).contains("100000行，一次最多20000行"));
    assert!(begun.elapsed().as_secs() < 20, "even unoptimised");
}

#[test]
fn csv_in_every_usual_encoding_and_header_order_is_the_same_roster() {
    let text = "入职日期,备注,姓名,中队,工号,在编\r\n2024年7月1日,\"a,\"\"b\"\"\",张三,大场镇中队,001,是\r\n";
    // 姓名 and the rest in GB18030, byte by byte.
    let gb: Vec<u8> = [
        b"\xC8\xEB\xD6\xB0\xC8\xD5\xC6\xDA,\xD0\xD5\xC3\xFB,\xD6\xD0\xB6\xD3,\xB9\xA4\xBA\xC5,\xD4\xDA\xB1\xE0\r\n".as_slice(),
        b"20240701,\xD5\xC5\xC8\xFD,\xB4\xF3\xB3\xA1\xD5\xF2\xD6\xD0\xB6\xD3,001,\xCA\xC7\r\n",
    ]
    .concat();
    let with_bom = [b"\xEF\xBB\xBF".as_slice(), text.as_bytes()].concat();
    for content in [text.as_bytes().to_vec(), with_bom, gb] {
        let sent = read_sheet(&content).unwrap();
        assert_eq!(
            (sent.len(), sent[0].line, sent[0].cells.len()),
            (1, 2, COLUMNS.len())
        );
        let (row, faults) = read_row(&sent[0].cells, super::city::day(2024, 11, 18));
        assert_eq!(faults, []);
        assert_eq!(
            (row.staff_no.as_str(), row.name.as_str(), row.unit.as_str()),
            ("001", "张三", "大场镇中队")
        );
        assert_eq!(row.joined_on, super::city::day(2024, 7, 1));
    }
}

#[test]
fn the_template_is_read_back_and_long_cells_and_nulls_do_no_harm() {
    let cells = [
        "A1",
        "张三",
        "男",
        "",
        "大场镇中队",
        "是",
        "",
        "中队长",
        "三级主办",
        "2024-07-01",
        "",
        "13812341234",
    ];
    let mut long = cells;
    let novel = "很".repeat(9_000);
    long[1] = &novel;
    let sheet = SheetData {
        title: "人员名册".to_owned(),
        columns: COLUMNS.iter().map(|name| Column::text(*name, 10)).collect(),
        rows: [cells, long]
            .map(|row| row.map(Value::text).to_vec())
            .to_vec(),
        notes: vec!["说明".to_owned()],
    };
    let sent = read_sheet(&write_xlsx(&[sheet]).unwrap()).unwrap();
    let today = super::city::day(2024, 11, 18);
    assert_eq!(read_row(&sent[0].cells, today).1, []);
    let faults = read_row(&sent[1].cells, today).1;
    assert_eq!((faults.len(), faults[0].field.as_str()), (1, "姓名"));
}

/// Random bytes, cut files and shuffled headers give an answer, whatever it is.
#[test]
fn noise_never_panics() {
    let mut seed = 3_u64;
    let mut next = || {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize
    };
    let good = csv("A1,张三,大场镇中队,是,2024-07-01\n\"A2,李四\n");
    for _ in 0..400 {
        let mut content = good.clone();
        for _ in 0..next() % 6 {
            let at = next() % content.len();
            content[at] = (next() % 256) as u8;
        }
        content.truncate(1 + next() % good.len());
        if let Ok(sent) = read_sheet(&content) {
            for row in sent {
                let _ = read_row(&row.cells, super::city::day(2024, 11, 18));
            }
        }
    }
}
