//! Rows of one administration brought into the database, each through the way of its own kind: records by
//! [`crate::record`], counts and registrations by [`crate::feed`]. So rules and audit events are those of every other write.

use super::cells::Fields;
use super::resource::RowResource;
use crate::administrations::units::Unit;
use crate::db::Write;
use crate::digital_services::model::DigitalService;
use crate::error::{Invalid, Kind, Problem};
use crate::feed::model::RowRefusal;
use crate::feed::{self, Fed};
use crate::http::answer::Expected;
use crate::http::json::describe;
use crate::ids::Id;
use crate::planning::indicators::model::Indicator;
use crate::planning::measurements::model::Measurement;
use crate::planning::objectives::model::Objective;
use crate::planning::phases::model::Phase;
use crate::planning::plans::model::Plan;
use crate::planning::sections::model::Section;
use crate::platform_adoptions::model::PlatformAdoption;
use crate::procedure_times::model::ProcedureTime;
use crate::procedures::model::Procedure;
use crate::protocol::days::model::NewDayTotals;
use crate::protocol::registrations::model::NewProtocolRegistration;
use crate::record::{self, Record};
use crate::service_usage::model::NewServiceUsage;
use crate::text::{Code, IpaCode};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};

/// What became of rows.
#[derive(Debug, Default)]
pub struct Brought {
    pub inserted: i64,
    pub updated: i64,
    pub unchanged: i64,
    /// Rows, of which each may be refused for several reasons.
    pub refused: i64,
    pub refusals: Vec<RowRefusal>,
}

impl Brought {
    pub fn refuse(&mut self, line: u64, problem: Problem) {
        let mut invalid = Invalid::default();
        match problem.errors.is_empty() {
            true => invalid.add("", "", problem.detail),
            false => problem.errors.iter().for_each(|error| {
                invalid.add(&error.field, error.value.as_deref().unwrap_or_default(), error.detail.as_str());
            }),
        }
        self.refused += 1;
        self.refusals.extend(RowRefusal::all(line as usize, invalid));
    }
}

/// Rows that are brought in together.
pub struct Bringer<'a, 'w> {
    pub write: &'a mut Write<'w>,
    pub home: &'a IpaCode,
    pub resource: RowResource,
    /// Columns of the file, where it has a header: what it has no column of stays as it is stored.
    pub columns: Option<&'a BTreeSet<String>>,
    /// Of the file, for the audit events of feeds.
    pub digest: &'a str,
    /// Parents found by their codes.
    known: HashMap<(&'static str, Vec<String>), Id>,
}

enum Done {
    Inserted,
    Updated,
    Unchanged,
}

impl<'a, 'w> Bringer<'a, 'w> {
    pub fn new(
        write: &'a mut Write<'w>,
        home: &'a IpaCode,
        resource: RowResource,
        columns: Option<&'a BTreeSet<String>>,
        digest: &'a str,
    ) -> Self {
        Bringer { write, home, resource, columns, digest, known: HashMap::new() }
    }

    /// Brings rows in, in their order. A row that cannot be accepted is refused, and the rest goes on.
    pub fn bring(&mut self, rows: Vec<(u64, Fields)>) -> Result<Brought, Problem> {
        match self.resource {
            RowResource::ServiceUsage => self.feed::<NewServiceUsage>(rows),
            RowResource::ProtocolRegistrations => self.feed::<NewProtocolRegistration>(rows),
            RowResource::ProtocolDays => self.feed::<NewDayTotals>(rows),
            _ => self.records(rows),
        }
    }

    fn feed<R: Fed>(&mut self, rows: Vec<(u64, Fields)>) -> Result<Brought, Problem> {
        let (mut brought, mut read) = (Brought::default(), Vec::with_capacity(rows.len()));
        for (line, mut fields) in rows {
            fields.remove("administration");
            match typed::<R>(fields) {
                Ok(row) => read.push((line as usize, row)),
                Err(problem) => brought.refuse(line, problem),
            }
        }
        let report = feed::take_in(self.write, self.home, read, self.digest)?;
        brought.inserted += report.inserted;
        brought.updated += report.updated;
        brought.unchanged += report.unchanged;
        brought.refused += report.refused;
        brought.refusals.extend(report.refusals);
        brought.refusals.sort_by_key(|refusal| refusal.line);
        Ok(brought)
    }

