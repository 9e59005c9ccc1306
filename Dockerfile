# Stride as an image: docker build -t stride .
#   --build-arg TORCH=none                        the lessons, without training and the checks by PyTorch
#   --build-arg TORCH=cpu --build-arg TORCH_INDEX=…   PyTorch for processors alone (see the Makefile)
# compose.yaml has several of them behind Caddy. BASE is any image with Debian and Python 3.11 or newer.
ARG BASE=python:3.11-slim

FROM ${BASE} AS install
ARG TORCH=all
ARG TORCH_INDEX=
RUN apt-get update && apt-get install -y --no-install-recommends make && rm -rf /var/lib/apt/lists/*
WORKDIR /stride
COPY Makefile constraints.txt requirements.txt requirements-lessons.txt ./
RUN make install TORCH="$TORCH" TORCH_INDEX="$TORCH_INDEX"

FROM ${BASE}
RUN useradd --system --uid 10001 --home-dir /data --create-home stride
WORKDIR /stride
COPY --from=install /stride/.venv .venv
COPY app.py ./
COPY .streamlit .streamlit
COPY assets assets
COPY engine engine
COPY pages pages
# Bytecode of what is imported: who serves may not write it.
RUN .venv/bin/python -c "import app, streamlit.web.bootstrap"
ENV HOME=/data STRIDE_DATA=/data PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
VOLUME /data
EXPOSE 8501
USER 10001
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
  CMD [".venv/bin/python", "-c", "from urllib.request import urlopen; urlopen('http://localhost:8501/engine/health', timeout=4)"]
CMD [".venv/bin/python", "-m", "streamlit", "run", "app.py", "--server.port", "8501", "--server.address", "0.0.0.0"]
