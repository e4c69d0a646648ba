# The bot in a container, without a token of its own:
#     docker build -t salarybot .
#     docker run --rm --read-only --cap-drop ALL -e DISCORD_TOKEN -v salarybot:/state salarybot
FROM python:3.13-slim AS builder
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY .ci/constraints.txt .ci/
COPY bot bot
COPY knowledge knowledge
# The builder's pip fills a virtual environment that has none: nothing in the final image can install anything.
RUN python -m venv --without-pip /opt/salarybot \
    && pip --python /opt/salarybot/bin/python install --no-compile --constraint .ci/constraints.txt '.[postgresql]' \
    && python -m compileall -q --invalidation-mode unchecked-hash /opt/salarybot/lib

FROM python:3.13-slim
LABEL org.opencontainers.image.title="salarybot" \
      org.opencontainers.image.description="Answers machine-learning pay questions on Discord" \
      org.opencontainers.image.licenses="MIT"
# Pillow brings all that charts need but FriBidi, which orders names written from the right to the left. The base image's own
# pip has no work here.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libfribidi0 \
    && rm -rf /var/lib/apt/lists/* \
    && python -m pip uninstall --yes --root-user-action=ignore pip \
    && useradd --system --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin salarybot \
    && install --directory --owner 10001 --mode 700 /state
COPY --from=builder /opt/salarybot /opt/salarybot
# The sign of life goes to shared memory, which is writable where the root is not. One thread fits the ranker in 0.45 s of
# processor time, two in 0.8 s, as they wait for each other, and the event loop for them.
ENV OPENBLAS_NUM_THREADS=1 \
    PATH=/opt/salarybot/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    SALARYBOT_HEALTH_FILE=/dev/shm/salarybot.alive \
    SALARYBOT_STATE=/state
# Writable where the root is not, and kept over a restart of the container.
VOLUME /state
USER 10001:10001
WORKDIR /
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=2 CMD ["salarybot", "health"]
ENTRYPOINT ["salarybot"]
CMD ["run"]
