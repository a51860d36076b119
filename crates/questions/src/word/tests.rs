use std::borrow::Cow;

use super::*;
use crate::archive::{Archive, pack};
use crate::format::{Item, Unreadable};
use crate::model::{Answer, Kind, Part, Picture, Question, Source};

/// A document of paragraphs in WordprocessingML.
fn docx(body: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let document = format!(
        "<?xml version=\"1.0\"?><w:document xmlns:w=\"w\" xmlns:r=\"r\" xmlns:a=\"a\"><w:body>{body}</w:body></w:document>"
    );
    let mut files = vec![(
        "word/document.xml".to_owned(),
        Cow::Owned(document.into_bytes()),
    )];
    files.extend(
        more.iter()
            .map(|(name, text)| ((*name).to_owned(), Cow::Owned(text.as_bytes().to_vec()))),
    );
    pack(files).unwrap()
}

/// Each line a paragraph.
fn plain(text: &str) -> Vec<u8> {
    let body: String = text
        .lines()
        .map(|line| {
            format!(
                "<w:p><w:r><w:t>{}</w:t></w:r></w:p>",
                crate::xml::escaped(line)
            )
        })
        .collect();
    docx(&body, &[])
}

fn items(bytes: &[u8]) -> Vec<Item> {
    read(Archive::open(bytes).unwrap()).unwrap().0
}

fn verdicts(items: &[Item]) -> Vec<(u32, Option<&str>, Option<String>)> {
    items
        .iter()
        .map(|item| (item.line, item.kind.map(Kind::name), item.reason()))
        .collect()
}

