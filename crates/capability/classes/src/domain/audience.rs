//! What an audience's words say by themselves: everybody, or a kind of people that a group must name.

/// Whether the words mean everybody in service: 全体在编在岗执法人员, 全体人员, 全员. 全体 before one kind of people
/// (全体党务人员) does not.
#[must_use]
pub fn says_everybody(audience: &str) -> bool {
    const WHO: &[&str] = &[
        "",
        "人员",
        "执法人员",
        "行政执法人员",
        "城管执法人员",
        "执法队员",
        "队员",
        "干部职工",
        "职工",
        "干部",
        "在编人员",
        "在职人员",
        "在岗人员",
        "在编在岗人员",
        "在编在岗执法人员",
        "在编执法人员",
        "在岗执法人员",
        "一线执法人员",
    ];
    parts(audience).any(|part| {
        part.split_once("全体")
            .or_else(|| part.split_once("全员"))
            .is_some_and(|(_, who)| WHO.contains(&who))
    })
}

/// The group that an audience asks for: its first kind of people without where they serve. 基层中队党务人员 gives
/// 党务人员; empty words give none.
#[must_use]
pub fn group_word(audience: &str) -> Option<String> {
    const WHERE: &[&str] = &[
        "各区局",
        "区局",
        "市局",
        "各科室",
        "各中队",
        "基层中队",
        "基层",
        "中队",
        "全系统",
        "系统",
        "全体",
        "本局",
    ];
    let mut word = parts(audience).next()?;
    while let Some(rest) = WHERE.iter().find_map(|place| word.strip_prefix(place)) {
        if rest.chars().count() < 2 {
            break;
        }
        word = rest;
    }
    // A group's word has at most 20 characters.
    Some(word.chars().take(20).collect())
}

fn parts(audience: &str) -> impl Iterator<Item = &str> {
    audience
        .split(|c: char| "、，,；;。（）() ".contains(c))
        .map(str::trim)
        .filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_is_said_in_so_many_words() {
        for (audience, everybody) in [
            ("全体在编在岗执法人员", true),
            ("区局全体执法人员", true),
            ("全体人员（含借调）", true),
            ("全员", true),
            ("全体", true),
            ("全体党务人员", false),
            ("全体班组长", false),
            ("全体执法监督人员", false),
            ("基层中队党务人员", false),
            ("承担水行政执法事项的中队", false),
            ("", false),
        ] {
            assert_eq!(says_everybody(audience), everybody, "{audience}");
        }
    }

    #[test]
    fn the_group_is_named_without_where_its_people_serve() {
        for (audience, word) in [
            ("基层中队党务人员", Some("党务人员")),
            ("系统年轻干部", Some("年轻干部")),
            ("基层中队教育培训平台管理人员", Some("教育培训平台管理人员")),
            ("各区局执法监督骨干、科室长", Some("执法监督骨干")),
            ("全体党务人员", Some("党务人员")),
            ("中队", Some("中队")),
            ("  ", None),
        ] {
            assert_eq!(group_word(audience).as_deref(), word, "{audience}");
        }
    }
}
