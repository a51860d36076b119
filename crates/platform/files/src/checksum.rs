//! Checksums that a sender may give with a part of a file.

use ring::digest::{Context, SHA1_FOR_LEGACY_USE_ONLY, SHA256};

/// Names as `Tus-Checksum-Algorithm` lists them. SHA-1 finds transfer errors; it proves nothing.
pub const CHECKSUMS: &[&str] = &["sha1", "sha256"];

/// A running checksum of one part.
#[derive(Clone)]
pub struct Checksum(Context);

impl std::fmt::Debug for Checksum {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Checksum")
    }
}

impl Checksum {
    /// Starts the named one; none when we do not know it.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "sha1" => Some(Checksum(Context::new(&SHA1_FOR_LEGACY_USE_ONLY))),
            "sha256" => Some(Checksum::sha256()),
            _ => None,
        }
    }

    /// Starts a SHA-256.
    #[must_use]
    pub fn sha256() -> Self {
        Checksum(Context::new(&SHA256))
    }

    /// Takes the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The sum.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        self.0.finish().as_ref().to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_of_the_standards() {
        for (name, expected) in [
            ("sha1", "a9993e364706816aba3e25717850c26c9cd0d89d"),
            (
                "sha256",
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            ),
        ] {
            let mut sum = Checksum::named(name).unwrap();
            sum.update(b"a");
            sum.update(b"bc");
            assert_eq!(hex::encode(sum.finish()), expected, "{name}");
        }
        assert!(Checksum::named("md5").is_none());
    }
}
