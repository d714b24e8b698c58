//! The content of a publication: canonical JSON (RFC 8785), digested and signed when it is frozen, and looked at again
//! each time it is read.

use super::model::{Part, PublicationKind, PublicationRow, Sha256Digest};
use crate::administrations::model::Administration;
use crate::auth::keys::verifies_detached;
use crate::error::{Kind, Problem};
use crate::reporting::publications::columns;
use crate::text::hexadecimal;
use jsonwebtoken::jwk::Jwk;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// How contents are built; another number when what stands where changes.
const FORMAT: &str = "traguardo-publication-1";
/// Bytes of a content, at most: it is held in memory to be rendered.
pub const MOST_BYTES: usize = 32 << 20;

/// A record as it was frozen.
pub type FrozenRecord = Map<String, Value>;

/// What was frozen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    pub format: String,
    /// Whose it is, with the public data of then.
    pub administration: FrozenRecord,
    /// The description: what is stored of the publication beside its digest and signature.
    pub publication: FrozenRecord,
    pub parts: BTreeMap<Part, Vec<FrozenRecord>>,
}

/// What describes a publication, without what is made of the content itself and what is of this house alone.
fn description(row: &PublicationRow) -> Result<FrozenRecord, Problem> {
    let mut fields = columns::public("publications", row)?;
    for made in ["digest", "size", "kid", "signature"] {
        fields.remove(made);
    }
    fields.insert("section_name".to_owned(), json!(row.section.name()));
    Ok(fields)
}

impl Content {
    pub fn new(
        row: &PublicationRow,
        administration: &Administration,
        parts: BTreeMap<Part, Vec<FrozenRecord>>,
    ) -> Result<Self, Problem> {
        Ok(Content {
            format: FORMAT.to_owned(),
            administration: columns::public("administrations", administration)?,
            publication: description(row)?,
            parts,
        })
    }

    /// The canonical bytes.
    pub fn bytes(&self) -> Result<String, Problem> {
        let bytes = serde_json_canonicalizer::to_string(self).map_err(Problem::internal)?;
        if bytes.len() > MOST_BYTES {
            return Err(Problem::new(Kind::TooLarge, format!("A publication has at most {MOST_BYTES} bytes.")));
        }
        Ok(bytes)
    }

    /// The records of a table.
    pub fn part(&self, part: Part) -> &[FrozenRecord] {
        self.parts.get(&part).map_or(&[], Vec::as_slice)
    }

    /// Its tables, the one that people ask for first.
    pub fn tables(&self, kind: PublicationKind) -> impl Iterator<Item = (Part, &[FrozenRecord])> {
        let known = kind.parts().iter().filter(|part| self.parts.contains_key(part));
        known.map(|part| (*part, self.part(*part)))
    }
}

pub fn digest(bytes: &[u8]) -> Sha256Digest {
    Sha256Digest::from_trusted(hexadecimal(&Sha256::digest(bytes)))
}

/// The content that these stored bytes are, where they are what was published: digest, signature and description agree.
pub fn verified(row: &PublicationRow, bytes: &str, key: Option<&Jwk>) -> Result<Content, Problem> {
    let found = digest(bytes.as_bytes());
    if found != row.digest {
        return Err(broken(row, &format!("the content's digest is {found}, not {}", row.digest)));
    }
    let Some(key) = key else {
        return Err(broken(row, &format!("the key {} that signed it is not there", row.kid)));
    };
    if !verifies_detached(row.signature.as_str(), bytes.as_bytes(), key) {
        return Err(broken(row, "the signature does not hold"));
    }
    let content: Content =
        serde_json::from_str(bytes).map_err(|error| broken(row, &format!("the content cannot be read: {error}")))?;
    let (told, home) = (description_of(&content), content.administration.get("ipa_code"));
    if told != description_of_row(row)? || home.and_then(Value::as_str) != Some(row.administration.as_str()) {
        return Err(broken(row, "its description says something else than its content"));
    }
    Ok(content)
}

/// A section's name may be mended in the list; what was frozen stays.
fn description_of(content: &Content) -> FrozenRecord {
    let mut fields = content.publication.clone();
    fields.remove("section_name");
    fields
}

fn description_of_row(row: &PublicationRow) -> Result<FrozenRecord, Problem> {
    let mut fields = description(row)?;
    fields.remove("section_name");
    Ok(fields)
}

/// The line that an administrator finds in the log, and the refusal, which does not say what was found.
fn broken(row: &PublicationRow, cause: &str) -> Problem {
    tracing::error!(
        administration = %row.administration,
        publication = %row.id,
        code = %row.code,
        %cause,
        "INTEGRITY: a stored publication is not what was published"
    );
    Problem::new(
        Kind::Integrity,
        "The stored publication is not the one that was signed, so it is not shown; the log has the cause under this request id.",
    )
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    /// The RFC's own vectors (RFC 8785, section 3.2 and appendix B), which the library must pass.
    #[test]
    fn json_is_canonical_as_the_rfc_has_it() {
        let canonical = |text: &str| {
            let value: Value = serde_json::from_str(text).unwrap();
            serde_json_canonicalizer::to_string(&value).unwrap()
        };
        let given = r#"{
            "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
            "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
            "literals": [null, true, false]
        }"#;
        let expected = "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],\
                        \"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}";
        assert_eq!(canonical(given), expected);
        // Keys are sorted by their UTF-16 code units: the emoji, a surrogate pair, comes before U+FB33.
        let keys = r#"{"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7}"#;
        let sorted = "{\"\\r\":2,\"1\":4,\"\u{80}\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\u{fb33}\":3}";
        assert_eq!(canonical(keys), sorted);
        for (bits, text) in [
            (0x0000_0000_0000_0000_u64, "0"),
            (0x8000_0000_0000_0000, "0"),
            (0x0000_0000_0000_0001, "5e-324"),
            (0x8000_0000_0000_0001, "-5e-324"),
            (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
            (0x4340_0000_0000_0000, "9007199254740992"),
            (0x4430_0000_0000_0000, "295147905179352830000"),
            (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
            (0x44b5_2d02_c7e1_4af6, "1e+23"),
            (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
            (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"),
            (0x444b_1ae4_d6e2_ef50, "1e+21"),
            (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"),
            (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
            (0x41b3_de43_5555_5553, "333333333.3333332"),
            (0x41b3_de43_5555_5554, "333333333.33333325"),
            (0x41b3_de43_5555_5555, "333333333.3333333"),
            (0x41b3_de43_5555_5556, "333333333.3333334"),
            (0x41b3_de43_5555_5557, "333333333.33333343"),
            (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
            (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
        ] {
            assert_eq!(serde_json_canonicalizer::to_string(&json!(f64::from_bits(bits))).unwrap(), text);
        }
    }
}
