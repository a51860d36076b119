//! Posts (一长五员 and the rest of D3/B4) and ranks (the eleven of 行政执法类公务员, the twelve of
//! 综合管理类公务员). A post is what somebody does, a rank what he holds; both stand on the person.

macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($code:literal => $word:literal,)* }) => {
        $(#[$meta])*
        pub const $name: &[(&str, &str)] = &[$(($code, $word)),*];
    };
}

words! {
    /// Posts in the order in which the first one names the person on lists: code and word.
    POSTS {
        "bureau_director" => "局长",
        "bureau_deputy_director" => "副局长",
        "bureau_fourth_level_researcher" => "四级调研员",
        "corps_leader" => "总队长",
        "corps_deputy_leader" => "副总队长",
        "detachment_leader" => "支队长",
        "detachment_deputy_leader" => "副支队长",
        "brigade_leader" => "大队长",
        "brigade_deputy_leader" => "副大队长",
        "division_head" => "处长",
        "division_deputy_head" => "副处长",
        "section_head" => "科长",
        "section_deputy_head" => "副科长",
        "squad_leader" => "中队长",
        "squad_instructor" => "教导员",
        "squad_deputy_leader" => "副中队长",
        "squad_section_leader" => "班组长",
        "legal_officer" => "法制员",
        "supervision_officer" => "监督员",
        "peer_instructor" => "小教员",
        "data_officer" => "数据员",
        "info_officer" => "信息员",
        "squad_clerk" => "内勤",
        "case_clerk" => "案管员",
        "clerk" => "科员",
        "officer" => "执法队员",
        "auxiliary" => "协管员",
    }
}

words! {
    /// Ranks, high to low: the enforcement sequence, then the general one.
    RANKS {
        "supervisor" => "督办",
        "senior_handler_1" => "一级高级主办",
        "senior_handler_2" => "二级高级主办",
        "senior_handler_3" => "三级高级主办",
        "senior_handler_4" => "四级高级主办",
        "handler_1" => "一级主办",
        "handler_2" => "二级主办",
        "handler_3" => "三级主办",
        "handler_4" => "四级主办",
        "officer_1" => "一级行政执法员",
        "officer_2" => "二级行政执法员",
        "inspector_1" => "一级巡视员",
        "inspector_2" => "二级巡视员",
        "researcher_1" => "一级调研员",
        "researcher_2" => "二级调研员",
        "researcher_3" => "三级调研员",
        "researcher_4" => "四级调研员",
        "principal_clerk_1" => "一级主任科员",
        "principal_clerk_2" => "二级主任科员",
        "principal_clerk_3" => "三级主任科员",
        "principal_clerk_4" => "四级主任科员",
        "clerk_1" => "一级科员",
        "clerk_2" => "二级科员",
    }
}

fn name_of(list: &'static [(&'static str, &'static str)], code: &str) -> Option<&'static str> {
    list.iter()
        .find(|(known, _)| *known == code)
        .map(|(_, word)| *word)
}

fn code_of(list: &'static [(&'static str, &'static str)], text: &str) -> Option<&'static str> {
    list.iter()
        .find(|(code, word)| *word == text || *code == text)
        .map(|(code, _)| *code)
}

/// The word of a post's code.
#[must_use]
pub fn post_name(code: &str) -> Option<&'static str> {
    name_of(POSTS, code)
}

/// The code of a post, from its word or its code. 督察员 and 法制干部 are other words for posts of
/// the squad (D3, homonyms).
#[must_use]
pub fn post_code(text: &str) -> Option<&'static str> {
    match text {
        "督察员" | "监督人员" => Some("supervision_officer"),
        "法制干部" | "法制人员" => Some("legal_officer"),
        _ => code_of(POSTS, text),
    }
}

/// The word of a rank's code.
#[must_use]
pub fn rank_name(code: &str) -> Option<&'static str> {
    name_of(RANKS, code)
}

/// The code of a rank, from its word or its code.
#[must_use]
pub fn rank_code(text: &str) -> Option<&'static str> {
    code_of(RANKS, text)
}

/// Sorts posts by precedence and drops doubles: the first one names the person on lists.
pub fn sort_posts(posts: &mut Vec<String>) {
    posts.sort_by_key(|code| POSTS.iter().position(|(known, _)| known == code));
    posts.dedup();
}

/// The words of several posts: 中队长、法制员.
#[must_use]
pub fn post_names(codes: &[String]) -> String {
    codes
        .iter()
        .filter_map(|code| post_name(code))
        .collect::<Vec<_>>()
        .join("、")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn codes_and_words_are_unique() {
        for list in [POSTS, RANKS] {
            assert_eq!(
                list.iter()
                    .map(|(code, _)| code)
                    .collect::<BTreeSet<_>>()
                    .len(),
                list.len()
            );
            assert_eq!(
                list.iter()
                    .map(|(_, word)| word)
                    .collect::<BTreeSet<_>>()
                    .len(),
                list.len()
            );
        }
    }

    #[test]
    fn the_post_of_highest_precedence_comes_first() {
        let mut posts = vec![
            "legal_officer".to_owned(),
            "squad_leader".to_owned(),
            "legal_officer".to_owned(),
        ];
        sort_posts(&mut posts);
        assert_eq!(post_names(&posts), "中队长、法制员");
    }
}
