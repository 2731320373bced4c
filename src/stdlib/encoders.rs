//! Bytes as base64 (RFC 4648, section 4).

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The bytes in base64, padded.
pub fn base64_encode(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3).saturating_mul(4));
    for group in bytes.chunks(3) {
        let bits = group.iter().fold(0, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for place in 0..4 {
            let digit = (bits >> (18 - 6 * place)) as usize % 64;
            out.push(if place > group.len() { '=' } else { char::from(ALPHABET[digit]) });
        }
    }
    out
}

/// The bytes that base64 stands for, padded or not; line ends do not count.
pub fn base64_decode(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3 + 3);
    let (mut bits, mut digits, mut padding) = (0u32, 0usize, 0usize);
    for byte in text.bytes() {
        match byte {
            b'\r' | b'\n' => {}
            b'=' => padding += 1,
            _ if padding > 0 => return None,
            _ => {
                bits = bits << 6 | sextet(byte)?;
                digits += 1;
                if digits % 4 == 0 {
                    out.extend(bits.to_be_bytes().into_iter().skip(1));
                    bits = 0;
                }
            }
        }
    }
    let (missing, bytes) = match digits % 4 {
        0 => (0, 0),
        2 => (2, 1),
        3 => (1, 2),
        _ => return None,
    };
    if padding != 0 && padding != missing {
        return None;
    }
    out.extend((bits << (6 * missing)).to_be_bytes().into_iter().skip(1).take(bytes));
    Some(out)
}

fn sextet(byte: u8) -> Option<u32> {
    let value = match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(value.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        for (bytes, text) in [
            (&b""[..], ""),
            (b"f", "Zg=="),
            (b"fo", "Zm8="),
            (b"foo", "Zm9v"),
            (b"foob", "Zm9vYg=="),
            (b"\xfb\xff\xfe", "+//+"),
            (b"\0\0", "AAA="),
        ] {
            assert_eq!(base64_encode(bytes), text);
            assert_eq!(base64_decode(text).as_deref(), Some(bytes));
            assert_eq!(base64_decode(text.trim_end_matches('=')).as_deref(), Some(bytes));
        }
        let all: Vec<u8> = (0..=255).cycle().take(1000).collect();
        for len in 0..all.len() {
            let bytes = &all[..len];
            assert_eq!(base64_decode(&base64_encode(bytes)).as_deref(), Some(bytes));
        }
    }

    #[test]
    fn line_ends_and_loose_bits_are_passed_over() {
        assert_eq!(base64_decode("Zm\r\n9v\n").as_deref(), Some(&b"foo"[..]));
        assert_eq!(base64_decode("Zg=\n=").as_deref(), Some(&b"f"[..]));
        assert_eq!(base64_decode("Zh==").as_deref(), Some(&b"f"[..]));
    }

    #[test]
    fn what_is_no_base64() {
        for text in ["Z", "Zm9vY", "Zg=", "Zg===", "Zm8==", "Zm9v=", "=", "====", "Zg==Zg==", "Z g=", "-__-", "条"] {
            assert_eq!(base64_decode(text), None, "{text}");
        }
    }
}
