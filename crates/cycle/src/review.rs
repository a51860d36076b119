//! Who may review a record: the reviewing unit, four eyes, and the city where the district may not.

use crate::Deny;

/// What is known of a would-be reviewer and the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReviewFacts {
    /// He holds the review right at the unit that is to review.
    pub direct: bool,
    /// He holds it at a unit above that one (the city's training office over a district's record).
    pub superior: bool,
    /// The record was passed up to the city.
    pub passed_up: bool,
    /// The record is of a section of the reviewing bureau itself.
    pub of_own_bureau: bool,
    /// Somebody who holds the review right entered, changed or handed in the record.
    pub reviewer_touched: bool,
    /// He himself entered, changed or handed in the record.
    pub touched: bool,
    /// The record is of the section or squad he belongs to.
    pub own_unit: bool,
}

/// What a capability calls each refusal on the wire: stable codes in its own name.
#[derive(Debug, Clone, Copy)]
pub struct Codes {
    /// He had a hand in the record himself.
    pub four_eyes: &'static str,
    /// The record is of his own unit.
    pub own_unit: &'static str,
    /// Another unit reviews it.
    pub not_reviewer: &'static str,
    /// It lies with the city already.
    pub passed_up: &'static str,
    /// He may decide himself.
    pub no_conflict: &'static str,
}

/// Whether he may confirm, return or reject. `city` is the name of the city's training office.
///
/// # Errors
/// [`Deny`] that says who can.
pub fn may_review(
    facts: &ReviewFacts,
    codes: &Codes,
    reviewer: &str,
    city: &str,
) -> Result<(), Deny> {
    if facts.touched {
        return Err(Deny::new(
            codes.four_eyes,
            format!(
                "您填写、更改或提交过这条记录，不能审核；由{reviewer}的其他审核人办理，或转{city}审核。"
            ),
        ));
    }
    if facts.own_unit {
        return Err(Deny::new(
            codes.own_unit,
            format!("这是您所在单位的记录，不能由本单位人员审核；由{city}审核。"),
        ));
    }
    if facts.direct {
        return Ok(());
    }
    if facts.superior && (facts.passed_up || facts.of_own_bureau || facts.reviewer_touched) {
        return Ok(());
    }
    Err(Deny::new(
        codes.not_reviewer,
        format!("这条记录由{reviewer}审核。"),
    ))
}

/// Whether he should pass the record up: it is his to review, but four eyes forbid it.
///
/// # Errors
/// [`Deny`] when he may decide himself or it is not his.
pub fn may_pass_up(facts: &ReviewFacts, codes: &Codes, reviewer: &str) -> Result<(), Deny> {
    if facts.passed_up {
        return Err(Deny::new(codes.passed_up, "这条记录已转市局审核。"));
    }
    if !facts.direct {
        return Err(Deny::new(
            codes.not_reviewer,
            format!("这条记录由{reviewer}审核。"),
        ));
    }
    if !facts.touched && !facts.own_unit {
        return Err(Deny::new(
            codes.no_conflict,
            "您可以直接审核这条记录，无需转市局。",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODES: Codes = Codes {
        four_eyes: "study.four_eyes",
        own_unit: "study.own_section",
        not_reviewer: "study.not_reviewer",
        passed_up: "study.passed_up",
        no_conflict: "study.no_conflict",
    };

    fn code(facts: ReviewFacts) -> Result<(), &'static str> {
        may_review(&facts, &CODES, "宝山区局", "市局组织人事处").map_err(|deny| deny.code)
    }

    #[test]
    fn four_eyes_and_own_section_go_before_every_right() {
        for facts in [
            ReviewFacts {
                direct: true,
                ..Default::default()
            },
            ReviewFacts {
                superior: true,
                passed_up: true,
                ..Default::default()
            },
        ] {
            assert_eq!(code(facts), Ok(()));
            assert_eq!(
                code(ReviewFacts {
                    touched: true,
                    ..facts
                }),
                Err("study.four_eyes")
            );
            assert_eq!(
                code(ReviewFacts {
                    own_unit: true,
                    ..facts
                }),
                Err("study.own_section")
            );
        }
    }

    #[test]
    fn the_city_reviews_a_district_record_only_where_the_district_may_not() {
        let city = ReviewFacts {
            superior: true,
            ..Default::default()
        };
        assert_eq!(code(city), Err("study.not_reviewer"));
        for facts in [
            ReviewFacts {
                passed_up: true,
                ..city
            },
            ReviewFacts {
                of_own_bureau: true,
                ..city
            },
            ReviewFacts {
                reviewer_touched: true,
                ..city
            },
        ] {
            assert_eq!(code(facts), Ok(()));
        }
    }

    #[test]
    fn only_a_reviewer_in_conflict_passes_up() {
        let mine = ReviewFacts {
            direct: true,
            ..Default::default()
        };
        let pass = |facts| may_pass_up(&facts, &CODES, "宝山区局").map_err(|deny| deny.code);
        assert_eq!(pass(mine), Err("study.no_conflict"));
        assert_eq!(pass(ReviewFacts::default()), Err("study.not_reviewer"));
        let conflict = ReviewFacts {
            own_unit: true,
            ..mine
        };
        assert_eq!(pass(conflict), Ok(()));
        assert_eq!(
            pass(ReviewFacts {
                passed_up: true,
                ..conflict
            }),
            Err("study.passed_up")
        );
    }
}
