//! The limit for a known schema: the 40 rules by hand over structs, strings borrowed, timestamps parsed while reading.

use std::hint::black_box;

use regex::Regex;
use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny};

use super::{Engine, Prepared};
use crate::json::Text as Borrowed;
use crate::work::{NOW, Work};

pub fn prepare(work: &Work) -> Prepared {
    super::hand_written(work)?;
    let regex = |pattern| Regex::new(pattern).map_err(|error| error.to_string());
    let rules = Rules {
        now: seconds(NOW).ok_or("the time of evaluation does not parse")?,
        mail: regex(r"^[a-z0-9._%+-]+@[a-z0-9.-]+\.[a-z]{2,}$")?,
        asset: regex("^(srv|vm|db)-[0-9]{4}$")?,
    };
    let facts = serde_json::from_str(work.facts).map_err(|error| format!("the facts have another shape: {error}"))?;
    Ok(Box::new(TypedStruct { rules, facts, text: work.facts }))
}

struct TypedStruct {
    rules: Rules,
    facts: Facts<'static>,
    text: &'static str,
}

impl Engine for TypedStruct {
    fn verdicts(&mut self) -> Vec<Option<bool>> {
        self.rules.verdicts(&self.facts).map(Some).to_vec()
    }

    fn evaluate(&mut self) {
        for verdict in self.rules.verdicts(black_box(&self.facts)) {
            black_box(verdict);
        }
    }

    fn from_bytes(&mut self) {
        self.facts = serde_json::from_str(black_box(self.text)).expect("this text was read before");
        self.evaluate();
    }
}

struct Rules {
    now: i64,
    mail: Regex,
    asset: Regex,
}

const HOUR: i64 = 3600;

impl Rules {
    fn verdicts(&self, facts: &Facts<'_>) -> [bool; 40] {
        let now = self.now;
        let Facts { asset, encryption, backup, network, iam, logging, patching, certs, vulns, .. } = facts;
        let Facts { contacts, data, reviews, exceptions, .. } = facts;
        [
            asset.env == "prod",
            encryption.at_rest,
            encryption.in_transit && ["1.2", "1.3"].contains(&encryption.tls_min_version.as_str()),
            ["AES-256-GCM", "AES-256-CBC", "CHACHA20-POLY1305"].contains(&encryption.algorithm.as_str()),
            encryption.kms_key_id.as_ref().is_some_and(|key| key.as_str().starts_with("arn:aws:kms:")),
            encryption.key_rotated_at.0 + 8760 * HOUR > now,
            backup.enabled && backup.frequency_hours <= 24,
            backup.last_success.0 + 48 * HOUR > now,
            backup.retention_days >= 30,
            backup.copies.iter().all(|copy| copy.encrypted),
            backup.copies.iter().any(|copy| copy.region.as_str() != asset.region.as_str()),
            backup.copies.len() >= 2,
            network.ingress.iter().all(|rule| rule.cidr != "0.0.0.0/0" || [80, 443].contains(&rule.port)),
            !network.open_ports.iter().any(|port| [21, 23, 3389, 5900].contains(port)),
            network.waf_enabled || !asset.public,
            iam.users.iter().all(|user| !user.active || user.mfa),
            iam.users.iter().all(|user| user.role != "admin" || user.mfa),
            iam.users.iter().filter(|user| user.role == "admin").count() <= 3,
            iam.users.iter().all(|user| !user.active || user.last_login.0 + 2160 * HOUR > now),
            iam.password_policy.min_length >= 14 && iam.password_policy.require_symbols,
            iam.password_policy.max_age_days <= 90,
            iam.root_mfa,
            logging.enabled && logging.retention_days >= 365,
            logging.destinations.iter().any(|destination| *destination == "siem"),
            logging.tamper_proof.is_some_and(|proof| proof),
            patching.last_patched.0 + 720 * HOUR > now,
            patching.critical_open == 0 && patching.high_open <= 5,
            certs.iter().all(|cert| cert.not_after.0 > now + 720 * HOUR),
            certs.iter().all(|cert| cert.alg != "RSA" || cert.key_bits >= 2048),
            !vulns.iter().any(|vuln| vuln.status == "open" && vuln.cvss >= 9.0),
            vulns.iter().all(|vuln| vuln.status != "open" || vuln.found_at.0 + 2160 * HOUR > now),
            self.mail.is_match(contacts.security.as_str()),
            self.asset.is_match(asset.id.as_str()),
            ["public", "internal", "confidential", "restricted"].contains(&data.classification.as_str()),
            !data.pii || data.retention_days <= 1095,
            data.countries.iter().all(|country| ["DE", "FR", "IE", "NL", "ES", "IT"].contains(&country.as_str())),
            reviews.access_review_at.0 + 2160 * HOUR > now,
            reviews.dr_test_at.0 + 8760 * HOUR > now,
            asset.criticality != "high" || asset.score >= 80.0,
            asset.owner.as_ref().is_some_and(|owner| *owner != "")
                && asset.tags.iter().any(|tag| *tag == "pci")
                && exceptions.is_none(),
        ]
    }
}

