# The dashboard is plain files, which the binary embeds.
FROM node:20-bookworm-slim AS pages
WORKDIR /src
COPY package.json package-lock.json ./
COPY sdk sdk
COPY examples examples
COPY web web
RUN --mount=type=cache,target=/root/.npm npm ci --workspace web --no-progress && npm run build --workspace web

# Build with cgo, which DuckDB needs, against the C library of the run-time
# image below: both are Debian bookworm.
FROM golang:1.26.8-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
COPY . .
COPY --from=pages /src/web/dist web/dist
ARG VERSION=dev
RUN --mount=type=cache,target=/go/pkg/mod \
    --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=1 go build -buildvcs=false -trimpath \
      -ldflags "-s -w -X main.version=${VERSION}" \
      -o /out/flagledger ./cmd/flagledger

# Certificates and time zones are for exports and for schedules; wget asks for
# the health. The suite is pinned, its security fixes are not.
FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates libstdc++6 tzdata wget \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --create-home --home-dir /var/lib/flagledger flagledger
COPY --from=build /out/flagledger /usr/local/bin/flagledger

USER flagledger
WORKDIR /var/lib/flagledger
ENV FLAGLEDGER_LISTEN=0.0.0.0:8080 \
    FLAGLEDGER_DATA=/var/lib/flagledger
EXPOSE 8080
VOLUME /var/lib/flagledger
# Ready means: the ledger is open and folded, so that answers are current.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=6 \
    CMD ["wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/readyz"]
ENTRYPOINT ["flagledger"]
CMD ["serve"]
