//! A legal deadline: what the law wants by when, and what was done of it.

use super::occurrences::{Reminder, comes_each_year, days, is_plausible};
use crate::clock::Instant;
use crate::db::schema::legal_deadlines;
use crate::db::types::{Json, text_enum};
use crate::error::{Invalid, Problem};
use crate::ids::Id;
use crate::planning::periods::{FIRST_YEAR, LAST_YEAR};
use crate::planning::plans::model::Plan;
use crate::text::{Code, IpaCode, Line, Prose};
use chrono::{Datelike, NaiveDate};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::openapi::schema::{ObjectBuilder, Schema};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

/// The years over which a deadline may come again, at most.
const MAX_YEARS: i32 = 30;
const MAX_FULFILMENTS: usize = 60;

text_enum!(
    /// How often a deadline falls.
    Recurrence {
        /// On `due_on`.
        Once = "once",
        /// Each year on the day of `due_month` and `due_day`.
        Yearly = "yearly",
        /// On that day and six months from it, on the month's last day where that month is shorter.
        HalfYearly = "half_yearly",
    }
);

/// That the deadline of a day was met, and when.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Fulfilment {
    /// Which of its days.
    pub due_on: NaiveDate,
    /// When it was done; never a day to come.
    pub fulfilled_on: NaiveDate,
    /// By which act, published where.
    pub note: Option<Line>,
}

/// A legal deadline.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Queryable, Insertable, AsChangeset, ToSchema)]
#[diesel(table_name = legal_deadlines, primary_key(administration, id), treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct LegalDeadline {
    pub administration: IpaCode,
    pub id: Id,
    pub plan_id: Id,
    pub objective_id: Option<Id>,
    pub code: Code,
    pub title: Line,
    pub description: Option<Prose>,
    /// The norm or act that sets it.
    pub legal_source: Line,
    pub recurrence: Recurrence,
    /// Where it falls once.
    pub due_on: Option<NaiveDate>,
    /// Where it comes again.
    #[schema(minimum = 1, maximum = 12)]
    pub due_month: Option<i32>,
    #[schema(minimum = 1, maximum = 31)]
    pub due_day: Option<i32>,
    #[schema(minimum = 1990, maximum = 2100)]
    pub first_year: i32,
    #[schema(minimum = 1990, maximum = 2100)]
    pub last_year: i32,
    #[schema(value_type = Vec<Fulfilment>, min_items = 0, max_items = 60)]
    pub fulfilments: Json<Vec<Fulfilment>>,
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub revision: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

/// A legal deadline as it is sent.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLegalDeadline {
    pub plan_id: Id,
    /// An objective of the same plan, where it is that one's.
    pub objective_id: Option<Id>,
    /// Unique within the plan.
    pub code: Code,
    pub title: Line,
    pub description: Option<Prose>,
    /// The norm or act that sets it.
    pub legal_source: Line,
    pub recurrence: Recurrence,
    /// Needed, and allowed, for `once` alone; it may lie outside the plan's years.
    pub due_on: Option<NaiveDate>,
    /// Needed for what comes again.
    #[schema(minimum = 1, maximum = 12)]
    pub due_month: Option<i32>,
    /// Needed for what comes again; a day that each year has, so never 29 February.
    #[schema(minimum = 1, maximum = 31)]
    pub due_day: Option<i32>,
    /// The first year in which it comes: the plan's first where left out.
    #[schema(minimum = 1990, maximum = 2100)]
    pub first_year: Option<i32>,
    /// The last one: the plan's last where left out.
    #[schema(minimum = 1990, maximum = 2100)]
    pub last_year: Option<i32>,
    /// The days that were met.
    #[serde(default)]
    #[schema(min_items = 0, max_items = 60)]
    pub fulfilments: Vec<Fulfilment>,
}

impl NewLegalDeadline {
    /// The years over which it falls: its own, or else the plan's.
    pub fn years(&self, plan: &Plan) -> (i32, i32) {
        match self.due_on {
            Some(day) => (day.year(), day.year()),
            None => (self.first_year.unwrap_or(plan.start_year), self.last_year.unwrap_or(plan.end_year)),
        }
    }