/// A string borrowed from the JSON text where it holds no escape.
#[derive(Deserialize)]
#[serde(transparent, bound(deserialize = "'de: 'a"))]
struct Text<'a>(Borrowed<'a>);

impl Text<'_> {
    fn as_str(&self) -> &str {
        &self.0.0
    }
}

impl PartialEq<str> for Text<'_> {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Text<'_> {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

/// Seconds since 1970.
struct Seconds(i64);

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Borrowed(text) = Borrowed::deserialize(deserializer)?;
        seconds(&text).map(Self).ok_or_else(|| D::Error::custom("not an RFC 3339 timestamp"))
    }
}

/// The usual form, `2026-11-22T00:00:00Z`, by hand; any other by jiff.
fn seconds(text: &str) -> Option<i64> {
    short(text).or_else(|| Some(text.parse::<jiff::Timestamp>().ok()?.as_second()))
}

fn short(text: &str) -> Option<i64> {
    let bytes: &[u8; 20] = text.as_bytes().try_into().ok()?;
    let [_, _, _, _, b'-', _, _, b'-', _, _, b'T', _, _, b':', _, _, b':', _, _, b'Z'] = bytes else { return None };
    let number = |at: usize| {
        let (tens, ones) = (bytes[at].wrapping_sub(b'0'), bytes[at + 1].wrapping_sub(b'0'));
        (tens < 10 && ones < 10).then(|| i64::from(tens * 10 + ones))
    };
    let (year, month, day) = (number(0)? * 100 + number(2)?, number(5)?, number(8)?);
    let (hour, minute, second) = (number(11)?, number(14)?, number(17)?);
    // Up to the 28th every month has the day; later ones are jiff's to judge.
    let sound = (1..=12).contains(&month) && (1..=28).contains(&day) && hour < 24 && minute < 60 && second < 60;
    sound.then(|| ((days(year, month, day) * 24 + hour) * 60 + minute) * 60 + second)
}

/// Days since 1970-01-01, for years from 0 on.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year - era * 400;
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

#[derive(Deserialize)]
struct Facts<'a> {
    #[serde(borrow)]
    asset: Asset<'a>,
    #[serde(borrow)]
    encryption: Encryption<'a>,
    #[serde(borrow)]
    backup: Backup<'a>,
    #[serde(borrow)]
    network: Network<'a>,
    #[serde(borrow)]
    iam: Iam<'a>,
    #[serde(borrow)]
    logging: Logging<'a>,
    patching: Patching,
    #[serde(borrow)]
    certs: Vec<Cert<'a>>,
    #[serde(borrow)]
    vulns: Vec<Vuln<'a>>,
    #[serde(borrow)]
    contacts: Contacts<'a>,
    #[serde(borrow)]
    data: Handled<'a>,
    reviews: Reviews,
    exceptions: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Asset<'a> {
    #[serde(borrow)]
    id: Text<'a>,
    #[serde(borrow)]
    env: Text<'a>,
    #[serde(borrow)]
    region: Text<'a>,
    #[serde(borrow)]
    owner: Option<Text<'a>>,
    #[serde(borrow)]
    criticality: Text<'a>,
    #[serde(borrow)]
    tags: Vec<Text<'a>>,
    public: bool,
    score: f64,
}

