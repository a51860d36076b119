//! QTI 2.2 items (2.0 and 2.1 are read too): a package with a manifest, or one bare item. Origin
//! stands in a rubric for authors, model answers in rubrics for scorers, a case is an item whose
//! sub-questions are divisions with an interaction each.

mod body;
mod package;
mod read;
mod write;

pub(crate) use package::{read_package, write};
pub(crate) use read::read_items;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::{Archive, pack};
    use crate::format::Unreadable;
    use crate::model::{Answer, Kind, Part, Picture, Question, Source};

    const CHOICE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="choice" title="x" adaptive="false" timeDependent="false">
  <responseDeclaration identifier="RESPONSE" cardinality="single" baseType="identifier">
    <correctResponse><value>ChoiceB</value></correctResponse>
  </responseDeclaration>
  <itemBody>
    <p>看图<img src="images/sign.png" alt="x"/>回答。</p>
    <choiceInteraction responseIdentifier="RESPONSE" shuffle="false" maxChoices="1">
      <prompt>罚款上限是？</prompt>
      <simpleChoice identifier="ChoiceA">一百元</simpleChoice>
      <simpleChoice identifier="ChoiceB">二百元<feedbackInline identifier="x">对</feedbackInline></simpleChoice>
    </choiceInteraction>
  </itemBody>
