//! A statement and its arguments, independent of the engine.

use std::borrow::Cow;
use std::fmt::Write as _;

use chengzhi_kernel::{AccountId, Date, Month, PersonId, Quantity, RecordId, Timestamp, UnitId};

/// One bound argument. Yes/no travels as 0/1, instants as microseconds, dates and months as text.
#[derive(Debug, Clone)]
pub enum Arg {
    /// Any whole number, or null.
    Int(Option<i64>),
    /// Any text, or null.
    Text(Option<String>),
    /// Bytes, or null.
    Bytes(Option<Vec<u8>>),
}

/// SQL text with `$1`-style placeholders and the arguments bound to them in order.
#[derive(Debug, Clone)]
pub struct Query {
    pub(crate) text: Cow<'static, str>,
    pub(crate) args: Vec<Arg>,
}

/// Starts a query. The text is either a literal or built from literals, numbers and placeholders;
/// values that people typed are always bound.
pub fn sql(text: impl Into<Cow<'static, str>>) -> Query {
    Query {
        text: text.into(),
        args: Vec::new(),
    }
}

impl Query {
    /// Binds the next placeholder.
    #[must_use]
    pub fn bind(mut self, value: impl Into<Arg>) -> Self {
        self.args.push(value.into());
        self
    }

    /// Binds several values one after the other.
    #[must_use]
    pub fn bind_all<T: Into<Arg>>(mut self, values: impl IntoIterator<Item = T>) -> Self {
        self.args.extend(values.into_iter().map(Into::into));
        self
    }
}

/// Renders ids as `(1,2,3)` for an `in` clause; an empty list gives `(-1)`, which matches nothing
/// because ids start at 1.
pub fn int_list(ids: impl IntoIterator<Item = i64>) -> String {
    let mut text = String::from("(");
    for (index, id) in ids.into_iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        let _ = write!(text, "{id}");
    }
    if text.len() == 1 {
        text.push_str("-1");
    }
    text.push(')');
    text
}

macro_rules! arg_from {
    ($($ty:ty => $variant:ident, $map:expr;)*) => {$(
        impl From<$ty> for Arg {
            fn from(value: $ty) -> Self { let map: fn($ty) -> _ = $map; Arg::$variant(Some(map(value))) }
        }
        impl From<Option<$ty>> for Arg {
            fn from(value: Option<$ty>) -> Self { let map: fn($ty) -> _ = $map; Arg::$variant(value.map(map)) }
        }
    )*};
}

arg_from! {
    i64 => Int, |v| v;
    i32 => Int, i64::from;
    u32 => Int, i64::from;
    bool => Int, i64::from;
    Timestamp => Int, |v| v.micros();
    Quantity => Int, |v| v.thousandths();
    UnitId => Int, |v| v.get();
    PersonId => Int, |v| v.get();
    AccountId => Int, |v| v.get();
    RecordId => Int, |v| v.get();
    String => Text, |v| v;
    &str => Text, |v| v.to_owned();
    &String => Text, |v| v.clone();
    Date => Text, |v| v.format("%Y-%m-%d").to_string();
    Month => Text, |v| v.to_string();
    Vec<u8> => Bytes, |v| v;
}
