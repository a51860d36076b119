//! Uploads over their own router, on both engines, with real files.

mod content;
mod limits;
mod on_s3;
mod parts;
mod playing;
mod protocol;
mod storage;
mod sweeps;
mod world;
mod writers;
