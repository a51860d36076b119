//! The JSON form, written straight to bytes.

use std::io::Write as _;

use chengzhi_rules::assess::{ComponentResult, MonthSet, Outcome, State};

use super::judge::Line;

/// Appends one object and `,\n`.
pub fn write(line: &Line<'_>, out: &mut Vec<u8>) {
    let a = &line.assessment;
    out.extend_from_slice(b"{\"staff_no\":");
    text(&String::from_utf8_lossy(&line.person.staff_no), out);
    let state = match a.state {
        State::Full => "full",
        State::Partial => "partial",
        State::NotAssessed => "not_assessed",
    };
    let result = match a.result {
        Some(Outcome::Met) => "\"met\"",
        Some(Outcome::NotMet) => "\"not_met\"",
        None => "null",
    };
    let _ = write!(
        out,
        ",\"state\":\"{state}\",\"result\":{result},\"components\":{{\"online\":"
    );
    component(&a.online, out);
    out.extend_from_slice(b",\"district\":");
    component(&a.district, out);
    let squad = &a.squad;
    let _ = write!(out, ",\"squad\":{{\"due\":{},\"months\":", squad.due);
    months(squad.months, out);
    let _ = write!(
        out,
        ",\"required_hours\":{},\"earned_hours\":{},\"missing_months\":",
        squad.required_hours, squad.earned_hours
    );
    months(squad.missing, out);
    let _ = write!(out, ",\"met\":{}}}}},\"reasons\":[", squad.met);
    for (index, reason) in line.reasons.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        out.extend_from_slice(b"{\"rule\":");
        text(&reason.rule, out);
        out.extend_from_slice(b",\"clause\":");
        text(&reason.clause, out);
        out.extend_from_slice(b",\"text\":");
        text(&reason.text, out);
        out.push(b'}');
    }
    out.extend_from_slice(b"]},\n");
}

/// Puts the array around the objects.
pub fn frame(mut parts: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    if let Some(last) = parts.iter_mut().rfind(|p| !p.is_empty()) {
        // The last object has no comma after it.
        last.truncate(last.len() - 2);
        last.push(b'\n');
    }
    let mut framed = vec![b"[\n".to_vec()];
    framed.append(&mut parts);
    framed.push(b"]\n".to_vec());
    framed
}

fn component(c: &ComponentResult, out: &mut Vec<u8>) {
    let _ = write!(
        out,
        "{{\"due\":{},\"required_hours\":{},\"required_credits\":{},\"earned_hours\":{},\"earned_credits\":{},\"met\":{}}}",
        c.due, c.required_hours, c.required_credits, c.earned_hours, c.earned_credits, c.met
    );
}

fn months(set: MonthSet, out: &mut Vec<u8>) {
    out.push(b'[');
    for (index, month) in set.iter().enumerate() {
        let comma = if index > 0 { "," } else { "" };
        let _ = write!(out, "{comma}{month}");
    }
    out.push(b']');
}

fn text(text: &str, out: &mut Vec<u8>) {
    // Writing text to a byte vector cannot fail.
    let _ = serde_json::to_writer(out, text);
}
