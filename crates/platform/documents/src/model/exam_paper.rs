//! 试卷: a paper for a room without network.

use chengzhi_kernel::Quantity;
use serde::Serialize;
use serde_json::{Value, json};

use super::{own_fields, picture, words};
use crate::pdf::Picture;
use crate::{Document, DocumentError};

/// Questions of one paper, sub-questions among them.
const MAX_QUESTIONS: usize = 500;
/// The letters of options.
const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// What a section asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum QuestionKind {
    /// 单项选择题.
    Single,
    /// 多项选择题.
    Multiple,
    /// 判断题.
    TrueFalse,
    /// 填空题.
    FillIn,
    /// 简答题.
    ShortAnswer,
    /// 案例分析题.
    Case,
}

impl QuestionKind {
    /// The kind's name as a section's title.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            QuestionKind::Single => "单项选择题",
            QuestionKind::Multiple => "多项选择题",
            QuestionKind::TrueFalse => "判断题",
            QuestionKind::FillIn => "填空题",
            QuestionKind::ShortAnswer => "简答题",
            QuestionKind::Case => "案例分析题",
        }
    }

    /// Whether the answer is a mark at a letter or sign.
    #[must_use]
    pub fn is_choice(self) -> bool {
        matches!(
            self,
            QuestionKind::Single | QuestionKind::Multiple | QuestionKind::TrueFalse
        )
    }
}

/// A picture of a question.
#[derive(Debug, Clone)]
pub struct PaperPicture {
    /// Its name: it is set where stem or options say `【图：name】`.
    pub name: String,
    /// The same for the same content, another for another: a digest in letters and digits.
    pub mark: String,
    /// PNG, JPEG or GIF.
    pub content: Vec<u8>,
}

impl PaperPicture {
    /// The name under which the template finds it.
    fn file(&self) -> Result<String, DocumentError> {
        let kind = picture::kind(&self.content).ok_or_else(|| {
            DocumentError::Content(format!("图片“{}”不是PNG、JPEG或GIF", self.name))
        })?;
        // Short enough to pass as one word: longer ones get places to break.
        let mark: String = self.mark.chars().take(14).collect();
        Ok(format!("p{mark}.{kind}"))
    }
}

/// The names of pictures with those of their files.
fn files<S: serde::Serializer>(list: &[PaperPicture], to: S) -> Result<S::Ok, S::Error> {
    let mut found = serde_json::Map::new();
    for one in list {
        let file = one.file().map_err(serde::ser::Error::custom)?;
        found.insert(one.name.clone(), file.into());
    }
    found.serialize(to)
}

/// A question as printed: without its key.
#[derive(Debug, Clone, Serialize)]
pub struct PaperQuestion {
    /// What a part of a case asks for; none: a question as its section says.
    pub kind: Option<QuestionKind>,
    /// The stem, or a case's facts.
    pub stem: String,
    /// What it is worth; for a case with parts the sum of its parts.
    #[serde(serialize_with = "words::as_amount")]
    pub marks: Quantity,
    /// The options without letters, in the order of this form. At most 26.
    pub options: Vec<String>,
    /// Pictures that stem and options name.
    #[serde(serialize_with = "files")]
    pub pictures: Vec<PaperPicture>,
    /// Lines to write on, for written answers.
    pub lines: u8,
    /// The parts of a case; a part's own parts are not printed.
    pub parts: Vec<PaperQuestion>,
}

/// A section of one kind.
#[derive(Debug, Clone)]
pub struct PaperSection {
    /// The kind, which names the section.
    pub kind: QuestionKind,
    /// What is to be done: 每题只有一个正确答案. Empty: none.
    pub instruction: String,
    /// Its questions, numbered on through the whole paper.
    pub questions: Vec<PaperQuestion>,
}

impl PaperSection {
    /// What the whole section is worth.
    #[must_use]
    pub fn marks(&self) -> Quantity {
        self.questions
            .iter()
            .fold(Quantity::ZERO, |sum, question| sum + question.marks)
    }

    /// `一、单项选择题（共 20 题，每题 2 分，共 40 分。每题只有一个正确答案）`.
    pub(super) fn heading(&self, place: usize) -> String {
        let number = words::number(u32::try_from(place + 1).unwrap_or(u32::MAX));
        let count = self.questions.len();
        let each = match self.equal_marks() {
            Some(marks) if count > 1 => format!("每题 {marks} 分，"),
            _ => String::new(),
        };
        let instruction = self.instruction.trim_end_matches('。');
        let then = if instruction.is_empty() { "" } else { "。" };
        format!(
            "{number}、{}（共 {count} 题，{each}共 {} 分{then}{instruction}）",
            self.kind.title(),
            self.marks()
        )
    }

    /// The marks of each question, when they are the same.
    fn equal_marks(&self) -> Option<Quantity> {
        let first = self.questions.first()?.marks;
        self.questions
            .iter()
            .all(|question| question.marks == first)
            .then_some(first)
    }
}

/// A paper: head with the table of scores, sections, the seal line (密封线) on the left.
#[derive(Debug, Clone, Serialize)]
pub struct ExamPaper {
    /// The exam.
    pub exam: String,
    /// What the paper is about; printed below the title. Empty: none.
    pub subject: String,
    /// The form: A卷. Empty: none.
    pub form: String,
    /// Minutes of the sitting.
    pub minutes: u32,
    /// What candidates must know, a paragraph each, without numbers.
    pub instructions: Vec<String>,
    /// Whether answers are written on the paper (brackets and lines are printed) or on a sheet of
    /// their own.
    pub answers_on_paper: bool,
    /// The sections, in order.
    #[serde(skip)]
    pub sections: Vec<PaperSection>,
}