#[derive(Deserialize)]
struct Encryption<'a> {
    at_rest: bool,
    #[serde(borrow)]
    algorithm: Text<'a>,
    #[serde(borrow)]
    kms_key_id: Option<Text<'a>>,
    key_rotated_at: Seconds,
    in_transit: bool,
    #[serde(borrow)]
    tls_min_version: Text<'a>,
}

#[derive(Deserialize)]
struct Backup<'a> {
    enabled: bool,
    frequency_hours: i64,
    last_success: Seconds,
    retention_days: i64,
    #[serde(borrow)]
    copies: Vec<Copy<'a>>,
}

#[derive(Deserialize)]
struct Copy<'a> {
    #[serde(borrow)]
    region: Text<'a>,
    encrypted: bool,
}

#[derive(Deserialize)]
struct Network<'a> {
    open_ports: Vec<i64>,
    #[serde(borrow)]
    ingress: Vec<Ingress<'a>>,
    waf_enabled: bool,
}

#[derive(Deserialize)]
struct Ingress<'a> {
    #[serde(borrow)]
    cidr: Text<'a>,
    port: i64,
}

#[derive(Deserialize)]
struct Iam<'a> {
    #[serde(borrow)]
    users: Vec<User<'a>>,
    password_policy: PasswordPolicy,
    root_mfa: bool,
}

#[derive(Deserialize)]
struct User<'a> {
    mfa: bool,
    #[serde(borrow)]
    role: Text<'a>,
    last_login: Seconds,
    active: bool,
}

#[derive(Deserialize)]
struct PasswordPolicy {
    min_length: i64,
    max_age_days: i64,
    require_symbols: bool,
}

#[derive(Deserialize)]
struct Logging<'a> {
    enabled: bool,
    retention_days: i64,
    #[serde(borrow)]
    destinations: Vec<Text<'a>>,
    tamper_proof: Option<bool>,
}

#[derive(Deserialize)]
struct Patching {
    last_patched: Seconds,
    critical_open: i64,
    high_open: i64,
}

#[derive(Deserialize)]
struct Cert<'a> {
    not_after: Seconds,
    key_bits: i64,
    #[serde(borrow)]
    alg: Text<'a>,
}

#[derive(Deserialize)]
struct Vuln<'a> {
    cvss: f64,
    #[serde(borrow)]
    status: Text<'a>,
    found_at: Seconds,
}

#[derive(Deserialize)]
struct Contacts<'a> {
    #[serde(borrow)]
    security: Text<'a>,
}

#[derive(Deserialize)]
struct Handled<'a> {
    #[serde(borrow)]
    classification: Text<'a>,
    pii: bool,
    retention_days: i64,
    #[serde(borrow)]
    countries: Vec<Text<'a>>,
}

#[derive(Deserialize)]
struct Reviews {
    access_review_at: Seconds,
    dr_test_at: Seconds,
}

#[cfg(test)]
mod tests {
    use super::{days, seconds, short};

    #[test]
    fn short_form_agrees_with_jiff() {
        for text in ["1970-01-01T00:00:00Z", "2024-02-28T23:59:59Z", "2026-11-22T00:00:00Z", "2000-03-01T12:00:00Z"] {
            let parsed: jiff::Timestamp = text.parse().unwrap();
            assert_eq!(short(text), Some(parsed.as_second()), "{text}");
        }
        assert_eq!(days(1970, 1, 1), 0);
    }

    #[test]
    fn other_forms_go_to_jiff() {
        assert_eq!(seconds("1970-01-01T01:00:00+01:00"), Some(0));
        assert_eq!(seconds("1970-01-31T00:00:00Z"), Some(30 * 86_400));
        assert_eq!(seconds("2026-02-30T00:00:00Z"), None);
    }
}
