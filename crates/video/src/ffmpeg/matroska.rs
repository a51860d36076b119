//! The few elements of Matroska that ffmpeg writes for raw frames: clusters, their time and simple blocks.
//!
//! Frames come with their time stamps in one stream this way, without a second channel to keep in step.

use crate::VideoError;

const SEGMENT: u64 = 0x1853_8067;
const CLUSTER: u64 = 0x1f43_b675;
const TIMESTAMP: u64 = 0xe7;
const SIMPLE_BLOCK: u64 = 0xa3;
const BLOCK_GROUP: u64 = 0xa0;
const BLOCK: u64 = 0xa1;

/// Nothing legitimate in this stream is longer.
const LONGEST: u64 = 1 << 24;

/// Takes a frame: its milliseconds and its bytes.
pub(super) type EachFrame<'a> = dyn FnMut(i64, &[u8]) -> Result<(), VideoError> + 'a;

/// Turns a byte stream into frames with times in milliseconds.
#[derive(Debug, Default)]
pub(super) struct Reader {
    held: Vec<u8>,
    cluster_ms: i64,
}

impl Reader {
    /// Takes the next piece; calls `frame` for every whole frame in it.
    pub(super) fn push(
        &mut self,
        piece: &[u8],
        frame: &mut EachFrame<'_>,
    ) -> Result<(), VideoError> {
        self.held.extend_from_slice(piece);
        let held = std::mem::take(&mut self.held);
        let mut at = 0;
        while let Some((id, size, head)) = header(&held[at..]) {
            if matches!(id, SEGMENT | CLUSTER | BLOCK_GROUP) {
                at += head;
                continue;
            }
            if size > LONGEST {
                return Err(VideoError::Damaged("解码输出无法识别".to_owned()));
            }
            let end = at + head + size as usize;
            if end > held.len() {
                break;
            }
            let body = &held[at + head..end];
            match id {
                TIMESTAMP => {
                    self.cluster_ms = body.iter().fold(0, |n, b| (n << 8) | i64::from(*b));
                }
                // Track number (one byte, we ask for one track), relative time, flags, then the frame.
                SIMPLE_BLOCK | BLOCK if body.len() > 4 => {
                    let relative = i16::from_be_bytes([body[1], body[2]]);
                    frame(self.cluster_ms + i64::from(relative), &body[4..])?;
                }
                _ => {}
            }
            at = end;
        }
        self.held = held[at..].to_vec();
        Ok(())
    }
}

/// Identifier, size and length of the header of the element that starts here, if all of the header is there.
fn header(bytes: &[u8]) -> Option<(u64, u64, usize)> {
    let (id, id_len) = number(bytes, false)?;
    let (size, size_len) = number(&bytes[id_len..], true)?;
    Some((id, size, id_len + size_len))
}

fn number(bytes: &[u8], strip: bool) -> Option<(u64, usize)> {
    let first = *bytes.first()?;
    let len = first.leading_zeros() as usize + 1;
    if len > 8 || bytes.len() < len {
        return None;
    }
    let start = if strip {
        u64::from(first) & ((1 << (8 - len)) - 1)
    } else {
        u64::from(first)
    };
    let value = bytes[1..len]
        .iter()
        .fold(start, |n, b| (n << 8) | u64::from(*b));
    Some((value, len))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_come_out_whole_however_the_stream_is_cut() {
        // Cluster of unknown size, time 1000 ms, two blocks at +0 and +40 ms.
        let mut stream = vec![
            0x1f, 0x43, 0xb6, 0x75, 0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        ];
        stream.extend([0xe7, 0x82, 0x03, 0xe8]);
        stream.extend([0xa3, 0x86, 0x81, 0, 0, 0x80, 7, 8]);
        stream.extend([0xa0, 0x88, 0xa1, 0x86, 0x81, 0, 40, 0x80, 9, 9]);
        for step in [1, 3, 100] {
            let mut reader = Reader::default();
            let mut seen = Vec::new();
            for piece in stream.chunks(step) {
                reader
                    .push(piece, &mut |ms, px| {
                        seen.push((ms, px.to_vec()));
                        Ok(())
                    })
                    .unwrap();
            }
            assert_eq!(seen, [(1000, vec![7, 8]), (1040, vec![9, 9])]);
        }
    }
}
