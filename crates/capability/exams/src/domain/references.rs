//! Options that speak of other options (以上都对, A和B): such a question keeps its options in place,
//! else it would change its meaning when shuffled.

/// Why a text ties the options to their places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reference {
    /// 以上、上述、前三项: the options before it.
    Others,
    /// A和B、选项C、A、B均: options by letter.
    Letters,
    /// 其他选项、其余各项、下列各项.
    Rest,
}

const OTHERS: [&str; 8] = [
    "以上",
    "上述",
    "前述",
    "前两项",
    "前三项",
    "前四项",
    "前二项",
    "上列",
];
/// What 以上 means when it does not mean options: 三人以上, 五万元以上.
const COUNTED_BEFORE: &str = "0123456789０１２３４５６７８９一二三四五六七八九十百千万亿两半人名次个元年月日天时分秒米吨级倍件项种类位成的岁层处户条款%％度以";
const REST: [&str; 7] = [
    "其他选项",
    "其它选项",
    "其余选项",
    "其他各项",
    "其余各项",
    "都不对",
    "都对",
];
const VERDICTS: [&str; 12] = [
    "全对",
    "全错",
    "皆是",
    "皆非",
    "都不是",
    "都是对的",
    "均不对",
    "均不正确",
    "均正确",
    "都正确",
    "都不正确",
    "全部正确",
];
const JOINERS: &str = "和与及或、，,/／＋+至到-－~～";

/// What ties an option to its place, if anything.
#[must_use]
pub fn reference(option: &str) -> Option<Reference> {
    let text = option.trim();
    if names_letters(text) {
        return Some(Reference::Letters);
    }
    if OTHERS.iter().any(|word| speaks_of_others(text, word)) {
        return Some(Reference::Others);
    }
    let short = text.chars().count() <= 14;
    let found = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if found(&REST) || (short && found(&VERDICTS)) {
        return Some(Reference::Rest);
    }
    None
}

/// Whether the options of a question must stay where they are: one of them, or the stem, speaks of
/// others by place. A stem speaks by letter only (下列选项 is what every stem says).
#[must_use]
pub fn pins_options<S: AsRef<str>>(stem: &str, options: &[S]) -> bool {
    names_letters(stem)
        || options
            .iter()
            .any(|option| reference(option.as_ref()).is_some())
}

/// What follows 以上 or 上述 when options are meant.
const JUDGED: [&str; 25] = [
    "都", "均", "皆", "全", "选项", "各项", "二项", "两项", "三项", "四项", "几项", "五项", "答案",
    "说法", "情形", "内容", "行为", "情况", "做法", "措施", "条件", "任", "无", "没", "不",
];

/// 以上, 上述 and the like that follow no amount and are judged (都对、选项), or stand alone.
fn speaks_of_others(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let after = &text[at + word.len()..];
        let before = text[..at].chars().next_back();
        let counted = before.is_some_and(|c| COUNTED_BEFORE.contains(c));
        let judged = JUDGED.iter().any(|next| after.starts_with(next));
        let alone = after.is_empty() || after.starts_with(['。', '；', '.']);
        !counted && (judged || (at == 0 && (alone || word.starts_with('前'))))
    })
}

/// A和B、A、C、选项A、A项、ABC、仅B: single capital letters A to H, full-width ones too, that stand for
/// options.
fn names_letters(text: &str) -> bool {
    let chars: Vec<char> = text.chars().map(narrow).collect();
    let letter = |at: usize| chars.get(at).is_some_and(|c| ('A'..='H').contains(c));
    let wordy = |at: usize| {
        chars
            .get(at)
            .is_some_and(|c| c.is_ascii_alphanumeric() || *c == '.')
    };
    // The whole option is letters, joined or not.
    let bare = chars
        .iter()
        .all(|c| ('A'..='H').contains(c) || JOINERS.contains(*c) || c.is_whitespace());
    let letters = chars.iter().filter(|c| ('A'..='H').contains(*c)).count();
    if bare && letters >= 2 {
        return true;
    }
    (0..chars.len()).filter(|at| letter(*at)).any(|at| {
        if wordy(at + 1) || (at > 0 && wordy(at - 1)) {
            return false;
        }
        let before: String = chars[at.saturating_sub(2)..at].iter().collect();
        let after: String = chars[at + 1..chars.len().min(at + 4)].iter().collect();
        let pair = chars.get(at + 1).is_some_and(|c| JOINERS.contains(*c))
            && letter(at + 2)
            && !wordy(at + 3);
        pair || before == "选项"
            || before.ends_with('仅')
            || before.ends_with('除')
            || ["选项", "项"].iter().any(|next| after.starts_with(next))
            || ["都对", "都错", "均对", "正确", "错误"]
                .iter()
                .any(|next| after.starts_with(next))
    })
}

/// Full-width capitals as plain ones.
fn narrow(c: char) -> char {
    match c {
        'Ａ'..='Ｈ' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_that_speak_of_others_are_seen() {
        for (text, want) in [
            ("以上都对", Reference::Others),
            ("以上均不正确", Reference::Others),
            ("以上选项都不对", Reference::Others),
            ("上述三项都是", Reference::Others),
            ("上述说法均错误", Reference::Others),
            ("前三项都正确", Reference::Others),
            ("以上", Reference::Others),
            ("A和B", Reference::Letters),
            ("A、B、C", Reference::Letters),
            ("Ａ与Ｃ", Reference::Letters),
            ("ABD", Reference::Letters),
            ("仅B", Reference::Letters),
            ("选项A正确", Reference::Letters),
            ("A项和B项均对", Reference::Letters),
            ("除C外都对", Reference::Letters),
            ("A或B都可以", Reference::Letters),
            ("其他选项都不对", Reference::Rest),
            ("都不对", Reference::Rest),
            ("全部正确", Reference::Rest),
        ] {
            assert_eq!(reference(text), Some(want), "{text}");
        }
    }

    #[test]
    fn amounts_and_running_text_are_left_alone() {
        for text in [
            "三人以上",
            "处五万元以上五十万元以下罚款",
            "200元以上",
            "七日以上的拘留",
            "县级以上人民政府",
            "由上述机关的上一级机关决定",
            "A类违法建筑",
            "GB/T 22239",
            "C级锅炉",
            "使用ABS材料",
            "责令改正",
            "1000元",
            "当事人对处罚决定不服的，可以申请复议",
            "",
        ] {
            assert_eq!(reference(text), None, "{text}");
        }
    }

    #[test]
    fn a_stem_ties_by_letter_only() {
        let plain = ["50元", "100元"];
        assert!(!pins_options("下列选项中，当场处罚的上限是", &plain));
        assert!(!pins_options("以上海市为例，罚款上限是", &plain));
        assert!(pins_options("若选项A成立，则", &plain));
        assert!(pins_options("下列正确的是", &["甲", "以上都对"]));
    }
}
