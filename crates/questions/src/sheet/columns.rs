//! Which column holds what.

use crate::text::compact;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    Kind,
    Stem,
    /// The option at a place, from 0.
    Option(usize),
    /// All options in one cell.
    Options,
    Answer,
    Explanation,
    Field,
    Topic,
    Difficulty,
    Law,
    Article,
    Version,
    Author,
}

/// The columns of a sheet from A on; `None` for those that say nothing to us.
pub(super) type Columns = Vec<Option<Holds>>;

/// Understands a header row; `None` when stem or key is missing.
pub(super) fn header(cells: &[String]) -> Option<Columns> {
    let mut columns: Columns = Vec::new();
    for cell in cells {
        let holds = holds(cell).filter(|holds| !columns.contains(&Some(*holds)));
        columns.push(holds);
    }
    let has = |holds| columns.contains(&Some(holds));
    (has(Holds::Stem) && has(Holds::Answer)).then_some(columns)
}

fn holds(cell: &str) -> Option<Holds> {
    let text = compact(cell);
    let text = text.split(['(', '[']).next().unwrap_or_default();
    let text = text.trim_matches(['*', ':', '.']);
    Some(match text {
        "题型" | "类型" | "试题类型" | "题目类型" | "试题题型" | "题目题型" => {
            Holds::Kind
        }
        "题干" | "题目" | "试题" | "题目内容" | "试题内容" | "问题" | "题干内容" | "试题题干"
        | "题目题干" | "题目描述" => Holds::Stem,
        "选项" | "备选项" | "备选答案" | "答案选项" | "试题选项" => Holds::Options,
        "答案" | "正确答案" | "参考答案" | "标准答案" | "试题答案" | "正确选项" => {
            Holds::Answer
        }
        "解析" | "答案解析" | "试题解析" | "题目解析" => Holds::Explanation,
        "法律门类" | "门类" | "法律类别" | "分类" => Holds::Field,
        "知识点" | "考点" | "章节" => Holds::Topic,
        "难度" | "难易度" | "难度等级" | "难易程度" | "难度系数" => {
            Holds::Difficulty
        }
        "依据法律" | "依据" | "法律依据" | "法律名称" | "出处" | "来源" => {
            Holds::Law
        }
        "条" | "条款" | "条文" | "法条" | "条次" => Holds::Article,
        "版本" | "法律版本" => Holds::Version,
        "作者" | "命题人" | "出题人" => Holds::Author,
        _ => {
            let bare = text
                .strip_prefix("选项")
                .or_else(|| text.strip_suffix("选项"))
                .unwrap_or(text);
            let mut chars = bare.chars();
            match (chars.next(), chars.next()) {
                (Some(c @ 'a'..='z'), None) => Holds::Option(c as usize - 'a' as usize),
                (Some(c @ '1'..='9'), None) if bare != text => {
                    Holds::Option(c as usize - '1' as usize)
                }
                _ => return None,
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_in_many_hands() {
        let cells = [
            "序号",
            "题 型",
            "题目（必填）*",
            "Ａ",
            "选项B",
            "选项3",
            "正确答案",
            "题目",
        ]
        .map(str::to_owned);
        assert_eq!(
            header(&cells),
            Some(vec![
                None,
                Some(Holds::Kind),
                Some(Holds::Stem),
                Some(Holds::Option(0)),
                Some(Holds::Option(1)),
                Some(Holds::Option(2)),
                Some(Holds::Answer),
                None,
            ])
        );
        assert_eq!(header(&["姓名".to_owned(), "题干".to_owned()]), None);
    }
}
