//! SDMX-CSV 2.0: an observation on each line. Of usage each count of a month is one, of indicators each measurement; an
//! indicator that nobody measured has one without a value.

use super::csv::{cell, header};
use super::outlet::Outlet;
use crate::reporting::datasets::rows::{Sink, Value};
use crate::reporting::datasets::{Column, DataResource, Dataset, Kind, Role};
use std::ops::ControlFlow;

const fn column(name: &'static str, sql: &'static str, kind: Kind) -> Column {
    Column { name, sql, kind, role: Role::Parent }
}

/// The comune by its ISTAT code; a body that has none by its IPA code.
const AREA: Column = column("REF_AREA", "coalesce(a.istat_code, t.administration)", Kind::Text);
const HOME: Column = column("ADMINISTRATION", "t.administration", Kind::Text);

const USAGE: &[Column] = &[
    AREA,
    HOME,
    column("SERVICE", "t.service_code", Kind::Text),
    column("TIME_PERIOD", "t.month", Kind::Month),
    column("accesses", "t.accesses", Kind::Int),
    column("users", "t.users", Kind::Int),
    column("submissions_started", "t.submissions_started", Kind::Int),
    column("submissions_completed", "t.submissions_completed", Kind::Int),
    column("logins_spid", "t.logins_spid", Kind::Int),
    column("logins_cie", "t.logins_cie", Kind::Int),
    column("logins_cns", "t.logins_cns", Kind::Int),
    column("pagopa_transactions", "t.pagopa_transactions", Kind::Int),
    column("pagopa_amount", "t.pagopa_cents", Kind::Money),
    column("app_io_messages", "t.app_io_messages", Kind::Int),
    column("satisfaction_1", "t.satisfaction_1", Kind::Int),
    column("satisfaction_2", "t.satisfaction_2", Kind::Int),
    column("satisfaction_3", "t.satisfaction_3", Kind::Int),
    column("satisfaction_4", "t.satisfaction_4", Kind::Int),
    column("satisfaction_5", "t.satisfaction_5", Kind::Int),
    column("cost", "t.cost_cents", Kind::Money),
];
const USAGE_JOINS: &str = "JOIN administrations a ON a.ipa_code = t.administration";
const USAGE_HEADER: &[&str] = &[
    "STRUCTURE",
    "STRUCTURE_ID",
    "ACTION",
    "FREQ",
    "REF_AREA",
    "ADMINISTRATION",
    "SERVICE",
    "MEASURE",
    "TIME_PERIOD",
    "OBS_VALUE",
    "UNIT_MEASURE",
];
const USAGE_START: &[u8] = b"dataflow,TRAGUARDO:SERVICE_USAGE(1.0.0),I,M,";

const INDICATORS: &[Column] = &[
    AREA,
    HOME,
    column("PLAN", "p.code", Kind::Text),
    // `_Z` is SDMX's "not applicable".
    column("OBJECTIVE", "coalesce(o.code, '_Z')", Kind::Text),
    column("INDICATOR", "t.code", Kind::Text),
    column("TIME_PERIOD", "coalesce(m.period, CAST(t.target_year AS TEXT))", Kind::Text),
    column("value", "m.value", Kind::Float),
    column("NUMERATOR", "m.numerator", Kind::Float),
    column("DENOMINATOR", "m.denominator", Kind::Float),
    column("yes", "m.yes", Kind::Bool),
    column("OBS_DATE", "m.date", Kind::Date),
    column("UNIT_MEASURE", "t.unit", Kind::Text),
];
const INDICATOR_JOINS: &str = "JOIN administrations a ON a.ipa_code = t.administration \
     JOIN plans p ON p.administration = t.administration AND p.id = t.plan_id \
     LEFT JOIN objectives o ON o.administration = t.administration AND o.id = t.objective_id \
     LEFT JOIN measurements m ON m.administration = t.administration AND m.indicator_id = t.id AND m.is_current";
const INDICATOR_HEADER: &[&str] = &[
    "STRUCTURE",
    "STRUCTURE_ID",
    "ACTION",
    "FREQ",
    "REF_AREA",
    "ADMINISTRATION",
    "PLAN",
    "OBJECTIVE",
    "INDICATOR",
    "TIME_PERIOD",
    "OBS_VALUE",
    "UNIT_MEASURE",
    "NUMERATOR",
    "DENOMINATOR",
    "OBS_DATE",
];
const INDICATOR_START: &[u8] = b"dataflow,TRAGUARDO:INDICATORS(1.0.0),I,";

/// The data set with the columns that its observations are made of.
pub fn observed(dataset: &Dataset) -> Dataset {
    match dataset.resource {
        DataResource::ServiceUsage => Dataset { joins: USAGE_JOINS, columns: USAGE, ..*dataset },
        _ => Dataset { joins: INDICATOR_JOINS, columns: INDICATORS, ..*dataset },
    }
}

