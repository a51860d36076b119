//! Uploads over their own router, on both engines, with real files.

mod content;
mod limits;
mod parts;
mod playing;
mod protocol;
mod storage;
mod sweeps;
mod world;
mod writers;