    /// A unit may stand before the one that it is part of: it is tried again after the others.
    fn records(&mut self, mut rows: Vec<(u64, Fields)>) -> Result<Brought, Problem> {
        let mut brought = Brought::default();
        loop {
            let (all, mut orphans) = (rows.len(), Vec::new());
            for (line, fields) in rows {
                let kept = (self.resource == RowResource::Units).then(|| fields.clone());
                match self.attempt(fields) {
                    Ok(Done::Inserted) => brought.inserted += 1,
                    Ok(Done::Updated) => brought.updated += 1,
                    Ok(Done::Unchanged) => brought.unchanged += 1,
                    Err(problem) if matches!(problem.kind, Kind::Invalid | Kind::Conflict | Kind::Forbidden) => {
                        match kept {
                            Some(fields) if lacks_its_parent(&problem) => orphans.push((line, fields, problem)),
                            _ => brought.refuse(line, problem),
                        }
                    }
                    Err(problem) => return Err(problem),
                }
            }
            if orphans.len() == all || orphans.is_empty() {
                orphans.into_iter().for_each(|(line, _, problem)| brought.refuse(line, problem));
                return Ok(brought);
            }
            rows = orphans.into_iter().map(|(line, fields, _)| (line, fields)).collect();
        }
    }

    /// What the database itself refuses would take the whole transaction with it: each row has a way back.
    fn attempt(&mut self, fields: Fields) -> Result<Done, Problem> {
        self.write.begin_part()?;
        let done = self.record(fields);
        self.write.end_part(done.is_ok())?;
        done
    }

    fn record(&mut self, mut fields: Fields) -> Result<Done, Problem> {
        match self.resource {
            RowResource::Units => {
                self.relate::<Unit>(&mut fields, "parent_code", "parent_id", &[])?;
                self.of_administration::<Unit>(fields, "code")
            }
            RowResource::Plans => {
                self.relate::<Plan>(&mut fields, "predecessor_code", "predecessor_id", &[])?;
                self.of_administration::<Plan>(fields, "code")
            }
            RowResource::Procedures => {
                self.relate::<Unit>(&mut fields, "unit_code", "unit_id", &[])?;
                self.of_administration::<Procedure>(fields, "code")
            }
            RowResource::DigitalServices => {
                self.relate::<Unit>(&mut fields, "unit_code", "unit_id", &[])?;
                self.relate::<Procedure>(&mut fields, "procedure_code", "procedure_id", &[])?;
                self.of_administration::<DigitalService>(fields, "code")
            }
            RowResource::PlatformAdoptions => self.of_administration::<PlatformAdoption>(fields, "platform"),
            RowResource::ProcedureTimes => {
                let procedure = self.parent::<Procedure>(&mut fields, "procedure_code", "procedure_id", &[])?;
                let procedure = procedure.ok_or_else(|| missing("/procedure_code"))?;
                let period = text(&fields, "period")?;
                self.put::<ProcedureTime>(fields, vec![procedure, period])
            }
            RowResource::Sections => {
                let (plan, code) = (self.plan(&mut fields)?, code(&fields)?);
                self.put::<Section>(fields, vec![plan, code])
            }
            RowResource::Objectives => {
                let (plan, code) = (self.plan(&mut fields)?, code(&fields)?);
                self.relate::<Section>(&mut fields, "section_code", "section_id", std::slice::from_ref(&plan))?;
                self.relate::<Unit>(&mut fields, "unit_code", "unit_id", &[])?;
                self.put::<Objective>(fields, vec![plan, code])
            }
            RowResource::Phases => {
                let (plan, code) = (self.plan(&mut fields)?, code(&fields)?);
                self.relate::<Section>(&mut fields, "section_code", "section_id", std::slice::from_ref(&plan))?;
                let objective = self.objective(&mut fields, &plan)?;
                self.put::<Phase>(fields, vec![plan, objective, code])
            }
            RowResource::Indicators => {
                let (plan, code) = (self.plan(&mut fields)?, code(&fields)?);
                let objective = self.objective(&mut fields, &plan)?;
                self.put::<Indicator>(fields, vec![plan, objective, code])
            }
            RowResource::Measurements => self.measurement(fields),
            RowResource::ProtocolDays | RowResource::ProtocolRegistrations | RowResource::ServiceUsage => {
                Err(Problem::internal("fed rows are no records"))
            }
        }
    }

