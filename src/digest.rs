//! Digests, as they are written.

use sha2::{Digest, Sha256};

/// SHA-256 of `bytes`, in hexadecimal, as `sha256sum` prints it.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
