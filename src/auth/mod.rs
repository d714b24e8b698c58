//! Who is calling and what they may do. A handler names the scope it needs in its signature, [`Caller<PlanningRead>`]: the
//! tenants whose data it may touch cannot be reached without one.

pub mod clients;
pub mod keys;
pub mod token;

use crate::db::Author;
use crate::error::{Kind, Problem};
use crate::http::gate::RequestContext;
use crate::text::IpaCode;
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload};
use serde::{Deserialize, Serialize};
use std::future::{Ready, ready};
use std::marker::PhantomData;
use std::sync::Arc;

/// A kind of work that a token may allow.
pub trait Scope: 'static {
    const NAME: &'static str;
    const MEANING: &'static str;
}

macro_rules! scopes {
    ($($(#[$doc:meta])* $type:ident = $name:literal: $meaning:literal),+ $(,)?) => {
        $($(#[$doc])* pub struct $type;
        impl Scope for $type {
            const NAME: &'static str = $name;
            const MEANING: &'static str = $meaning;
        })+

        /// Every scope with its meaning, for the contract and the command line.
        pub const SCOPES: &[(&str, &str)] = &[$(($name, $meaning)),+];
    };
}

scopes! {
    PlanningRead = "planning.read": "Read administrations, units, plans and what hangs on them",
    PlanningEdit = "planning.edit": "Create, change and import plans and what hangs on them, and units",
    ServicesRead = "services.read": "Read digital services, platform adoptions, procedures and their counts",
    ServicesEdit = "services.edit": "Create, change and import digital services, platform adoptions, procedures and their counts",
    FeedsWrite = "feeds.write": "Send protocol registrations and the usage counts of services",
    AdministrationsEdit = "administrations.edit": "Add administrations and change their data",
    AggregatesRead = "aggregates.read": "Pull whole data sets: change feed, exports, digests, roll-ups",
    AuditRead = "audit.read": "Read who changed what",
}

/// The claims of an access token (RFC 9068).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Claims {
    pub iss: String,
    pub sub: String,
    pub client_id: String,
    pub aud: String,
    pub iat: i64,
    pub exp: i64,
    pub jti: String,
    /// Space-separated scopes.
    pub scope: String,
    /// IPA codes of the administrations whose data the token opens, or `*` for all.
    pub administrations: Vec<String>,
}

/// The administrations whose data a caller may touch. Every query takes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tenants {
    All,
    Only(Vec<String>),
}

impl Tenants {
    pub fn include(&self, administration: &IpaCode) -> bool {
        match self {
            Tenants::All => true,
            Tenants::Only(codes) => codes.iter().any(|code| code == administration.as_str()),
        }
    }

    /// Refuses an administration that a body names and the token does not open.
    pub fn require(&self, administration: &IpaCode) -> Result<(), Problem> {
        if self.include(administration) {
            return Ok(());
        }
        Err(Problem::new(Kind::Forbidden, format!("The token does not open the data of {administration}.")))
    }
}

/// A caller whose token allows the scope `S`.
pub struct Caller<S> {
    claims: Arc<Claims>,
    request_id: String,
    tenants: Tenants,
    scope: PhantomData<S>,
}

impl<S> Caller<S> {
    pub fn tenants(&self) -> Tenants {
        self.tenants.clone()
    }

    pub fn author(&self) -> Author {
        Author { client_id: self.claims.client_id.clone(), request_id: self.request_id.clone() }
    }
}

impl<S: Scope> FromRequest for Caller<S> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(authorise(request))
    }
}

fn authorise<S: Scope>(request: &HttpRequest) -> Result<Caller<S>, Problem> {
    let extensions = request.extensions();
    let context = extensions.get::<RequestContext>().ok_or_else(|| Problem::internal("request without a context"))?;
    let claims = context.identity.clone()?;
    if !claims.scope.split(' ').any(|scope| scope == S::NAME) {
        let detail = format!("This needs the scope {}; the token has: {}.", S::NAME, claims.scope);
        return Err(Problem { oauth_error: Some("insufficient_scope"), ..Problem::new(Kind::Forbidden, detail) });
    }
    let tenants = match claims.administrations.iter().any(|code| code == "*") {
        true => Tenants::All,
        false => Tenants::Only(claims.administrations.clone()),
    };
    Ok(Caller { claims, request_id: context.request_id.clone(), tenants, scope: PhantomData })
}
