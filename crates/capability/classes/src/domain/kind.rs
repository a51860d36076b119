//! Kinds of classes (issue text, B-21, B-33, B-76…B-87, B-106, B-110, B-116).

/// What a class is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// 区局集中培训: closed, offline, 24 hours and 12 credits (B-21, B-22).
    Closed,
    /// 专题培训 (B-76…B-84).
    Special,
    /// 初任培训 (B-110).
    Induction,
    /// 市局培训班 (B-106).
    City,
    /// 联合培训 with partner bodies (B-116).
    Joint,
    /// 单独举办的体能测试, filed with a reason (B-33, B-131).
    Fitness,
}

impl Kind {
    /// All kinds in the order of lists.
    pub const ALL: &'static [Kind] = &[
        Kind::Closed,
        Kind::Special,
        Kind::Induction,
        Kind::City,
        Kind::Joint,
        Kind::Fitness,
    ];

    /// Stable code, as stored and sent.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Kind::Closed => "closed",
            Kind::Special => "special",
            Kind::Induction => "induction",
            Kind::City => "city",
            Kind::Joint => "joint",
            Kind::Fitness => "fitness",
        }
    }

    /// Word on pages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Kind::Closed => "集中培训",
            Kind::Special => "专题培训",
            Kind::Induction => "初任培训",
            Kind::City => "市局培训班",
            Kind::Joint => "联合培训",
            Kind::Fitness => "单独体能测试",
        }
    }

    /// The kind of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Kind> {
        Kind::ALL.iter().copied().find(|kind| kind.code() == code)
    }

    /// Whether its hours and credits go to the district's share of the year (B-22, B-25). The other kinds stand in the
    /// training file only: the notice gives hours for the three components and for nothing else.
    #[must_use]
    pub fn earns(self) -> bool {
        self == Kind::Closed
    }

    /// Whether it is filed beforehand with the upper level (B-26, B-33).
    #[must_use]
    pub fn is_filed(self) -> bool {
        matches!(self, Kind::Closed | Kind::Fitness)
    }

    /// Whether the filing needs a reason (B-33: 确有特殊情况).
    #[must_use]
    pub fn needs_reason(self) -> bool {
        self == Kind::Fitness
    }

    /// Whether it closes with photos, sign-in sheet and results (B-27, B-28).
    #[must_use]
    pub fn is_closed_with_materials(self) -> bool {
        self == Kind::Closed
    }
}

/// What is done in a lesson; the closing materials follow from it (B-28).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// 授课.
    Teaching,
    /// 体能测试.
    Fitness,
    /// 队列会操.
    DrillReview,
    /// 考试考核.
    Exam,
    /// 其他 (opening, discussion).
    Other,
}

impl Subject {
    /// All subjects.
    pub const ALL: &'static [Subject] = &[
        Subject::Teaching,
        Subject::Fitness,
        Subject::DrillReview,
        Subject::Exam,
        Subject::Other,
    ];

    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Subject::Teaching => "teaching",
            Subject::Fitness => "fitness",
            Subject::DrillReview => "drill_review",
            Subject::Exam => "exam",
            Subject::Other => "other",
        }
    }

    /// Word on pages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Subject::Teaching => "授课",
            Subject::Fitness => "体能测试",
            Subject::DrillReview => "队列会操",
            Subject::Exam => "考试考核",
            Subject::Other => "其他",
        }
    }

    /// The subject of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Subject> {
        Subject::ALL
            .iter()
            .copied()
            .find(|subject| subject.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_read_back() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_code(kind.code()), Some(*kind));
        }
        for subject in Subject::ALL {
            assert_eq!(Subject::from_code(subject.code()), Some(*subject));
        }
        assert_eq!(Kind::from_code("party"), None);
    }

    #[test]
    fn only_the_closed_training_earns_and_closes_with_materials() {
        let earns: Vec<_> = Kind::ALL.iter().filter(|kind| kind.earns()).collect();
        assert_eq!(earns, [&Kind::Closed]);
        assert!(Kind::Fitness.is_filed() && Kind::Fitness.needs_reason());
        assert!(!Kind::Special.is_filed());
    }
}