    fn of_administration<R: Record>(&mut self, mut fields: Fields, key: &str) -> Result<Done, Problem> {
        let code = text(&fields, key)?;
        fields.insert("administration".to_owned(), Value::from(self.home.as_str()));
        self.put::<R>(fields, vec![code])
    }

    fn measurement(&mut self, mut fields: Fields) -> Result<Done, Problem> {
        let period = text(&fields, "period")?;
        let mut codes = match (fields.contains_key("indicator_code"), fields.get("indicator_id")) {
            (false, Some(id)) => {
                // By id alone: the codes are those of the indicator that it names.
                let id = id.as_str().and_then(Id::parse).ok_or_else(|| wrong_id("/indicator_id", id))?;
                let indicator: Indicator = record::relative(self.write, self.home, "/indicator_id", &id)?;
                let plan: Plan = record::relative(self.write, self.home, "/indicator_id", &indicator.plan_id)?;
                let objective = match &indicator.objective_id {
                    Some(id) => {
                        record::relative::<Objective>(self.write, self.home, "/indicator_id", id)?.code.to_string()
                    }
                    None => String::new(),
                };
                vec![plan.code.to_string(), objective, indicator.code.to_string()]
            }
            _ => {
                let plan = self.plan(&mut fields)?;
                let objective = self.objective(&mut fields, &plan)?;
                let above = [plan.clone(), objective.clone()];
                let indicator = self.parent::<Indicator>(&mut fields, "indicator_code", "indicator_id", &above)?;
                vec![plan, objective, indicator.ok_or_else(|| missing("/indicator_code"))?]
            }
        };
        for above in ["plan_id", "plan_code", "objective_id", "objective_code"] {
            fields.remove(above);
        }
        codes.push(period);
        self.put::<Measurement>(fields, codes)
    }

    /// The plan that a row hangs on: its code.
    fn plan(&mut self, fields: &mut Fields) -> Result<String, Problem> {
        self.parent::<Plan>(fields, "plan_code", "plan_id", &[])?.ok_or_else(|| missing("/plan_code"))
    }

    /// The objective that a row hangs on: its code, nothing where it hangs on the plan itself.
    fn objective(&mut self, fields: &mut Fields, plan: &String) -> Result<String, Problem> {
        let found = self.parent::<Objective>(fields, "objective_code", "objective_id", std::slice::from_ref(plan))?;
        Ok(found.unwrap_or_default())
    }

    /// Turns a related record's code into its id.
    fn relate<R: Record>(
        &mut self,
        fields: &mut Fields,
        code_field: &'static str,
        id_field: &'static str,
        above: &[String],
    ) -> Result<(), Problem> {
        match fields.remove(code_field) {
            Some(code) => {
                let code = as_code(code_field, &code)?;
                let id = self.find::<R>(code_field, above, &code)?;
                fields.insert(id_field.to_owned(), Value::from(id.as_str()));
                Ok(())
            }
            // An id stands for itself.
            None => Ok(()),
        }
    }

    /// The same of a record that the row's own key begins with; gives its code.
    fn parent<R: Record>(
        &mut self,
        fields: &mut Fields,
        code_field: &'static str,
        id_field: &'static str,
        above: &[String],
    ) -> Result<Option<String>, Problem> {
        if let Some(code) = fields.get(code_field) {
            let code = as_code(code_field, code)?;
            self.relate::<R>(fields, code_field, id_field, above)?;
            return Ok(Some(code));
        }
        let Some(id) = fields.get(id_field) else { return Ok(None) };
        let field = format!("/{id_field}");
        let id = id.as_str().and_then(Id::parse).ok_or_else(|| wrong_id(&field, id))?;
        let found: R = record::relative(self.write, self.home, &field, &id)?;
        let code = serde_json::to_value(&found).ok().and_then(|shown| Some(shown.get("code")?.as_str()?.to_owned()));
        Ok(code)
    }

    fn find<R: Record>(&mut self, field: &str, above: &[String], code: &str) -> Result<Id, Problem> {
        let codes: Vec<_> = above.iter().cloned().chain([code.to_owned()]).collect();
        let key = (R::RESOURCE, codes);
        if let Some(id) = self.known.get(&key) {
            return Ok(id.clone());
        }
        let found = R::find_by_codes(self.write.conn, self.home, &key.1)?.ok_or_else(|| {
            let place =
                if above.is_empty() { self.home.to_string() } else { format!("{} of {}", above.join("~"), self.home) };
            Problem::invalid(&format!("/{field}"), code, format!("there is no {} of this code in {place}", R::NAME))
        })?;
        let id = found.id().clone();
        self.known.insert(key, id.clone());
        Ok(id)
    }