    /// What can be said of the input, its plan and today alone.
    pub fn check(&self, plan: &Plan, today: NaiveDate) -> Result<(), Problem> {
        let mut invalid = Invalid::default();
        match self.recurrence {
            Recurrence::Once => self.check_once(&mut invalid),
            Recurrence::Yearly | Recurrence::HalfYearly => self.check_recurring(&mut invalid, plan),
        }
        // Without its days nothing can be said of their fulfilment.
        if invalid.is_empty() {
            self.check_fulfilments(&mut invalid, plan, today);
        }
        invalid.finish()
    }

    fn check_once(&self, invalid: &mut Invalid) {
        match self.due_on {
            None => invalid.add("/due_on", "", "is needed where it falls once"),
            Some(day) if !is_plausible(day) => {
                invalid.add("/due_on", day, format!("must lie between {FIRST_YEAR} and {LAST_YEAR}"));
            }
            Some(_) => {}
        }
        let recurring = [
            ("/due_month", self.due_month),
            ("/due_day", self.due_day),
            ("/first_year", self.first_year),
            ("/last_year", self.last_year),
        ];
        for (field, value) in recurring {
            if let Some(value) = value {
                invalid.add(field, value, "must be left out where it falls once: due_on says it");
            }
        }
    }

    fn check_recurring(&self, invalid: &mut Invalid, plan: &Plan) {
        if let Some(day) = self.due_on {
            invalid.add("/due_on", day, "must be left out where it comes again: due_month and due_day say it");
        }
        match (self.due_month, self.due_day) {
            (Some(month), _) if !(1..=12).contains(&month) => {
                invalid.add("/due_month", month, "must be between 1 and 12");
            }
            (Some(2), Some(29)) => {
                invalid.add("/due_day", 29, "29 February does not come each year: say 28 February, or 1 March");
            }
            (Some(month), Some(day)) if !comes_each_year(month, day) => {
                invalid.add("/due_day", day, format!("month {month} has no such day"));
            }
            (Some(_), Some(_)) => {}
            (month, day) => {
                for (field, missing) in [("/due_month", month.is_none()), ("/due_day", day.is_none())] {
                    if missing {
                        invalid.add(field, "", "is needed where it comes again");
                    }
                }
            }
        }
        let ((first, last), plausible) = (self.years(plan), FIRST_YEAR..=LAST_YEAR);
        if !plausible.contains(&first) {
            invalid.add("/first_year", first, format!("must be a year between {FIRST_YEAR} and {LAST_YEAR}"));
        } else if !plausible.contains(&last) || !(first..first + MAX_YEARS).contains(&last) {
            let detail = format!("must be from {first} to {}: at most {MAX_YEARS} years", first + MAX_YEARS - 1);
            invalid.add("/last_year", last, detail);
        }
    }

    fn check_fulfilments(&self, invalid: &mut Invalid, plan: &Plan, today: NaiveDate) {
        if self.fulfilments.len() > MAX_FULFILMENTS {
            invalid.add("/fulfilments", self.fulfilments.len(), format!("must be at most {MAX_FULFILMENTS}"));
            return;
        }
        let (first, last) = self.years(plan);
        let (month, day) = (self.due_month.unwrap_or_default(), self.due_day.unwrap_or_default());
        let due_days = match self.due_on {
            Some(due_on) => vec![due_on],
            None => days(self.recurrence, month, day, first, last),
        };
        let mut seen = BTreeSet::new();
        for (index, fulfilment) in self.fulfilments.iter().enumerate() {
            let field = |name: &str| format!("/fulfilments/{index}/{name}");
            if !due_days.contains(&fulfilment.due_on) {
                let near: Vec<_> = due_days.iter().take(10).map(ToString::to_string).collect();
                let more = if due_days.len() > near.len() { " …" } else { "" };
                let detail = format!("the deadline does not fall on this day, but on {}{more}", near.join(", "));
                invalid.add(&field("due_on"), fulfilment.due_on, detail);
            } else if !seen.insert(fulfilment.due_on) {
                invalid.add(&field("due_on"), fulfilment.due_on, "stands twice: one fulfilment a day");
            }
            let done = fulfilment.fulfilled_on;
            if done > today || !is_plausible(done) {
                invalid.add(&field("fulfilled_on"), done, format!("must be a day that has come: today is {today}"));
            }
        }
    }

