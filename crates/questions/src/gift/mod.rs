//! GIFT: Moodle's text format. Tags of the origin stand in the comment above a question,
//! `// [tag:知识点:听证]`, as Moodle writes and reads them.

mod read;
mod write;

pub(crate) use read::{looks_like, read};
pub(crate) use write::write;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Answer, Kind, Part, Question, Source};

    fn verdicts(text: &str) -> Vec<(u32, Option<Kind>, String, Option<String>)> {
        read(text)
            .unwrap()
            .into_iter()
            .map(|item| {
                let reason = item.reason();
                (item.line, item.kind, item.stem, reason)
            })
            .collect()
    }

    #[test]
    fn the_forms_of_the_manual_are_read() {
        let text = "\
// a comment
$CATEGORY: $course$/执法/听证

::Q1:: 当场处罚的上限是{
  ~五十元#太少
  =二百元
  ~三千元
####第五十一条
}

种类有 {~%50%警告 ~%50%罚款 ~%-100%拘役}
  第二行

太阳从东方升起。{T}

地球是平的{FALSE#错#对}

Two plus {=two =2 =二} is four.

年份{#2021}

年份{#2021:0}

大约{#2021:5}

简述听证程序。{}

配对{=a -> b =c -> d}

只是说明文字

没有结束{=a ~b

\\{花括号\\} 与 a\\=b{=x\\~y ~z}
";
        let got = verdicts(text);
        let short: Vec<(u32, Option<&str>, bool)> = got
            .iter()
            .map(|(line, kind, _, reason)| (*line, kind.map(Kind::name), reason.is_none()))
            .collect();
        assert_eq!(
            short,
            [
                (4, Some("single"), true),
                (11, Some("multiple"), true),
                (14, Some("true_false"), true),
                (16, Some("true_false"), true),
                (18, Some("fill_in"), true),
                (20, Some("fill_in"), true),
                (22, Some("fill_in"), true),
                (24, Some("fill_in"), false),
                (26, Some("short_answer"), true),
                (28, None, false),
                (30, None, false),
                (32, None, false),
                (34, Some("single"), true),
            ]
        );
        assert_eq!(got[4].2, "Two plus ____ is four.");
        assert_eq!(got[12].2, "{花括号} 与 a=b");
        let first = read(text).unwrap().remove(0).result.unwrap();
        assert_eq!(first.options, ["五十元", "二百元", "三千元"]);
        assert_eq!(first.answer, Answer::letters(['B']));
        assert_eq!(first.explanation, "第五十一条\n选项A：太少");
        assert_eq!(first.topic, "听证");
    }

    #[test]
    fn full_width_signs_are_taken_for_signs() {
        let items = read("上限是｛～一百元 ＝二百元｝\n\n对的｛Ｔ｝").unwrap();
        assert_eq!(
            items[0].result.as_ref().unwrap().answer,
            Answer::letters(['B'])
        );
        assert_eq!(
            items[1].result.as_ref().unwrap().answer,
            Answer::TrueFalse(true)
        );
    }

    #[test]
    fn what_gift_carries_comes_back() {
        let mut judge = Question::new(Kind::TrueFalse, "// 一人<b>不</b>可以{执法}: 对吗 #1");
        judge.answer = Answer::TrueFalse(false);
        judge.explanation = "应当两人\n以上 = 两人".into();
        judge.source = Some(Source {
            law: "行政处罚法".into(),
            article: "第四十二条".into(),
            version: "2021".into(),
        });
        judge.difficulty = Some(2);
        judge.author = "王]一".into();
        let mut fill = Question::new(Kind::FillIn, "应当在____日内提出");
        fill.answer = Answer::blank(["五", "5", "%五%"]);
        let mut essay = Question::new(Kind::ShortAnswer, "简述");
        essay.answer = Answer::text("一、甲\n二、乙");
        essay.explanation = "见条文".into();
        let mut case = Question::new(Kind::Case, "案情\n第二段");
        case.topic = "处罚程序".into();
        case.parts = vec![
            Part::from(Question::choice("可以", ["甲", "乙", "丙"], "BC")),
            Part::from(essay.clone()),
        ];
        let questions = [
            judge,
            fill,
            essay,
            case,
            Question::choice("最后一题", ["[html]甲", "乙~丙"], "A"),
        ];
        let written = write(&questions);
        assert_eq!(written.lost, []);
        let items = read(std::str::from_utf8(&written.bytes).unwrap()).unwrap();
        let back: Vec<Question> = items.into_iter().map(|item| item.result.unwrap()).collect();
        assert_eq!(back, questions);
    }

    #[test]
    fn what_gift_cannot_carry_is_listed() {
        let mut two = Question::new(Kind::FillIn, "____和____");
        two.answer = Answer::Blanks(vec![vec!["甲".into()], vec!["乙".into()]]);
        let picture = crate::Picture::new("a.gif", b"GIF89a".to_vec());
        let mut shown = Question::choice("看图【图：a.gif】", ["甲", "乙"], "A");
        shown.pictures = vec![picture];
        let written = write(&[two, shown, Question::choice("坏", ["甲", "乙"], "C")]);
        let lost: Vec<(usize, &str)> = written
            .lost
            .iter()
            .map(|lost| (lost.question, lost.what.as_str()))
            .collect();
        assert_eq!(
            lost,
            [
                (0, "整题：GIFT不能表示有多个空的填空题"),
                (1, "图片"),
                (2, "整题：题目本身有误，答案C不在选项中"),
            ]
        );
        assert!(
            String::from_utf8(written.bytes)
                .unwrap()
                .starts_with("看图{")
        );
    }
}
