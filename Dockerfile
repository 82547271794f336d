# Builds the service from this checkout. Data (database, key, pictures) lives in /paper, a volume of yours:
#   docker build -t newsroom-digest .
#   docker run --rm -v "$PWD/paper:/paper" newsroom-digest init .
#   docker run -d -v "$PWD/paper:/paper" -p 8025:8025 -e DIGEST_WEB__HOST=0.0.0.0 newsroom-digest
FROM python:3.13-slim-bookworm AS build
WORKDIR /src
COPY locks/run.txt locks/run.txt
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --no-deps --require-hashes -r locks/run.txt
COPY pyproject.toml README.md LICENSE ./
COPY digest digest
COPY templates templates
COPY config config
COPY seeds seeds
RUN /venv/bin/python -m build --no-isolation --wheel && /venv/bin/pip install --no-cache-dir --no-deps dist/*.whl

FROM python:3.13-slim-bookworm
RUN useradd --system --uid 10025 --home-dir /paper digest && install -d -o digest /paper
COPY --from=build /venv /venv
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1
USER digest
WORKDIR /paper
VOLUME /paper
EXPOSE 8025
HEALTHCHECK --interval=1m --timeout=5s CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8025/healthz', timeout=4)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["digest"]
CMD ["-v", "serve"]