    pub fn sample() -> Self {
        let line = |text: &str| Line::from_trusted(text.to_owned());
        let day = |month, day| NaiveDate::from_ymd_opt(2021, month, day).unwrap_or_default();
        NewLegalDeadline {
            plan_id: Id::from_trusted("019a4b52-7c00-7000-8000-000000000001".to_owned()),
            objective_id: None,
            code: Code::from_trusted("accessibility-goals".to_owned()),
            title: line("Obiettivi di accessibilità"),
            description: None,
            legal_source: line("D.L. 179/2012, art. 9, c. 7"),
            recurrence: Recurrence::Yearly,
            due_on: None,
            due_month: Some(3),
            due_day: Some(31),
            first_year: Some(2021),
            last_year: Some(2023),
            fulfilments: vec![Fulfilment { due_on: day(3, 31), fulfilled_on: day(3, 24), note: None }],
        }
    }
}

impl LegalDeadline {
    /// The row of an input that was checked.
    pub fn new(input: NewLegalDeadline, plan: &Plan, id: Id, revision: i64, created_at: Instant, now: Instant) -> Self {
        let (first_year, last_year) = input.years(plan);
        let mut fulfilments = input.fulfilments;
        fulfilments.sort_by_key(|fulfilment| fulfilment.due_on);
        LegalDeadline {
            administration: plan.administration.clone(),
            id,
            plan_id: input.plan_id,
            objective_id: input.objective_id,
            code: input.code,
            title: input.title,
            description: input.description,
            legal_source: input.legal_source,
            recurrence: input.recurrence,
            due_on: input.due_on,
            due_month: input.due_month,
            due_day: input.due_day,
            first_year,
            last_year,
            fulfilments: fulfilments.into(),
            revision,
            created_at,
            updated_at: now,
        }
    }

    pub fn sample() -> Self {
        let id = Id::from_trusted("019a4b52-7c00-7000-8000-000000000041".to_owned());
        let at = Instant(1_763_719_200_000_000);
        LegalDeadline::new(NewLegalDeadline::sample(), &Plan::sample(), id, 1, at, at)
    }
}

/// A legal deadline as it is shown: with what is due on a day.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ShownLegalDeadline {
    #[serde(flatten)]
    pub deadline: LegalDeadline,
    pub reminder: Reminder,
}

/// The deadline's own schema with one more field: a closed object cannot be composed of others.
impl PartialSchema for ShownLegalDeadline {
    fn schema() -> RefOr<Schema> {
        match LegalDeadline::schema() {
            RefOr::T(Schema::Object(deadline)) => ObjectBuilder::from(deadline)
                .property("reminder", Ref::from_schema_name(Reminder::name()))
                .required("reminder")
                .into(),
            other => other,
        }
    }
}

impl ToSchema for ShownLegalDeadline {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        LegalDeadline::schemas(schemas);
        schemas.push((Reminder::name().into_owned(), Reminder::schema()));
        Reminder::schemas(schemas);
    }
}

impl ShownLegalDeadline {
    pub fn of(deadline: LegalDeadline, as_of: NaiveDate) -> Self {
        ShownLegalDeadline { reminder: deadline.reminder(as_of), deadline }
    }

    /// The state for the ETag: what is shown changes with the record and with the day.
    pub fn etag(&self) -> String {
        format!("{}.{}", self.deadline.revision, self.reminder.as_of.format("%Y%m%d"))
    }

    pub fn sample() -> Self {
        ShownLegalDeadline::of(LegalDeadline::sample(), NaiveDate::from_ymd_opt(2022, 1, 31).unwrap_or_default())
    }
}