fn told(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[test]
fn a_paper_as_offices_type_it() {
    let items = items(&plain(
        "2026年执法资格考试题库
说明：共七题
一、单项选择题（每题1分）
1. 当场处罚对公民罚款的上限是（　）。
A. 50元    B. 100元
C. 200元   D. 500元
答案：C
解析：第五十一条。
依据：《行政处罚法》（2021）第五十一条
难度：2
2、举行听证几日前通知当事人（ C ）
Ａ．三日
Ｂ．五日
Ｃ．七日
3．没有答案的题
A.甲
B.乙
4. 答案不在选项中
A、甲
B、乙
【答案】D【解析】无
二、多选题
1.处罚种类有
A.警告B.罚款C.拘留D.拘役
答案：ＡＢＣ
2.只有一个答案
A.甲 B.乙
答案：A
三、判断题
1.可以由一名执法人员实施。（×）
2.不得因申辩加重处罚。
答案：对
3.说不清
答案：也许
四、填空题
1.应当在____日内提出，（　）日前通知。
答案：五；七
五、简答题
1.简述听证程序。
答案：
1.告知。
2.申请。
3.举行。
解析：见第六十四条。
2.简述简易程序。
六、案例分析题
1.某日，执法人员发现占道经营。
次日复查。
（1）可以处以什么处罚？
A.警告
B.罚款
答案：AB
（2）程序是否合法？
答案：合法，因为有两人。
解析：第四十二条
",
    ));
    assert_eq!(
        verdicts(&items),
        [
            (4, Some("single"), None),
            (11, Some("single"), None),
            (15, Some("single"), told("缺少答案")),
            (18, Some("single"), told("答案D不在选项中")),
            (23, Some("multiple"), None),
            (26, Some("multiple"), told("多选题至少要有两个答案")),
            (30, Some("true_false"), None),
            (31, Some("true_false"), None),
            (
                33,
                Some("true_false"),
                told("判断题的答案“也许”无法识别，应写对或错；缺少答案")
            ),
            (36, Some("fill_in"), None),
            (39, Some("short_answer"), None),
            (45, Some("short_answer"), told("缺少答案")),
            (47, Some("case"), None),
        ]
    );
    let question = |at: usize| items[at].result.as_ref().unwrap();
    assert_eq!(question(0).options, ["50元", "100元", "200元", "500元"]);
    assert_eq!(question(0).source.as_ref().unwrap().version, "2021");
    assert_eq!(
        (question(0).difficulty, question(0).explanation.as_str()),
        (Some(2), "第五十一条。")
    );
    assert_eq!(question(1).stem, "举行听证几日前通知当事人（\u{3000}）");
    assert_eq!(question(6).stem, "可以由一名执法人员实施。");
    assert_eq!(
        question(10).answer,
        Answer::text("1.告知。\n2.申请。\n3.举行。")
    );
    let case = question(12);
    assert_eq!(case.stem, "某日，执法人员发现占道经营。\n次日复查。");
    assert_eq!(
        case.parts.iter().map(|part| part.kind).collect::<Vec<_>>(),
        [Kind::Multiple, Kind::ShortAnswer]
    );
    assert_eq!(case.parts[1].explanation, "第四十二条");
}

#[test]
fn automatic_numbers_tables_and_blanks_are_read() {
    let para = |list: &str, text: &str| {
        let level = if list.is_empty() {
            String::new()
        } else {
            format!(
                "<w:pPr><w:numPr><w:ilvl w:val=\"{}\"/><w:numId w:val=\"1\"/></w:numPr></w:pPr>",
                list
            )
        };
        format!("<w:p>{level}<w:r><w:t>{text}</w:t></w:r></w:p>")
    };
    let numbering = r#"<w:numbering xmlns:w="w"><w:abstractNum w:abstractNumId="0">
        <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>
        <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="upperLetter"/><w:lvlText w:val="%2."/></w:lvl>
        </w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>"#;
    let cell = |text: &str| format!("<w:tc><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>");
    let body = [
        para("0", "上限是"),
        para("1", "一百元"),
        para("1", "二百元"),
        para("", "答案：B"),
        para("0", "表格里的选项"),
        format!(
            "<w:tbl><w:tr>{}{}</w:tr><w:tr>{}{}</w:tr></w:tbl>",
            cell("A."),
            cell("甲"),
            cell("B."),
            cell("乙")
        ),
        para("", "答案：A"),
        "<w:p><w:pPr><w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"1\"/></w:numPr></w:pPr><w:r><w:t>应在</w:t></w:r>\
         <w:r><w:rPr><w:u w:val=\"single\"/></w:rPr><w:t xml:space=\"preserve\">    </w:t></w:r><w:r><w:t>日内</w:t></w:r>\
         <w:del><w:r><w:delText>删</w:delText><w:t>删</w:t></w:r></w:del></w:p>"
            .to_owned(),
        "<w:p><w:r><w:t>答案：五</w:t><w:br/><w:t>解析：见</w:t></w:r></w:p>".to_owned(),
        "<w:p><w:r><w:t>4. 对错</w:t></w:r></w:p><w:p><w:r><w:t>答案：</w:t><w:sym w:font=\"Wingdings\" w:char=\"F0FC\"/></w:r></w:p>".to_owned(),
    ]
    .concat();
    let items = items(&docx(&body, &[("word/numbering.xml", numbering)]));
    assert_eq!(
        verdicts(&items),
        [
            (1, Some("single"), None),
            (5, Some("single"), None),
            (11, Some("fill_in"), None),
            (13, Some("true_false"), None),
        ]
    );
    assert_eq!(items[1].result.as_ref().unwrap().options, ["甲", "乙"]);
    assert_eq!(items[2].stem, "应在____日内");
    assert_eq!(items[2].result.as_ref().unwrap().explanation, "见");
}

#[test]
fn keys_at_the_end_and_questions_without_numbers() {
    let items_of = |text: &str| items(&plain(text));
    let keyed = items_of(
        "一、单选题\n1.甲题\nA.一 B.二\n2.乙题\nA.一 B.二\n二、判断题\n1.丙题\n参考答案\n一、单选题\n1-2 AB\n二、判断题\n1.√",
    );
    assert_eq!(
        keyed
            .iter()
            .map(|item| item.answers.len())
            .collect::<Vec<_>>(),
        [1, 1, 1],
        "{keyed:?}"
    );
    let bare = items_of("上限是\nA.一\nB.二\n答案：A\n下限是\nA.一\nB.二\n答案：B");
    assert_eq!(
        verdicts(&bare),
        [(1, Some("single"), None), (5, Some("single"), None)]
    );
    let cases = items_of(
        "案例一：案情\n问题：\n1.为何？\n答案：因为\n2.怎么办？\n答案：这样\n案例二：案情\n（1）甲\n（2）乙\n答案：（1）一（2）二",
    );
    assert_eq!(
        verdicts(&cases),
        [(1, Some("case"), None), (7, Some("case"), None)]
    );
    assert_eq!(
        cases[1].result.as_ref().unwrap().parts[1].answer,
        Answer::text("二")
    );
}

#[test]
fn hostile_documents_are_refused_and_macros_ignored() {
    let read_all = |bytes: &[u8]| read(Archive::open(bytes).unwrap());
    let entity = docx("", &[]);
    assert_eq!(read_all(&entity), Err(Unreadable::Empty));
    let doctype = pack([(
        "word/document.xml".to_owned(),
        Cow::Borrowed(&b"<!DOCTYPE a [<!ENTITY x \"y\">]><w:document>&x;</w:document>"[..]),
    )])
    .unwrap();
    assert_eq!(read_all(&doctype), Err(Unreadable::DocType));
    let deep = docx(&"<w:p>".repeat(100_000), &[]);
    assert_eq!(read_all(&deep), Err(Unreadable::BrokenXml));
    let macros = docx(
        "<w:p><w:r><w:t>1.甲（A） A.一 B.二</w:t></w:r></w:p>",
        &[("word/vbaProject.bin", "x")],
    );
    let (items, notes) = read_all(&macros).unwrap();
    assert_eq!(notes, ["文件含有宏，已忽略，未运行。"]);
    assert!(items[0].result.is_ok(), "{items:?}");
}

#[test]
fn what_a_document_carries_comes_back() {
    let mut choice = Question::choice(
        "看【图：图 1.png】，上限是？\n第二行",
        ["甲【图：b.gif】", "见 B.乙", "<丙>"],
        "B",
    );
    choice.pictures = vec![
        Picture::new(
            "图 1.png",
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x04\0\0\0\x02\0".to_vec(),
        ),
        Picture::new("b.gif", b"GIF89a\x10\0\x10\0".to_vec()),
    ];
    choice.explanation = "见\n第五十一条".into();
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
    let mut essay = Question::new(Kind::ShortAnswer, "简述");
    essay.answer = Answer::text("1.甲\n2.乙\n3.丙");
    let open = Question::new(Kind::ShortAnswer, "再述");
    let mut case = Question::new(Kind::Case, "案情");
    case.explanation = "总评".into();
    case.topic = "听证".into();
    case.parts = vec![
        Part::from(Question::choice("可以", ["甲", "乙", "丙"], "ABC")),
        Part::from(essay.clone()),
        Part::from(judge.clone()),
        Part::from(fill.clone()),
    ];
    let mut whole = Question::new(Kind::Case, "案情二");
    whole.answer = Answer::text("答");
    let questions = [
        choice,
        fill,
        judge,
        essay,
        open,
        case,
        whole,
        Question::choice("末", ["甲", "乙"], "A"),
    ];
    let written = write(&questions);
    assert_eq!(written.lost, []);
    let back: Vec<Question> = items(&written.bytes)
        .into_iter()
        .map(|item| item.result.unwrap())
        .collect();
    assert_eq!(back, questions);
    assert_eq!(write(&questions).bytes, written.bytes);
}