</assessmentItem>"#;

    fn all_kinds() -> Vec<Question> {
        let mut choice = Question::choice(
            "看【图：图 1.png】，a < b & c？\n第二行",
            ["甲", "<乙>"],
            "B",
        );
        choice.pictures = vec![Picture::new("图 1.png", b"\x89PNG\r\n\x1a\nxyz".to_vec())];
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
        let mut fill = Question::new(Kind::FillIn, "在____日前通知，（　）日内提出");
        fill.answer = Answer::Blanks(vec![vec!["七".into(), "7 日".into()], vec!["五".into()]]);
        let mut one = Question::new(Kind::FillIn, "几日内提出？");
        one.answer = Answer::blank(["五"]);
        let mut essay = Question::new(Kind::ShortAnswer, "简述");
        essay.answer = Answer::text("一、甲\n二、乙");
        let bare = Question::new(Kind::ShortAnswer, "再述");
        let mut judge = Question::new(Kind::TrueFalse, "可以");
        judge.answer = Answer::TrueFalse(false);
        judge.explanation = "不可以".into();
        let mut case = Question::new(Kind::Case, "案情");
        case.explanation = "总评".into();
        case.parts = vec![
            Part::from(Question::choice("可以", ["甲", "乙", "丙"], "ABC")),
            Part::from(essay.clone()),
            Part::from(judge.clone()),
            Part::from(fill.clone()),
        ];
        let mut whole = Question::new(Kind::Case, "案情二");
        whole.answer = Answer::text("答");
        vec![choice, fill, one, essay, bare, case, judge, whole]
    }

    #[test]
    fn every_kind_comes_back_with_all_it_has() {
        let questions = all_kinds();
        let written = write(&questions);
        assert_eq!(written.lost, []);
        let (items, _) = read_package(Archive::open(&written.bytes).unwrap()).unwrap();
        let back: Vec<Question> = items
            .iter()
            .map(|item| item.result.clone().unwrap())
            .collect();
        assert_eq!(back, questions);
        assert!(items.windows(2).all(|pair| pair[0].line < pair[1].line));
    }

    #[test]
    fn a_bare_item_is_read_and_its_missing_picture_told() {
        let items = read_items(CHOICE).unwrap();
        assert_eq!(items.len(), 1);
        assert_eq!((items[0].line, items[0].kind), (2, Some(Kind::Single)));
        assert_eq!(items[0].stem, "看图【图：sign.png】回答。\n罚款上限是？");
        assert_eq!(
            items[0].reason().as_deref(),
            Some("图片“sign.png”没有随题提供")
        );
        assert_eq!(
            read_items("<!DOCTYPE a><assessmentItem/>"),
            Err(Unreadable::DocType)
        );
        assert_eq!(read_items("<manifest/>"), Err(Unreadable::NoQuestion));
    }

    #[test]
    fn a_package_keeps_its_broken_items_apart() {
        let manifest = r#"<?xml version="1.0"?><manifest><resources>
<resource identifier="a" type="imsqti_item_xmlv2p1" href="a.xml"><file href="a.xml"/></resource>
<resource identifier="t" type="imsqti_test_xmlv2p1" href="t.xml"/>
<resource identifier="b" type="imsqti_item_xmlv2p1" href="b.xml"/>
<resource identifier="c" type="imsqti_item_xmlv2p1" href="gone.xml"/>
<resource identifier="d" type="imsqti_item_xmlv2p1" href="d.xml"/>
</resources></manifest>"#;
        let broken = "<assessmentItem><itemBody><p>坏</itemBody></assessmentItem>";
        let order = r#"<assessmentItem><itemBody><p>排序</p><orderInteraction responseIdentifier="R"/></itemBody></assessmentItem>"#;
        let entries: [(&str, &[u8]); 5] = [
            ("imsmanifest.xml", manifest.as_bytes()),
            ("a.xml", CHOICE.as_bytes()),
            ("images/sign.png", b"\x89PNG\r\n\x1a\n"),
            ("b.xml", broken.as_bytes()),
            ("d.xml", order.as_bytes()),
        ];
        let bytes = pack(entries.map(|(name, content)| (name.to_owned(), content.into()))).unwrap();
        let (items, _) = read_package(Archive::open(&bytes).unwrap()).unwrap();
        let got: Vec<(u32, Option<String>)> = items
            .iter()
            .map(|item| (item.line, item.reason()))
            .collect();
        let told = |text: &str| Some(text.to_owned());
        assert_eq!(
            got,
            [
                (2, None),
                (4, told("b.xml：XML写法有误，标签不配对或不完整")),
                (5, told("清单中的文件gone.xml不在压缩包里")),
                (
                    6,
                    told("不支持的交互“orderInteraction”，请改为六种题型之一")
                ),
            ]
        );
        assert_eq!(
            items[0].result.as_ref().unwrap().pictures[0].name,
            "sign.png"
        );
    }

    #[test]
    fn foreign_forms_are_understood() {
        let item = |declarations: &str, body: &str| {
            format!("<assessmentItem>{declarations}<itemBody>{body}</itemBody></assessmentItem>")
        };
        let multiple = item(
            r#"<responseDeclaration identifier="R" cardinality="multiple"><mapping><mapEntry mapKey="a" mappedValue="1"/>
               <mapEntry mapKey="b" mappedValue="1"/><mapEntry mapKey="c" mappedValue="-2"/></mapping></responseDeclaration>"#,
            r#"<choiceInteraction responseIdentifier="R" maxChoices="0"><prompt>多选</prompt><simpleChoice identifier="a">甲</simpleChoice>
               <simpleChoice identifier="c">丙</simpleChoice><simpleChoice identifier="b">乙</simpleChoice></choiceInteraction>"#,
        );
        let judge = item(
            r#"<responseDeclaration identifier="R" cardinality="single"><correctResponse><value>f</value></correctResponse></responseDeclaration>"#,
            r#"<p>对吗</p><choiceInteraction responseIdentifier="R" maxChoices="1"><simpleChoice identifier="t">True</simpleChoice>
               <simpleChoice identifier="f">False</simpleChoice></choiceInteraction>"#,
        );
        let entry = item(
            r#"<responseDeclaration identifier="R" cardinality="single" baseType="string"><correctResponse><value>五</value></correctResponse>
               <mapping><mapEntry mapKey="五" mappedValue="1"/><mapEntry mapKey="5" mappedValue="1"/><mapEntry mapKey="x" mappedValue="0"/></mapping></responseDeclaration>"#,
            r#"<p>应在<textEntryInteraction responseIdentifier="R"/>日内</p>"#,
        );
        let no_key = item(
            "",
            r#"<p>x</p><choiceInteraction responseIdentifier="R"><simpleChoice identifier="a">甲</simpleChoice><simpleChoice identifier="b">乙</simpleChoice></choiceInteraction>"#,
        );
        let text = [multiple, judge, entry, no_key].join("\n");
        let items = read_items(&text).unwrap();
        let answers: Vec<Option<Answer>> = items
            .iter()
            .map(|item| {
                item.result
                    .as_ref()
                    .ok()
                    .map(|question| question.answer.clone())
            })
            .collect();
        assert_eq!(
            answers,
            [
                Some(Answer::letters("AC".chars())),
                Some(Answer::TrueFalse(false)),
                Some(Answer::blank(["五", "5"])),
                None,
            ]
        );
        assert_eq!(items[2].stem, "应在____日内");
        assert_eq!(items[3].reason().as_deref(), Some("缺少答案"));
    }
}
