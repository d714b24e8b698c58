//! `traguardo client`: who may ask for tokens.

use crate::auth::clients;
use crate::clock::{Clock, Instant};
use crate::config::Settings;
use crate::ids::Ids;
use crate::server::{local_author, open_database};
use clap::Subcommand;
use std::process::ExitCode;

#[derive(Subcommand)]
pub enum Command {
    /// Make a client; its secret is printed once and kept nowhere
    Create {
        /// Who it is: "Cruscotto del Comune di Cedrasco"
        name: String,
        /// What it may do: planning.read, planning.edit, services.read, services.edit, feeds.write, administrations.edit, aggregates.read, audit.read (again for more)
        #[arg(long = "scope", value_name = "SCOPE", required = true)]
        scopes: Vec<String>,
        /// Whose data it opens: an IPA code (again for more), or '*' for all
        #[arg(long = "administration", value_name = "IPA_CODE", required = true)]
        administrations: Vec<String>,
    },
    /// List the clients
    List,
    /// Give no more tokens to a client; those it has run out within minutes
    Revoke { client_id: String },
}

pub fn run(settings: &Settings, command: Command) -> Result<ExitCode, String> {
    let db = open_database(settings, Clock::System, Ids::v7())?;
    let author = local_author();
    let done = match command {
        Command::Create { name, scopes, administrations } => db
            .write_now(&author, "clients", |write| clients::create(write, &name, scopes, administrations))
            .map(|made| println!("client_id: {}\nclient_secret: {}", made.client.client_id, made.secret)),
        Command::List => db.read_now(clients::list).map(|all| {
            println!("client_id\tname\tscopes\tadministrations\tcreated\trevoked");
            for client in all {
                let revoked = client.revoked_at.map_or_else(|| "-".to_owned(), |at| Instant(at).to_string());
                let (scopes, administrations) = (client.scopes.join(" "), client.administrations.join(" "));
                let created = Instant(client.created_at);
                println!("{}\t{}\t{scopes}\t{administrations}\t{created}\t{revoked}", client.client_id, client.name);
            }
        }),
        Command::Revoke { client_id } => db
            .write_now(&author, "clients", |write| clients::revoke(write, &client_id))
            .map(|()| println!("{client_id} is revoked.")),
    };
    done.map(|()| ExitCode::SUCCESS).map_err(|problem| problem.to_string())
}
