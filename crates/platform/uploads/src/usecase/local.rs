//! Uploads of files that lie on the server's own disk: what the squads of the demo city send goes
//! the way of any film.

use std::collections::BTreeMap;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chengzhi_http::{Ctx, Problem};

use super::receive::{self, Part};
use super::{create, problem};
use crate::Uploads;

/// Bytes sent at a time, as the pages do.
const PART_BYTES: u64 = 8 * 1024 * 1024;

/// Begins an upload of `length` bytes with the keys that the purpose asks for, `purpose` and
/// `filename` among them. Gives its id.
///
/// # Errors
/// What the purpose's policy, the unit's quota or the disk say.
pub async fn begin(
    ctx: &Ctx,
    service: &Uploads,
    keys: &BTreeMap<String, String>,
    length: u64,
) -> Result<i64, Problem> {
    let pairs: Vec<String> = keys
        .iter()
        .map(|(key, value)| format!("{key} {}", STANDARD.encode(value)))
        .collect();
    Ok(create::create(ctx, service, length, &pairs.join(","))
        .await?
        .id)
}

/// Sends a whole file part by part to an upload that stands at its beginning; after the last part
/// it is complete.
///
/// # Errors
/// What any sender of a part is told; 507 for a file that cannot be read.
pub async fn append_file(
    ctx: &Ctx,
    service: &Arc<Uploads>,
    upload: i64,
    file: &Path,
) -> Result<(), Problem> {
    let mut offset = 0;
    loop {
        let path = file.to_owned();
        let bytes = tokio::task::spawn_blocking(move || read_part(&path, offset))
            .await
            .map_err(io::Error::other)
            .and_then(|read| read)
            .map_err(|error| problem::disk(&error))?;
        if bytes.is_empty() {
            return Ok(());
        }
        let part = Part {
            offset,
            announced: Some(bytes.len() as u64),
            checksum: None,
            body: Body::from(bytes),
        };
        offset = receive::receive(ctx.clone(), service.clone(), upload, part)
            .await?
            .offset;
    }
}

fn read_part(file: &Path, offset: u64) -> io::Result<Vec<u8>> {
    let mut file = std::fs::File::open(file)?;
    file.seek(SeekFrom::Start(offset))?;
    let mut bytes = Vec::new();
    file.take(PART_BYTES).read_to_end(&mut bytes)?;
    Ok(bytes)
}
