//! Calendar feeds that phones subscribe to: iCalendar (RFC 5545, with RFC 7986's refresh interval).
//!
//! A subscription is read again and again. An event keeps its [`Event::uid`] for ever; when it
//! changes, its [`Event::sequence`] goes up; when it falls out, it stays in the feed as cancelled,
//! because some calendars keep what they once read.

use chengzhi_kernel::Timestamp;
use chrono::DateTime;

/// Octets of a line, RFC 5545 section 3.1.
const LINE_OCTETS: usize = 75;

/// One event of a feed. Texts are plain and may hold line breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The same for the same event in every version of the feed, and in the whole world: for
    /// instance `lesson-31@peixun.example.gov.cn`.
    pub uid: String,
    /// Goes up by one at each change of time, place or state.
    pub sequence: u32,
    /// When it starts.
    pub start: Timestamp,
    /// When it ends; not before the start.
    pub end: Timestamp,
    /// What it is.
    pub summary: String,
    /// Where. Empty: not said.
    pub location: String,
    /// More, for instance the instructor. Empty: nothing.
    pub description: String,
    /// Where more is to be read. Empty: nowhere.
    pub url: String,
    /// Whether it was called off.
    pub cancelled: bool,
    /// When it was last changed.
    pub changed: Timestamp,
}

/// A feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feed {
    /// The name a phone shows for it: 第三期集中培训班.
    pub name: String,
    /// Minutes after which a phone should read it again, at least one.
    pub refresh_minutes: u32,
    /// The events, in any order.
    pub events: Vec<Event>,
}

/// What Shanghai's clocks do: UTC + 8 h throughout, since 1991 without summer time. Times are
/// given with the zone and not in UTC, so that a phone abroad still says which zone is meant.
const ZONE: [&str; 9] = [
    "BEGIN:VTIMEZONE",
    "TZID:Asia/Shanghai",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    "TZOFFSETFROM:+0800",
    "TZOFFSETTO:+0800",
    "TZNAME:CST",
    "END:STANDARD",
    "END:VTIMEZONE",
];

/// The media type of a feed.
pub const MEDIA_TYPE: &str = "text/calendar; charset=utf-8";

impl Feed {
    /// The feed as text. The same feed gives the same text: events are sorted by start and UID, and
    /// the time stamp of each is that of its last change.
    #[must_use]
    pub fn write(&self) -> String {
        let mut out = Writer(String::new());
        let minutes = self.refresh_minutes.max(1);
        out.line("BEGIN:VCALENDAR");
        out.line("VERSION:2.0");
        out.line("PRODID:-//chengzhi//feeds//ZH");
        out.line("CALSCALE:GREGORIAN");
        out.line("METHOD:PUBLISH");
        out.text("NAME", &self.name);
        out.text("X-WR-CALNAME", &self.name);
        out.line("X-WR-TIMEZONE:Asia/Shanghai");
        out.line(&format!("REFRESH-INTERVAL;VALUE=DURATION:PT{minutes}M"));
        out.line(&format!("X-PUBLISHED-TTL:PT{minutes}M"));
        for line in ZONE {
            out.line(line);
        }
        let mut events: Vec<&Event> = self.events.iter().collect();
        events.sort_by(|a, b| (a.start, &a.uid).cmp(&(b.start, &b.uid)));
        for event in events {
            out.event(event);
        }
        out.line("END:VCALENDAR");
        out.0
    }
}

struct Writer(String);

impl Writer {
    fn event(&mut self, event: &Event) {
        let changed = utc(event.changed);
        self.line("BEGIN:VEVENT");
        self.text("UID", &event.uid);
        self.line(&format!("SEQUENCE:{}", event.sequence));
        self.line(&format!("DTSTAMP:{changed}"));
        self.line(&format!("LAST-MODIFIED:{changed}"));
        self.line(&format!("DTSTART;TZID=Asia/Shanghai:{}", wall(event.start)));
        self.line(&format!(
            "DTEND;TZID=Asia/Shanghai:{}",
            wall(event.end.max(event.start))
        ));
        self.text("SUMMARY", &event.summary);
        self.text("LOCATION", &event.location);
        self.text("DESCRIPTION", &event.description);
        // A URI is not escaped as text is; nothing in it may end the line.
        let url: String = event.url.chars().filter(|c| !c.is_control()).collect();
        if !url.is_empty() {
            self.line(&format!("URL:{url}"));
        }
        self.line(if event.cancelled {
            "STATUS:CANCELLED"
        } else {
            "STATUS:CONFIRMED"
        });
        // One who called it off is free then.
        self.line(if event.cancelled {
            "TRANSP:TRANSPARENT"
        } else {
            "TRANSP:OPAQUE"
        });
        self.line("END:VEVENT");
    }

    /// A property with escaped text; none for an empty text.
    fn text(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            self.line(&format!("{name}:{}", escape(value)));
        }
    }

    /// A line, folded so that no piece has more than 75 octets and no character is cut.
    fn line(&mut self, line: &str) {
        let mut octets = 0;
        for c in line.chars() {
            if octets + c.len_utf8() > LINE_OCTETS {
                self.0.push_str("\r\n ");
                octets = 1;
            }
            self.0.push(c);
            octets += c.len_utf8();
        }
        self.0.push_str("\r\n");
    }
}

