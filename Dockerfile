# One static binary, nothing else: docker build -t blockflow . && docker run -p 8080:8080 -v blockflow:/data blockflow
FROM node:24-slim AS editor
WORKDIR /src/editor
COPY editor/package.json editor/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY editor ./
RUN npm run build

FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
COPY --from=editor /src/editor/dist ./editor/dist
RUN CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o /blockflow ./cmd/blockflow
RUN mkdir /data && chmod 700 /data

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /blockflow /blockflow
COPY --from=build --chown=65532:65532 /data /data
USER 65532:65532
ENV BLOCKFLOW_DATA=/data BLOCKFLOW_ADDR=0.0.0.0:8080 BLOCKFLOW_LOG_FORMAT=json
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s CMD ["/blockflow", "doctor", "--ready"]
ENTRYPOINT ["/blockflow"]
CMD ["serve"]
