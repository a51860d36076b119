//! The linter on the real packs, on packs that differ in one number, and on planted faults.
#![allow(clippy::unwrap_used)]

use chengzhi_kernel::{Date, WorkCalendar, parse_date};
use chengzhi_rules::{Finding, Policy, calendar, lint, publish_check};

const SHANGHAI: &str = include_str!("../../../policies/shanghai/2024.toml");

fn day(text: &str) -> Date {
    parse_date(text).unwrap()
}

fn shanghai() -> Policy {
    Policy::for_year("shanghai", 2024).unwrap()
}

fn findings(changes: &[(&str, &str)]) -> Vec<Finding> {
    let policy = shanghai();
    let pack = policy.pack.with_all(changes).unwrap();
    lint(&Policy::from_pack(pack, 2024).unwrap(), calendar())
}

fn codes(findings: &[Finding]) -> Vec<&str> {
    findings.iter().map(|f| f.code.as_str()).collect()
}

#[test]
fn the_real_packs_have_three_families_of_findings() {
    for name in ["shanghai", "baoshan"] {
        let found = lint(&Policy::for_year(name, 2024).unwrap(), calendar());
        assert_eq!(
            codes(&found),
            [
                "review_no_time.drill_first_half",
                "review_no_time.drill_second_half",
                "review_no_time.study_december",
                "return_frees_year",
            ]
        );
        for finding in &found {
            assert_eq!(finding.slack_hours, Some(0));
            assert!(!finding.rules.is_empty() && !finding.dates.is_empty());
            assert!(
                !finding.message.is_empty()
                    && !finding.proposal.is_empty()
                    && !finding.clauses.is_empty()
            );
        }
        assert_eq!(found[0].dates.len(), 12);
        assert_eq!(found[1].dates[1], day("2024-02-29"));
        assert_eq!(found[2].dates, [day("2024-12-15")]);
        assert_eq!(found[3].rules, ["status.december_returned"]);
    }
}

#[test]
fn review_three_days_later_and_that_finding_goes() {
    let without = |gone: &str, change: (&str, &str)| {
        let found = findings(&[change]);
        assert!(
            !codes(&found).contains(&gone),
            "{change:?}: {:?}",
            codes(&found)
        );
        assert_eq!(found.len(), 3, "{change:?}: {:?}", codes(&found));
    };
    without(
        "review_no_time.study_december",
        ("study.december_review_day", "18"),
    );
    without(
        "review_no_time.drill_first_half",
        ("drill.first_review_day", "18"),
    );
    // Past the month's end the returned video has nowhere to go: another finding takes its place.
    let found = findings(&[("drill.second_review_day", "月底+3")]);
    assert!(!codes(&found).contains(&"review_no_time.drill_second_half"));
    assert!(codes(&found).contains(&"resubmit_before_review.drill"));
    let found = findings(&[
        ("drill.second_review_day", "月底+3"),
        ("drill.resubmit_until", "月底+5"),
    ]);
    assert_eq!(found.len(), 3);
    assert_eq!(
        codes(&findings(&[("drill.review_grace_days", "3")])),
        ["review_no_time.study_december", "return_frees_year"]
    );
}

#[test]
fn planted_faults_are_found() {
    let found = findings(&[("study.resubmit_until", "22")]);
    let hit = found
        .iter()
        .find(|f| f.code == "resubmit_before_review.study")
        .unwrap();
    assert_eq!(hit.slack_hours, Some(-72));
    assert_eq!(hit.dates.len(), 11, "December reviews on the 15th");
    let found = findings(&[("drill.exempt_out_of_base", "false")]);
    assert!(codes(&found).contains(&"coverage_base"));
    let found = findings(&[("drill.attendance", "4/10")]);
    assert!(codes(&found).contains(&"coverage_share"));
    assert!(!codes(&findings(&[("drill.attendance", "1/2")])).contains(&"coverage_share"));
    let found = findings(&[("filing.notice_workdays", "5")]);
    let hit = found
        .iter()
        .find(|f| f.code == "window_longer_than_notice.filing")
        .unwrap();
    assert_eq!(hit.slack_hours, Some(-48));
    assert!(
        !codes(&findings(&[("filing.notice_workdays", "7")]))
            .iter()
            .any(|c| c.starts_with("window"))
    );
    let found = findings(&[("exam.registration_days", "15"), ("exam.notice_days", "10")]);
    assert!(codes(&found).contains(&"window_longer_than_notice.exam"));
    let no_calendar = Policy::from_pack(shanghai().pack, 2030).unwrap();
    assert!(codes(&lint(&no_calendar, calendar())).contains(&"calendar_missing"));
    assert!(codes(&lint(&shanghai(), &WorkCalendar::default())).contains(&"calendar_missing"));
}

const FAULTLESS: &str = include_str!("draft.toml");

#[test]
fn a_pack_without_faults_gives_none_and_publication_runs_the_linter() {
    let report = publish_check(FAULTLESS, calendar());
    assert_eq!((report.errors, report.findings), (Vec::new(), Vec::new()));
    let report = publish_check(SHANGHAI, calendar());
    assert_eq!((report.errors.len(), report.findings.len()), (0, 4));
    let draft = shanghai()
        .pack
        .with("drill.first_review_day", "18")
        .unwrap();
    assert_eq!(
        chengzhi_rules::publish_check_pack(&draft, calendar())
            .findings
            .len(),
        3
    );
    let report = publish_check(&FAULTLESS.replace("rank = 5", "rank = 4"), calendar());
    assert!(report.findings.is_empty());
    assert!(
        report
            .errors
            .iter()
            .any(|e| e.key.starts_with("status.december"))
    );
}
