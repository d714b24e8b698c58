//! Records as they stood at an instant, from the states that the audit events keep; and the versions of a record, with what
//! changed from each to the next. Written once for every kind of record that is [`Remembered`].

mod store;
pub mod versions;

use crate::auth::{Caller, Tenants};
use crate::clock::Instant;
use crate::db::{AnyConnection, Database};
use crate::error::Problem;
use crate::http::page::Slice;
use crate::ids::Id;
use crate::record::{self, Key, Record};
use crate::text::IpaCode;
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::IntoParams;

crate::text::text_type!(
    /// When: an instant (RFC 3339), or a day, which is its end in UTC.
    AsOf, 10..=40, "^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:.]+(Z|[+-][0-9]{2}:[0-9]{2}))?$",
    "an instant (2024-06-30T12:00:00Z) or a day (2024-06-30)", "2024-06-30T12:00:00Z",
    |text: &str| match Moment::read(text)? {
        Moment::Day(day) => Some(day.to_string()),
        Moment::At(at) => Some(at.to_string()),
    }
);

/// What an [`AsOf`] says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    Day(NaiveDate),
    At(Instant),
}

impl Moment {
    fn read(text: &str) -> Option<Self> {
        // A plus sign that was not escaped reaches us as a space.
        let text = text.trim().replace(' ', "+");
        if let Ok(day) = text.parse() {
            return Some(Moment::Day(day));
        }
        let at = DateTime::parse_from_rfc3339(&text).ok()?.with_timezone(&Utc);
        let micros = at.timestamp_micros();
        // What the column cannot hold, or prints otherwise, is no instant of ours.
        let plain = at.to_rfc3339_opts(SecondsFormat::Micros, true).len() <= 40;
        plain.then_some(Moment::At(Instant(micros)))
    }
}

impl AsOf {
    pub fn moment(&self) -> Moment {
        // It was read when it came in.
        Moment::read(self.as_str()).unwrap_or(Moment::Day(NaiveDate::MIN))
    }

    /// The instant that is meant: of a day its end, of today now.
    pub fn instant(&self, now: Instant) -> Result<Instant, Problem> {
        let at = match self.moment() {
            Moment::At(at) => at,
            Moment::Day(day) if day == now.date() => now,
            Moment::Day(day) => {
                let next = day.succ_opt().unwrap_or(day).and_time(chrono::NaiveTime::MIN).and_utc();
                Instant(next.timestamp_micros() - 1)
            }
        };
        past(at, now)
    }
}

/// What `as_of` asks of a resource that is evaluated: an instant, how it stood then; a day, how what is recorded now stands
/// on it, as everywhere else where something is evaluated.
#[derive(Debug, Clone, Copy)]
pub enum When {
    Then(Instant),
    On(NaiveDate),
}

impl When {
    pub fn of(as_of: Option<&AsOf>, now: Instant, whose: Option<&Whose>) -> Result<Self, Problem> {
        match as_of.map(AsOf::moment) {
            None => Ok(When::On(now.date())),
            Some(Moment::Day(day)) => Ok(When::On(day)),
            Some(Moment::At(at)) => {
                if let Some(whose) = whose {
                    whose.instant(as_of, now)?;
                }
                past(at, now).map(When::Then)
            }
        }
    }
}

/// Nobody knows how something will have stood.
fn past(at: Instant, now: Instant) -> Result<Instant, Problem> {
    if at > now {
        return Err(Problem::invalid("as_of", at, format!("lies in the future: it is now {now}")));
    }
    Ok(at)
}

/// A kind of record whose earlier states can be read again. A field that such a record gets later, and that is not an
/// `Option`, needs `#[serde(default)]`: the states kept from before have it not.
pub trait Remembered: Record + DeserializeOwned {
    /// The record that bore these codes at the instant.
    fn find_by_codes_at(
        conn: &mut AnyConnection,
        home: &IpaCode,
        codes: &[String],
        at: Instant,
    ) -> Result<Option<Self>, Problem>;
}

/// The record as it stood; 404 where there was none, 422 where nothing was recorded yet.
pub fn locate<R: Remembered>(
    conn: &mut AnyConnection,
    tenants: &Tenants,
    key: &str,
    at: Instant,
) -> Result<R, Problem> {
    let found = match Key::parse(key) {
        Some(Key::Id(id)) => match store::home(conn, tenants, R::RESOURCE, &id)? {
            Some(home) => {
                after_the_beginning(conn, &home, at)?;
                store::state::<R>(conn, &home, &id, at)?
            }
            None => None,
        },
        Some(Key::Codes(home, codes)) if tenants.include(&home) => {
            after_the_beginning(conn, &home, at)?;
            R::find_by_codes_at(conn, &home, &codes, at)?
        }
        _ => None,
    };
    found.ok_or_else(|| {
        let unknown = Problem::not_found(R::NAME);
        Problem { detail: format!("At {at} there was no such {} that this token may see.", R::NAME), ..unknown }
    })
}

/// What is shown of a record.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Then {
    /// As it stood at this instant, or at the end of this day in UTC; as it stands now where left out.
    pub as_of: Option<AsOf>,
}

