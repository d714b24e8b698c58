//! One value of each answer: what the contract shows as its example.

use crate::administrations::model::Administration;
use crate::administrations::units::Unit;
use crate::audit::AuditEvent;
use crate::auth::token::{KeySet, ServerMetadata, TokenAnswer};
use crate::digital_services::ServiceCounts;
use crate::digital_services::model::DigitalService;
use crate::feed::FeedReport;
use crate::history::versions::RecordVersion;
use crate::http::health::Status;
use crate::metric_definitions::model::MetricDefinitions;
use crate::planning::indicators::evaluated::EvaluatedIndicator;
use crate::planning::indicators::model::Indicator;
use crate::planning::legal_deadlines::model::ShownLegalDeadline;
use crate::planning::measurements::model::Measurement;
use crate::planning::measurements::validations::MeasurementValidations;
use crate::planning::objectives::model::Objective;
use crate::planning::objectives::parts::ObjectiveWithParts;
use crate::planning::period_locks::model::PeriodLock;
use crate::planning::phases::model::Phase;
use crate::planning::plan_transitions::model::PlanTransition;
use crate::planning::plans::model::Plan;
use crate::planning::progress_reports::model::ProgressReport;
use crate::planning::sections::model::Section;
use crate::planning::successors::model::Successor;
use crate::planning::target_readings::TargetReadings;
use crate::platform_adoptions::model::PlatformAdoption;
use crate::procedure_times::model::ShownProcedureTime;
use crate::procedures::model::Procedure;
use crate::protocol::days::model::ProtocolDay;
use crate::protocol::registrations::model::ProtocolRegistration;
use crate::reporting::changes::model::ChangePage;
use crate::reporting::digests::model::Digests;
use crate::reporting::exports::model::ExportedRecord;
use crate::reporting::imports::model::{Import, ImportReport};
use crate::reporting::imports::rows::report::ImportRefusal;
use crate::reporting::monitoring::schedule::PlanSchedule;
use crate::reporting::monitoring::series::IndicatorSeries;
use crate::reporting::monitoring::service_kpis::ServiceKpis;
use crate::reporting::monitoring::shown::PlanMonitoring;
use crate::reporting::publications::differences::Differences;
use crate::reporting::publications::model::Publication;
use crate::reporting::readiness::model::Readiness;
use crate::reporting::rollups::model::{Comparison, MissingAdministration, Rollups};
use crate::reporting::scores::model::PlanScores;
use crate::service_usage::model::ServiceUsage;
use serde_json::Value;
use std::collections::BTreeMap;

/// One value of each answer, rendered as the example of its schema.
pub fn samples() -> BTreeMap<&'static str, Value> {
    let value = |sample: Result<Value, serde_json::Error>| sample.unwrap_or_default();
    BTreeMap::from([
        ("Administration", value(serde_json::to_value(Administration::sample()))),
        ("AuditEvent", value(serde_json::to_value(AuditEvent::sample()))),
        ("Differences", value(serde_json::to_value(Differences::sample()))),
        ("Publication", value(serde_json::to_value(Publication::sample()))),
        ("RecordState", serde_json::json!({"code": "4", "title": "Transizione digitale"})),
        ("ChangePage", value(serde_json::to_value(ChangePage::sample()))),
        ("Digests", value(serde_json::to_value(Digests::sample()))),
        ("DigitalService", value(serde_json::to_value(DigitalService::sample()))),
        ("ExportedRecord", ExportedRecord::sample()),
        ("FeedReport", value(serde_json::to_value(FeedReport::sample()))),
        ("MetricDefinitions", value(serde_json::to_value(MetricDefinitions::all()))),
        ("ProtocolDay", value(serde_json::to_value(ProtocolDay::sample()))),
        ("ProtocolRegistration", value(serde_json::to_value(ProtocolRegistration::sample()))),
        ("ServiceKpis", value(serde_json::to_value(ServiceKpis::sample()))),
        ("ServiceUsage", value(serde_json::to_value(ServiceUsage::sample()))),
        ("EvaluatedIndicator", value(serde_json::to_value(EvaluatedIndicator::sample()))),
        ("Import", value(serde_json::to_value(Import::sample()))),
        ("ImportRefusal", value(serde_json::to_value(ImportRefusal::sample()))),
        ("ImportReport", value(serde_json::to_value(ImportReport::sample()))),
        ("IndicatorSeries", value(serde_json::to_value(IndicatorSeries::sample()))),
        ("PlanMonitoring", value(serde_json::to_value(PlanMonitoring::sample()))),
        ("PlanSchedule", value(serde_json::to_value(PlanSchedule::sample()))),
        ("Indicator", value(serde_json::to_value(Indicator::sample()))),
        ("KeySet", value(serde_json::to_value(KeySet::sample()))),
        ("Measurement", value(serde_json::to_value(Measurement::sample()))),
        ("MeasurementValidations", value(serde_json::to_value(MeasurementValidations::sample()))),
        ("PeriodLock", value(serde_json::to_value(PeriodLock::sample()))),
        ("PlanScores", value(serde_json::to_value(PlanScores::sample()))),
        ("PlanTransition", value(serde_json::to_value(PlanTransition::sample()))),
        ("ProgressReport", value(serde_json::to_value(ProgressReport::sample()))),
        ("Readiness", value(serde_json::to_value(Readiness::sample()))),
        ("Objective", value(serde_json::to_value(Objective::sample()))),
        ("ObjectiveWithParts", value(serde_json::to_value(ObjectiveWithParts::sample()))),
        ("Phase", value(serde_json::to_value(Phase::sample()))),
        ("Plan", value(serde_json::to_value(Plan::sample()))),
        ("PlatformAdoption", value(serde_json::to_value(PlatformAdoption::sample()))),
        ("Procedure", value(serde_json::to_value(Procedure::sample()))),
        ("RecordVersion", value(serde_json::to_value(RecordVersion::sample()))),
        ("Comparison", value(serde_json::to_value(Comparison::sample()))),
        ("MissingAdministration", value(serde_json::to_value(MissingAdministration::sample()))),
        ("Rollups", value(serde_json::to_value(Rollups::sample()))),
        ("Section", value(serde_json::to_value(Section::sample()))),
        ("ServiceCounts", value(serde_json::to_value(ServiceCounts::sample()))),
        ("ServerMetadata", value(serde_json::to_value(ServerMetadata::of("https://api.traguardo.example")))),
        ("ShownLegalDeadline", value(serde_json::to_value(ShownLegalDeadline::sample()))),
        ("ShownProcedureTime", value(serde_json::to_value(ShownProcedureTime::sample()))),
        ("Status", value(serde_json::to_value(Status::sample()))),
        ("Successor", value(serde_json::to_value(Successor::sample()))),
        ("TargetReadings", value(serde_json::to_value(TargetReadings::sample()))),
        ("TokenAnswer", value(serde_json::to_value(TokenAnswer::sample()))),
        ("Unit", value(serde_json::to_value(Unit::sample()))),
    ])
}