/// RFC 5545 section 3.3.11. Control characters other than line breaks have no place in a text.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.replace("\r\n", "\n").chars() {
        match c {
            '\\' | ';' | ',' => escaped.extend(['\\', c]),
            '\n' | '\r' => escaped.push_str("\\n"),
            '\t' => escaped.push(' '),
            c if c.is_control() => {}
            c => escaped.push(c),
        }
    }
    escaped
}

fn wall(instant: Timestamp) -> String {
    instant.wall().format("%Y%m%dT%H%M%S").to_string()
}

fn utc(instant: Timestamp) -> String {
    DateTime::from_timestamp_micros(instant.micros())
        .unwrap_or_default()
        .format("%Y%m%dT%H%M%SZ")
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chengzhi_kernel::Date;
    use icalendar::parser::{read_calendar, unfold};
    use proptest::prelude::*;

    fn event(uid: &str) -> Event {
        let start = Timestamp::at(Date::from_ymd_opt(2024, 11, 20).unwrap(), 8, 30);
        Event {
            uid: uid.to_owned(),
            sequence: 2,
            start,
            end: start.plus_minutes(90),
            summary: "《行政处罚法》重点条文；执法程序, 第一讲".to_owned(),
            location:
                "宝山区城市管理行政执法实训基地2号楼报告厅（友谊路街道××路88号，地铁3号线宝杨路站）"
                    .to_owned(),
            description: "授课：陈立新\n请带执法证\\教材".to_owned(),
            url: "https://peixun.example.gov.cn/kc/31".to_owned(),
            cancelled: false,
            changed: start.plus_days(-7),
        }
    }

    fn feed(events: Vec<Event>) -> Feed {
        Feed {
            name: "第三期集中培训班".to_owned(),
            refresh_minutes: 60,
            events,
        }
    }

    /// What an independent reader finds: for each event its properties, texts without escapes.
    fn read(text: &str) -> Vec<Vec<(String, String)>> {
        let unfolded = unfold(text);
        let calendar = read_calendar(&unfolded).unwrap();
        calendar
            .components
            .iter()
            .filter(|component| component.name == "VEVENT")
            .map(|component| {
                component
                    .properties
                    .iter()
                    .map(|p| (p.name.to_string(), p.val.to_string()))
                    .collect()
            })
            .collect()
    }

    fn property<'a>(event: &'a [(String, String)], name: &str) -> &'a str {
        event
            .iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value)
    }

    #[test]
    fn an_independent_reader_finds_what_was_written() {
        let text = feed(vec![event("lesson-31@peixun.example.gov.cn")]).write();
        let events = read(&text);
        assert_eq!(events.len(), 1);
        for (name, value) in [
            ("UID", "lesson-31@peixun.example.gov.cn"),
            ("SEQUENCE", "2"),
            ("DTSTAMP", "20241113T003000Z"),
            ("LAST-MODIFIED", "20241113T003000Z"),
            ("DTSTART", "20241120T083000"),
            ("DTEND", "20241120T100000"),
            ("SUMMARY", "《行政处罚法》重点条文；执法程序, 第一讲"),
            ("DESCRIPTION", "授课：陈立新\n请带执法证\\教材"),
            ("URL", "https://peixun.example.gov.cn/kc/31"),
            ("STATUS", "CONFIRMED"),
        ] {
            assert_eq!(property(&events[0], name), value, "{name}");
        }
        for line in [
            "METHOD:PUBLISH",
            "REFRESH-INTERVAL;VALUE=DURATION:PT60M",
            "X-PUBLISHED-TTL:PT60M",
            "TZID:Asia/Shanghai",
            "TZOFFSETTO:+0800",
            "DTSTART;TZID=Asia/Shanghai:20241120T083000",
        ] {
            assert!(text.lines().any(|l| l == line), "{line}");
        }
    }

    #[test]
    fn a_cancelled_event_stays_with_its_uid() {
        let mut called_off = event("a@x");
        called_off.cancelled = true;
        called_off.sequence = 3;
        let events = read(&feed(vec![called_off]).write());
        assert_eq!(property(&events[0], "UID"), "a@x");
        assert_eq!(property(&events[0], "SEQUENCE"), "3");
        assert_eq!(property(&events[0], "STATUS"), "CANCELLED");
    }

    #[test]
    fn the_order_of_events_does_not_matter() {
        let mut later = event("b@x");
        later.start = later.start.plus_days(1);
        later.end = later.end.plus_days(1);
        let one = feed(vec![later.clone(), event("c@x"), event("a@x")]).write();
        assert_eq!(one, feed(vec![event("a@x"), later, event("c@x")]).write());
        let events = read(&one);
        let uids: Vec<&str> = events.iter().map(|e| property(e, "UID")).collect();
        assert_eq!(uids, ["a@x", "c@x", "b@x"]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_text_comes_back_and_makes_no_line_of_its_own(text in "[ -~一-龥，；\\\\\n\r\u{1F600}]{0,200}") {
            let mut strange = event("a@x");
            strange.summary.clone_from(&text);
            strange.location = format!("{text}\r\nSTATUS:CANCELLED");
            strange.url = "https://x\r\nSTATUS:CANCELLED".to_owned();
            let written = feed(vec![strange]).write();
            for line in written.split("\r\n") {
                prop_assert!(line.len() <= LINE_OCTETS, "{}", line);
                prop_assert!(!line.contains(['\r', '\n']));
            }
            prop_assert_eq!(written.matches("\r\nSTATUS:").count(), 1);
            let events = read(&written);
            let want = text.replace("\r\n", "\n").replace('\r', "\n");
            prop_assert_eq!(property(&events[0], "SUMMARY"), want);
        }
    }
}
