# syntax=docker/dockerfile:1
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
COPY . .
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/go/build \
    GOCACHE=/go/build CGO_ENABLED=0 \
    go build -trimpath -buildvcs=false -ldflags "-s -w" -o /out/web ./cmd/web \
    && mkdir /out/tmp && chmod 1777 /out/tmp

# Nothing but the program, the certificate authorities and the time zones.
FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /usr/local/go/lib/time/zoneinfo.zip /
COPY --from=build /out/ /
ENV ZONEINFO=/zoneinfo.zip DESK_ADDR=:8080
USER 65532:65532
EXPOSE 8080
# The readiness page answers for the database too.
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
    CMD ["/web", "health", "-url", "http://127.0.0.1:8080/readyz"]
ENTRYPOINT ["/web"]
CMD ["serve"]
