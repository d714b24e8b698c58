//! The bodies that rows name: known ones are compared with what the row says of them, others are added.

use super::fields::Refusal;
use super::source::Row;
use crate::administrations::model::{Administration, AdministrationKind, IstatCode, NewAdministration, TerritoryCode};
use crate::db::schema::administrations;
use crate::db::{AnyConnection, Write};
use crate::error::Problem;
use crate::text::{IpaCode, Line};
use crate::wording::{agrees, fold};
use diesel::prelude::*;
use std::collections::HashMap;

/// What is known of a body.
struct Known {
    name: Line,
    kind: AdministrationKind,
    istat_code: Option<IstatCode>,
}

/// Every body that is known, and those that are to be added: as many as there are bodies, however many rows.
pub struct Bodies {
    known: HashMap<IpaCode, Known>,
    by_istat: HashMap<IstatCode, IpaCode>,
    /// Province names by code.
    provinces: HashMap<TerritoryCode, Line>,
    pub new: Vec<Administration>,
}

type Summary = (IpaCode, Line, AdministrationKind, Option<IstatCode>, Option<TerritoryCode>, Option<Line>);

impl Bodies {
    pub fn load(conn: &mut AnyConnection) -> Result<Self, Problem> {
        use administrations as table;
        let columns =
            (table::ipa_code, table::name, table::kind, table::istat_code, table::province_code, table::province);
        let rows: Vec<Summary> = table::table.select(columns).load(conn)?;
        let mut bodies =
            Bodies { known: HashMap::new(), by_istat: HashMap::new(), provinces: HashMap::new(), new: Vec::new() };
        for (code, name, kind, istat_code, province_code, province) in rows {
            if let Some(istat_code) = &istat_code {
                bodies.by_istat.insert(istat_code.clone(), code.clone());
            }
            if let (AdministrationKind::Comune, Some(code), Some(name)) = (kind, province_code, province) {
                bodies.provinces.insert(code, name);
            }
            bodies.known.insert(code, Known { name, kind, istat_code });
        }
        Ok(bodies)
    }

    /// Finds the body of a row, or adds it. `Some` is what is to be said of it.
    pub fn place(&mut self, write: &Write<'_>, row: &Row, code: &IpaCode) -> Result<Option<Refusal>, Refusal> {
        match self.known.get(code) {
            Some(known) => compare(known, row, code),
            None => self.add(write, row, code).map(Some),
        }
    }

    fn add(&mut self, write: &Write<'_>, row: &Row, code: &IpaCode) -> Result<Refusal, Refusal> {
        let named = row.get("ente").and_then(Line::parse);
        let Some(named) = named else {
            let reason = "is no IPA code known here, and without a name (ente) the body cannot be added";
            return Err(refusal("codice_ipa", code, reason));
        };
        let kind = kind(row.get("tipologia_ente").unwrap_or_default(), named.as_str());
        let name = if kind == AdministrationKind::Comune { bare_name(&named) } else { named };
        let mut reason = format!("is no IPA code known here: {name} was added as {kind}");
        // The ISTAT code of another body is that of its seat, or of the comune that it came from.
        let stated = row.get("cod_comune").and_then(IstatCode::parse).filter(|_| kind == AdministrationKind::Comune);
        let taken = stated.as_ref().and_then(|istat| self.by_istat.get(istat).map(|other| (istat, other)));
        if let Some((istat, other)) = taken {
            reason.push_str(&format!(", without the ISTAT code {istat}, which is that of {other}"));
        }
        let istat_code = if taken.is_some() { None } else { stated };
        let province_code = row.get("cod_provincia").and_then(TerritoryCode::parse);
        let province = province_code.as_ref().and_then(|code| self.provinces.get(code).cloned());
        let input = NewAdministration {
            name: name.clone(),
            kind,
            istat_code: istat_code.clone(),
            cadastral_code: None,
            tax_code: None,
            aoo_code: None,
            province: province.or_else(|| row.get("provincia").and_then(Line::parse)),
            province_code,
            region_code: row.get("cod_regione").and_then(TerritoryCode::parse),
            region: row.get("regione").and_then(Line::parse),
            population: None,
        };
        self.new.push(Administration::new(code.clone(), input, write.revision, write.now, write.now));
        if let Some(istat) = &istat_code {
            self.by_istat.insert(istat.clone(), code.clone());
        }
        self.known.insert(code.clone(), Known { name, kind, istat_code });
        Ok(refusal("codice_ipa", code, &reason))
    }
}

