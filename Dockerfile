# Built with rustup's compiler and gcc alone; SQLite and libpq are compiled in.
FROM rust:1.95-bookworm AS build
WORKDIR /build
COPY . .
RUN cargo build --release --locked --bin traguardo

FROM debian:bookworm-slim
RUN useradd --uid 10001 --create-home --home-dir /var/lib/traguardo traguardo
COPY --from=build /build/target/release/traguardo /usr/local/bin/traguardo
USER traguardo
# The signing key, and the SQLite file where there is no PostgreSQL.
WORKDIR /var/lib/traguardo
VOLUME /var/lib/traguardo
ENV TRAGUARDO_BIND=0.0.0.0:8080
EXPOSE 8080
ENTRYPOINT ["traguardo"]
CMD ["serve"]
