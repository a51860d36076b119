//! Moodle XML. The origin of a question stands in its tags, a case is a description with
//! sub-questions behind it, several blanks are a cloze question.

mod cloze;
mod read;
mod write;

pub(crate) use read::read;
pub(crate) use write::write;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::Unreadable;
    use crate::model::{Answer, Kind, Part, Picture, Question, Source};

    #[test]
    fn a_file_of_moodle_is_read_with_a_verdict_each() {
        let text = r#"<?xml version="1.0" encoding="UTF-8"?>
<quiz>
  <question type="category"><category><text>$course$/top/听证</text></category></question>
  <question type="multichoice">
    <name><text>x</text></name>
    <questiontext format="html"><text><![CDATA[<p>上限是<br>多少？</p>]]></text></questiontext>
    <generalfeedback format="html"><text>第五十一条</text></generalfeedback>
    <single>true</single>
    <answer fraction="0"><text>一百元</text><feedback><text>太少</text></feedback></answer>
    <answer fraction="100"><text>二百元</text></answer>
  </question>
  <question type="multichoice">
    <questiontext><text>坏在哪里</text></questiontext>
    <answer fraction="0"><text>甲</text></answer>
    <answer fraction="0"><text>乙</text></answer>
  </question>
  <question type="multichoice"><questiontext><text>没有结束</questiontext></question>
  <question type="truefalse">
    <questiontext><text>一人可以执法</text></questiontext>
    <answer fraction="0"><text>true</text></answer><answer fraction="100"><text>false</text></answer>
  </question>
  <question type="multichoice">
    <questiontext><text>多选</text></questiontext><single>false</single>
    <answer fraction="33.33333"><text>甲</text></answer><answer fraction="33.33333"><text>乙</text></answer>
    <answer fraction="33.33333"><text>丙</text></answer><answer fraction="-100"><text>丁</text></answer>
  </question>
  <question type="shortanswer">
    <questiontext><text>应当在几日内提出</text></questiontext>
    <answer fraction="100"><text>五日</text></answer><answer fraction="100"><text>5日</text></answer>
    <answer fraction="50"><text>五</text></answer>
  </question>
  <question type="numerical"><questiontext><text>年份</text></questiontext>
    <answer fraction="100"><text>2021</text><tolerance>0</tolerance></answer></question>
  <question type="numerical"><questiontext><text>大约</text></questiontext>
    <answer fraction="100"><text>2021</text><tolerance>0.5</tolerance></answer></question>
  <question type="essay"><questiontext><text>简述</text></questiontext>
    <graderinfo><text>要点一</text></graderinfo></question>
  <question type="cloze"><questiontext><text>在{1:SHORTANSWER:=七~%100%7#好}日前通知，{:SA:=五}日内提出</text></questiontext></question>
  <question type="matching"><questiontext><text>配对</text></questiontext></question>
  <question type="description"><questiontext><text>说明</text></questiontext></question>
  <question type="essay"><questiontext><text>实体&evil;</text></questiontext></question>
</quiz>"#;
        let items = read(text).unwrap();
        let got: Vec<(u32, Option<&str>, Option<String>)> = items
            .iter()
            .map(|item| (item.line, item.kind.map(Kind::name), item.reason()))
            .collect();
        let told = |text: &str| Some(text.to_owned());
        assert_eq!(
            got,
            [
                (4, Some("single"), None),
                (12, Some("single"), told("缺少答案")),
                (17, None, told("XML写法有误，标签不配对或不完整")),
                (18, Some("true_false"), None),
                (22, Some("multiple"), None),
                (27, Some("fill_in"), None),
                (32, Some("fill_in"), None),
                (
                    34,
                    Some("fill_in"),
                    told("不支持带误差范围的数值题，请写成确定的答案")
                ),
                (36, Some("short_answer"), None),
                (38, Some("fill_in"), None),
                (39, None, told("不支持匹配题，请改为六种题型之一")),
                (40, None, told("只是一段说明文字，不是题目")),
                (41, None, told("XML中含有未定义的实体“&evil;”，不予读取")),
            ]
        );
        let first = items[0].result.as_ref().unwrap();
        assert_eq!(first.stem, "上限是\n多少？");
        assert_eq!(
            (first.topic.as_str(), first.explanation.as_str()),
            ("听证", "第五十一条\n选项A：太少")
        );
        assert_eq!(items[9].stem, "在____日前通知，____日内提出");
        assert_eq!(
            items[9].result.as_ref().unwrap().answer,
            Answer::Blanks(vec![vec!["七".into(), "7".into()], vec!["五".into()]])
        );
    }

    #[test]
    fn a_document_type_refuses_the_file() {
        let text = "<?xml version='1.0'?><!DOCTYPE quiz [<!ENTITY a 'b'>]><quiz><question type='essay'/></quiz>";
        assert_eq!(read(text), Err(Unreadable::DocType));
        assert_eq!(
            crate::parse(b"<quiz></quiz>", None),
            Err(Unreadable::NoQuestion)
        );
        assert_eq!(read("hello"), Err(Unreadable::NotThisFormat("Moodle XML")));
    }

    #[test]
    fn every_kind_comes_back_with_all_it_has() {
        let mut choice = Question::choice(
            "看【图：图 1.png】，a < b & c？\n第二行\t完",
            ["甲【图：b.gif】", "<乙>"],
            "B",
        );
        choice.pictures = vec![
            Picture::new("图 1.png", b"\x89PNG\r\n\x1a\nxyz".to_vec()),
            Picture::new("b.gif", b"GIF89a..".to_vec()),
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
        let mut fill = Question::new(Kind::FillIn, "在____日前通知，____日内提出{}");
        fill.answer = Answer::Blanks(vec![
            vec!["七".into(), "7/{2}#~\\".into()],
            vec!["五".into()],
        ]);
        let mut one = Question::new(Kind::FillIn, "（　）日内");
        one.answer = Answer::blank(["五", "*"]);
        let mut essay = Question::new(Kind::ShortAnswer, "简述");
        essay.answer = Answer::text("一、甲\n二、乙");
        let mut judge = Question::new(Kind::TrueFalse, "可以");
        judge.answer = Answer::TrueFalse(true);
        let mut case = Question::new(Kind::Case, "案情");
        case.explanation = "总评".into();
        case.parts = vec![
            Part::from(Question::choice("可以", ["甲", "乙", "丙"], "ABC")),
            Part::from(essay.clone()),
            Part::from(fill.clone()),
        ];
        let mut whole = Question::new(Kind::Case, "案情二");
        whole.answer = Answer::text("答");
        let questions = [choice, fill, one, essay, case, judge, whole];
        let written = write(&questions);
        assert_eq!(written.lost, []);
        let text = String::from_utf8(written.bytes).unwrap();
        let back: Vec<Question> = read(&text)
            .unwrap()
            .into_iter()
            .map(|item| item.result.unwrap())
            .collect();
        assert_eq!(back, questions);
    }
}