fn refusal(field: &'static str, value: impl ToString, reason: &str) -> Refusal {
    Refusal { field, value: value.to_string(), reason: reason.to_owned() }
}

/// A comune whose name and ISTAT code are both others is another one: the code contradicts the row.
fn compare(known: &Known, row: &Row, code: &IpaCode) -> Result<Option<Refusal>, Refusal> {
    let stated = row.get("cod_comune").and_then(IstatCode::parse);
    let (Some(stated), Some(istat)) = (stated, &known.istat_code) else { return Ok(None) };
    if known.kind != AdministrationKind::Comune || stated == *istat {
        return Ok(None);
    }
    let named = [row.get("comune"), row.get("ente")].into_iter().flatten();
    let same = named.map(|name| name.to_owned()).any(|name| agrees(&bare(&name), known.name.as_str()));
    let reason = format!("is {}, ISTAT {istat}; the row says {stated}", known.name);
    match same {
        true => Ok(Some(refusal("cod_comune", code, &reason))),
        false => {
            let ente = row.get("ente").unwrap_or_default();
            Err(refusal("codice_ipa", code, &format!("{reason} and names {ente:?}: it contradicts itself")))
        }
    }
}

/// "Comune di Follo" → "Follo".
fn bare(name: &str) -> String {
    let lower = name.to_lowercase();
    let prefixes = ["comune di ", "comune d'", "comune del ", "comune dell'", "comune della ", "comune de "];
    let prefix = prefixes.iter().find(|prefix| lower.starts_with(**prefix)).map_or(0, |prefix| prefix.len());
    name.get(prefix..).unwrap_or(name).trim().to_owned()
}

fn bare_name(name: &Line) -> Line {
    Line::parse(&bare(name.as_str())).unwrap_or_else(|| name.clone())
}

/// As the file's type says, and within "other bodies" as the name begins.
fn kind(stated: &str, name: &str) -> AdministrationKind {
    let (stated, name) = (fold(stated), fold(name));
    match stated.split(' ').next().unwrap_or_default() {
        "comune" | "comuni" => return AdministrationKind::Comune,
        "scuola" | "scuole" => return AdministrationKind::School,
        "asl" | "aziende" | "azienda" => return AdministrationKind::HealthBody,
        "universita" => return AdministrationKind::University,
        "regione" | "regioni" => return AdministrationKind::Region,
        "provincia" | "province" => return AdministrationKind::Province,
        _ => {}
    }
    let beginnings = [
        ("unione", AdministrationKind::UnionOfComuni),
        ("comunita montana", AdministrationKind::MountainCommunity),
        ("unione montana", AdministrationKind::MountainCommunity),
        ("citta metropolitana", AdministrationKind::MetropolitanCity),
        ("amministrazione provinciale", AdministrationKind::Province),
        ("provincia", AdministrationKind::Province),
        ("regione", AdministrationKind::Region),
        ("universita", AdministrationKind::University),
        ("politecnico", AdministrationKind::University),
        ("consorzio", AdministrationKind::Consortium),
        ("ministero", AdministrationKind::CentralAdministration),
    ];
    // The longest beginning says most.
    let found = beginnings.iter().filter(|(start, _)| name.starts_with(start)).max_by_key(|(start, _)| start.len());
    found.map_or(AdministrationKind::Other, |(_, kind)| *kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_come_from_type_and_name() {
        assert_eq!(kind("Comuni", "Comune di Follo"), AdministrationKind::Comune);
        assert_eq!(kind("ASL", "Azienda Sanitaria Locale di Matera"), AdministrationKind::HealthBody);
        assert_eq!(kind("Altri Enti", "Provincia di Pavia"), AdministrationKind::Province);
        assert_eq!(kind("Altri Enti", "Unione Montana Alta Langa"), AdministrationKind::MountainCommunity);
        assert_eq!(kind("Altri Enti", "Universita' degli Studi di Pisa"), AdministrationKind::University);
        assert_eq!(kind("Altri Enti", "SUN SPA"), AdministrationKind::Other);
        assert_eq!(bare("Comune di Castel D'Azzano"), "Castel D'Azzano");
    }
}