/// Writes the observations of usage.
pub struct UsageSink<'a> {
    outlet: &'a mut Outlet,
    /// Area, administration and service, with their commas.
    place: Vec<u8>,
    month: Vec<u8>,
}

impl<'a> UsageSink<'a> {
    pub fn new(outlet: &'a mut Outlet) -> Self {
        header(outlet, USAGE_HEADER);
        UsageSink { outlet, place: Vec::new(), month: Vec::new() }
    }
}

impl Sink for UsageSink<'_> {
    fn value(&mut self, place: usize, value: Value<'_>) {
        match place {
            0..=2 => {
                cell(&mut self.place, value);
                self.place.push(b',');
            }
            3 => cell(&mut self.month, value),
            _ if value == Value::Null => {}
            _ => {
                let out = self.outlet.buffer();
                out.extend_from_slice(USAGE_START);
                out.extend_from_slice(&self.place);
                out.extend_from_slice(USAGE[place].name.as_bytes());
                out.push(b',');
                out.extend_from_slice(&self.month);
                out.push(b',');
                match value {
                    Value::Money(cents) => {
                        crate::reporting::datasets::text::amount(out, cents);
                        out.extend_from_slice(b",EUR\r\n");
                    }
                    value => {
                        cell(out, value);
                        out.extend_from_slice(b",NUMBER\r\n");
                    }
                }
            }
        }
    }

    fn end_row(&mut self) -> ControlFlow<()> {
        self.place.clear();
        self.month.clear();
        self.outlet.row_ended()
    }
}

/// Writes the observations of indicators.
pub struct IndicatorSink<'a> {
    outlet: &'a mut Outlet,
    place: Vec<u8>,
    period: Vec<u8>,
    value: Option<f64>,
    ratio: (Option<f64>, Option<f64>),
    yes: Option<bool>,
    date: Option<[u8; 10]>,
    unit: Vec<u8>,
}

impl<'a> IndicatorSink<'a> {
    pub fn new(outlet: &'a mut Outlet) -> Self {
        header(outlet, INDICATOR_HEADER);
        let (place, period, unit) = (Vec::new(), Vec::new(), Vec::new());
        IndicatorSink { outlet, place, period, value: None, ratio: (None, None), yes: None, date: None, unit }
    }
}

impl Sink for IndicatorSink<'_> {
    fn value(&mut self, place: usize, value: Value<'_>) {
        let number = |value: Value<'_>| if let Value::Float(number) = value { Some(number) } else { None };
        match (place, value) {
            (0..=4, value) => {
                cell(&mut self.place, value);
                self.place.push(b',');
            }
            (5, value) => cell(&mut self.period, value),
            (6, value) => self.value = number(value),
            (7, value) => self.ratio.0 = number(value),
            (8, value) => self.ratio.1 = number(value),
            (9, Value::Bool(yes)) => self.yes = Some(yes),
            (10, Value::Date(date)) => self.date = Some(date),
            (11, value) => cell(&mut self.unit, value),
            _ => {}
        }
    }

    fn end_row(&mut self) -> ControlFlow<()> {
        let out = self.outlet.buffer();
        out.extend_from_slice(INDICATOR_START);
        // 2024, 2024-S1, 2024-Q3, 2024-06.
        out.push(match self.period.get(5) {
            None => b'A',
            Some(b'S') => b'S',
            Some(b'Q') => b'Q',
            Some(_) => b'M',
        });
        out.push(b',');
        out.extend_from_slice(&self.place);
        out.append(&mut self.period);
        out.push(b',');
        let ratio = match self.ratio {
            (Some(numerator), Some(denominator)) if denominator != 0.0 => Some(numerator / denominator),
            _ => None,
        };
        let yes = self.yes.map(|yes| if yes { 1.0 } else { 0.0 });
        match self.value.or(ratio).or(yes) {
            Some(number) => cell(out, Value::Float(number)),
            None => out.extend_from_slice(b"NaN"),
        }
        out.push(b',');
        match (self.value, ratio, yes) {
            (None, Some(_), _) => out.extend_from_slice(b"RATIO"),
            (None, None, Some(_)) => out.extend_from_slice(b"YES_NO"),
            _ => out.extend_from_slice(&self.unit),
        }
        for number in [self.ratio.0, self.ratio.1] {
            out.push(b',');
            if let Some(number) = number {
                cell(out, Value::Float(number));
            }
        }
        out.push(b',');
        if let Some(date) = self.date {
            out.extend_from_slice(&date);
        }
        out.extend_from_slice(b"\r\n");
        self.place.clear();
        self.unit.clear();
        (self.value, self.ratio, self.yes, self.date) = (None, (None, None), None, None);
        self.outlet.row_ended()
    }
}