impl ExamPaper {
    /// What the whole paper is worth.
    #[must_use]
    pub fn marks(&self) -> Quantity {
        self.sections
            .iter()
            .fold(Quantity::ZERO, |sum, section| sum + section.marks())
    }

    fn check(&self) -> Result<(), DocumentError> {
        let questions: usize = self
            .sections
            .iter()
            .flat_map(|section| &section.questions)
            .map(|question| 1 + question.parts.len())
            .sum();
        if questions == 0 || questions > MAX_QUESTIONS {
            return Err(DocumentError::Content(format!(
                "试卷应有 1 至 {MAX_QUESTIONS} 道题，现有 {questions} 道"
            )));
        }
        let too_many = |question: &PaperQuestion| question.options.len() > LETTERS.len();
        if self
            .sections
            .iter()
            .flat_map(|section| &section.questions)
            .any(|question| too_many(question) || question.parts.iter().any(too_many))
        {
            return Err(DocumentError::Content("一道题最多 26 个选项".to_owned()));
        }
        Ok(())
    }
}

impl Document for ExamPaper {
    fn template(&self) -> &'static str {
        "exam_paper.typ"
    }

    fn name(&self) -> &'static str {
        "试卷"
    }

    fn data(&self) -> Result<Value, DocumentError> {
        self.check()?;
        let mut number = 0;
        let mut sections = Vec::new();
        for (place, section) in self.sections.iter().enumerate() {
            let mut questions = Vec::new();
            for question in &section.questions {
                number += 1;
                let mut value = own_fields(question)?;
                value["number"] = json!(number);
                // Said at the question only where the heading does not say it for all.
                value["show_marks"] = json!(section.equal_marks().is_none());
                questions.push(value);
            }
            sections.push(json!({
                "heading": section.heading(place),
                "label": words::number(u32::try_from(place + 1).unwrap_or(u32::MAX)),
                "kind": section.kind,
                "choice": section.kind.is_choice(),
                "questions": questions,
            }));
        }
        let mut data = own_fields(self)?;
        data["sections"] = Value::Array(sections);
        data["marks"] = self.marks().to_string().into();
        Ok(data)
    }

    fn pictures(&self) -> Result<Vec<Picture>, DocumentError> {
        let mut found: Vec<Picture> = Vec::new();
        let questions = self.sections.iter().flat_map(|section| &section.questions);
        let all = questions.flat_map(|one| std::iter::once(one).chain(&one.parts));
        for one in all.flat_map(|one| &one.pictures) {
            let file = one.file()?;
            if !found.iter().any(|(known, _)| *known == file) {
                found.push((file, one.content.clone()));
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(marks: &[i64], instruction: &str) -> PaperSection {
        PaperSection {
            kind: QuestionKind::Single,
            instruction: instruction.to_owned(),
            questions: marks
                .iter()
                .map(|&marks| PaperQuestion {
                    kind: None,
                    stem: "题".to_owned(),
                    marks: Quantity::from_thousandths(marks),
                    options: vec!["甲".to_owned(), "乙".to_owned()],
                    pictures: Vec::new(),
                    lines: 0,
                    parts: Vec::new(),
                })
                .collect(),
        }
    }

    #[test]
    fn a_heading_says_what_each_question_is_worth_when_all_are_worth_the_same() {
        for (marks, instruction, heading) in [
            (
                &[1500, 1500][..],
                "每题只有一个正确答案。",
                "一、单项选择题（共 2 题，每题 1.5 分，共 3 分。每题只有一个正确答案）",
            ),
            (&[1000, 2000], "", "一、单项选择题（共 2 题，共 3 分）"),
            (&[2000], "", "一、单项选择题（共 1 题，共 2 分）"),
        ] {
            assert_eq!(section(marks, instruction).heading(0), heading);
        }
    }

    #[test]
    fn a_picture_is_handed_over_once_under_the_name_of_its_file() {
        let paper = |content: &[u8]| {
            let mut asked = section(&[1000, 1000], "");
            for question in &mut asked.questions {
                question.pictures = vec![PaperPicture {
                    name: "标志.png".to_owned(),
                    mark: "ab12".to_owned(),
                    content: content.to_vec(),
                }];
            }
            ExamPaper {
                exam: "考试".to_owned(),
                subject: String::new(),
                form: String::new(),
                minutes: 90,
                instructions: Vec::new(),
                answers_on_paper: false,
                sections: vec![asked],
            }
        };
        let png = paper(b"\x89PNG\r\n\x1a\n...");
        let data = png.data().unwrap();
        let named = &data["sections"][0]["questions"][1]["pictures"];
        assert_eq!(named, &json!({"标志.png": "pab12.png"}));
        let handed = png.pictures().unwrap();
        assert_eq!(handed.len(), 1);
        assert_eq!(handed[0].0, "pab12.png");
        assert!(paper(b"BM").data().is_err() && paper(b"BM").pictures().is_err());
    }

    #[test]
    fn an_empty_paper_and_too_many_options_are_refused() {
        let paper = |sections| ExamPaper {
            exam: "考试".to_owned(),
            subject: String::new(),
            form: String::new(),
            minutes: 90,
            instructions: Vec::new(),
            answers_on_paper: true,
            sections,
        };
        assert!(paper(Vec::new()).data().is_err());
        let mut wide = section(&[1000], "");
        wide.questions[0].options = vec!["项".to_owned(); 27];
        assert!(paper(vec![wide]).data().is_err());
        let data = paper(vec![section(&[1000, 2000], ""), section(&[1000], "")])
            .data()
            .unwrap();
        assert_eq!(data["marks"], "4");
        assert_eq!(data["sections"][1]["questions"][0]["number"], 3);
        assert_eq!(data["sections"][0]["questions"][0]["show_marks"], true);
    }
}