/// Reads one record, as it stands or as it stood.
pub async fn show<R: Remembered, S: 'static>(
    db: &Database,
    caller: &Caller<S>,
    key: String,
    then: Then,
) -> Result<R, Problem> {
    let Some(as_of) = then.as_of else { return record::show(db, caller, key).await };
    let (tenants, at) = (caller.tenants(), as_of.instant(db.clock().now())?);
    db.read(move |conn| locate(conn, &tenants, &key, at)).await
}

/// Whose records a list shows: a plan's or an administration's, so that it costs what one of those costs.
#[derive(Debug, Clone, Default)]
pub struct Whose {
    pub administration: Option<IpaCode>,
    pub plan_id: Option<Id>,
}

impl Whose {
    /// The instant that a list is asked for, where it is asked for one.
    pub fn instant(&self, as_of: Option<&AsOf>, now: Instant) -> Result<Option<Instant>, Problem> {
        let Some(as_of) = as_of else { return Ok(None) };
        if self.administration.is_none() && self.plan_id.is_none() {
            return Err(Problem::invalid("as_of", as_of, "needs plan_id or administration beside it"));
        }
        as_of.instant(now).map(Some)
    }

    /// The administration, where the caller may see it and it had such a plan.
    fn home(&self, conn: &mut AnyConnection, tenants: &Tenants) -> Result<Option<IpaCode>, Problem> {
        let of_plan = match &self.plan_id {
            Some(plan) => store::home(conn, tenants, "plans", plan)?,
            None => return Ok(self.administration.clone().filter(|home| tenants.include(home))),
        };
        Ok(of_plan.filter(|home| self.administration.as_ref().is_none_or(|asked| asked == home)))
    }
}

/// A page of the records as they stood, and one more where there are more, like any list's.
pub fn list<R: Remembered>(
    conn: &mut AnyConnection,
    tenants: &Tenants,
    whose: &Whose,
    at: Instant,
    slice: &Slice,
    admits: impl Fn(&R) -> bool,
) -> Result<Vec<R>, Problem> {
    let Some(home) = whose.home(conn, tenants)? else { return Ok(Vec::new()) };
    after_the_beginning(conn, &home, at)?;
    let mut after = match &slice.after {
        // The cursor of another administration's list: all of this one's lie before or after it.
        Some(mark) if mark.administration.as_str() > home.as_str() => return Ok(Vec::new()),
        Some(mark) if mark.administration.as_str() < home.as_str() => None,
        Some(mark) => Some(mark.id.clone()),
        None => None,
    };
    let plans: Vec<_> = whose.plan_id.iter().cloned().collect();
    let mut found = Vec::new();
    loop {
        let wanted = store::Wanted { plans: &plans, after: after.as_deref(), most: Some(slice.fetch()) };
        let states = store::states::<R>(conn, &home, &wanted, at)?;
        let more = states.len() as i64 == slice.fetch();
        after = states.last().map(|record| record.id().to_string());
        found.extend(states.into_iter().filter(&admits));
        if found.len() > slice.limit || !more {
            found.truncate(slice.limit + 1);
            return Ok(found);
        }
    }
}

/// Every record of these plans as it stood; of all plans of the administration where none is named.
pub fn of_plans<R: Remembered>(
    conn: &mut AnyConnection,
    home: &IpaCode,
    plans: &[Id],
    at: Instant,
) -> Result<Vec<R>, Problem> {
    store::states(conn, home, &store::Wanted { plans, after: None, most: None }, at)
}

/// 422 where the administration's first event came later: what stood then is not known, which is not "nothing stood".
fn after_the_beginning(conn: &mut AnyConnection, home: &IpaCode, at: Instant) -> Result<(), Problem> {
    match store::beginning(conn, home)? {
        Some(beginning) if beginning <= at => Ok(()),
        Some(beginning) => {
            let detail = format!("lies before the beginning: the first event of {home} is of {beginning}");
            Err(Problem::invalid("as_of", at, detail))
        }
        None => Err(Problem::invalid("as_of", at, format!("lies before the beginning: {home} has no event yet"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_its_end_and_an_instant_itself() {
        let now = Instant(1_719_748_800_000_000);
        let at = |text: &str| AsOf::parse(text).unwrap().instant(now).map(|at| at.to_string()).map_err(|p| p.detail);
        assert_eq!(at("2024-06-29"), Ok("2024-06-29T23:59:59.999999Z".to_owned()));
        assert_eq!(at("2024-06-30"), Ok("2024-06-30T12:00:00.000000Z".to_owned()));
        assert_eq!(at("2024-06-30T10:00:00 02:00"), Ok("2024-06-30T08:00:00.000000Z".to_owned()));
        assert!(at("2024-07-01").unwrap_err().contains("future"));
        assert!(at("2024-06-30T12:00:00.000001Z").unwrap_err().contains("future"));
        for wrong in ["yesterday", "2024-13-01", "2024-06-30T12:00:00", "2024"] {
            assert_eq!(AsOf::parse(wrong), None, "{wrong}");
        }
    }
}
