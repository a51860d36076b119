use rust_xlsxwriter::Workbook;

use super::*;
use crate::archive::Archive;
use crate::format::{Item, Unreadable};
use crate::model::{Answer, Kind, Part, Picture, Question, Source};

fn sheet(rows: &[&[&str]]) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (line, row) in rows.iter().enumerate() {
        for (column, cell) in row.iter().enumerate() {
            let at = (line as u32, column as u16);
            match cell.parse::<f64>() {
                Ok(number) => sheet.write_number(at.0, at.1, number).unwrap(),
                Err(_) => sheet.write_string(at.0, at.1, *cell).unwrap(),
            };
        }
    }
    book.save_to_buffer().unwrap()
}

fn items(bytes: &[u8]) -> Result<Vec<Item>, Unreadable> {
    read(Archive::open(bytes)?).map(|(items, _)| items)
}

#[test]
fn rows_and_their_verdicts() {
    let bytes = sheet(&[
        &["2026年题库"],
        &[],
        &[
            "序号",
            "题型",
            "题目",
            "A",
            "B",
            "C",
            "正确答案",
            "难度",
            "法律依据",
            "解析",
        ],
        &[
            "1",
            "单选题",
            "上限是（　）",
            "100",
            "200",
            "300",
            "B",
            "3",
            "《行政处罚法》第五十一条",
            "见",
        ],
        &["2", "多选题", "种类", "甲", "乙", "丙", "A"],
        &["3"],
        &["4", "判断题", "可以", "", "", "", "错"],
        &["5", "填空题", "____和____", "", "", "", "七；五"],
        &["6", "单选题", "跳过", "甲", "", "丙", "A"],
        &["7", "连线题", "连", "", "", "", "x"],
        &["8", "案例题", "案情"],
        &["", "小题单选", "问", "甲", "乙", "", "A"],
        &["", "小题-简答题", "为何", "", "", "", "因为"],
        &["9", "", "没有题型", "甲", "乙", "", "C", "难上加难"],
    ]);
    let items = items(&bytes).unwrap();
    let got: Vec<(u32, Option<&str>, Option<String>)> = items
        .iter()
        .map(|item| (item.line, item.kind.map(Kind::name), item.reason()))
        .collect();
    let told = |text: &str| Some(text.to_owned());
    assert_eq!(
        got,
        [
            (4, Some("single"), None),
            (5, Some("multiple"), told("多选题至少要有两个答案")),
            (7, Some("true_false"), None),
            (8, Some("fill_in"), None),
            (9, Some("single"), told("选项字母不连续：B的位置上是C")),
            (
                10,
                None,
                told("不认识题型“连线题”，可填单选题、多选题、判断题、填空题、简答题、案例题")
            ),
            (11, Some("case"), None),
            (
                14,
                Some("single"),
                told("难度“难上加难”应为1至5的整数；答案C不在选项中")
            ),
        ]
    );
    let first = items[0].result.as_ref().unwrap();
    assert_eq!(
        (first.options[1].as_str(), first.difficulty),
        ("200", Some(3))
    );
    assert_eq!(first.source.as_ref().unwrap().article, "第五十一条");
}

#[test]
fn a_sheet_without_questions_is_unreadable() {
    assert_eq!(
        items(&sheet(&[&["姓名", "工号"], &["张三", "1"]])),
        Err(Unreadable::NoHeader)
    );
    assert_eq!(items(&sheet(&[])), Err(Unreadable::Empty));
    assert_eq!(items(&template()), Ok(Vec::new()));
}

#[test]
fn all_options_in_one_cell_and_one_sheet_per_kind() {
    let mut book = Workbook::new();
    for (name, options, answer) in [("单选题", "A.甲\nB.乙", "B"), ("多选题", "甲|乙|丙", "AC")]
    {
        let sheet = book.add_worksheet();
        sheet.set_name(name).unwrap();
        for (column, cell) in ["题干", "选项", "答案"].iter().enumerate() {
            sheet.write_string(0, column as u16, *cell).unwrap();
        }
        for (column, cell) in ["题", options, answer].iter().enumerate() {
            sheet.write_string(1, column as u16, *cell).unwrap();
        }
    }
    let bytes = book.save_to_buffer().unwrap();
    let (items, notes) = read(Archive::open(&bytes).unwrap()).unwrap();
    assert_eq!(items[0].result.as_ref().unwrap().options, ["甲", "乙"]);
    assert_eq!(
        items[1].result.as_ref().unwrap().options,
        ["甲", "乙", "丙"]
    );
    assert_eq!(notes, ["题目来自2个工作表：单选题、多选题。"]);
}

#[test]
fn what_a_sheet_carries_comes_back() {
    let mut choice = Question::choice(
        "上限是？\n第二行 _x0041_",
        ["=1+1", "<乙>", "丙", "丁", "戊", "己", "庚"],
        "B",
    );
    choice.explanation = "见".into();
    choice.field_of_law = "处罚程序".into();
    choice.topic = "当场处罚".into();
    choice.difficulty = Some(4);
    choice.author = "王一".into();
    choice.source = Some(Source {
        law: "行政处罚法".into(),
        article: "第五十一条".into(),
        version: "2021".into(),
    });
    let mut fill = Question::new(Kind::FillIn, "____和（　）");
    fill.answer = Answer::Blanks(vec![vec!["七".into(), "7|8".into()], vec!["五；六".into()]]);
    let mut judge = Question::new(Kind::TrueFalse, "可以");
    judge.answer = Answer::TrueFalse(true);
    let essay = Question::new(Kind::ShortAnswer, "简述");
    let mut case = Question::new(Kind::Case, "案情");
    case.explanation = "总评".into();
    case.parts = vec![
        Part::from(Question::choice("可以", ["甲", "乙", "丙"], "ABC")),
        Part::from(essay.clone()),
        Part::from(judge.clone()),
        Part::from(fill.clone()),
    ];
    let questions = [choice, fill, judge, essay, case];
    let written = write(&questions);
    assert_eq!(written.lost, []);
    let back: Vec<Question> = items(&written.bytes)
        .unwrap()
        .into_iter()
        .map(|item| item.result.unwrap())
        .collect();
    assert_eq!(back, questions);
    assert_eq!(write(&questions).bytes, written.bytes);
}

#[test]
fn pictures_are_listed_as_lost() {
    let mut question = Question::choice("看【图：a.gif】图", ["甲", "乙"], "A");
    question.pictures = vec![Picture::new("a.gif", b"GIF89a".to_vec())];
    let written = write(&[question]);
    assert_eq!(written.lost.len(), 1);
    assert_eq!(written.lost[0].what, "图片");
    assert_eq!(items(&written.bytes).unwrap()[0].stem, "看图");
}
