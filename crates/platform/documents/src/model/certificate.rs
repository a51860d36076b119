//! 结业证书: a certificate for each trainee.

use chengzhi_kernel::dates::format_cn_plain;
use chengzhi_kernel::{Date, Quantity};
use serde::Serialize;
use serde_json::{Value, json};

use super::{check_rows, own_fields, picture, words};
use crate::pdf::Picture;
use crate::{Document, DocumentError};

/// A certificate, one landscape page. A `Vec` of them is a document of as many pages.
#[derive(Debug, Clone, Serialize)]
pub struct Certificate {
    /// The name of the holder.
    pub name: String,
    /// The class, without quotation marks.
    pub class: String,
    /// Its first day.
    #[serde(skip)]
    pub from: Date,
    /// Its last day.
    #[serde(skip)]
    pub to: Date,
    /// Hours of the class.
    #[serde(serialize_with = "words::as_amount")]
    pub hours: Quantity,
    /// Credits, if the class gives any.
    #[serde(serialize_with = "words::as_amount_option")]
    pub credits: Option<Quantity>,
    /// The certificate's number: 沪城执培证〔2024〕第000123号.
    pub number: String,
    /// The unit that issues it.
    pub issuer: String,
    /// The day of issue.
    #[serde(serialize_with = "words::as_numerals")]
    pub date: Date,
    /// The address of the public page that confirms it; printed as a QR code.
    #[serde(skip)]
    pub check_url: String,
}

impl Certificate {
    fn value(&self) -> Result<Value, DocumentError> {
        let mut value = own_fields(self)?;
        value["days"] = if self.from == self.to {
            format_cn_plain(self.from)
        } else {
            format!(
                "{}至{}",
                format_cn_plain(self.from),
                format_cn_plain(self.to)
            )
        }
        .into();
        Ok(value)
    }
}

impl Document for Vec<Certificate> {
    fn template(&self) -> &'static str {
        "certificate.typ"
    }

    fn name(&self) -> &'static str {
        "结业证书"
    }

    fn data(&self) -> Result<Value, DocumentError> {
        check_rows(self.len())?;
        let items = self
            .iter()
            .map(Certificate::value)
            .collect::<Result<Vec<_>, _>>()?;
        Ok(json!({ "items": items }))
    }

    fn pictures(&self) -> Result<Vec<Picture>, DocumentError> {
        self.iter()
            .enumerate()
            .map(|(place, item)| picture::code(place, &item.check_url))
            .collect()
    }
}

impl Document for Certificate {
    fn template(&self) -> &'static str {
        "certificate.typ"
    }

    fn name(&self) -> &'static str {
        "结业证书"
    }

    fn data(&self) -> Result<Value, DocumentError> {
        Ok(json!({ "items": [self.value()?] }))
    }

    fn pictures(&self) -> Result<Vec<Picture>, DocumentError> {
        Ok(vec![picture::code(0, &self.check_url)?])
    }
}
