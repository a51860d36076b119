//! What can be taught: the categories of the question bank (domain facts J3), so that instructors,
//! courseware and questions are found by the same words.

/// Code and word of each field.
pub const FIELDS: &[(&str, &str)] = &[
    ("law_basics", "法律基础"),
    ("penalty", "处罚程序"),
    ("coercion", "强制程序"),
    ("litigation", "复议诉讼"),
    ("evidence", "证据与文书"),
    ("discretion", "裁量与免罚"),
    ("city_looks", "市容环卫"),
    ("planning", "规划与物业"),
    ("environment", "生态环境"),
    ("construction", "建设与建筑垃圾"),
    ("gas", "燃气"),
    ("water", "水务"),
    ("roads", "道路与非机动车"),
    ("off_site", "非现场与数字执法"),
    ("conduct", "行为规范与廉政"),
];

/// The word of a field; none for an unknown code.
#[must_use]
pub fn name(code: &str) -> Option<&'static str> {
    FIELDS
        .iter()
        .find(|(known, _)| *known == code)
        .map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_has_one_code_and_one_word() {
        for (code, word) in FIELDS {
            assert_eq!(name(code), Some(*word));
            let codes = FIELDS.iter().filter(|(known, _)| known == code).count();
            let words = FIELDS.iter().filter(|(_, known)| known == word).count();
            assert_eq!((codes, words), (1, 1), "{code}");
        }
        assert_eq!(name("unknown"), None);
    }
}