    /// Makes the record of these codes, or replaces it.
    fn put<R: Record>(&mut self, mut fields: Fields, codes: Vec<String>) -> Result<Done, Problem> {
        let current = R::find_by_codes(self.write.conn, self.home, &codes)?;
        if !self.states_administration() {
            fields.remove("administration");
        }
        let Some(current) = current else {
            record::insert::<R>(self.write, self.home, typed(fields)?)?;
            return Ok(Done::Inserted);
        };
        let before = serde_json::to_value(current.input()).map_err(Problem::internal)?;
        let input = typed(self.over(&before, fields))?;
        let after = record::update(self.write, self.home, &current, &Expected::Unstated, input)?;
        let same = serde_json::to_value(after.input()).map_err(Problem::internal)? == before;
        Ok(if same { Done::Unchanged } else { Done::Updated })
    }

    /// Whether a record of this kind says itself whose it is.
    fn states_administration(&self) -> bool {
        !matches!(
            self.resource,
            RowResource::Sections
                | RowResource::Objectives
                | RowResource::Phases
                | RowResource::Indicators
                | RowResource::Measurements
                | RowResource::ProcedureTimes
        )
    }

    /// A row over what is stored: a CSV file's cells replace what it has columns of, a JSON object all there is.
    fn over(&self, before: &Value, fields: Fields) -> Fields {
        let (Some(columns), Value::Object(stored)) = (self.columns, before) else { return fields };
        let mut whole = stored.clone();
        for column in columns {
            whole.remove(column);
            if let Some(parent) = column.strip_suffix("_code").filter(|_| column != "phase_code") {
                whole.remove(&format!("{parent}_id"));
            }
        }
        // What was measured is one statement: a value does not stand beside the ratio that it replaces.
        let measured = ["value", "numerator", "denominator", "date", "yes"];
        if self.resource == RowResource::Measurements && measured.iter().any(|one| columns.contains(*one)) {
            measured.iter().for_each(|one| drop(whole.remove(*one)));
        }
        if columns.iter().any(|column| column.ends_with("_on") || column == "active_from") {
            // Stated where there were no dates; with them it is told.
            whole.remove("status");
        }
        whole.extend(fields);
        whole
    }
}

fn lacks_its_parent(problem: &Problem) -> bool {
    problem.errors.first().is_some_and(|error| ["/parent_code", "/predecessor_code"].contains(&error.field.as_str()))
}

fn missing(field: &str) -> Problem {
    Problem::invalid(field, "", "is missing")
}

fn wrong_id(field: &str, value: &Value) -> Problem {
    Problem::invalid(field, value, format!("must be {}", Id::EXPECTED))
}

fn as_code(field: &str, value: &Value) -> Result<String, Problem> {
    let code = value.as_str().and_then(Code::parse);
    let shown = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    code.map(|code| code.to_string())
        .ok_or_else(|| Problem::invalid(&format!("/{field}"), shown, format!("must be {}", Code::EXPECTED)))
}

/// The row's own code.
fn code(fields: &Fields) -> Result<String, Problem> {
    as_code("code", fields.get("code").ok_or_else(|| missing("/code"))?)
}

/// The part of the key that is no code: a period, a platform.
fn text(fields: &Fields, name: &str) -> Result<String, Problem> {
    if name == "code" {
        return code(fields);
    }
    let value = fields.get(name).ok_or_else(|| missing(&format!("/{name}")))?;
    let text = value.as_str().ok_or_else(|| Problem::invalid(&format!("/{name}"), value, "must be text"))?;
    Ok(text.trim().to_owned())
}

fn typed<T: DeserializeOwned>(fields: Fields) -> Result<T, Problem> {
    let value = Value::Object(fields);
    serde_path_to_error::deserialize(&value).map_err(|error: serde_path_to_error::Error<serde_json::Error>| {
        let (field, shown, reason) = describe(error.path(), error.inner(), &value);
        Problem::invalid(&field, shown, reason)
    })
}
