//! The limit without a schema: the 40 rules by hand over `serde_json::Value`.
//!
//! `cedar-policy` in this process turns on `preserve_order` of serde_json, which makes its objects slower to build and
//! to look into than they are without.

use std::hint::black_box;

use jiff::{SignedDuration, Timestamp};
use regex::Regex;
use serde_json::Value;

use super::{Engine, Prepared};
use crate::work::{NOW, Work};

pub fn prepare(work: &Work) -> Prepared {
    super::hand_written(work)?;
    let regex = |pattern| Regex::new(pattern).map_err(|error| error.to_string());
    let rules = Rules {
        now: NOW.parse().map_err(|error: jiff::Error| error.to_string())?,
        mail: regex(r"^[a-z0-9._%+-]+@[a-z0-9.-]+\.[a-z]{2,}$")?,
        asset: regex("^(srv|vm|db)-[0-9]{4}$")?,
    };
    let facts = serde_json::from_str(work.facts).map_err(|error| error.to_string())?;
    Ok(Box::new(JsonValue { rules, facts, text: work.facts }))
}

struct JsonValue {
    rules: Rules,
    facts: Value,
    text: &'static str,
}

impl Engine for JsonValue {
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
    now: Timestamp,
    mail: Regex,
    asset: Regex,
}

impl Rules {
    fn verdicts(&self, facts: &Value) -> [bool; 40] {
        let now = self.now;
        let hours = SignedDuration::from_hours;
        [
            facts["asset"]["env"] == "prod",
            yes(&facts["encryption"]["at_rest"]),
            yes(&facts["encryption"]["in_transit"]) && one_of(&facts["encryption"]["tls_min_version"], &["1.2", "1.3"]),
            one_of(&facts["encryption"]["algorithm"], &["AES-256-GCM", "AES-256-CBC", "CHACHA20-POLY1305"]),
            facts["encryption"]["kms_key_id"].as_str().is_some_and(|key| key.starts_with("arn:aws:kms:")),
            time(&facts["encryption"]["key_rotated_at"]).is_some_and(|time| time + hours(8760) > now),
            yes(&facts["backup"]["enabled"]) && at_most(&facts["backup"]["frequency_hours"], 24),
            time(&facts["backup"]["last_success"]).is_some_and(|time| time + hours(48) > now),
            at_least(&facts["backup"]["retention_days"], 30),
            list(&facts["backup"]["copies"]).iter().all(|copy| yes(&copy["encrypted"])),
            list(&facts["backup"]["copies"]).iter().any(|copy| copy["region"] != facts["asset"]["region"]),
            list(&facts["backup"]["copies"]).len() >= 2,
            list(&facts["network"]["ingress"])
                .iter()
                .all(|rule| rule["cidr"] != "0.0.0.0/0" || number_in(&rule["port"], &[80, 443])),
            !list(&facts["network"]["open_ports"]).iter().any(|port| number_in(port, &[21, 23, 3389, 5900])),
            facts["network"]["waf_enabled"] == true || !yes(&facts["asset"]["public"]),
            list(&facts["iam"]["users"]).iter().all(|user| !yes(&user["active"]) || yes(&user["mfa"])),
            list(&facts["iam"]["users"]).iter().all(|user| user["role"] != "admin" || yes(&user["mfa"])),
            list(&facts["iam"]["users"]).iter().filter(|user| user["role"] == "admin").count() <= 3,
            list(&facts["iam"]["users"]).iter().all(|user| {
                !yes(&user["active"]) || time(&user["last_login"]).is_some_and(|time| time + hours(2160) > now)
            }),
            at_least(&facts["iam"]["password_policy"]["min_length"], 14)
                && yes(&facts["iam"]["password_policy"]["require_symbols"]),
            at_most(&facts["iam"]["password_policy"]["max_age_days"], 90),
            facts["iam"]["root_mfa"] == true,
            yes(&facts["logging"]["enabled"]) && at_least(&facts["logging"]["retention_days"], 365),
            list(&facts["logging"]["destinations"]).iter().any(|destination| destination == "siem"),
            yes(&facts["logging"]["tamper_proof"]),
            time(&facts["patching"]["last_patched"]).is_some_and(|time| time + hours(720) > now),
            facts["patching"]["critical_open"] == 0 && at_most(&facts["patching"]["high_open"], 5),
            list(&facts["certs"])
                .iter()
                .all(|cert| time(&cert["not_after"]).is_some_and(|time| time > now + hours(720))),
            list(&facts["certs"]).iter().all(|cert| cert["alg"] != "RSA" || at_least(&cert["key_bits"], 2048)),
            !list(&facts["vulns"])
                .iter()
                .any(|vuln| vuln["status"] == "open" && vuln["cvss"].as_f64().is_some_and(|cvss| cvss >= 9.0)),
            list(&facts["vulns"]).iter().all(|vuln| {
                vuln["status"] != "open" || time(&vuln["found_at"]).is_some_and(|time| time + hours(2160) > now)
            }),
            facts["contacts"]["security"].as_str().is_some_and(|mail| self.mail.is_match(mail)),
            facts["asset"]["id"].as_str().is_some_and(|id| self.asset.is_match(id)),
            one_of(&facts["data"]["classification"], &["public", "internal", "confidential", "restricted"]),
            !yes(&facts["data"]["pii"]) || at_most(&facts["data"]["retention_days"], 1095),
            list(&facts["data"]["countries"])
                .iter()
                .all(|country| one_of(country, &["DE", "FR", "IE", "NL", "ES", "IT"])),
            time(&facts["reviews"]["access_review_at"]).is_some_and(|time| time + hours(2160) > now),
            time(&facts["reviews"]["dr_test_at"]).is_some_and(|time| time + hours(8760) > now),
            facts["asset"]["criticality"] != "high"
                || facts["asset"]["score"].as_f64().is_some_and(|score| score >= 80.0),
            facts["asset"]["owner"].as_str().is_some_and(|owner| !owner.is_empty())
                && list(&facts["asset"]["tags"]).iter().any(|tag| tag == "pci")
                && facts.get("exceptions").is_none(),
        ]
    }
}

fn yes(value: &Value) -> bool {
    value.as_bool().is_some_and(|yes| yes)
}

fn one_of(value: &Value, texts: &[&str]) -> bool {
    value.as_str().is_some_and(|text| texts.contains(&text))
}

fn number_in(value: &Value, numbers: &[i64]) -> bool {
    value.as_i64().is_some_and(|number| numbers.contains(&number))
}

fn at_most(value: &Value, limit: i64) -> bool {
    value.as_i64().is_some_and(|number| number <= limit)
}

fn at_least(value: &Value, limit: i64) -> bool {
    value.as_i64().is_some_and(|number| number >= limit)
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn time(value: &Value) -> Option<Timestamp> {
    value.as_str()?.parse().ok()
}
