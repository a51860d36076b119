//! 准考证: what a candidate brings to an exam.

use chengzhi_kernel::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use super::{check_rows, own_fields, picture, words};
use crate::pdf::Picture;
use crate::{Document, DocumentError};

/// One paper of the exam.
#[derive(Debug, Clone, Serialize)]
pub struct TicketSession {
    /// The subject.
    pub subject: String,
    /// When it starts.
    #[serde(skip)]
    pub start: Timestamp,
    /// When it ends.
    #[serde(skip)]
    pub end: Timestamp,
}

/// An admission ticket, one page. A `Vec` of them is a document of as many pages.
#[derive(Debug, Clone, Serialize)]
pub struct AdmissionTicket {
    /// The exam.
    pub exam: String,
    /// The candidate's name.
    pub name: String,
    /// His unit.
    pub unit: String,
    /// The ticket's number.
    pub number: String,
    /// The number of his identity card as it may be printed (masked), or empty.
    pub id_number: String,
    /// His portrait, JPEG or PNG. A frame for it is printed only if there is one.
    #[serde(skip)]
    pub photo: Option<Vec<u8>>,
    /// The room: 第03考场.
    pub room: String,
    /// Where the room is.
    pub address: String,
    /// The seat: 17.
    pub seat: String,
    /// The papers, in order.
    #[serde(skip)]
    pub sessions: Vec<TicketSession>,
    /// The rules, a paragraph each, without numbers.
    pub rules: Vec<String>,
    /// The unit that holds the exam.
    pub issuer: String,
    /// What the QR code says: an address or the number.
    #[serde(skip)]
    pub code: String,
}

impl AdmissionTicket {
    fn value(&self, place: usize) -> Result<Value, DocumentError> {
        let mut value = own_fields(self)?;
        value["photo"] = match &self.photo {
            Some(content) => picture::photo(place, &self.name, content)?.0.into(),
            None => Value::Null,
        };
        value["sessions"] = self
            .sessions
            .iter()
            .map(|s| json!({ "subject": s.subject, "time": words::span(s.start, s.end) }))
            .collect();
        Ok(value)
    }

    fn pictures(&self, place: usize) -> Result<Vec<Picture>, DocumentError> {
        let mut pictures = vec![picture::code(place, &self.code)?];
        if let Some(content) = &self.photo {
            pictures.push(picture::photo(place, &self.name, content)?);
        }
        Ok(pictures)
    }
}

impl Document for Vec<AdmissionTicket> {
    fn template(&self) -> &'static str {
        "admission_ticket.typ"
    }

    fn name(&self) -> &'static str {
        "准考证"
    }

    fn data(&self) -> Result<Value, DocumentError> {
        check_rows(self.len())?;
        let items = self
            .iter()
            .enumerate()
            .map(|(place, item)| item.value(place))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(json!({ "items": items }))
    }

    fn pictures(&self) -> Result<Vec<Picture>, DocumentError> {
        let mut pictures = Vec::new();
        for (place, item) in self.iter().enumerate() {
            pictures.append(&mut item.pictures(place)?);
        }
        Ok(pictures)
    }
}

impl Document for AdmissionTicket {
    fn template(&self) -> &'static str {
        "admission_ticket.typ"
    }

    fn name(&self) -> &'static str {
        "准考证"
    }

    fn data(&self) -> Result<Value, DocumentError> {
        Ok(json!({ "items": [self.value(0)?] }))
    }

    fn pictures(&self) -> Result<Vec<Picture>, DocumentError> {
        self.pictures(0)
    }
}
